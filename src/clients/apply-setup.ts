import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { editFile, loadEditor } from './edit-file.ts';
import { type DiffLine, diffLines } from './line-diff.ts';
import { listPaths, type Machine } from './place.ts';
import type { ClientSetup, Edit, FileChange } from './setup.ts';
import { type FileRecord, hashBytes, openSetupRecord } from './setup-record.ts';
import { takeBack } from './take-back.ts';
import { decodeFile, findMissingFolder, readTextFile, type TextFile, writeTextFile } from './text-file.ts';

export type SetupOptions = Machine & {
  /** The JSON file with what is needed to undo. */
  recordFile: string;
};

export type FileOutcome = {
  /** The real path, with links followed. */
  path: string;
  state: 'created' | 'changed' | 'unchanged';
  /** The copy of the file as it was before. */
  backup: string | undefined;
  lines: DiffLine[];
};

/** Added to the name of a copy. */
const backupEnding = '.before-copilot-cli';

type Plan = {
  file: TextFile;
  before: Buffer | undefined;
  madeFolder: string | undefined;
  text: string;
  next: string;
  change: FileChange;
};

/**
 * Writes a client's settings into its files and keeps copies. Idempotent, and parses all files before the first write. Throws CliError
 * `usage` for a client without files, and `config` for unreadable or unwritable ones.
 */
export async function applySetup(setup: ClientSetup, options: SetupOptions): Promise<FileOutcome[]> {
  const plans = await planSetup(setup, options);
  const changing = plans.filter(({ text, next }) => text !== next);
  if (changing.length > 0) {
    const record = openSetupRecord(options.recordFile);
    const untouched = record
      .list(setup.client)
      .filter(({ path }) => changing.every(({ file }) => file.path !== path));
    // The record comes first, so that every change can be undone.
    await record.replace(setup.client, [...untouched, ...changing.map(toRecord)]);
  }
  for (const plan of changing) {
    const { file, before, next, change } = plan;
    if (before) writeTextFile(file.path + backupEnding, before, file.mode ?? 0o600);
    writeTextFile(file.path, Buffer.from(next), file.mode ?? (change.holdsKey ? 0o600 : undefined));
  }
  return plans.map(toOutcome);
}

/** The path of the copy of a file. */
export function toBackupPath(path: string): string {
  return path + backupEnding;
}

async function planSetup(setup: ClientSetup, options: SetupOptions): Promise<Plan[]> {
  if (setup.files.length === 0) {
    throw new CliError('usage', `${setup.title} is set up by hand; there is no file to write`, {
      hint: advise`Run the command without ${flag('--write')} to see the steps.`,
    });
  }
  const records = openSetupRecord(options.recordFile).list(setup.client);
  return Promise.all(setup.files.map((change) => planFile(change, records, options)));
}

async function planFile(change: FileChange, records: FileRecord[], machine: Machine): Promise<Plan> {
  const [first, ...others] = listPaths(change.place, machine).map(readTextFile);
  if (!first) throw new Error('a place without a file');
  const file = first.bytes ? first : (others.find(({ bytes }) => bytes) ?? first);
  const text = decodeFile(file);
  const record = records.find(({ path }) => path === file.path);
  const before = await findBefore(file, record);
  // Removes values that we wrote last time and would not write now.
  const isStale = record?.edits.some((old) => !change.edits.some((edit) => isSameKey(edit, old)));
  const base = isStale && file.bytes ? (before?.toString() ?? '') : text;
  const next = editFile(await loadEditor(change.format), { path: file.path, text: base }, change.edits);
  const madeFolder = record ? record.madeFolder : findMissingFolder(file.path);
  return { file, before, madeFolder, text, next, change };
}

function isSameKey(a: Edit, b: Edit): boolean {
  return a.kind === b.kind && a.path.join('\n') === b.path.join('\n');
}

/** The file as it was before us: our copy, or, if somebody has changed the file since, the file without what is ours. */
async function findBefore(file: TextFile, record: FileRecord | undefined): Promise<Buffer | undefined> {
  if (!record || !file.bytes) return file.bytes;
  const before = record.before === undefined ? undefined : Buffer.from(record.before, 'base64');
  if (hashBytes(file.bytes) === record.after) return before;
  const { text, isEmpty } = takeBack(
    await loadEditor(record.format),
    { path: file.path, text: decodeFile(file) },
    record.edits,
    before?.toString() ?? '',
  );
  return isEmpty && before === undefined ? undefined : Buffer.from(text);
}

function toRecord({ file, before, madeFolder, next, change }: Plan): FileRecord {
  return {
    path: file.path,
    format: change.format,
    before: before?.toString('base64'),
    madeFolder,
    mode: file.mode,
    after: hashBytes(Buffer.from(next)),
    edits: change.edits,
  };
}

function toOutcome({ file, before, text, next }: Plan): FileOutcome {
  const isChanged = text !== next;
  return {
    path: file.path,
    state: !isChanged ? 'unchanged' : file.bytes ? 'changed' : 'created',
    backup: isChanged && before ? toBackupPath(file.path) : undefined,
    lines: diffLines(text, next),
  };
}
