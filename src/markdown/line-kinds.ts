/** What a line of Markdown may be by itself. Each pattern reads each character a fixed number of times. */

export type Fence = { mark: string; length: number; indent: number; info: string };

export type ItemStart = {
  /** `-`, `*`, `+`, `.` or `)`. Items of one list have the same key. */
  key: string;
  number: number | undefined;
  /** The least indentation of the item's content. */
  indent: number;
  /** The item's part of the line. */
  content: string;
};

/** An HTML block, and the line that ends it; undefined: an empty line. */
export type HtmlStart = { end: RegExp | undefined };

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** Counts blanks at the start of a line, whose tabs are expanded already. */
export function countIndent(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent += 1;
  return indent;
}

/** Removes up to this many blanks at the start. */
export function dropIndent(line: string, indent: number): string {
  return line.slice(Math.min(indent, countIndent(line)));
}

/** Expands the tabs of the indentation. The line begins in this column of the text. */
export function expandIndent(line: string, column: number): string {
  const end = line.search(/[^ \t]/);
  const indent = end === -1 ? line : line.slice(0, end);
  if (!indent.includes('\t')) return line;
  let width = column;
  for (const character of indent) width += character === '\t' ? 4 - (width % 4) : 1;
  return ' '.repeat(width - column) + line.slice(indent.length);
}

export function parseFence(line: string): Fence | undefined {
  const [, indent = '', marks = '', rest = ''] = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (marks === '' || (marks.startsWith('`') && rest.includes('`'))) return undefined;
  return { mark: marks.charAt(0), length: marks.length, indent: indent.length, info: rest.trim() };
}

export function isFenceEnd(line: string, fence: Fence): boolean {
  const marks = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return marks?.startsWith(fence.mark) === true && marks.length >= fence.length;
}

