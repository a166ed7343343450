import { relative, sep } from 'node:path';
import { isInside } from '../../is-inside.ts';
import type { FolderReading } from '../tool.ts';
import { escapeGlob, isPartAllowedBy, type PlainAccess, type RuleBase } from './match.ts';
import type { Kept } from './repository-programs.ts';
import { formatRule, keepIfTypable, type Rule } from './rule.ts';
import { andWhatFilesMake } from './rule-text.ts';
import { textTools, toProgram } from './runners.ts';
import type { Pipe, ShellPart } from './shell-command.ts';
import { findFamily } from './subcommand-names.ts';
import { toUrlPattern } from './url-pattern.ts';

/** Rules that would allow an access. */
export type Offer = {
  /** Exactly this. */
  exact: OfferedRules;
  /** What a person means who says yes to this for longer. */
  usual: OfferedRules;
  /** All of the kind. Undefined if there is nothing that goes further. */
  wide: OfferedRules | undefined;
};

/** `what` are words for a person: `this tool`, `every tool of docs`. `followsFiles`: what it does is also up to the files of the folder. */
export type OfferedRules = { rules: Rule[]; what: string; followsFiles?: boolean };

export function offerForAccess(access: PlainAccess, { folder }: RuleBase): Offer | undefined {
  switch (access.kind) {
    case 'mcp': {
      const { server, tool } = access;
      return toOffer(
        { kind: 'mcp', server, tool },
        'this tool',
        { kind: 'mcp', server, tool: undefined },
        `every tool of ${server}`,
      );
    }
    case 'url':
      return toOffer({ kind: 'url', host: toUrlPattern(access.url) }, 'this host');
    case 'read':
    case 'write': {
      const { kind, path, special } = access;
      const exact = { kind, path: toPattern(path, folder) };
      if (special !== undefined)
        return offerForSpecial(exact, access.kind === 'read' ? access.folder : undefined);
      const all = { kind, path: undefined };
      if (kind === 'write') return toOffer(exact, 'this file', all, 'every file of this folder');
      const reading = { rules: [all], what: 'every file of this folder' };
      return { exact: reading, usual: reading, wide: undefined };
    }
    default:
      return access satisfies never;
  }
}

function offerForSpecial(
  rule: Extract<Rule, { kind: 'read' | 'write' }>,
  folder: FolderReading | undefined,
): Offer | undefined {
  if (folder === 'names') return toOffer({ ...rule, path: `${rule.path}/` }, 'the names in this folder');
  return toOffer(rule, folder === 'files' ? 'the files of this folder' : 'this file');
}

function toOffer(narrow: Rule, what: string, wide?: Rule, whatWide = ''): Offer | undefined {
  // A rule without its name would mean all of them.
  if (narrow.kind === 'url' && !narrow.host) return undefined;
  const rule = keepIfTypable(narrow);
  if (!rule) return undefined;
  const exact = { rules: [rule], what };
  const further = wide && keepIfTypable(wide);
  return { exact, usual: exact, wide: further && { rules: [further], what: whatWide } };
}

/** Relative within the folder. A name that begins with `~` would be another folder. */
function toPattern(path: string, folder: string): string {
  const own = isInside(path, folder) && path !== folder ? relative(folder, path) : path;
  const escaped = escapeGlob(own).replaceAll(sep === '/' ? '/' : sep, '/');
  return escaped.startsWith('~') ? `./${escaped}` : escaped;
}

/**
 * For the hooks or the settings of a repository as they are: no command has such words, because git knows none with an `@`. Changed ones have
 * another hash, and so need another rule.
 */
export function offerForRepository({ kind, hash }: Kept): Offer {
  const command = { words: ['git', `${kind}@${hash}`], isPrefix: false };
  const rules: OfferedRules = {
    rules: [{ kind: 'shell', command }],
    what: `the ${kind === 'hooks' ? kind : 'settings and hooks'} of this repository as they are`,
  };
  return { exact: rules, usual: rules, wide: undefined };
}

/** Whether one of the rules is what was offered. */
export function isOfferedBy({ exact }: Offer, rules: readonly Rule[]): boolean {
  const texts = exact.rules.map(formatRule);
  return rules.some((rule) => texts.includes(formatRule(rule)));
}

/**
 * For the commands of a command line that no rule allows yet. Undefined if one of them cannot be a rule. `isFamily`: whether the further words of a
 * command do no more than its family.
 */
export function offerForParts(
  parts: readonly ShellPart[],
  isFamily: (part: ShellPart) => boolean,
): Offer | undefined {
  const exact = offerForEach(parts, toExactRule);
  const usual = offerForEach(
    parts,
    (part) => (isFamily(part) ? toFamilyRule(part) : undefined) ?? toExactRule(part),
  );
  if (!usual) return undefined;
  return { exact: exact ?? usual, usual, wide: undefined };
}

/** For these commands alone: those of their families were asked about. */
export function offerForExactly(parts: readonly ShellPart[]): Offer | undefined {
  const exact = offerForEach(parts, toExactRule);
  return exact && { exact, usual: exact, wide: undefined };
}

function offerForEach(
  parts: readonly ShellPart[],
  toRule: (part: ShellPart) => Rule | undefined,
): OfferedRules | undefined {
  const rules: Rule[] = [];
  for (const part of parts) {
    const rule = part.pipe?.isFollowed ? toPipeRule(part, part.pipe) : toRule(part);
    if (!rule) return undefined;
    if (!rules.some((one) => JSON.stringify(one) === JSON.stringify(rule))) rules.push(rule);
  }
  const isOne = rules.length === 1;
  const what = isOne ? 'this command' : 'these commands';
  if (!parts.some(followsFiles)) return { rules, what };
  return { rules, what: `${what}${andWhatFilesMake(isOne ? 'it' : 'them')}`, followsFiles: true };
}

/** What they do is in their words; a repository is asked about by itself. */
const ofWordsAlone = /^(?:git|hg|jj|svn|gh|glab|curl|wget|kubectl)$/;

/** Compilers, linters, build tools, scripts and whatever is not known: files say what they read, print, write and start. */
function followsFiles({ words: [name = ''] }: ShellPart): boolean {
  const program = toProgram(name);
  return !textTools.has(program) && !ofWordsAlone.test(program);
}

function toExactRule(part: ShellPart): Rule | undefined {
  return keepIfCovers({ kind: 'shell', command: { words: part.words, isPrefix: false } }, part);
}

/** Nothing shorter says what the part does. */
function toPipeRule(part: ShellPart, { text }: Pipe): Rule | undefined {
  const command = { words: [text], isPrefix: false, isPipe: true as const };
  return keepIfCovers({ kind: 'shell', command }, part);
}

/** `git diff --stat` is one of `git diff`. */
function toFamilyRule(part: ShellPart): Rule | undefined {
  const [name = '', ...args] = part.words[1] === '--no-pager' ? part.words.toSpliced(1, 1) : part.words;
  const words = findFamily([name, ...args]);
  return words && keepIfCovers({ kind: 'shell', command: { words, isPrefix: true } }, part);
}

function keepIfCovers(rule: Rule, part: ShellPart): Rule | undefined {
  return isPartAllowedBy(rule, part) ? keepIfTypable(rule) : undefined;
}
