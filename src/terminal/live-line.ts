import { readFileSync } from 'node:fs';
import { toOneLine } from '../terminal-text.ts';
import { cutToWidth } from './cell-width.ts';
import { type Output, paint } from './io.ts';
import { type LiveLine, spinnerFrame, spinnerMs, type WaitLabel } from './waits.ts';

type LiveLineOptions = {
  output: Output;
  /** Whether the line may move and count. */
  motion: boolean;
  now: () => number;
};

const calmFrameMs = 1000;
/** After this time the line shows how long the wait has lasted, in milliseconds. */
const clockAfterMs = 2000;
/** For the mark, a blank, and the `^C` that a terminal may write after the line: it must not wrap. */
const spareCells = 2 + 3;
/** Without redrawing, or with a screen reader, a wait of this length gets a line of its own. In milliseconds. */
const plainAfterMs = 3000;

export function createLiveLine(options: LiveLineOptions): LiveLine {
  return options.output.canRedraw ? createMovingLine(options) : createPlainLines(options);
}

/** The cursor stays visible at the end of the line, so nothing has to be restored if the process dies. */
function createMovingLine({ output, motion, now }: LiveLineOptions): LiveLine {
  let drawn = '';
  const write = (text: string): void => void output.write(text).catch(() => {});

  return {
    frameMs: motion ? spinnerMs : calmFrameMs,
    draw({ label, since }) {
      if (!isInForeground()) {
        drawn = '';
        return;
      }
      const seconds = Math.floor((now() - since) / 1000);
      const clock =
        motion && typeof label === 'string' && now() - since >= clockAfterMs ? ` ${seconds} s` : '';
      const mark = motion ? spinnerFrame(now()) : '•';
      const words = cutToWidth(toOneLine(toText(label)), output.columns - spareCells - clock.length);
      const next = `${mark} ${words}${clock}`;
      if (next === drawn) return;
      // Erase only this row. In a window that became narrow the line may have wrapped or not, and the row above may not be ours.
      write(`\r${paint(output, 'cyan', mark)} ${paint(output, 'dim', words + clock)}\u001b[K`);
      drawn = next;
    },
    erase() {
      if (drawn === '') return;
      write('\r\u001b[2K');
      drawn = '';
    },
  };
}

function createPlainLines({ output, now }: LiveLineOptions): LiveLine {
  let said = '';
  return {
    frameMs: calmFrameMs,
    draw({ label, since }) {
      if (typeof label !== 'string' || label === said || now() - since < plainAfterMs) return;
      said = label;
      void output.write(`${toOneLine(label)}…\n`).catch(() => {});
    },
    erase() {},
  };
}

function toText(label: WaitLabel): string {
  return typeof label === 'string' ? label : label();
}

/** Whether we are in the foreground: a background job would draw over what the person types. True if the system does not tell. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The program's name may contain blanks and brackets.
    const [, , group, , , terminalGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminalGroup === group || terminalGroup === '-1';
  } catch {
    return true;
  }
}
