import type { Container } from './block-sink.ts';
import { type Line, type Span, toSpan } from './span.ts';

/** What stands before the text of a block: bars of quotations, marks of items. */
export type Prefix = {
  /** In cells. */
  width: number;
  /** Before the first line of a block, of which the containers from this index on are new. */
  toFirst(newFrom: number): Line;
  /** Before all other lines. */
  rest: Line;
};

/** Less is left for the text only where one mark alone takes so much. */
const narrowestText = 10;

const bullets = ['•', '◦', '▪'];

/** The prefix of a block in these containers. Where there is no room for all, the outer ones are left out. */
export function createPrefix(containers: readonly Container[], columns: number): Prefix {
  const parts = toParts(containers);
  let from = parts.length;
  let width = 0;
  for (const part of parts.toReversed()) {
    const least = from === parts.length ? 4 : narrowestText;
    if (columns - width - part.width < least) break;
    width += part.width;
    from -= 1;
  }
  const shown = parts.slice(from);
  return {
    width,
    toFirst: (newFrom) => shown.map((part, at) => (from + at >= newFrom ? part.first : part.rest)),
    rest: shown.map((part) => part.rest),
  };
}

type Part = { width: number; first: Span; rest: Span };

function toParts(containers: readonly Container[]): Part[] {
  let itemDepth = 0;
  return containers.map((container) => {
    if (container.kind === 'document') return { width: 0, first: toSpan(''), rest: toSpan('') };
    if (container.kind === 'quote') {
      const bar = toSpan('│ ', 'quote');
      return { width: 2, first: bar, rest: bar };
    }
    const mark = `${toMark(container, itemDepth)} `;
    itemDepth += 1;
    return { width: mark.length, first: toSpan(mark, 'list-mark'), rest: toSpan(' '.repeat(mark.length)) };
  });
}

/** Every character of it is one cell wide. */
function toMark({ number, task }: Container, depth: number): string {
  const box = task === undefined ? undefined : task === 'done' ? '[x]' : '[ ]';
  if (number === undefined) return box ?? bullets[depth % bullets.length] ?? '•';
  return box === undefined ? `${number}.` : `${number}. ${box}`;
}

/** A line that has nothing after its prefix ends with no blanks. */
export function joinPrefix(prefix: Line, line: Line): Line {
  if (line.length > 0) return [...prefix, ...line];
  const spans = [...prefix];
  while (spans.length > 0 && spans.at(-1)?.text.trim() === '') spans.pop();
  const last = spans.pop();
  return last ? [...spans, { ...last, text: last.text.trimEnd() }] : [];
}
