import { maskSecrets, replaceSecrets } from '../../redact.ts';
import { ToolError } from '../tool.ts';

/** Where the characters begin that stand for secrets: the last plane for private use, of 65,534. */
const firstStandIn = 0x100000;
const lastStandIn = 0x10fffd;
/** A part of a text that is typed stands for a secret only if nobody guesses it letter by letter. */
const shortestKnown = 16;

/**
 * Changes a text as it may be shown, in which secrets are masked, and puts the secrets back: whether a change fits says nothing of them. `change`
 * gets a text with other characters in their places, and a function that does the same to what was typed, for secrets that are typed whole.
 * Throws ToolError also if a secret would not be masked any more.
 */
export function changeAround(
  text: string,
  shown: string,
  change: (text: string, hide: (typed: string) => string) => string,
): string {
  const secrets = new Map<string, string>();
  const standIns = new Map<string, string>();
  let next = firstStandIn;
  const hideLine = (line: string): string => {
    const known = standIns.get(line);
    if (known !== undefined) return known;
    while (next <= lastStandIn && text.includes(String.fromCodePoint(next))) next += 1;
    if (next > lastStandIn) throw new ToolError(`${shown} has too many secrets to be changed here.`);
    const standIn = String.fromCodePoint(next);
    next += 1;
    secrets.set(standIn, line);
    standIns.set(line, standIn);
    return standIn;
  };
  // Line by line, so that lines keep their numbers.
  const hidden = replaceSecrets(text, (secret) => secret.replace(/[^\r\n]+/g, hideLine));
  if (secrets.size === 0) return change(text, (typed) => typed);
  const restore = (part: string): string =>
    part.replace(/[\u{100000}-\u{10fffd}]/gu, (character) => {
      const secret = secrets.get(character);
      return secret === undefined ? character : restore(secret);
    });
  const long = [...secrets.keys()]
    .map((standIn) => ({ standIn, secret: restore(standIn) }))
    .filter(({ secret }) => secret.length >= shortestKnown)
    .sort((one, other) => other.secret.length - one.secret.length);
  const hide = (typed: string): string =>
    long.reduce((left, { standIn, secret }) => left.replaceAll(secret, standIn), typed);
  let after: string;
  try {
    after = restore(change(hidden, hide));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(`${error.message} Secrets, which are shown as [secret], cannot be a part of it.`);
  }
  const seen = maskSecrets(after);
  const seenBefore = maskSecrets(text);
  if (long.some(({ secret }) => seen.includes(secret) && !seenBefore.includes(secret)))
    throw new ToolError(`After this change, ${shown} would show a secret that is masked now.`);
  return after;
}
