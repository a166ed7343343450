import { maskSecrets, replaceSecrets } from '../../redact.ts';
import { ToolError } from '../tool.ts';

/** Where the characters begin that stand for secrets: the last plane for private use, of 65,534. */
const firstStandIn = 0x100000;
const lastStandIn = 0x10fffd;
const allStandIns = /[\u{100000}-\u{10fffd}]/gu;
/** A part of a text that is typed stands for a secret only if nobody guesses it letter by letter. */
const shortestKnown = 16;

type Hidden = {
  text: string;
  /** Each line of a secret, which may be a part of another one. */
  secrets: ReadonlyMap<string, string>;
  restore(text: string): string;
};

/**
 * Changes a text as it may be shown, in which secrets are masked, and puts the secrets back: whether a change fits says nothing of them. `change`
 * gets a text with other characters in their places, and a function that does the same to parts of what was typed, for secrets that are typed whole.
 * Throws ToolError also if a secret would not be masked any more.
 */
export function changeAround(
  text: string,
  { shown, typed }: { shown: string; typed: readonly string[] },
  change: (text: string, hide: (typed: string) => string) => string,
): string {
  const { secrets, restore, ...hidden } = hideSecrets(text, shown, typed.join(''));
  if (secrets.size === 0) return change(text, (part) => part);
  const known = [...secrets]
    .filter(([secret]) => secret.length >= shortestKnown)
    .sort(([one], [other]) => other.length - one.length);
  let after: string;
  try {
    after = restore(
      change(hidden.text, (part) =>
        known.reduce((left, [secret, standIn]) => left.replaceAll(secret, standIn), part),
      ),
    );
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(`${error.message} Secrets, which are shown as [secret], cannot be a part of it.`);
  }
  const { secrets: left } = hideSecrets(after, shown, '');
  // Those that are gone, and those that are a part of another one now.
  const other = [...secrets.keys()].filter((secret) => !left.has(secret));
  const seen = other.length > 0 ? maskSecrets(after) : '';
  const isNew = (secret: string): boolean => !maskSecrets(text).includes(secret);
  if (other.some((secret) => seen.includes(secret) && isNew(secret)))
    throw new ToolError(`After this change, ${shown} would show a secret that is masked now.`);
  return after;
}

/** `typed` names nothing that stands for a secret. */
function hideSecrets(text: string, shown: string, typed: string): Hidden {
  const used = new Set([...(text.match(allStandIns) ?? []), ...(typed.match(allStandIns) ?? [])]);
  const secrets = new Map<string, string>();
  const standIns = new Map<string, string>();
  const restore = (part: string): string =>
    part.replace(allStandIns, (character) => standIns.get(character) ?? character);
  let next = firstStandIn;
  const hide = (line: string): string => {
    const secret = restore(line);
    const known = secrets.get(secret);
    if (known !== undefined) return known;
    while (used.has(String.fromCodePoint(next))) next += 1;
    if (next > lastStandIn) throw new ToolError(`${shown} has too many secrets to be changed here.`);
    const standIn = String.fromCodePoint(next);
    next += 1;
    secrets.set(secret, standIn);
    standIns.set(standIn, secret);
    return standIn;
  };
  // Line by line, so that lines keep their numbers.
  const hidden = replaceSecrets(text, (secret) => secret.replace(/[^\r\n]+/g, hide));
  return { text: hidden, secrets, restore };
}
