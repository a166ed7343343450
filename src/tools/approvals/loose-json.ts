/** Of settings: nobody writes longer ones. */
const longest = 1_000_000;

/** Each of them fits whatever is there, also without an end, so that no character is read twice: a text in quotes, a comment, blanks, a word, a sign. */
const token = /"(?:[^"\\]|\\[\s\S]?)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|[^"/\s,:[\]{}]+|[\s\S]/g;

/** JSON with comments and commas at ends. `tokens` are its texts, in their quotes, words and signs. */
export type LooseJson = { value: Record<string, unknown>; tokens: readonly string[] };

/** Undefined if a text is something else, or too long. */
export function readLooseJson(text: string): LooseJson | undefined {
  if (text.length > longest) return undefined;
  const all = text.replace(/^\ufeff/, '').match(token) ?? [];
  const tokens = all.filter((one) => !/^(?:\s|\/[/*])/.test(one));
  const plain = tokens.filter((one, at) => one !== ',' || !/^[\]}]$/.test(tokens[at + 1] ?? ''));
  try {
    const value: unknown = JSON.parse(plain.join(' '));
    return typeof value === 'object' && value !== null
      ? { value: value as Record<string, unknown>, tokens }
      : undefined;
  } catch {
    return undefined;
  }
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