export function parseHeading(line: string): { level: number; text: string } | undefined {
  const [, marks, rest = ''] = /^ {0,3}(#{1,6})((?:[ \t].*)?)$/.exec(line) ?? [];
  if (marks === undefined) return undefined;
  const text = rest.trim();
  const withoutMarks = text.slice(0, text.length - countTrailing(text, '#'));
  const isClosed = withoutMarks === '' || /[ \t]$/.test(withoutMarks);
  return { level: marks.length, text: isClosed ? withoutMarks.trimEnd() : text };
}

function countTrailing(text: string, character: string): number {
  let count = 0;
  while (count < text.length && text.charAt(text.length - 1 - count) === character) count += 1;
  return count;
}

/** The level of the heading above this line. */
export function toUnderlineLevel(line: string): 1 | 2 | undefined {
  const mark = /^ {0,3}(=+|-+)[ \t]*$/.exec(line)?.[1];
  return mark === undefined ? undefined : mark.startsWith('=') ? 1 : 2;
}

export function isRule(line: string): boolean {
  return /^ {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/.test(line);
}

/** The text after the mark of a quotation. */
export function parseQuote(line: string): string | undefined {
  const mark = /^ {0,3}>/.exec(line)?.[0];
  if (mark === undefined) return undefined;
  const rest = expandIndent(line.slice(mark.length), mark.length);
  return rest.startsWith(' ') ? rest.slice(1) : rest;
}

export function parseItem(line: string): ItemStart | undefined {
  const match = /^ {0,3}(?:([-*+])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(line);
  if (!match) return undefined;
  const [mark, bullet, number, delimiter = ''] = match;
  const rest = expandIndent(line.slice(mark.length), mark.length);
  const gap = countIndent(rest);
  // With nothing, or with code, after the mark, one blank belongs to the mark and the rest to the code.
  const ownGap = isBlank(rest) || gap > 4 ? 1 : gap;
  return {
    key: bullet ?? delimiter,
    number: number === undefined ? undefined : Number(number),
    indent: mark.length + ownGap,
    content: isBlank(rest) ? '' : rest.slice(ownGap),
  };
}

/** Whether an item may follow a line of text directly. A year or another number at the start of a line is not an item. */
export function canInterruptText(item: ItemStart): boolean {
  return item.content !== '' && (item.number === undefined || item.number === 1);
}

const htmlKinds: { start: RegExp; end: RegExp | undefined; interrupts: boolean }[] = [
  {
    start: /^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i,
    end: /<\/(?:script|pre|style|textarea)>/i,
    interrupts: true,
  },
  { start: /^ {0,3}<!--/, end: /-->/, interrupts: true },
  { start: /^ {0,3}<\?/, end: /\?>/, interrupts: true },
  { start: /^ {0,3}<!\[CDATA\[/, end: /\]\]>/, interrupts: true },
  { start: /^ {0,3}<![a-z]/i, end: />/, interrupts: true },
  {
    start:
      /^ {0,3}<\/?(?:address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|meta|nav|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:[\s/>]|$)/i,
    end: undefined,
    interrupts: true,
  },
  { start: /^ {0,3}<\/?[a-z][a-z\d-]*(?:\s[^<>]*)?>\s*$/i, end: undefined, interrupts: false },
];

export function parseHtmlStart(line: string, isUnderText: boolean): HtmlStart | undefined {
  if (!/^ {0,3}</.test(line)) return undefined;
  const kind = htmlKinds.find(({ start, interrupts }) => (interrupts || !isUnderText) && start.test(line));
  return kind && { end: kind.end };
}

/** Longer lines define nothing and begin no table, so their parsers need not be fast. */
const longestReadLine = 2_000;

/** `[label]: url "title"`: the normalised label, and the URL. */
export function parseDefinition(line: string): { label: string; target: string } | undefined {
  if (line.length > longestReadLine) return undefined;
  const [, label = '', bracketed, bare] =
    /^ {0,3}\[((?:[^[\]\\]|\\.)+)\]:[ \t]*(?:<([^<>]*)>|([^\s<]\S*))(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/.exec(
      line,
    ) ?? [];
  const target = bracketed ?? bare;
  // With a circumflex it is a footnote.
  if (label.trim() === '' || label.startsWith('^') || target === undefined) return undefined;
  return { label: toReferenceLabel(label), target };
}

/** Labels may differ in case and blanks. */
function toReferenceLabel(label: string): string {
  // Both ways, for letters such as ß that have more than one lower case.
  return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase();
}

export type Alignment = 'left' | 'center' | 'right';

/** The alignment of each column, from the line under a table's head. */
export function parseDelimiterRow(line: string): Alignment[] | undefined {
  if (line.length > longestReadLine || !/[|:]/.test(line)) return undefined;
  const cells = splitRow(line);
  if (!cells.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  return cells.map((cell) => {
    if (!cell.endsWith(':')) return 'left';
    return cell.startsWith(':') ? 'center' : 'right';
  });
}

/** The cells of a table row. A bar after a backslash belongs to a cell. */
export function splitRow(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let start = 0;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x5c) {
      const isBar = line.charCodeAt(at + 1) === 0x7c;
      if (isBar) {
        cell += `${line.slice(start, at)}|`;
        start = at + 2;
      }
      at += 1;
    } else if (code === 0x7c) {
      cells.push((cell + line.slice(start, at)).trim());
      cell = '';
      start = at + 1;
    }
  }
  cells.push((cell + line.slice(start)).trim());
  if (cells.length > 1 && cells[0] === '') cells.shift();
  if (cells.length > 1 && cells.at(-1) === '') cells.pop();
  return cells;
}

const runOfMarks = /\\.|(?<=[^\s*])\*+|(?<!\*)\*+(?=[^\s*])|~+|`+|[[\]<>]|\b_+\B|\B_+\b/g;
const partners = new Map([
  [']', '['],
  ['>', '<'],
]);

/** More than these are not waited for. */
const mostMarks = 20;

/** The marks of emphasis, code, links and tags that a text has open, after one more line. A mark by itself or inside a word is a sign. */
export function readMarks(open: readonly string[], line: string): readonly string[] {
  let marks = open;
  for (const [mark] of line.matchAll(runOfMarks)) {
    const at = marks.lastIndexOf(partners.get(mark) ?? mark);
    if (at !== -1) marks = marks.toSpliced(at, 1);
    else if (!mark.startsWith('\\') && !partners.has(mark)) marks = [...marks, mark];
    if (marks.length >= mostMarks) break;
  }
  return marks;
}
