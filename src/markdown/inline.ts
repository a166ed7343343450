import { Lexer, type Token, type Tokens } from 'marked';
import type { ThemeRole } from '../terminal/theme.ts';
import { toOneLine } from '../terminal-text.ts';
import { decodeEntities } from './entities.ts';
import type { Line, Span } from './line.ts';
import { toProse, toVisibleCode } from './visible-text.ts';

/** URLs of reference links, by label. */
type References = ReadonlyMap<string, string>;

type InlineOptions = {
  /** Whether links become escape sequences. Otherwise the URL follows the text. */
  links: boolean;
  /** Whether code and deleted text look different. Otherwise their marks stay. */
  isPainted: boolean;
};

export type InlineRenderer = {
  /** Renders a paragraph, a heading or a cell, with its author's line breaks. */
  render(text: string, references: References): Line[];
};

export function createInlineRenderer(options: InlineOptions): InlineRenderer {
  return {
    render(text, references) {
      const spans: Span[] = [];
      for (const piece of splitLongText(text)) {
        for (const token of lexInline(piece, references)) addToken(token, [], spans, options);
      }
      return toLines(spans);
    },
  };
}

/** In UTF-16 code units. */
const longestPiece = 4_000;
/** The lexer searches everything after a mark for its partner: more marks in one piece would take seconds. */
const mostMarks = 100;

/** Cuts a text into pieces that the lexer reads in milliseconds. Nearly every text is one piece. Emphasis ends with its piece. */
function* splitLongText(text: string): Generator<string> {
  let start = 0;
  let marks = 0;
  let blank = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x0a) blank = at + 1;
    else if (isMark(code)) marks += 1;
    if (marks < mostMarks && at - start < longestPiece) continue;
    const end = blank > start ? blank : at + (isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1);
    yield text.slice(start, end);
    start = end;
    marks = 0;
    at = end - 1;
  }
  if (start < text.length) yield text.slice(start);
}

/** `*`, `_`, `~`, `[` and `<`. */
function isMark(code: number): boolean {
  return code === 0x2a || code === 0x5f || code === 0x7e || code === 0x5b || code === 0x3c;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function lexInline(text: string, references: References): Token[] {
  const lexer = new Lexer({ gfm: true });
  for (const [label, href] of references) lexer.tokens.links[label] = { href, title: null };
  try {
    return lexer.inlineTokens(text);
  } catch {
    // The lexer throws on a text that would keep it busy forever.
    return [{ type: 'text', raw: text, text } satisfies Tokens.Text];
  }
}

function addToken(token: Token, roles: readonly ThemeRole[], spans: Span[], options: InlineOptions): void {
  const addAll = (tokens: Token[] | undefined, role: ThemeRole): void => {
    // Nested bold is not bolder.
    const inner = roles.includes(role) ? roles : [...roles, role];
    for (const child of tokens ?? []) addToken(child, inner, spans, options);
  };
  const add = (text: string, ...more: ThemeRole[]): void => {
    spans.push({ text: toProse(text), roles: [...roles, ...more] });
  };
  switch (token.type) {
    case 'strong':
      addAll(token.tokens, 'strong');
      break;
    case 'em':
      addAll(token.tokens, 'emphasis');
      break;
    case 'del':
      if (!options.isPainted) add('~~');
      addAll(token.tokens, 'deleted');
      if (!options.isPainted) add('~~');
      break;
    case 'codespan':
      spans.push(...toCodeSpans(token.text, [...roles, 'code'], options));
      break;
    case 'br':
      add('\n');
      break;
    case 'link':
    case 'image':
      addLink(token as Tokens.Link | Tokens.Image, roles, spans, options);
      break;
    case 'escape':
      add(token.text);
      break;
    case 'html':
      add(/^<br\s*\/?>$/i.test(token.raw) ? '\n' : token.raw);
      break;
    default:
      add(decodeEntities('text' in token ? String(token.text) : token.raw));
  }
}

function toCodeSpans(text: string, roles: readonly ThemeRole[], { isPainted }: InlineOptions): Line {
  const mark = isPainted ? '' : '`';
  return toVisibleCode(mark + text.replace(/[\n\t]/g, ' ') + mark, ...roles);
}

function addLink(
  token: Tokens.Link | Tokens.Image,
  roles: readonly ThemeRole[],
  spans: Span[],
  options: InlineOptions,
): void {
  const isLiteral = token.type === 'link' && token.autolink === true;
  const target = isLiteral ? token.href : decodeEntities(token.href);
  const href = options.links ? toClickableTarget(target) : undefined;
  const inner: Span[] = [];
  const innerRoles: ThemeRole[] = [...roles, 'link'];
  if (token.type === 'image')
    inner.push({ text: `image: ${toProse(decodeEntities(token.text))}`, roles: innerRoles });
  else if (isLiteral) inner.push({ text: toProse(token.text), roles: innerRoles });
  else for (const child of token.tokens) addToken(child, innerRoles, inner, options);
  spans.push(...inner.map((span) => (href === undefined ? span : { href, ...span })));

  const text = inner.map((span) => span.text).join('');
  const isTold = isSameTarget(text, target) || (href !== undefined && !looksLikeAddress(text));
  const readable = toReadableTarget(target);
  if (!isTold && readable !== '') spans.push({ text: ` (${readable})`, roles: [...roles, 'dim'] });
}

/** Keeps the author's line feeds: models do not wrap prose, so each has a meaning. */
function toLines(spans: Span[]): Line[] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    const [first = '', ...rest] = span.text.split('\n');
    if (first !== '') lines.at(-1)?.push({ ...span, text: first });
    for (const text of rest) {
      trimEnd(lines.at(-1) ?? []);
      const start = text.replace(/^ +/, '');
      lines.push(start === '' ? [] : [{ ...span, text: start }]);
    }
  }
  return lines;
}

function trimEnd(line: Span[]): void {
  const last = line.at(-1);
  if (last?.text.endsWith(' ')) line.splice(-1, 1, { ...last, text: last.text.trimEnd() });
}

/** Terminals accept no longer URL, and nobody reads one. */
const longestTarget = 2_000;

/** A URL for people: on one line, without hidden characters. */
export function toReadableTarget(target: string): string {
  return toOneLine(toProse(target));
}

/** A URL for an escape sequence. Undefined if a click could do more than open a page, a mail or a file. */
export function toClickableTarget(target: string): string | undefined {
  const readable = toReadableTarget(target);
  if (!/^(?:https?|mailto|file):/i.test(readable)) return undefined;
  const encoded = readable.replace(/[^\u0021-\u007e]+/g, encodeURIComponent);
  return encoded.length > longestTarget ? undefined : encoded;
}

/** Whether the text of a link already shows its URL. */
function isSameTarget(text: string, target: string): boolean {
  return toCore(text) === toCore(target);
}

function toCore(address: string): string {
  return address
    .trim()
    .replace(/^(?:https?:\/\/|mailto:)/i, '')
    .replace(/\/$/, '')
    .toLowerCase();
}

/** Whether the text of a link looks like a URL, and so could promise another one. */
function looksLikeAddress(text: string): boolean {
  return /^\s*(?:https?:\/\/|www\.)\S+\s*$|^\s*[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?:[/:?#]\S*)?\s*$/i.test(
    text,
  );
}
