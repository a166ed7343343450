import { CliError } from '../../errors.ts';
import { isObject } from '../../json-value.ts';
import { suggest } from '../../nearest.ts';
import { readFileNow } from '../../read-file-now.ts';
import { parseKey, spellKey } from '../keys/key.ts';
import { type Command, type KeyBinding, keyBindings } from './key-bindings.ts';

/** Takes the meaning from a key. */
const noCommand = 'none';

/** More keys than any keyboard has. */
const maxSize = 65_536;

/** The keys of the chat as a file changes them: `{"keys": {"ctrl+x": "send"}}`, see docs/keys.schema.json. Throws CliError `config` with the line of what is wrong. */
export function readKeymap(path: string): readonly KeyBinding[] {
  return changeBindings(readEntries(path, readText(path)), path);
}

type Entry = { key: string; command: string; line: number };

function readText(path: string): string {
  const bytes = readFileNow(path);
  if (bytes.length > maxSize)
    throw new CliError('config', `${path} is too large for a file of keys`, {
      hint: 'Keep only the keys that you change.',
    });
  return bytes.toString('utf8');
}

function readEntries(path: string, text: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const place = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = place === undefined ? undefined : countLine(text, Number(place));
    throw createError(path, line, 'is not valid JSON', 'Check for a missing comma or quotation mark.');
  }
  const keys = isObject(value) ? value.keys : undefined;
  if (!isObject(keys)) throw createError(path, 1, 'has no "keys"', example);
  const entries: Entry[] = [];
  // JSON keeps the last of two equal names; the text has both.
  for (const { 1: quoted = '', index } of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:/g)) {
    const key = JSON.parse(quoted) as string;
    if (!Object.hasOwn(keys, key)) continue;
    const [, after = ''] = /^\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text.slice(index + quoted.length)) ?? [];
    const line = countLine(text, index);
    if (after === '') throw createError(path, line, `"${key}" has no command in quotation marks`, example);
    entries.push({ key, command: JSON.parse(after) as string, line });
  }
  return entries;
}

const example = 'Write it like {"keys": {"ctrl+x": "send", "ctrl+o": "none"}}.';

function countLine(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function createError(path: string, line: number | undefined, problem: string, hint: string): CliError {
  return new CliError('config', `${path}${line === undefined ? '' : `, line ${line}`}: ${problem}`, { hint });
}

function changeBindings(entries: readonly Entry[], path: string): readonly KeyBinding[] {
  const commands = keyBindings.map(({ command }) => command as string);
  const chosen = new Map<string, Entry>();
  for (const entry of entries) {
    const key = toSpelling(entry, path);
    if (!commands.includes(entry.command) && entry.command !== noCommand)
      throw createError(
        path,
        entry.line,
        `there is no command "${entry.command}"${suggest(entry.command, [...commands, noCommand])}`,
        '/keys test in the chat names the command of each key.',
      );
    const other = chosen.get(key);
    if (other)
      throw createError(
        path,
        entry.line,
        `${key} is bound to ${other.command} in line ${other.line}, and to ${entry.command} here`,
        'Keep one of the two lines.',
      );
    chosen.set(key, entry);
  }
  const changed = keyBindings.map((binding) => {
    const kept = binding.keys.filter((key) => !chosen.has(spellKey(parseKey(key))));
    const added = [...chosen].filter(([, { command }]) => command === binding.command).map(([key]) => key);
    return { ...binding, keys: [...kept, ...added] };
  });
  checkNeeded(changed, path);
  return changed;
}

function toSpelling({ key, line }: Entry, path: string): string {
  try {
    return spellKey(parseKey(key));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw createError(path, line, error.message, 'Write keys like ctrl+x, alt+enter, shift+tab or f5.');
  }
}

/** Without these keys a chat could not be used, or not be stopped. */
const needed: readonly Command[] = ['send', 'cancel'];

function checkNeeded(bindings: readonly KeyBinding[], path: string): void {
  for (const { command, keys } of bindings)
    if (needed.includes(command) && keys.length === 0)
      throw createError(
        path,
        undefined,
        `no key is left for ${command}`,
        `Give ${command} a key, or remove the line that takes its last one.`,
      );
}
