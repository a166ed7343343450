import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered, callWithText, toPatch } from '../deeds.ts';

const withoutTerminal =
  'Cline goes on with a conversation in its terminal view alone: with `--id`, it refuses a prompt and a pipe';

export const cline: Agent = {
  name: 'cline',
  title: 'Cline',
  packages: { cline: '3.0.65' },
  megabytes: 440,
  client: 'cline',
  needsNewNode: true,
  invoke({ prompt, model, continues, image }, { installed, home }) {
    const program = join(installed, 'node_modules', '.bin', 'cline');
    const words = image === undefined ? prompt : `${prompt} @${image}`;
    const session = continues ? findSession(home) : undefined;
    return { argv: [program, '-m', model, ...(session === undefined ? [] : ['--id', session]), words] };
  },
  readWords: ({ stdout }) => stdout,
  deeds: {
    write(tools, path, text) {
      const patch = tools.find(({ name }) => name === 'apply_patch');
      if (patch) return callWithText(patch, toPatch(path, text));
      return callOffered(
        tools,
        [{ tool: 'editor', call: (file, new_text) => ({ path: file, new_text }) }],
        path,
        text,
      );
    },
    read: (tools, path) =>
      callOffered(tools, [{ tool: 'read_files', call: (file) => ({ files: [{ path: file }] }) }], path),
  },
  known: {
    turns: withoutTerminal,
    switch: withoutTerminal,
    expiry: withoutTerminal,
    overflow: withoutTerminal,
  },
};

/** The last conversation: folders are named after the time of their start. */
function findSession(home: string): string | undefined {
  const folder = join(home, '.cline', 'data', 'sessions');
  return existsSync(folder) ? readdirSync(folder).sort().at(-1) : undefined;
}
