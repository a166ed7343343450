import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { isVisible } from '../terminal-text.ts';
import { withoutThinking } from '../thinking-in-text.ts';
import { isKnownExtension, toLanguageName, toLanguageOfFile } from './languages.ts';

export type CodeBlock = {
  /** The word after the fence, as the model wrote it; empty if there is none. */
  language: string;
  /** Every line of it ends with a line feed. */
  text: string;
  /** What the answer calls it: as written, and not to be trusted. */
  fileName?: string;
  /** The text ends before the block does. */
  isOpen?: true;
};

type CodeSelection = {
  /** Only blocks in this language, by any of its names. */
  language?: string;
  /** Only the last one of those. */
  last?: boolean;
  /** The answer stops before its end: half a block is no code. */
  isCut?: boolean;
};

/** No real info string is longer. The limit keeps the patterns that read it cheap. */
const longestInfo = 500;

type Fence = { mark: string; length: number; indent: number; quotes: number; info: string };

/**
 * The fenced blocks of a Markdown text, without those of a draft that a model only thought, as CommonMark has them: fences of backticks or tildes, closed by one that is as long or longer,
 * or by the end; in quotations, and in list items as deep as those reach.
 *
 * This is not the block parser of `markdown/`, although both find fences. That one lays lines out for a screen: it expands the tabs of an
 * indentation, drops control characters, and reads as text what lies deeper than 16 containers. Here the code must come out as the model
 * wrote it, and the line above a block must be known, because it may name the file.
 */
export function listCodeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = withoutThinking(text).split(/\r\n|\n|\r/);
  let listIndent = 0;
  let lineBefore = '';
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    listIndent = toListIndent(line, listIndent);
    const fence = parseOpening(line, listIndent);
    at += 1;
    if (fence) {
      const { code, next, isOpen } = readCode(lines, at, fence);
      blocks.push({ ...createBlock(fence.info, code, lineBefore), ...(isOpen && { isOpen }) });
      at = next;
      lineBefore = '';
    } else if (line.trim() !== '') lineBefore = line;
  }
  return blocks;
}

/** The code of an answer, blocks one below the other. Throws CliError `schema` if there is none. */
export function selectCode(text: string, selection: CodeSelection = {}): string {
  return selectBlocks(text, selection)
    .map((block) => block.text)
    .join('\n');
}

/** The same as blocks, at least one. Throws CliError `truncated` if one of a cut answer has no end. */
export function selectBlocks(
  text: string,
  { language, last = false, isCut = false }: CodeSelection = {},
): CodeBlock[] {
  const blocks = listCodeBlocks(text);
  const wanted = language === undefined ? undefined : toLanguageName(language);
  const found = blocks.filter((block) => wanted === undefined || toLanguageName(block.language) === wanted);
  if (!found.some(({ text }) => isVisible(text))) throw createError(blocks, language);
  if (isCut && found.at(-1)?.isOpen)
    throw new CliError('truncated', 'the code of the answer is not complete: the answer stops inside it', {
      hint: advise`Ask for less, or with a higher ${flag('--max-tokens')}.`,
    });
  return last ? found.slice(-1) : found;
}

function createError(blocks: CodeBlock[], language: string | undefined): CliError {
  if (blocks.length === 0 || language === undefined) {
    const what = blocks.length === 0 ? 'the answer has no code block' : 'the code of the answer is empty';
    return new CliError('schema', what, { hint: 'Ask for one in the prompt.' });
  }
  const names = new Set(blocks.map((block) => block.language || 'none'));
  return new CliError('schema', `the answer has no code block in ${language}`, {
    hint: `Its blocks are in:  ${[...names].slice(0, 8).join(', ')}. Without a language, all blocks are printed.`,
  });
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

function readCode(
  lines: string[],
  start: number,
  fence: Fence,
): { code: string[]; next: number; isOpen?: true } {
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
  return { code, next: lines.length, isOpen: true };
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

/** What stands after the fence, taken apart. */
type FenceInfo = { language: string; fileName?: string };

const longestPath = 255;
const pathShape = /^(?:[A-Za-z]:)?[\w@.+~()[\]/\\-]+$/;
const nakedNames =
  /^(?:Dockerfile|Makefile|Gemfile|Rakefile|Procfile|Jenkinsfile|LICENSE|\.[a-z]+(?:rc|ignore))$/;

/** `py`, `py title="a.py"`, `py:src/a.py`, `src/a.py`, `{.py}`. */
function parseFenceInfo(info: string): FenceInfo {
  const title = /\b(?:title|file|filename|path|name)=(?:"([^"]+)"|'([^']+)'|([^\s"'}]+))/.exec(info);
  const named = title?.[1] ?? title?.[2] ?? title?.[3];
  const word = /^\{?\.?([^\s{}=]+)(?![^\s{}]*=)/.exec(info)?.[1] ?? '';
  const colon = /^([\w#+-]+):(.+)$/.exec(word);
  if (named !== undefined) return { language: colon?.[1] ?? word, fileName: named };
  if (colon?.[2] && isPath(colon[2])) return { language: colon[1] ?? '', fileName: colon[2] };
  if (isPath(word)) return { language: toLanguageOfFile(word), fileName: word };
  const second = /^\S+\s+(\S+)\s*$/.exec(info)?.[1];
  return { language: word, ...(second !== undefined && isPath(second) && { fileName: second }) };
}

/** The file that the first line of the code names, in a comment and with nothing else: `// src/a.py`. */
function findFileInComment(firstLine: string): string | undefined {
  if (firstLine.length > 2 * longestPath) return undefined;
  const comment = /^\s*(?:\/\/|\/\*|#|--|;|%|<!--)\s*(.*?)\s*(?:\*\/|-->)?\s*$/.exec(firstLine)?.[1];
  return comment === undefined ? undefined : toPath(dropLabel(comment));
}

/** The file that the line before the block names: alone and in any markup, or as the only inline code of a sentence. */
function findFileInLine(line: string): string | undefined {
  if (line.length > 2 * longestPath) return undefined;
  const alone = dropMarkup(dropLabel(dropMarkup(line)));
  const codes = [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return toPath(alone) ?? (codes.length === 1 ? toPath(codes[0] ?? '') : undefined);
}

/** Heading marks, list marks, emphasis, quotes and the colon at the end. */
function dropMarkup(line: string): string {
  return line
    .trim()
    .replace(/^(?:#{1,6}|[-*+]|\d{1,9}[.)])\s+/, '')
    .replace(/^[*_`"']+/, '')
    .replace(/[*_`"':]+$/, '')
    .trim();
}

function dropLabel(text: string): string {
  return text.replace(/^(?:file|filename|path)\s*:[\s*_]*/i, '');
}

function toPath(text: string): string | undefined {
  return isPath(text) ? text : undefined;
}

/** `console.log` has the shape of a file name too, and so the extension must be one of a language, or a folder stand before it. */
function isPath(text: string): boolean {
  if (text.length > longestPath || !pathShape.test(text)) return false;
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
  if (nakedNames.test(name)) return true;
  const extension = /.\.(\w{1,12})$/.exec(name)?.[1] ?? (/^\.(env)$/.exec(name)?.[1] || '');
  return isKnownExtension(extension) || (extension !== '' && name !== text);
}
