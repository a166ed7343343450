import type { TerminalWrite } from '../emulator/pseudo-terminal.ts';
import { type Frame, splitFrames } from './screen-frames.ts';

export type WritesReport = {
  frames: Frame[];
  /** Bytes of UTF-8, all frames together. */
  bytes: number;
  /** `peak` is the most that began in any second, `overall` the mean from the first to the last. */
  framesPerSecond: { peak: number; overall: number };
  bytesPerFrame: { median: number; p95: number };
  /** How often each sequence was written that takes away what a person has on the screen or above it. */
  forbidden: Record<ForbiddenSequence, number>;
  /**
   * How many times a row was written that says this from its first to its last character, whatever its style. Moving
   * the cursor to another row, or erasing one, ends a row as a line feed does.
   */
  countLine(text: string): number;
};

const forbiddenSequences = {
  eraseScreen: '\u001b[2J',
  eraseScrollback: '\u001b[3J',
  alternateScreen: '\u001b[?1049h',
};

export type ForbiddenSequence = keyof typeof forbiddenSequences;

/** Measures what a program wrote to its terminal. Times are as exact as the reading was prompt. */
export function measureWrites(writes: readonly TerminalWrite[]): WritesReport {
  const frames = splitFrames(writes);
  const output = writes.map(({ text }) => text).join('');
  const sizes = frames.map((frame) => frame.bytes).sort((a, b) => a - b);
  let lines: Map<string, number> | undefined;
  return {
    frames,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    framesPerSecond: { peak: findPeak(frames), overall: findMean(frames) },
    bytesPerFrame: { median: takeQuantile(sizes, 0.5), p95: takeQuantile(sizes, 0.95) },
    forbidden: countForbidden(output),
    countLine(text) {
      lines ??= countLines(output);
      return lines.get(text.trimEnd()) ?? 0;
    },
  };
}

function findPeak(frames: Frame[]): number {
  let first = 0;
  return frames.reduce((peak, { at }, index) => {
    while ((frames[first]?.at ?? at) <= at - 1000) first += 1;
    return Math.max(peak, index - first + 1);
  }, 0);
}

function findMean(frames: Frame[]): number {
  const milliseconds = (frames.at(-1)?.at ?? 0) - (frames[0]?.at ?? 0);
  return milliseconds === 0 ? frames.length : ((frames.length - 1) * 1000) / milliseconds;
}

/** The smallest value that so many of the values do not exceed. */
function takeQuantile(sorted: number[], quantile: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * quantile) - 1)] ?? 0;
}

function countForbidden(output: string): Record<ForbiddenSequence, number> {
  const count = (sequence: string): number => output.split(sequence).length - 1;
  return {
    eraseScreen: count(forbiddenSequences.eraseScreen),
    eraseScrollback: count(forbiddenSequences.eraseScrollback),
    alternateScreen: count(forbiddenSequences.alternateScreen),
  };
}

/** Styles, modes, and links (OSC 8) or other commands to the terminal. */
const unseen = /\u001b\[[\d;:]*m|\u001b\[[?>=<][\d;]*[a-zA-Z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
/** Line feeds, returns, and whatever else moves the cursor or erases. */
const rowEnd = /[\r\n]+|\u001b\[[\d;]*[@-~]|\u001b[78DEHM]/;

function countLines(output: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of output.replace(unseen, '').split(rowEnd)) {
    const text = row.trimEnd();
    if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}
