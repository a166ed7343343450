import { isObject } from '../../json-value.ts';

/** Agents describe their surroundings near the beginning. */
const maxTexts = 24;
const maxTextLength = 40_000;
const maxNameLength = 60;

/** `Working directory: /home/ada/shop` (Claude Code, opencode and others), `<cwd>/home/ada/shop</cwd>` (Codex). */
const patterns = [
  /\bworking directory(?: is)?:? *[`'"]?((?:\/|[A-Za-z]:[\\/])[^\n`'"<]{1,400})/i,
  /<cwd>([^\n<]{1,400})<\/cwd>/,
];

/** The last part of the folder that a request says its client works in; undefined if it says none. Nothing else of the text is kept. */
export function findFolder(body: unknown): string | undefined {
  let seen = 0;
  for (const text of listTexts(body)) {
    if (seen++ >= maxTexts) return undefined;
    const start = text.slice(0, maxTextLength);
    const path = patterns.map((pattern) => pattern.exec(start)?.[1]).find((found) => found !== undefined);
    const name = path
      ?.trim()
      .split(/[\\/]+/)
      .filter(Boolean)
      .at(-1);
    if (name !== undefined) return name.slice(0, maxNameLength);
  }
  return undefined;
}

/** System texts first, then messages, the first ones first. */
function* listTexts(body: unknown): Generator<string> {
  if (!isObject(body)) return;
  for (const part of [body.instructions, body.system, body.messages, body.input]) yield* listParts(part);
}

function* listParts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* listParts(item);
  else if (isObject(value)) yield* listParts(value.text ?? value.content);
}
