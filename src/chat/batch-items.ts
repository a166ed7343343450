import { type CollectOptions, collectFiles, listLabels } from '../attachments/collect-files.ts';
import { formatFiles } from '../attachments/format-files.ts';
import { createFinder } from '../attachments/found.ts';
import type { Context } from '../context.ts';
import { advise, run } from '../hint.ts';
import { readStdinText } from '../terminal/stdin-text.ts';
import { type BatchItem, hashText, type StoredRecord } from './batch-record.ts';
import { toCollectOptions } from './say.ts';
import { createScriptError, findLinesOrigin } from './stdin-input.ts';
import { describeSilence, waitForStdin } from './waiting.ts';

/** The items of a batch. */
export type BatchItems = {
  items: readonly BatchItem[];
  /** The names of one item and of several. */
  words: [one: string, many: string];
  /** How an error calls an item. */
  toName(index: number): string;
  /** The text to ask about, and the fields that its record has beside it. Throws CliError for an item that cannot be read. */
  read(index: number): Promise<{ text: string; fields: Record<string, unknown> }>;
  /** The fields of a record of an item that could not be read. */
  toFields(index: number): Record<string, unknown>;
  /** Whether an earlier answer is about the item's present content. */
  isCurrent(index: number, record: StoredRecord): Promise<boolean>;
};

/** The lines of stdin, without blank ones. */
export async function readLineItems(context: Context, signal: AbortSignal): Promise<BatchItems> {
  const { io, warn } = context;
  // Looked at before anything is read.
  const { kind, isShared } = findLinesOrigin(context);
  if (kind === 'script')
    throw createScriptError(
      advise`Nothing was sent. Redirect the lines: ${run('chat --each-line "Translate:" < lines.txt')}`,
    );
  const onSilence = (): void => warn(describeSilence());
  const text = await waitForStdin(context, () =>
    readStdinText(io.stdin, { patience: undefined, signal, onSilence }),
  );
  if (isShared && text?.trim())
    warn(
      'the lines on stdin belong to the script or loop that runs this command, which cannot read them any more.',
    );
  const lines = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) warn('stdin holds no lines, so nothing is asked.');
  return {
    items: lines.map((input) => ({ input })),
    words: ['line', 'lines'],
    toName: (index) => `line ${index + 1}`,
    read: async (index) => ({ text: lines[index] ?? '', fields: {} }),
    toFields: () => ({}),
    isCurrent: async () => true,
  };
}

export type FileItemsOptions = {
  files: readonly string[];
  /** The files of each flag. */
  fileLists: readonly (readonly string[])[];
  isOwn: CollectOptions['isOwn'];
  signal: AbortSignal;
};

/** Files, and those of folders and globs, without empty ones. Throws what listing them throws. */
export async function listFileItems(
  context: Context,
  { files: specs, fileLists, isOwn, signal }: FileItemsOptions,
): Promise<BatchItems> {
  const options: CollectOptions = {
    ...toCollectOptions(context, signal),
    finder: createFinder(context.cwd),
    lists: fileLists,
    isOwn,
  };
  const labels = await listLabels(specs, options);
  const read = async (index: number): Promise<{ text: string; sha256: string }> => {
    const files = await collectFiles([labels[index] ?? ''], { ...options, lists: [] });
    return {
      text: formatFiles(files)
        .map((part) => part.text)
        .join('\n'),
      sha256: hashText(files.map((file) => file.text).join('\n')),
    };
  };
  return {
    items: labels.map((input) => ({ input })),
    words: ['file', 'files'],
    toName: (index) => labels[index] ?? '',
    async read(index) {
      const { text, sha256 } = await read(index);
      return { text, fields: { file: labels[index], sha256 } };
    },
    toFields: (index) => ({ file: labels[index] }),
    async isCurrent(index, record) {
      const now = await read(index).catch(() => {
        signal.throwIfAborted();
        return undefined;
      });
      return now?.sha256 === record.sha256;
    },
  };
}
