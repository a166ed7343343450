import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../../env.ts';
import { createMaskStream } from '../../mask-stream.ts';
import { createCapture, toPlainPiece } from '../../terminal/run-command.ts';
import { makeOutputFolder, removeOldOutputs } from '../outputs.ts';

/** Characters of an output that the model gets: the beginning and the end. */
const mostShown = 30_000;
/** Characters of an output that are kept. */
const mostKept = 64 * 1024 * 1024;
/** Most lines of a flood: there is nothing to take out. */
const isPlainLine = /^[\t -~]*$/;

/** A longer line is taken in pieces. */
const longestLine = 64 * 1024;
/** An escape sequence that is longer may be taken for text. */
const longestSequence = 4096;

export type LongOutput = {
  /** A piece of the output, with escape sequences. False if there was too much. */
  add(text: string): boolean;
  /** The last line so far, for a person. */
  readLast(): string;
  /** What the model gets. `path` is the file of the whole output, if that is longer. */
  end(): { text: string; path: string | undefined };
};

/** Gathers an output as plain text without secrets of `env`. Writes it to a file of `folder` once it is too long to be shown. */
export function createLongOutput({
  folder,
  name,
  env,
}: {
  folder: string;
  name: string;
  env: Env;
}): LongOutput {
  const capture = createCapture(mostShown / 2);
  const masks = createMaskStream(env);
  /** Not written yet, and undefined once there is a file. */
  let unwritten: string | undefined = '';
  let path: string | undefined;
  let rest = '';
  let last = '';
  let length = 0;

  function take(text: string): void {
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    keep(masks.add([...lines.map((line) => toPlain(line).trimEnd()), toPlain(rest)].join('\n')));
  }

  function keep(text: string): void {
    last = findLast(text) ?? last;
    length += text.length;
    capture.add(text);
    if (path !== undefined) appendFileSync(path, text);
    else unwritten += text;
    if (path === undefined && length > mostShown) openFile();
  }

  /** Without a place for it, the middle is lost. */
  function openFile(): void {
    const file = join(folder, name);
    try {
      makeOutputFolder(folder);
      removeOldOutputs(folder, Date.now());
      writeFileSync(file, unwritten ?? '', { flag: 'wx', mode: 0o600 });
      path = file;
    } catch {
      // The model is told nothing of a file.
    }
    unwritten = path === undefined ? (unwritten ?? '').slice(-1) : undefined;
  }

  return {
    add(text) {
      rest += text;
      const end = rest.length > longestLine ? findWholeEnd(rest) : rest.lastIndexOf('\n') + 1;
      if (end > 0) take(rest.slice(0, end));
      rest = rest.slice(end);
      return length < mostKept;
    },
    readLast: () => findLast(masks.peek()) ?? last,
    end() {
      if (rest !== '') take(rest);
      rest = '';
      keep(masks.end());
      return { text: capture.read().trimEnd(), path };
    },
  };
}

function toPlain(line: string): string {
  return isPlainLine.test(line) ? line : toPlainPiece(line);
}

/** The last line that is not blank. */
function findLast(text: string): string | undefined {
  const lines = text.trimEnd();
  return lines === '' ? undefined : lines.slice(lines.lastIndexOf('\n') + 1);
}

/** In front of an escape sequence or a line end that may go on in the next piece. */
function findWholeEnd(text: string): number {
  const begun = text.lastIndexOf('\u001b');
  let end = begun > 0 && text.length - begun < longestSequence ? begun : text.length;
  while (end > 0 && text[end - 1] === '\r') end -= 1;
  return end > 0 ? end : text.length;
}
