import { createRequire } from 'node:module';
import type { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import type { ITerminalInitOnlyOptions, ITerminalOptions, Terminal } from '@xterm/headless';

// Node finds no named exports in these two packages, and the bundlers of the tests and of the scripts do.
const require = createRequire(import.meta.url);
const headless: { Terminal: new (options: Options) => Terminal } = require('@xterm/headless');

type Options = ITerminalOptions & ITerminalInitOnlyOptions;

/** How a terminal finds out how many cells a text takes. tmux and xterm sum up code points. */
export type Counting = 'graphemes' | 'code points';

/** A terminal without a window. It knows the widths of graphemes, as of emoji that are several code points, unless it counts code points. */
export function createXterm(options: Options, counting: Counting = 'graphemes'): Terminal {
  const terminal = new headless.Terminal({ ...options, allowProposedApi: true });
  if (counting === 'graphemes') terminal.loadAddon(createGraphemesAddon());
  return terminal;
}

function createGraphemesAddon(): UnicodeGraphemesAddon {
  const { poolSize } = Buffer;
  // The package reads its table from the start of the memory behind a Buffer, where a small Buffer does not always begin.
  Buffer.poolSize = 0;
  try {
    const addon: {
      UnicodeGraphemesAddon: new () => UnicodeGraphemesAddon;
    } = require('@xterm/addon-unicode-graphemes');
    return new addon.UnicodeGraphemesAddon();
  } finally {
    Buffer.poolSize = poolSize;
  }
}
