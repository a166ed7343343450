/** JSON that stands in a value as its text: a parser rounds long numbers, and has none for `1e999`. `formatWithTexts` writes it as it is. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A mark that no text of a model holds by chance or on purpose. */
const mark = `json-text-${crypto.randomUUID()}-`;

/** `JSON.stringify` for a value with JsonTexts in it. */
export function formatWithTexts(value: unknown, indent?: number): string {
  const texts: string[] = [];
  const json = JSON.stringify(
    value,
    (_, member) => (member instanceof JsonText ? `${mark}${texts.push(member.text) - 1}` : member),
    indent,
  );
  return texts.length === 0
    ? json
    : json.replace(new RegExp(`"${mark}(\\d+)"`, 'g'), (_, index) => texts[index] ?? '');
}

/** White space of deeper values would be more than the values. */
const maxIndentedDepth = 1000;

/** Valid JSON with other white space, as `JSON.stringify` sets it: all in one line, or indented. */
export function layOutJson(text: string, indent = 0): string {
  const parts: string[] = [];
  let depth = 0;
  let before = '';
  const breakLine = (): void => {
    if (indent > 0) parts.push(`\n${' '.repeat(indent * Math.min(depth, maxIndentedDepth))}`);
  };
  for (const token of listTokens(text)) {
    const isClosing = token === '}' || token === ']';
    const isFirst = before === '{' || before === '[';
    if (isClosing) depth -= 1;
    if (isFirst !== isClosing) breakLine();
    parts.push(token === ':' && indent > 0 ? ': ' : token);
    if (token === ',') breakLine();
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return parts.join('');
}

/** Strings, numbers, words and marks, each as it is written. */
export function* listTokens(text: string): Generator<string> {
  const next = /[^\s]/g;
  for (let found = next.exec(text); found; found = next.exec(text)) {
    const start = found.index;
    const end = findEnd(text, start);
    yield text.slice(start, end);
    next.lastIndex = end;
  }
}

function findEnd(text: string, start: number): number {
  if ('{}[],:'.includes(text[start] ?? '')) return start + 1;
  let end = start + 1;
  if (text[start] === '"') {
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  while (end < text.length && !/[\s{}[\],:"]/.test(text[end] ?? '')) end += 1;
  return end;
}
