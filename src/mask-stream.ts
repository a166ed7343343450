import type { Env } from './env.ts';
import { fillEnvironment, isInSecret, longestSecret, showFilled } from './redact.ts';

/** What stands in front of a text may show that it is secret: `bearer`, the name of a variable, the beginning of a certificate that is none. */
const contextLength = 16 * 1024;

/** So many of the longest secrets are held back at most: the more, the less is looked at twice. */
const heldSecrets = 5;

export type MaskStream = {
  /** The next piece of a text. Returns what can be shown since the last one, with masks. */
  add(text: string): string;
  /** What is held back, with masks. */
  peek(): string;
  /** The same, and nothing is held back any more. */
  end(): string;
};

/**
 * Masks what `maskEnvironment` masks in a text that comes in pieces. The end is held back, because a secret may go on in the next piece. Of an
 * endless secret nothing is held: what follows up to a quotation mark or the end of the line belongs to it.
 */
export function createMaskStream(env: Env): MaskStream {
  // The values of variables may be longer than what is known by its form.
  const longest = Math.max(longestSecret, ...Object.values(env).map((value = '') => value.length));
  let before = '';
  let held = '';
  let isEndless = false;

  function give(): string {
    const filled = fillHeld();
    const cut = findCut(filled, held.length - longest);
    isEndless = cut === held.length;
    before = (before + held.slice(0, cut)).slice(-contextLength);
    held = held.slice(cut);
    return showFilled(filled.slice(0, cut));
  }

  function fillHeld(): string {
    return fillEnvironment(before + held, env).slice(before.length);
  }

  function skip(text: string): string {
    const end = text.search(/["'\n]/);
    isEndless = end === -1;
    return isEndless ? '' : text.slice(end);
  }

  return {
    add(text) {
      held += isEndless ? skip(text) : text;
      let given = '';
      while (held.length >= heldSecrets * longest) given += give();
      return given;
    },
    peek: () => showFilled(fillHeld()),
    end() {
      const given = showFilled(fillHeld());
      held = '';
      return given;
    },
  };
}

/** A place that is in no secret and no surrogate pair: before `wanted`, or else behind. The length of the text if all of it is one secret. */
function findCut(filled: string, wanted: number): number {
  let cut = wanted;
  while (cut > 0 && isInSecret(filled, cut)) cut -= 1;
  if (/[\udc00-\udfff]/.test(filled[cut] ?? '')) cut -= 1;
  if (cut > 0) return cut;
  cut = wanted;
  while (isInSecret(filled, cut)) cut += 1;
  return cut;
}
