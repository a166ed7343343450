import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { isCredentialFile } from '../../credential-files.ts';
import type { Env } from '../../env.ts';
import { compileGlob, splitGlob } from '../../glob.ts';
import { findStats } from '../../open-file.ts';
import type { Access } from '../tool.ts';
import { isBeyondPrefix } from './beyond-prefix.ts';
import { mayBecome } from './carried-scripts.ts';
import { findRealPath } from './disk.ts';
import { mayBeAnother, toUsualWords } from './git-words.ts';
import { findMessages } from './option-words.ts';
import { mayFollowInput, readsDataAlone } from './piped-input.ts';
import type { CommandPattern, Rule } from './rule.ts';
import { mayStartAny, onlyPrints, toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import {
  cutVersion,
  findFamily,
  isSamePackage,
  isSubcommand,
  listFurtherForms,
  toScript,
  toUsualForm,
} from './subcommand-names.ts';
import { isWebUrl, matchesUrl } from './url-pattern.ts';
import { isUnreadable, listEntries } from './walk-path.ts';

/** What paths in rules begin at: both are absolute, and `folder` is real. A command may name the folders of its variables, too. */
export type RuleBase = { folder: string; home: string; env?: Env | undefined };

/** Accesses other than commands, which have parts. */
export type PlainAccess = Exclude<Access, { kind: 'shell' }>;

/**
 * Whether a rule that allows means this access. Such a rule means no more than it says: a special path must be named by exactly this rule.
 * With a slash behind it, a rule means the names in a folder, and not its files.
 */
export function isAllowedBy(rule: Rule, access: PlainAccess, place: RuleBase): boolean {
  if (access.kind === 'mcp') return meetsServer(rule, access);
  if (access.kind === 'url')
    return (
      rule.kind === 'url' && (rule.host ? matchesUrl(rule.host, access.url, false) : isWebUrl(access.url))
    );
  if (rule.kind !== access.kind) return false;
  if (rule.path === undefined) return access.special === undefined;
  if (toRulePath(rule.path, place) === access.path)
    return !rule.path.endsWith('/') || (access.kind === 'read' && access.folder === 'names');
  return access.special === undefined && compileRulePath(rule.path, place, false)(access.path);
}

/** Whether a rule that denies or asks means this access. Such a rule means everything that a person could mean by it. */
export function isMetBy(rule: Rule, access: PlainAccess, place: RuleBase): boolean {
  if (access.kind === 'mcp') return meetsServer(rule, access) || isNamedAsTool(rule, access);
  if (access.kind === 'url')
    return rule.kind === 'url' && (rule.host === undefined || matchesUrl(rule.host, access.url, true));
  if (rule.kind !== access.kind) return false;
  if (rule.path === undefined) return true;
  const path = toRulePath(rule.path, place);
  if ([path, findRealPath(path)].some((one) => isSameOrInside(access.path, one))) return true;
  return compileRulePath(rule.path, place, true)(access.path);
}

/**
 * The first of such rules that means files in a folder that is read as a whole, or looked through. Special files below it are left out there, so
 * that rules for them do not count; the folder itself may be hidden, and then its files are not left out.
 */
export function findMetInside<T extends { rule: Rule }>(
  rules: readonly T[],
  access: PlainAccess,
  place: RuleBase,
): T | undefined {
  const named = rules.flatMap((held) =>
    held.rule.kind === 'read' && held.rule.path !== undefined ? [{ held, pattern: held.rule.path }] : [],
  );
  if (access.kind !== 'read' || named.length === 0) return undefined;
  if (findStats(access.path)?.isDirectory() !== true) return undefined;
  const { path: folder, special } = access;
  const leavesOut = special !== 'credential' && special !== 'own';
  const beginning = named.find(({ pattern }) => beginsInside(pattern, folder, place, leavesOut));
  if (beginning) return beginning.held;
  return findInFolder(
    named.map(({ held, pattern }) => ({ held, matches: compileRulePath(pattern, place, true) })),
    folder,
    leavesOut,
  )?.held;
}

/** Whether a rule names a place in a folder, or a glob that begins there. */
function beginsInside(pattern: string, folder: string, place: RuleBase, leavesOut: boolean): boolean {
  const path = toRulePath(pattern, place);
  const base = toRulePath(splitGlob(pattern)?.base ?? pattern, place);
  return [
    [path, base],
    [findRealPath(path), findRealPath(base)],
  ].some(([whole = '', start = '']) => {
    const isSpecial = isCredentialFile(whole) || hiddenName.test(relative(folder, whole));
    return isSameOrInside(start, folder) && !(leavesOut && isSpecial);
  });
}

const hiddenName = /(?:^|[/\\])\.[^./\\]/;

/** Names that are looked at. In a larger folder a rule may always mean something. */
const mostNames = 5000;

/** The first rule that means a file somewhere in a folder: `*.sql` means those of each folder. */
function findInFolder<T extends { matches(path: string): boolean }>(
  rules: readonly T[],
  folder: string,
  leavesOut: boolean,
): T | undefined {
  const left = [folder];
  let count = 0;
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    for (const entry of listEntries(at)) {
      const path = join(at, entry.name);
      if (leavesOut && (entry.name.startsWith('.') || isCredentialFile(path))) continue;
      count += 1;
      if (count > mostNames || isUnreadable(entry)) return rules[0];
      const met = rules.find(({ matches }) => matches(path));
      if (met) return met;
      if (entry.isDirectory()) left.push(path);
    }
  }
  return undefined;
}

