import { splitCommand } from '../../command-line.ts';
import { expandBraces } from './walk-path.ts';

/** As the parser gives them. */
type Word = { text: string; value: string; parts?: readonly { type: string }[] | undefined };
type Descriptor = { type: string; value?: number; pos: number; end: number };
type Redirect = { operator: string; descriptor?: Descriptor | undefined; target?: Word | undefined };

/** Printable ASCII, tabs and line feeds. Anything else may look like something else. */
export const isPlainText = /^[\t\n\x20-\x7e]*$/;

/** What stands between words and redirections. */
export const gaps =
  /^(?:[\s;&|(){}!]|\\\n|#[^\n]*(?![^\n])|\b(?:if|then|elif|else|fi|for|in|do|done|while|until|case|esac)\b)*$/;

export const plainName = /^[\w./][\w@%+:,./-]*$|^\[$/;

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

/** In quotes, `~` is the name of a file. A rule with the same words means the home folder. */
export function isQuotedHome(text: string, value = ''): boolean {
  return /^~[\w.-]*(?:\/|$)/.test(value) && !text.startsWith('~');
}

/** To and from nothing, and between stdout and stderr. */
export function isHarmlessRedirect({ operator, descriptor, target }: Redirect): boolean {
  if (descriptor && !isStandard(descriptor)) return false;
  if (operator === '>&') return /^[12]$/.test(target?.text ?? '');
  return ['>', '>>', '<', '&>'].includes(operator) && target?.text === '/dev/null';
}

/** dash takes one digit alone for a descriptor: in `x 01>&2` it reads an argument. */
function isStandard(descriptor: Descriptor): boolean {
  return (
    descriptor.type === 'FileDescriptor' &&
    (descriptor.value ?? 3) <= 2 &&
    descriptor.end - descriptor.pos === 1
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
