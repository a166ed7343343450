import type { Preview } from '../../tools/tool.ts';
import type { BodyLine } from './body.ts';

type FileChange = Extract<Preview, { type: 'diff' }>['files'][number];

const context = 3;

/** The lines of a change, each file under its name if there are several. Undefined if the preview is no change. */
export function toDiff(preview: Preview): readonly BodyLine[] | undefined {
  if (preview.type !== 'diff') return undefined;
  const { files } = preview;
  return files.flatMap((file) => [
    ...(files.length > 1 ? [{ kind: 'title' as const, text: describeFile(file) }] : []),
    ...diffFile(file),
  ]);
}

function describeFile({ path, before, after }: FileChange): string {
  if (before === undefined) return `${path} (new)`;
  return after === undefined ? `${path} (deleted)` : path;
}

/** What the two texts do not share at their beginning and their end. */
function diffFile({ before = '', after = '' }: FileChange): BodyLine[] {
  const old = toLines(before);
  const now = toLines(after);
  const shortest = Math.min(old.length, now.length);
  let start = 0;
  while (start < shortest && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shortest - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const number = (lines: readonly string[], first: number, kind: BodyLine['kind']): BodyLine[] =>
    lines.map((text, index) => ({ kind, text, number: first + index + 1 }));
  const firstShown = Math.max(0, start - context);
  const behind = now.length - end;
  return [
    ...number(now.slice(firstShown, start), firstShown, 'context'),
    ...number(old.slice(start, old.length - end), start, 'removed'),
    ...number(now.slice(start, behind), start, 'added'),
    ...number(now.slice(behind, behind + context), behind, 'context'),
  ];
}

/** A line end at the very end begins no other line. */
function toLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
