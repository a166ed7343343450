import { closeSync, constants, fstatSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../../config/file-lock.ts';
import { parseJson, toObject } from '../../json-value.ts';
import { excludeSpans, type PromptText, readSpans, toTyped } from '../../prompt-text.ts';
import { openRegular, readFileNow } from '../../read-file-now.ts';
import { writeAtomically } from '../../write-atomically.ts';
import { type KeptPrompt, readKeptFields, toKeptFields } from '../turns/kept-attachments.ts';
import { appendPrompt, isWorthKeeping } from './history.ts';

/** The prompts of all chats: one JSON object a line, the newest last. */
export type HistoryFile = {
  /** Appends a prompt, unless it is the last one. Several processes can do this at the same time. Rejects if the file cannot be written. */
  add(prompt: KeptPrompt, options?: AddOptions): Promise<void>;
  /**
   * Appends a prompt that is not sent yet, under a random id of the caller. `load` of this process does not give it; other
   * and later chats have it, so that not even SIGKILL loses it. Rejects if the file cannot be written.
   */
  addWaiting(id: string, prompt: KeptPrompt, options?: AddOptions): Promise<void>;
  /** Removes prompts that were not sent. Rejects if the file cannot be written. */
  removeWaiting(ids: readonly string[]): Promise<void>;
  /**
   * The last prompts, the oldest first. Those of this process come last, whatever other chats have added since: as in a shell, the newest
   * prompt is the person's own here. Lines that cannot be read are skipped. It takes a few milliseconds, so it is called by the first key
   * that needs it and not at the start.
   */
  load(): KeptPrompt[];
};

type AddOptions = {
  /** Waiting prompts that the added one replaces, in the same step. */
  instead?: readonly string[];
};

type HistoryFileOptions = {
  /** The data folder. */
  folder: string;
  signal: AbortSignal;
  /** False if prompts are kept in this process only. */
  isKept?: boolean;
  /** How many prompts remain when the file is cut. It is cut when it has twice as many. */
  maxPrompts?: number;
};

/** The file is also cut to this many characters when it has twice as many: it is read as a whole. */
const maxSize = 16 * 1024 * 1024;
const shortestLine = '{"prompt":"x"}\n'.length;
const newline = 10;
const fileName = 'prompt-history.jsonl';

export function createHistoryFile(options: HistoryFileOptions): HistoryFile {
  const { folder, signal, isKept = true, maxPrompts = 2000 } = options;
  const path = join(folder, fileName);
  let lastWrite: Promise<void> = Promise.resolve();
  const added: KeptPrompt[] = [];
  /** The ids of prompts that wait in this process. They stay hidden when they are sent, too: then `added` has them. */
  const own = new Set<string>();

  /** Changes the file after the changes before. `change` returns the size of the file. */
  function write(change: () => number): Promise<void> {
    if (!isKept) return Promise.resolve();
    const work = (): Promise<void> =>
      withFileLock(
        path,
        async () => {
          if (change() > 2 * maxPrompts * shortestLine) cut(path, maxPrompts);
        },
        { signal },
      );
    const written = lastWrite.then(work);
    lastWrite = written.catch(() => {});
    return written;
  }

  return {
    add(prompt, { instead = [] } = {}) {
      if (!isWorthKeeping(prompt, undefined)) return Promise.resolve();
      // A copy, because the same prompt may be added twice.
      const entry = { ...prompt };
      added.push(entry);
      return write(() => put(path, toLine(entry), instead));
    },
    addWaiting(id, prompt, { instead = [] } = {}) {
      own.add(id);
      return write(() => put(path, toLine(prompt, id), instead));
    },
    removeWaiting: (ids) => write(() => put(path, '', ids)),
    load() {
      const prompts = readPrompts(
        withoutLines(
          readText(path),
          added.map((prompt) => toLine(prompt)),
        ),
        own,
      );
      for (const prompt of added) appendPrompt(prompts, prompt);
      return prompts.slice(-maxPrompts);
    },
  };
}

/**
 * Removes some or all prompts from the file, while other processes may add to it. Also removes temporary files of a killed process. Rejects
 * if the file cannot be written.
 */
export async function forgetPrompts(
  { folder, signal }: Pick<HistoryFileOptions, 'folder' | 'signal'>,
  isForgotten: 'all' | ((prompt: string) => boolean),
): Promise<void> {
  const path = join(folder, fileName);
  const listFiles = (): string[] => {
    try {
      return readdirSync(folder).filter((name) => name.startsWith(fileName) && !name.endsWith('.lock'));
    } catch {
      return [];
    }
  };
  if (listFiles().length === 0) return;
  await withFileLock(
    path,
    async () => {
      const isWhole = isForgotten === 'all';
      for (const name of listFiles())
        if (isWhole || name !== fileName) rmSync(join(folder, name), { force: true });
      if (isWhole) return;
      const lines = readText(path).split('\n').filter(Boolean);
      const kept = lines.filter((line) => {
        const { prompt } = toObject(parseJson(line));
        return typeof prompt === 'string' && !isForgotten(prompt);
      });
      if (kept.length < lines.length) replaceLines(path, kept);
    },
    { signal },
  );
}

/** Appends a line, unless the file ends with it. Returns the size of the file. */
function append(path: string, line: string): number {
  const file = openRegular(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, { mode: 0o600 });
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.from(`\n${line}`);
    const end = Buffer.alloc(Math.min(size, bytes.length));
    readSync(file, end, 0, end.length, size - end.length);
    const isRepeat = end.equals(bytes) || (size === bytes.length - 1 && end.equals(bytes.subarray(1)));
    // If a killed process left an incomplete line, end it first.
    // All of it, or it throws: a full disk takes a part.
    if (!isRepeat) writeFileSync(file, size === 0 || end.at(-1) === newline ? line : `\n${line}`);
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

/** Keeps the last prompts if there are twice as many. A concurrent reader sees the old file or the new one. */
function cut(path: string, maxPrompts: number): void {
  const lines = readText(path).split('\n').filter(Boolean);
  const size = lines.reduce((sum, line) => sum + line.length, 0);
  if (lines.length <= 2 * maxPrompts && size <= 2 * maxSize) return;
  const kept = lines.slice(-maxPrompts);
  let keptSize = kept.reduce((sum, line) => sum + line.length, 0);
  while (keptSize > maxSize && kept.length > 1) keptSize -= kept.shift()?.length ?? 0;
  replaceLines(path, kept);
}

/** Appends a line and removes waiting prompts, in one step: a killed process leaves the one or the other. Returns the size of the file. */
function put(path: string, line: string, instead: readonly string[]): number {
  const lines = instead.length > 0 ? readText(path).split('\n').filter(Boolean) : [];
  const isReplaced = (one: string): boolean =>
    instead.some((id) => one.includes(id) && toObject(parseJson(one)).waits === id);
  const kept = lines.filter((one) => !isReplaced(one));
  if (kept.length === lines.length) return line === '' ? 0 : append(path, line);
  const added = line.trimEnd();
  replaceLines(path, added === '' || added === kept.at(-1) ? kept : [...kept, added]);
  return kept.reduce((size, one) => size + one.length + 1, line.length);
}

function replaceLines(path: string, lines: readonly string[]): void {
  writeAtomically(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
}

function readText(path: string): string {
  try {
    return readFileNow(path).toString('utf8');
  } catch {
    return '';
  }
}

/** `pasted` is left out if everything was typed. `waits` is the id of a prompt that was not sent yet. */
export function toLine({ text, typed, kept }: KeptPrompt, waits?: string): string {
  const pasted = excludeSpans(typed, text.length);
  return `${JSON.stringify({ prompt: text, ...(pasted.length > 0 && { pasted }), ...toKeptFields(kept), waits })}\n`;
}

/** Drops the last occurrence of each line. */
function withoutLines(text: string, dropped: readonly string[]): string {
  if (dropped.length === 0) return text;
  const counts = new Map<string, number>();
  for (const line of dropped) counts.set(line.trimEnd(), (counts.get(line.trimEnd()) ?? 0) + 1);
  const others = text
    .split('\n')
    .reverse()
    .filter((line) => {
      const count = counts.get(line) ?? 0;
      if (count > 0) counts.set(line, count - 1);
      return count === 0;
    });
  return others.reverse().join('\n');
}

/** `hidden` are the ids of waiting prompts that are left out. */
export function readPrompts(text: string, hidden: ReadonlySet<string> = new Set()): KeptPrompt[] {
  const prompts: KeptPrompt[] = [];
  /** The places of prompts with attachments, by their words. */
  const places = new Map<string, number>();
  for (const line of text.split('\n')) {
    const { prompt, pasted, waits, ...others } = toObject(parseJson(line));
    if (typeof prompt !== 'string' || (typeof waits === 'string' && hidden.has(waits))) continue;
    const kept = readKeptFields(others);
    const entry = pasted === undefined ? toTyped(prompt) : withoutPasted(prompt, pasted);
    const place = places.get(prompt);
    // It was sent since, or is kept again.
    if (place !== undefined) prompts[place] = withoutKept(prompts[place] ?? entry);
    appendPrompt(prompts, kept ? { ...entry, kept } : entry);
    if (kept) places.set(prompt, prompts.length - 1);
  }
  return prompts;
}

const withoutKept = ({ text, typed }: KeptPrompt): KeptPrompt => ({ text, typed });

/** If the spans cannot be read, the whole text counts as pasted. */
function withoutPasted(text: string, pasted: unknown): PromptText {
  const spans = readSpans(pasted, text.length);
  return { text, typed: spans.length === 0 ? [] : excludeSpans(spans, text.length) };
}
