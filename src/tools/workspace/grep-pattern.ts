import { ToolError } from '../tool.ts';

/**
 * One pattern for two engines. Models write what ripgrep and JavaScript have in common; here the rest is made to mean the same: `\d`, `\w`,
 * `\s` and `\b` know ASCII, a dot is anything but a line end, and POSIX classes and `(?i)` at the start work.
 */
export type GrepPattern = {
  /** For JavaScript, with the flag `u`. Decides what matches. */
  js: string;
  ignoreCase: boolean;
  /** For ripgrep: matches at least the files that `js` matches. Undefined for what it does not know: lookaround and references. */
  rust: string | undefined;
};

const longestPattern = 4000;

const posix: Record<string, string> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\r\\f\\v',
  upper: 'A-Z',
  word: 'A-Za-z0-9_',
  xdigit: '0-9A-Fa-f',
};

const space =
  ' \\t\\r\\f\\v\\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}\\u{feff}';
const classes: Record<string, string> = { d: '0-9', w: 'A-Za-z0-9_', s: space };
const controls = new Set('tnrfv');
const syntax = new Set('^$\\.*+?()[]{}|/');

type Pair = { js: string; rust: string };

/** Throws ToolError for a pattern that is not a regular expression. */
export function readPattern(pattern: string, ignoreCase: boolean): GrepPattern {
  if (pattern === '') throw new ToolError('`pattern` is empty.');
  if (pattern.length > longestPattern) throw new ToolError('`pattern` is too long.');
  if (/[\n\r\0]/.test(pattern))
    throw new ToolError('`pattern` must match within a line: it holds a line end.');
  // The other flags change nothing within a line.
  const [flags = ''] = /^\(\?[imsu]+\)/.exec(pattern) ?? [];
  const parser = createParser(pattern.slice(flags.length));
  const { js, rust } = parser.parse();
  const isCaseless = ignoreCase || flags.includes('i');
  try {
    // The engine says what is wrong.
    new RegExp(js, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/u?:\s*/, '') : '';
    throw new ToolError(
      `\`pattern\` is not a regular expression: ${reason}. Put a backslash before characters such as ( and { that mean themselves.`,
    );
  }
  return { js, ignoreCase: isCaseless, rust: parser.isForeign() ? undefined : rust };
}

