import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../../env.ts';
import { maskEnvironment } from '../../redact.ts';
import { createCapture, toPlainOutput } from '../../terminal/run-command.ts';
import { removeOldOutputs } from '../outputs.ts';

/** Characters of an output that the model gets: the beginning and the end. */
const mostShown = 30_000;
/** Characters of an output that are kept. */
const mostKept = 64 * 1024 * 1024;
/** Most lines of a flood: there is nothing to take out. */
const isPlainLine = /^[\t -~]*$/;

/** A longer line is cut in two. */
const longestLine = 64 * 1024;

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
  /** Not written yet, and undefined once there is a file. */
  let unwritten: string | undefined = '';
  let path: string | undefined;
  let rest = '';
  let last = '';
  let length = 0;

  function take(lines: string): void {
    const plain = lines
      .split('\n')
      .map((line) => (isPlainLine.test(line) ? line.trimEnd() : toPlainOutput(line)));
    const { text } = maskEnvironment(plain.join('\n'), env);
    last = plain.findLast((line) => line.trim() !== '') ?? last;
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
      mkdirSync(folder, { recursive: true, mode: 0o700 });
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
      const end = rest.length > longestLine ? rest.length : rest.lastIndexOf('\n') + 1;
      if (end > 0) take(rest.slice(0, end));
      rest = rest.slice(end);
      return length < mostKept;
    },
    readLast: () => last,
    end() {
      if (rest !== '') take(rest);
      rest = '';
      return { text: capture.read().trimEnd(), path };
    },
  };
}