function meetsServer(rule: Rule, { server, tool }: Extract<Access, { kind: 'mcp' }>): boolean {
  if (rule.kind !== 'mcp') return false;
  if (rule.server === undefined) return true;
  return rule.server === server && (rule.tool === undefined || rule.tool === tool);
}

/** By the names that models and other clients have for it, `SERVER__TOOL` and `mcp__SERVER__TOOL`, and in any case. */
function isNamedAsTool(rule: Rule, { server, tool }: Extract<Access, { kind: 'mcp' }>): boolean {
  if (rule.kind !== 'mcp' || rule.server === undefined) return false;
  const typed = [rule.server, ...(rule.tool === undefined ? [] : [rule.tool])].join('__').toLowerCase();
  const named = [server, `mcp__${server}`, `${server}__${tool}`, `mcp__${server}__${tool}`];
  return named.some((name) => name.toLowerCase() === typed);
}

/** The absolute path that a rule names. Links in it are not followed: where one leads can change after the rule was made. */
function toRulePath(pattern: string, { folder, home }: RuleBase): string {
  const path = pattern.replaceAll(/\\([*?[\]{}()!@+\\])/g, '$1');
  const whole = path === '~' || /^~[/\\]/.test(path) ? join(home, path.slice(1)) : path;
  const absolute = isAbsolute(whole) ? normalize(whole) : resolve(folder, whole);
  return absolute.length > 1 && absolute.endsWith(sep) ? absolute.slice(0, -1) : absolute;
}

/**
 * Globs match from the folder, or from the root. A wide one also matches names in any folder, in any case, and hidden ones, and takes brackets for
 * those of a name as well.
 */
