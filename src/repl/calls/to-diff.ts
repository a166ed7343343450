import { type DiffLine, diffLines } from '../../tools/diff-lines.ts';
import type { Preview } from '../../tools/tool.ts';
import type { BodyLine } from './body.ts';

type Diff = Extract<Preview, { type: 'diff' }>;
type FileChange = Diff['files'][number];

/** Nobody reads more of one file in a chat. */
const mostLines = 5_000;

/** To find out how long texts differ takes time, and a change is drawn several times. */
const known = new WeakMap<Preview, readonly BodyLine[]>();

/** The lines of a change, each file under its name if there are several. Undefined if the preview is no change. */
export function toDiff(preview: Preview): readonly BodyLine[] | undefined {
  if (preview.type !== 'diff') return undefined;
  const lines = known.get(preview) ?? layOut(preview);
  known.set(preview, lines);
  return lines;
}

function layOut({ files }: Diff): BodyLine[] {
  return files.flatMap((file) => [
    ...(files.length > 1 ? [{ kind: 'title' as const, text: describeFile(file) }] : []),
    ...layOutFile(file),
  ]);
}

function describeFile({ path, before, after }: FileChange): string {
  if (before === undefined) return `${path} (new)`;
  return after === undefined ? `${path} (deleted)` : path;
}

function layOutFile({ before, after }: FileChange): BodyLine[] {
  const { lines, left } = diffLines(before, after, { most: mostLines });
  const rest = left > 0 ? [{ kind: 'gap' as const, text: `… ${left} more lines` }] : [];
  // The numbers tell how much stands above the first lines.
  const shown = lines[0]?.kind === 'gap' ? lines.slice(1) : lines;
  return [...shown.map(toBodyLine), ...rest];
}

const kinds: Record<DiffLine['kind'], BodyLine['kind']> = {
  same: 'context',
  removed: 'removed',
  added: 'added',
  gap: 'gap',
  note: 'gap',
};

function toBodyLine({ kind, text, before, after }: DiffLine): BodyLine {
  return { kind: kinds[kind], text: kind === 'gap' ? '…' : text, number: after ?? before };
}
