import { isObject } from '../json-value.ts';
import { clientNames } from './client-names.ts';
import { loadEditor } from './edit-file.ts';
import { editValue, getIn, isSameValue } from './edits.ts';
import type { Edit } from './setup.ts';
import { type FileRecord, hashBytes, openSetupRecord } from './setup-record.ts';
import { decodeFile, readTextFile } from './text-file.ts';

export type WrittenFile = {
  client: string;
  path: string;
  /** `kept`: all that we wrote is there. `changed`: some of it is not. `gone`: the file is not there. `broken`: it cannot be read. */
  state: 'kept' | 'changed' | 'gone' | 'broken';
  /** The server that it was pointed at, if the file names it. */
  url: string | undefined;
};

/** Every file that `serve --for` wrote, and whether it still says what it was written for. Throws CliError `config` if our record is broken. */
export async function listWrittenFiles(recordFile: string): Promise<WrittenFile[]> {
  const record = openSetupRecord(recordFile);
  const found = clientNames.flatMap((client) => record.list(client).map((file) => ({ client, file })));
  return Promise.all(
    found.map(async ({ client, file }) => ({
      client,
      path: file.path,
      state: await readState(file),
      url: findUrl(file.edits),
    })),
  );
}

async function readState({ path, format, after, edits }: FileRecord): Promise<WrittenFile['state']> {
  try {
    const file = readTextFile(path);
    if (!file.bytes) return 'gone';
    if (hashBytes(file.bytes) === after) return 'kept';
    const value = (await loadEditor(format)).parse(decodeFile(file));
    return edits.every((edit) => isThere(value, edit)) ? 'kept' : 'changed';
  } catch {
    return 'broken';
  }
}

function isThere(value: unknown, edit: Edit): boolean {
  const present = getIn(value, edit.path);
  if (edit.kind === 'set' && edit.isDefault) return present !== undefined;
  return isSameValue(present, getIn(editValue(value, edit), edit.path));
}

/** The first `http:` URL in what was written: a server of ours. */
function findUrl(value: unknown): string | undefined {
  if (typeof value === 'string') return /^http:\/\/[\w.:[\]-]+(?=\/|$)/.exec(value)?.[0];
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  for (const item of inner) {
    const url = findUrl(item);
    if (url !== undefined) return url;
  }
  return undefined;
}