function createParser(text: string) {
  let at = 0;
  /** Only JavaScript knows what was found. */
  let isForeign = false;
  const both = (piece: string): Pair => ({ js: piece, rust: piece });

  function parse(): Pair {
    const pair = { js: '', rust: '' };
    while (at < text.length) {
      const { js, rust } = parseOne();
      pair.js += js;
      pair.rust += rust;
    }
    return pair;
  }

  function parseOne(): Pair {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character === '\\') return parseEscape();
    if (character === '[') return parseClass();
    at += character.length;
    // Bytes that are no text are no obstacle for us, so they must be none for ripgrep.
    if (character === '.') return { js: '[^\\n]', rust: '(?:.|(?-u:[\\x80-\\xff]))' };
    if (character === '(' && text[at] === '?') return parseGroupStart();
    // A brace that counts nothing means itself, as people write `{`.
    if (character === '{' && !/^\d+(?:,\d*)?\}/.test(text.slice(at))) return both('\\{');
    if (character === '{') {
      const [count = ''] = /^[^}]*\}/.exec(text.slice(at)) ?? [];
      at += count.length;
      return both(`{${count}`);
    }
    if (character === '}' || character === ']') return both(`\\${character}`);
    return both(character);
  }

  function parseGroupStart(): Pair {
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(text.slice(at));
    if (named) {
      at += named[0].length;
      return { js: `(?<${named[1]}>`, rust: `(?P<${named[1]}>` };
    }
    if (!text.startsWith('?:', at)) isForeign = true;
    return both('(');
  }

  function parseEscape(): Pair {
    const rest = text.slice(at + 1);
    const next = rest[0];
    if (next === undefined) throw new ToolError('`pattern` ends with a lone backslash.');
    const code =
      /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/.exec(rest);
    if (code) {
      at += 1 + code[0].length;
      const value = code[1] ?? code[2] ?? code[3] ?? code[4] ?? '0';
      return { js: `\\u{${value}}`, rust: `\\x{${value}}` };
    }
    at += 2;
    const lower = next.toLowerCase();
    const members = classes[lower];
    if (members !== undefined) return toClass(members, next !== lower);
    if (next === 'b') return { js: '\\b', rust: '' };
    if (next === 'B') return { js: '\\B', rust: '' };
    if (next === 'A') return both('^');
    if (next === 'z' || next === 'Z') return both('$');
    if (next === '<' || next === '>') return { js: '\\b', rust: '' };
    if (controls.has(next)) return both(`\\${next}`);
    if (syntax.has(next)) return { js: `\\${next}`, rust: next === '/' ? '/' : `\\${next}` };
    if (/[1-9kpP]/.test(next)) {
      isForeign = true;
      const [property = ''] = /^\{[^}]*\}/.exec(rest.slice(1)) ?? [];
      at += property.length;
      return both(`\\${next}${property}`);
    }
    // `\-`, `\"`, `\_` and the like mean the character.
    if (/[A-Za-z]/.test(next)) throw new ToolError(`\`pattern\` has \\${next}, which means nothing here.`);
    at -= 1;
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length;
    return both(character);
  }

  function toClass(members: string, isNegated: boolean): Pair {
    return isNegated
      ? { js: `[^\\n${members}]`, rust: `(?:[^\\n${toRust(members)}]|(?-u:[\\x80-\\xff]))` }
      : { js: `[${members}]`, rust: `[${toRust(members)}]` };
  }

  /** `[…]`: its members are rewritten one by one. */
  function parseClass(): Pair {
    at += 1;
    const isNegated = text[at] === '^';
    if (isNegated) at += 1;
    const start = at;
    let members = '';
    for (let isFirst = true; ; isFirst = false) {
      const character = text[at];
      if (character === undefined) throw new ToolError('`pattern` has a [ without a ].');
      if (character === ']' && !isFirst) break;
      members += parseMember();
    }
    // For ripgrep, this takes one set from another.
    if (text.slice(start, at).includes('--')) isForeign = true;
    at += 1;
    return toClass(members, isNegated);
  }

  function parseMember(): string {
    const rest = text.slice(at);
    const named = /^\[:([a-z]+):\]/.exec(rest);
    const known = posix[named?.[1] ?? ''];
    if (named && known !== undefined) {
      at += named[0].length;
      return known + takeHyphen();
    }
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (character !== '\\') {
      at += character.length;
      return /[[\]^]/.test(character) ? `\\${character}` : character;
    }
    const code = /^\\(?:x([0-9a-fA-F]{2})|[xu]\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/.exec(rest);
    if (code) {
      at += code[0].length;
      return `\\u{${code[1] ?? code[2] ?? code[3]}}`;
    }
    const next = String.fromCodePoint(rest.codePointAt(1) ?? 0);
    at += 1 + next.length;
    if (/[DWSpP]/.test(next)) {
      isForeign = true;
      const [property = ''] = /^\{[^}]*\}/.exec(rest.slice(2)) ?? [];
      at += property.length;
      return `\\${next}${property}${takeHyphen()}`;
    }
    if (classes[next] !== undefined) return classes[next] + takeHyphen();
    if (next === 'b') return '\\u{8}';
    if (controls.has(next)) return `\\${next}`;
    if (/[A-Za-z0-9]/.test(next))
      throw new ToolError(`\`pattern\` has [\\${next}], which means nothing here.`);
    return /[\^$\\.*+?()[\]{}|/-]/.test(next) ? `\\${next}` : next;
  }

  /** Behind a class, a hyphen begins no range. */
  function takeHyphen(): string {
    if (text[at] !== '-' || text[at + 1] === ']') return '';
    at += 1;
    return '\\-';
  }

  return { parse, isForeign: () => isForeign };
}

function toRust(members: string): string {
  return members.replace(/\\u\{/g, '\\x{').replace(/\\\//g, '/').replace(/&/g, '\\&').replace(/~/g, '\\~');
}