function compileRulePath(pattern: string, place: RuleBase, isWide: boolean): (path: string) => boolean {
  const patterns = isWide ? listBeginnings(pattern) : [pattern];
  const globs = [...new Set(patterns.flatMap((one) => listGlobs(one, place, isWide)))];
  const options = { dot: isWide, braces: true, ignoreCase: isWide, literals: isWide };
  const compiled = globs.map((glob) => compileGlob(glob.replace(/^\/*/, '/'), options));
  return (path) => compiled.some((glob) => glob?.matches(toSlashes(path)) ?? isWide);
}

/** Names with brackets of which each may be a link. */
const mostNamesWithMarks = 16;

/** A pattern, and the same with names in front of which the brackets are no wildcards: so far, links are followed. */
function listBeginnings(pattern: string): string[] {
  const marks = /(?<!\\)[[\]{}()!@+]/g;
  const names = pattern.split('/');
  const ends = names.flatMap((name, at) => (name.search(marks) === -1 ? [] : [at + 1]));
  const beginnings = [...ends.slice(0, mostNamesWithMarks), names.length].map((end) =>
    [...names.slice(0, end).map((name) => name.replaceAll(marks, '\\$&')), ...names.slice(end)].join('/'),
  );
  return [pattern, ...beginnings];
}

function listGlobs(pattern: string, place: RuleBase, isWide: boolean): string[] {
  const split = splitGlob(pattern);
  const names = split === undefined ? '' : `/${split.glob}`;
  const base = toRulePath(split?.base ?? pattern, place);
  const globs = isWide || split ? [`${escapeGlob(base)}${names}`] : [];
  if (isWide) {
    const own = pattern.replace(/^\.\//, '');
    globs.push(`${escapeGlob(findRealPath(base))}${names}`);
    if (!isAbsolute(pattern)) globs.push(`/**/${own}`, `/**/${own}/**`);
  }
  return globs;
}

/** With slashes, and from the root: also on Windows. */
function toSlashes(path: string): string {
  return path.replaceAll(sep, '/').replace(/^\/*/, '/');
}

/** The pattern that means this path and no other. */
export function escapeGlob(path: string): string {
  return path.replaceAll(sep, '/').replaceAll(/[*?[\]{}()!@+\\]/g, '\\$&');
}

/** A disk may ignore case. */
function isSameOrInside(path: string, place: string): boolean {
  const [one, other] = [path.toLowerCase(), place.toLowerCase()];
  return one === other || one.startsWith(other.endsWith(sep) ? other : other + sep);
}

/** Whether a rule that allows means one simple command of a command line without doubts. */
export function isPartAllowedBy(rule: Rule, { words, isVague, pipe, isFed }: ShellPart): boolean {
  if (rule.kind !== 'shell') return false;
  if (!rule.command) return true;
  const { words: named, isPrefix, isPipe } = rule.command;
  if (isPipe) return pipe !== undefined && !pipe.isVague && pipe.text === named[0];
  const said = skipPagerFlag(words);
  if (!named.every((word, index) => said[index] === word)) return false;
  if (isFed && !readsDataAlone(words) && !meansAnyInput(rule.command, words)) return false;
  const rest = said.slice(named.length);
  if (!isPrefix) return rest.length === 0 && !isVague;
  return !isBeyondPrefix(named, rest, isVague);
}

/** A rule that the question may offer shows nothing of what comes by a pipe. Others for a beginning are of a person. */
function meansAnyInput({ words: named, isPrefix }: CommandPattern, said: readonly string[]): boolean {
  return isPrefix && findFamily(named)?.length !== named.length && !mayFollowInput(said);
}

/** `git --no-pager diff` is `git diff`, where nothing is a terminal. */
function skipPagerFlag(words: readonly string[]): readonly string[] {
  return words[0] === 'git' && words[1] === '--no-pager' ? ['git', ...words.slice(2)] : words;
}

/** Programs that do nothing. A command may contain them if its other parts are allowed. */
export function doesNothing({ words }: ShellPart): boolean {
  const [name = '', ...rest] = words;
  if (name === 'true' || name === 'false' || name === ':') return true;
  return /^(?:exit|break|continue)$/.test(name) && rest.every((word) => /^\d+$/.test(word));
}

/**
 * Whether a rule that denies or asks means a command. It means every command that begins with its words, wherever the program lies, and with
 * options between them: `shell(git push)` means `git -C .. push --force`.
 */
export function matchesPart(rule: Rule, part: ShellPart): boolean {
  if (rule.kind !== 'shell') return false;
  return rule.command === undefined || beginsWith(part.words, rule.command);
}

/** Whether such a rule may match: some words are known only at run time. */
export function mayMatchVague(rule: Rule, { words: [name = ''], isVague }: ShellPart): boolean {
  if (rule.kind !== 'shell' || !isVague) return false;
  return rule.command === undefined || toProgram(name) === toProgram(rule.command.words[0] ?? '');
}

/** Whether a program that is not known to run others may run what such a rule means: `numactl git push`, `npx -c 'git push'`, `git send-pack`. */
export function mayStart(rule: Rule, { words }: ShellPart): boolean {
  if (rule.kind !== 'shell') return false;
  const { command } = rule;
  if (command === undefined) return false;
  if (copiesProgram(words, command)) return true;
  if (onlyPrints(words)) return false;
  if (mayMatchAlias(rule, { words })) return true;
  if (
    mayStartAny(words) &&
    words.slice(1, longestLookedAt).some((word, index) => {
      const isMeant = /^(?:git|hg)$/.test(toProgram(word)) || /[/\\]git-\w/.test(word);
      return isMeant && mayMatchAlias(rule, { words: words.slice(index + 1) });
    })
  )
    return true;
  const program = toProgram(command.words[0] ?? '');
  if (words.slice(longestLookedAt).some((word) => toProgram(word) === program)) return true;
  // A shell takes quotes away: `npx -c 'git pu""sh'`.
  const unquote = (word: string): string => word.replaceAll(/["'\\]/g, '');
  const unquoted = words.map(unquote);
  const messages = findMessages(words);
  return words.slice(1, longestLookedAt).some((word, index) => {
    if (messages.has(index + 1)) return false;
    // Some languages write a blank as `\\_` or `\\t`.
    const plain = word.replaceAll(/\\[_tn]/g, ' ');
    const bare = unquote(plain);
    const texts = /\s/.test(plain)
      ? [plain, ...(bare === plain ? [] : [bare])]
          .flatMap((text) => text.split(/[;&|\n()`'"!=:,{}[\]%]+/))
          .map((text) => text.trim().split(/\s+/))
      : [];
    if (texts.some(([first = '', ...rest]) => /^\$[A-Za-z_]/.test(first) && rest.length > 0)) return true;
    // In languages of their own, as that of a window manager.
    const started = texts.flatMap((text) =>
      text.flatMap((one, at) => {
        if (!starting.test(one)) return [];
        const first = text.findIndex((next, place) => place > at && !next.startsWith('-'));
        return first === -1 ? [] : [text.slice(first)];
      }),
    );
    // `nix run nixpkgs#git -- push`
    const [, packaged] = /^[^\s#]*#(?:.*\.)?([\w+-]+)$/.exec(word) ?? [];
    const rest = words.slice(index + 2);
    const ofPackage =
      packaged === undefined ? [] : [[packaged, ...(rest[0] === '--' ? rest.slice(1) : rest)]];
    const tail = words.slice(index + 1);
    return (
      mayExpandTo(tail, command) ||
      [tail, unquoted.slice(index + 1), ...texts, ...started, ...ofPackage].some((one) =>
        beginsWith(one, command),
      )
    );
  });
}

/** In words. Of those behind, only the name of the program counts. */
const longestLookedAt = 200;

/** Whether a shell may expand words to those of a rule. Any word that it expands could be a program alone. */
function mayExpandTo([first = '', ...rest]: readonly string[], command: CommandPattern): boolean {
  const [program = '', ...named] = command.words;
  if (named.length === 0) return false;
  if (toProgram(first) === toProgram(program)) return rest.some((word) => /[$`*?[]/.test(word));
  return mayBecome(first, program) && beginsWith([program, ...rest], command);
}

/** A copy or a link of a program has another name. */
function copiesProgram(
  [name = '', ...args]: readonly string[],
  { words: [program = ''] }: CommandPattern,
): boolean {
  const said = toProgram(name);
  // It is given the names on stdin.
  if (/^(?:g|bsd)?cpio$/.test(said)) return args.some((arg) => /^-[A-Za-z\d#:]*[op]|^--(?:c|p)/.test(arg));
  if (
    !/^(?:<|cp|ln|mv|install|link|rsync|scp|cat|tac|head|tail|tee|pv|sponge|sed|sort|uniq|split|dd|base(?:32|64)|xxd|gzip|bzip2|xz|zstd|objcopy|strip|zip|7z[a-z]*|rar|ar|(?:g|bsd)?tar|pax)$/.test(
      said,
    )
  )
    return false;
  const copied = toProgram(program);
  return args.some((arg) => {
    // `$(which git)`
    if (/[$`]/.test(arg)) return arg.split(/[^\w.-]+/).some((word) => toProgram(word) === copied);
    if (!/[/\\]/.test(arg)) return false;
    return (
      toProgram(arg) === copied ||
      compileGlob(toProgram(arg), { dot: true, braces: true })?.matches(copied) === true
    );
  });
}

const starting = /^(?:exec|run|spawn|start|launch|system|shell|pipe)$/i;

/** The same for a command inside an argument. The words after it are checked as commands of their own. */
export function mayMatchAlias(
  rule: Rule,
  { words: [name = '', ...args] }: Pick<ShellPart, 'words'>,
): boolean {
  if (rule.kind !== 'shell' || rule.command === undefined) return false;
  return mayBeAnother(toProgram(name), args, toProgram(rule.command.words[0] ?? ''));
}

function beginsWith(said: readonly string[], pattern: CommandPattern): boolean {
  const [one, other] = [said, pattern.words].map(([first = '', ...rest]) =>
    toUsualWords(cutVersion(toProgram(first)), rest),
  ) as [ProgramWords, ProgramWords];
  const usual = toUsualForm(...other);
  return (
    isSameBeginning(one, other) ||
    [toUsualForm(...one), ...listFurtherForms(...one)].some((form) => isSameBeginning(form, usual))
  );
}

type ProgramWords = ReturnType<typeof toUsualWords>;

function isSameBeginning([name, args]: ProgramWords, [program, named]: ProgramWords): boolean {
  // `docker-compose` is `docker compose`.
  if (name === `${program}-${named[0]}`) return named.length === 1;
  if (name !== program) return false;
  if (holdsWords(program, args, named)) return true;
  const script = isSubcommand(program, named[0] ?? '', 'run') ? toScript(name, args) : undefined;
  return named.length > 1 && script !== undefined && holdsWords(program, script, named);
}

/** Whether words begin with those of a rule, apart from options. */
function holdsWords(program: string, args: readonly string[], named: readonly string[]): boolean {
  let at = 0;
  for (const [index, word] of named.entries()) {
    const isWord = (said: string | undefined): boolean =>
      said !== undefined &&
      (isSamePackage(program, word, said) ||
        ((index === 0 || program === 'gh') && isSubcommand(program, word, said)));
    while (at < args.length && !isWord(args[at]) && args[at]?.startsWith('-')) {
      const isValueNext = !args[at]?.includes('=') && !isWord(args[at + 1]) && !args[at + 1]?.startsWith('-');
      at += isValueNext ? 2 : 1;
    }
    if (!isWord(args[at])) return false;
    at += 1;
  }
  return true;
}
