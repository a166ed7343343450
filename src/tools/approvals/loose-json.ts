import { createScanner } from 'jsonc-parser';
import { longestText } from './named-files.ts';

/** JSON with comments and commas at ends. `tokens` are its texts, in their quotes, words and signs. */
export type LooseJson = { value: Record<string, unknown>; tokens: readonly string[] };

/** Undefined if a text is something else, or too long. */
export function readLooseJson(text: string): LooseJson | undefined {
  if (text.length > longestText) return undefined;
  // A comment for tsc ends at these, too, but not for the scanner.
  const tokens = listTokens(text.replace(/^\ufeff/, '').replaceAll(/[\u2028\u2029]/g, '\n'));
  const plain = tokens.filter((one, at) => one !== ',' || !/^[\]}]$/.test(tokens[at + 1] ?? ''));
  try {
    // No text goes on behind a line, so that one without an end does not take what follows.
    const value: unknown = JSON.parse(plain.join('\n'));
    return typeof value === 'object' && value !== null
      ? { value: value as Record<string, unknown>, tokens }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The parser of the package calls itself for each bracket, of which a file may have a million: of it, only the scanner is used. */
function listTokens(text: string): string[] {
  const tokens: string[] = [];
  const scanner = createScanner(text, true);
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const start = scanner.getTokenOffset();
    // Blanks that JSON does not have are words to the scanner. tsc skips them.
    tokens.push(text.slice(start, start + scanner.getTokenLength()).trim());
  }
  return tokens.filter(Boolean);
}

/** The texts of all members with such a name, wherever they are: of two with one name, each counts. Without quotes. */
export function listTexts({ tokens }: LooseJson, name: RegExp): string[] {
  return tokens.flatMap((one, at) => {
    if (tokens[at + 1] !== ':' || !one.startsWith('"') || !name.test(unquote(one))) return [];
    const first = tokens[at + 2] ?? '';
    if (first !== '[') return first.startsWith('"') ? [unquote(first)] : [];
    const texts: string[] = [];
    for (let index = at + 3; index < tokens.length && !/^[[\]{}:]$/.test(tokens[index] ?? ''); index += 1)
      if (tokens[index]?.startsWith('"')) texts.push(unquote(tokens[index] ?? ''));
    return texts;
  });
}

/** Whether the name of a member is written with codes in the place of letters. */
export function hasOddNames({ tokens }: LooseJson): boolean {
  return tokens.some((one, at) => tokens[at + 1] === ':' && one.includes('\\'));
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
