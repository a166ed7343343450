import { findFileInComment, findFileInLine, parseFenceInfo } from './file-hint.ts';

export type CodeBlock = {
  /** The word after the fence, as the model wrote it; empty where there is none. */
  language: string;
  /** Every line of it ends with a line feed. */
  text: string;
  /** What the answer calls it: as written, and not to be trusted. */
  fileName?: string;
};

/** No info string is longer, and what reads it need not be quick. */
const longestInfo = 500;

type Fence = { mark: string; length: number; indent: number; quotes: number; info: string };

/**
 * The fenced blocks of a Markdown text, as CommonMark has them: fences of backticks or tildes, closed by one that is as long or longer,
 * or by the end; in quotations, and in list items as deep as those reach.
 */
export function listCodeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  let listIndent = 0;
  let lineBefore = '';
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    listIndent = toListIndent(line, listIndent);
    const fence = parseOpening(line, listIndent);
    at += 1;
    if (fence) {
      const { code, next } = readCode(lines, at, fence);
      blocks.push(createBlock(fence.info, code, lineBefore));
      at = next;
      lineBefore = '';
    } else if (line.trim() !== '') lineBefore = line;
  }
  return blocks;
}

function createBlock(info: string, code: string[], lineBefore: string): CodeBlock {
  const { language, fileName: named } = parseFenceInfo(info);
  const fileName = named ?? findFileInComment(code[0] ?? '') ?? findFileInLine(lineBefore);
  return {
    language,
    text: code.map((line) => `${line}\n`).join(''),
    ...(fileName !== undefined && { fileName }),
  };
}

/** How deep the text of the present list item stands. Blank lines leave it open; a line further left ends it. */
function toListIndent(line: string, current: number): number {
  const { rest } = dropQuotes(line);
  if (rest.trim() === '') return current;
  const indent = countIndent(rest);
  const item = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+/.exec(rest);
  if (item && indent <= current + 3) return item[0].replaceAll('\t', '    ').length;
  return Math.min(indent, current);
}

function parseOpening(line: string, listIndent: number): Fence | undefined {
  const { rest, quotes } = dropQuotes(line);
  // A fence may stand on the line of the list mark itself.
  const inside = rest.replace(/^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=```|~~~)/, (mark) =>
    ' '.repeat(mark.length),
  );
  const indent = countIndent(inside);
  const found = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(inside);
  if (!found?.[1] || indent > listIndent + 3) return undefined;
  return {
    mark: found[1].charAt(0),
    length: found[1].length,
    indent,
    quotes,
    info: (found[2] ?? '').trim().slice(0, longestInfo),
  };
}

function readCode(lines: string[], start: number, fence: Fence): { code: string[]; next: number } {
  const code: string[] = [];
  for (let at = start; at < lines.length; at += 1) {
    const { rest, quotes } = dropQuotes(lines[at] ?? '', fence.quotes);
    // A line outside of the quotation ends what is quoted.
    if (quotes < fence.quotes) return { code, next: at };
    if (isClosing(rest, fence)) return { code, next: at + 1 };
    code.push(dropIndent(rest, fence.indent));
  }
  // The text ends with a line break, and not with an empty line of code.
  if (code.at(-1) === '') code.pop();
  return { code, next: lines.length };
}

function isClosing(line: string, { mark, length, indent }: Fence): boolean {
  const marks = line.trim();
  return marks.length >= length && marks === mark.repeat(marks.length) && countIndent(line) <= indent + 3;
}

/** The line without the marks of up to `most` quotations, and how many there were. */
function dropQuotes(line: string, most = Number.POSITIVE_INFINITY): { rest: string; quotes: number } {
  let rest = line;
  let quotes = 0;
  for (; quotes < most; quotes += 1) {
    const mark = /^ {0,3}> ?/.exec(rest);
    if (!mark) break;
    rest = rest.slice(mark[0].length);
  }
  return { rest, quotes };
}

function countIndent(line: string): number {
  return (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '    ').length;
}

function dropIndent(line: string, indent: number): string {
  if (indent >= 4 && line.startsWith('\t')) return dropIndent(line.slice(1), indent - 4);
  return line.slice(Math.min(indent, /^ */.exec(line)?.[0].length ?? 0));
}
