import type { Redirect, Word } from 'unbash';
import { splitCommand } from '../../command-line.ts';
import { expandBraces } from './walk-path.ts';

/** Letters, digits and marks that no shell expands; quotes without expansions; a `~` that is not first; an escaped character. */
const plainWord =
  /^(?:[\w@%+=:,./^-]|(?<=[\w^])~|'[^']*'|"(?:[^"\\$`]|\\["\\$`])*"|\\[!-~ ])+$|^\]$|^~(?:\/[\w@%+=:,./-]*)?$/;

/** A glob that cannot become an option, because it begins with a letter or a folder. */
const plainGlob = /^[\w./][\w@%+=:,./*?-]*$/;
export const globbed = /^[^'"]*[*?]/;

/** The value of a word that every shell reads as this one. Our own reading must agree with that of the parser. */
export function readPlainWord({ text, value }: Word): string | undefined {
  if (text === '[' || text === '{}') return text;
  if (plainGlob.test(text)) return text;
  if (!plainWord.test(text)) return undefined;
  const own = text === "''" || text === '""' ? [''] : splitCommand(text, 'linux');
  return own.length === 1 && own[0] === value ? value : undefined;
}

/** To and from nothing, and between stdout and stderr. */
export function isHarmlessRedirect({ operator, descriptor, target }: Redirect): boolean {
  if (descriptor && !isStandard(descriptor)) return false;
  if (operator === '>&') return /^[12]$/.test(target?.text ?? '');
  return ['>', '>>', '<', '&>'].includes(operator) && target?.text === '/dev/null';
}

/** dash takes one digit alone for a descriptor: in `x 01>&2` it reads an argument. */
function isStandard(descriptor: NonNullable<Redirect['descriptor']>): boolean {
  return (
    descriptor.type === 'FileDescriptor' && descriptor.value <= 2 && descriptor.end - descriptor.pos === 1
  );
}

export function hasBraces({ parts }: Word): boolean {
  return parts?.some(({ type }) => type === 'BraceExpansion') === true;
}

/** What its braces become, or the word itself. */
export function spreadBraces(word: Word): string[] {
  const spread = hasBraces(word) ? expandBraces(word.value) : undefined;
  return spread?.map((text) => text.replaceAll(/["'\\]/g, '')) ?? [readPlainWord(word) ?? word.value];
}
