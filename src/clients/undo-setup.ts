import { CliError } from '../errors.ts';
import { type SetupOptions, toBackupPath } from './apply-setup.ts';
import { loadEditor } from './edit-file.ts';
import { type FileRecord, hashBytes, openSetupRecord } from './setup-record.ts';
import { takeBack } from './take-back.ts';
import {
  decodeFile,
  readTextFile,
  removeEmptyFolders,
  removeFile,
  type TextFile,
  writeTextFile,
} from './text-file.ts';

export type UndoOutcome = {
  path: string;
  /**
   * `restored`: as before, byte for byte. `removed`: there was no file before. `taken-back`: only our keys were removed, because the file
   * has changed. `gone`: the file was already removed.
   */
  state: 'restored' | 'removed' | 'taken-back' | 'gone';
  /** With `taken-back`: the keys whose values somebody has changed, which stay. */
  left: string[];
};

/** Undoes what `applySetup` wrote for a client. Throws CliError `usage` if it wrote nothing, `config` if a file cannot be read or written. */
export async function undoSetup(
  client: string,
  { recordFile }: Pick<SetupOptions, 'recordFile'>,
): Promise<UndoOutcome[]> {
  const record = openSetupRecord(recordFile);
  const files = record.list(client);
  if (files.length === 0) {
    throw new CliError('usage', `nothing was written for ${client}`, {
      hint: 'Only what copilot-cli wrote itself can be undone.',
    });
  }
  const outcomes: UndoOutcome[] = [];
  for (const file of files) outcomes.push(await undoFile(file));
  await record.replace(client, []);
  return outcomes;
}

async function undoFile(record: FileRecord): Promise<UndoOutcome> {
  const { path } = record;
  const file = readTextFile(path);
  if (!file.bytes) return { path, state: 'gone', left: [] };
  const before = record.before === undefined ? undefined : Buffer.from(record.before, 'base64');
  if (hashBytes(file.bytes) !== record.after && !before?.equals(file.bytes)) {
    return undoByKeys(file, record, before);
  }
  restore(file, before, record.mode);
  removeEmptyFolders(path, record.madeFolder);
  return { path, state: before ? 'restored' : 'removed', left: [] };
}

/** The copy beside the file stays: the person may need it. */
async function undoByKeys(
  file: TextFile,
  { format, edits, madeFolder }: FileRecord,
  before: Buffer | undefined,
): Promise<UndoOutcome> {
  const { path } = file;
  const text = decodeFile(file);
  const result = takeBack(await loadEditor(format), { path, text }, edits, before?.toString() ?? '');
  if (result.isEmpty && !before) {
    removeFile(path);
    removeEmptyFolders(path, madeFolder);
    return { path, state: 'removed', left: [] };
  }
  if (result.text !== text) writeTextFile(path, Buffer.from(result.text), file.mode);
  return { path, state: 'taken-back', left: result.left };
}

function restore({ path }: TextFile, before: Buffer | undefined, mode: number | undefined): void {
  if (before) writeTextFile(path, before, mode);
  else removeFile(path);
  const backup = readTextFile(toBackupPath(path));
  if (before && backup.bytes?.equals(before)) removeFile(backup.path);
}
