import { marked, type Token, type Tokens } from 'marked';
import { bold, italic, paragraph, subsection, tagged, toLines, toRoff, verbatim } from './roff.ts';

/** A page of docs/ as the body of a section: its own title is left out. Tables become lists, with what the first column says as terms. */
export function fromMarkdown(text: string): string[] {
  return marked.lexer(text).flatMap(fromBlock);
}

function fromBlock(token: Token): string[] {
  switch (token.type) {
    case 'heading':
      return token.depth === 1 ? [] : [subsection(token.text)];
    case 'paragraph':
      return paragraph(fromInline(token.tokens));
    case 'code':
      return verbatim(token.text);
    case 'list':
      return (token as Tokens.List).items.flatMap((item) => [
        '.IP \\(bu 2',
        ...toLines(item.tokens.map((one) => fromInline('tokens' in one ? one.tokens : [one])).join(' ')),
      ]);
    case 'table':
      return fromTable(token as Tokens.Table);
    case 'space':
      return [];
    default:
      throw new Error(`man: docs have a block that no page has: ${token.type}`);
  }
}

function fromTable({ header, rows }: Tokens.Table): string[] {
  return rows.flatMap((row) => {
    const [term = '', first = '', ...others] = row.map(({ tokens }) => fromInline(tokens));
    const titles = header.slice(2).map(({ text }) => toRoff(text));
    const more = others.flatMap((cell, index) =>
      cell === '' ? [] : ['.br', ...toLines(`${titles[index]}: ${cell}`)],
    );
    const [lead, ...rest] = first === '' ? more.slice(1) : [...toLines(first), ...more];
    return [...tagged(term, ''), ...(lead === undefined ? [] : [lead]), ...rest];
  });
}

function fromInline(tokens: readonly Token[] = []): string {
  return tokens
    .map((token): string => {
      switch (token.type) {
        case 'codespan':
          return bold(token.text);
        case 'strong':
          return bold(token.text);
        case 'em':
          return italic(token.text);
        case 'link':
          return fromLink(token as Tokens.Link);
        default:
          return 'tokens' in token && token.tokens ? fromInline(token.tokens) : toRoff(unescapeText(token));
      }
    })
    .join('');
}

/** Another page is a topic of `help`. */
function fromLink({ href, tokens, text }: Tokens.Link): string {
  const [, page] = /^([\w-]+)\.md(?:#.*)?$/.exec(href) ?? [];
  if (page !== undefined) return bold(`copilot-cli help ${page}`);
  return /^https?:/.test(href) && href !== text
    ? `${fromInline(tokens)} (${toRoff(href)})`
    : fromInline(tokens);
}

function unescapeText(token: Token): string {
  return token.type === 'escape' ? token.text : token.raw;
}
