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
/** From here on the line says how long it has been, in milliseconds. */
const clockAfterMs = 2000;
/** For the mark and a blank, and for the `^C` that a terminal writes behind the line: it must not wrap. */
const spareCells = 2 + 3;
/** A terminal that cannot draw a line again, or a screen reader, gets a line of its own for a wait as long as this. */
const plainAfterMs = 3000;

/** The line for this output: a moving one, or plain lines if no line can be drawn twice. */
export function createLiveLine(options: LiveLineOptions): LiveLine {
  return options.output.canRedraw ? createMovingLine(options) : createPlainLines(options);
}

/** The cursor stays visible at the end of the line: whatever ends the process, there is nothing to put back. */
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
      // The clock stays, however long the words are.
      const words = cutToWidth(toOneLine(toText(label)), output.columns - spareCells - clock.length);
      const next = `${mark} ${words}${clock}`;
      if (next === drawn) return;
      // Only this row: a window that became narrow may have wrapped the line or not, and the row above may be somebody else's.
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

/**
 * Whether the terminal is ours to draw on: a job in the background would draw over what the person types. True if the system does not
 * say.
 */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The name of the program may hold anything, blanks and brackets included.
    const [, , group, , , terminalGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminalGroup === group || terminalGroup === '-1';
  } catch {
    return true;
  }
}
