import { quoteValue } from '../../terminal-text.ts';
import { type DiffLine, diffLines } from '../../tools/diff-lines.ts';
import type { Preview } from '../../tools/tool.ts';
import type { BodyLine } from './body.ts';

type Diff = Extract<Preview, { type: 'diff' }>;
type FileChange = Diff['files'][number];

/** Of one file. Nobody reads more, and what nobody read is not allowed: see `isWhole`. */
const mostLines = 100_000;

/** A question above names a single file, and cuts a longer path in a narrow window. */
const longestInQuestion = 40;

/** To find out how long texts differ takes time, and a change is drawn several times. */
const known = new WeakMap<Preview, Laid>();

type Laid = { lines: readonly BodyLine[]; isWhole: boolean };

/** The lines of a change, each file under its name if there are several. Undefined if the preview is no change. */
export function toDiff(preview: Preview): readonly BodyLine[] | undefined {
  return preview.type === 'diff' ? layOutOnce(preview).lines : undefined;
}

/** Whether `toDiff` has each line of the change, to its end. */
export function isWhole(preview: Preview): boolean {
  return preview.type !== 'diff' || layOutOnce(preview).isWhole;
}

function layOutOnce(preview: Diff): Laid {
  const laid = known.get(preview) ?? layOut(preview);
  known.set(preview, laid);
  return laid;
}

function layOut({ files }: Diff): Laid {
  const parts = files.map((file) => ({ file, ...layOutFile(file) }));
  return {
    lines: parts.flatMap(({ file, lines }) => [
      ...(files.length > 1 || quoteValue(file.path).length > longestInQuestion
        ? [{ kind: 'title' as const, text: describeFile(file) }]
        : []),
      ...lines,
    ]),
    isWhole: parts.every((part) => part.isWhole),
  };
}

function describeFile({ path, before, after, movedFrom }: FileChange): string {
  const name = quoteValue(path);
  if (movedFrom !== undefined) return `${name} (moved from ${quoteValue(movedFrom)})`;
  if (before === undefined) return `${name} (new)`;
  return after === undefined ? `${name} (deleted)` : name;
}

function layOutFile({ before, after }: FileChange): Laid {
  const { lines, left, isWhole: hasAll } = diffLines(before, after, { most: mostLines });
  const rest = left > 0 ? [{ kind: 'gap' as const, text: `… ${left} more lines` }] : [];
  // The numbers tell how much stands above the first lines.
  const shown = lines[0]?.kind === 'gap' ? lines.slice(1) : lines;
  const isEmpty = (before ?? '') === '' && (after ?? '') === '';
  const nothing = isEmpty ? 'an empty file' : 'no line changes';
  const empty = lines.length === 0 ? [{ kind: 'gap' as const, text: nothing }] : [];
  return { lines: [...shown.map(toBodyLine), ...rest, ...empty], isWhole: hasAll };
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
