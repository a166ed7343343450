import { createHash } from 'node:crypto';
import { type Dirent, existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { isInside, isOddName } from '../../is-inside.ts';
import { findReal, findRealPath, readBytes, readText } from './disk.ts';
import type { Setting } from './repository-settings.ts';
import { listReadable } from './unreadable-names.ts';

/**
 * What is in the folder of git of a repository that was made by git itself, at rest or in the middle of something. A newer git may do more with
 * other names. Most of the last ones are of programs around git.
 */
const usualNames = toPattern(
  String.raw`(?:[A-Z]+_)*HEAD|MERGE_(?:MODE|RR|AUTOSTASH)|AUTO_MERGE|BISECT_[A-Z_]+|NOTES_MERGE_\w+|(?:[A-Z]+_)*(?:EDITMSG|MSG)|EDIT_DESCRIPTION`,
  String.raw`config(?:\.worktree)?|description|(?:shared)?index(?:\.[\w-]+)*|packed-refs|shallow|commondir|gitdir|locked|gc\.(?:log|pid)`,
  'hooks|info|logs|refs|reftable|objects|lost-found|branches|remotes|worktrees|modules|rr-cache|lfs|rebase-merge|rebase-apply|sequencer',
  String.raw`ADD_EDIT\.patch|addp-hunk-edit\.diff|fsmonitor--daemon.*|maintenance\.lock|[\w.-]+\.lock|\.DS_Store|gitk\.cache|GITGUI_\w+`,
  'svn|annex|sourcetreeconfig.*|gk|gitbutler|branchless|machete|filter-repo|jj|cursor|opencode|claude|codex|copilot|vscode.*|zed',
);

/** The same for folders in it, of which git believes what is there. */
const usualInside: Record<string, RegExp> = {
  info: toPattern('exclude|attributes|refs|sparse-checkout'),
  sequencer: toPattern('todo|opts|head|abort-safety'),
  'rebase-merge': toPattern(
    String.raw`interactive|head-name|onto|orig-head|git-rebase-todo(?:\.backup)?|done|end|msgnum|author-script|message|message-(?:squash|fixup)`,
    'current-fixups|amend|stopped-sha|patch|rewritten(?:-list|-pending)?|squash-onto|refs-to-delete|update-refs|autostash|verbose|quiet|signoff',
    '(?:drop|keep)_redundant_commits|strategy|strategy_opts|gpg_sign_opt|allow_rerere_autoupdate|(?:no-)?reschedule-failed-exec',
    'cdate_is_adate|ignore_date|no-verify|dropped|fixup-message|trailer',
  ),
  'rebase-apply': toPattern(
    String.raw`\d+|next|last|threeway|quiet|sign|utf8|keep|messageid|scissors|quoted-cr|no_inbody_headers|apply-opt|applying|rebasing|abort-safety`,
    'author-script|final-commit|info|msg|msg-clean|patch|patch-merge-index|original-commit|dirtyindex|rewritten|head-name|onto|orig-head|autostash|gpg_sign_opt|verify-commit',
  ),
};

type TextJudge = (text: string) => boolean;

/** Words with blanks behind each: one expression for all of them takes a time that grows with each letter. */
function allWords(word: RegExp): TextJudge {
  return (text) => {
    const words = text.split(/\s+/);
    return words.every((one, at) => word.test(one) || (one === '' && at === words.length - 1));
  };
}

function whole(pattern: RegExp): TextJudge {
  return (text) => pattern.test(text);
}

const commits = allWords(/^[\da-f]{40,64}$/);

/** What files hold that decide what git starts, or become its arguments. */
const usualTexts: Record<string, TextJudge> = {
  BISECT_NAMES: whole(/^(?:\s*'(?:[^']|'\\'')*')*\s*$/),
  BISECT_START: whole(/^\w[\w./-]*\s*$/),
  BISECT_TERMS: allWords(/^\w[\w-]*$/),
  MERGE_HEAD: commits,
  MERGE_AUTOSTASH: commits,
  'rebase-merge/autostash': commits,
  'rebase-apply/autostash': commits,
  'rebase-apply/apply-opt': whole(
    /^(?:\s*'(?:--whitespace=[\w-]+|--ignore-(?:whitespace|space-change)|--reject|-[pC]\d+)')*\s*$/,
  ),
  'rebase-merge/gpg_sign_opt': whole(/^(?:-S\S*)?\s*$/),
  'rebase-apply/gpg_sign_opt': whole(/^(?:-S\S*)?\s*$/),
};

/** Folders and files of git in which there may be so many. */
const mostEntries = 100_000;

/** A link in the place of a single object is of no use: its name tells what must be in it. But a submodule may be called `objects/ab`. */
const singleObjects = /(?:^|[/\\])objects[/\\][\da-f]{2}$/;

const objectsOfLfs = /(?:^|[/\\])lfs[/\\]objects[/\\][\da-f]{2}$/;

/** Whether an entry is a folder in which there may be one of git, and not one of the many of git-lfs. */
export function isFurther(folder: string, entry: Dirent): boolean {
  if (!entry.isDirectory()) return false;
  const isOfLfs = objectsOfLfs.test(folder) && /^[\da-f]{2}$/.test(entry.name);
  return !isOfLfs || existsSync(join(folder, entry.name, 'HEAD'));
}

/** What git does not put into its folder `root` by itself, with what it is: links above all, and files with a text that is not known to be harmless. Throws UnreadableNameError. */
export function findUnusual(
  root: string,
  { top, folders }: { top: string; folders: readonly string[] },
): Setting[] {
  const found: Setting[] = [];
  const add = (path: string, what: string, value: string): void => {
    found.push([`\`${relative(root, path)}\` in git's folder${what}`, value]);
  };
  const left = [root];
  let count = 0;
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const entries = listReadable(at);
    const isOfObjects = singleObjects.test(relative(root, at));
    for (const entry of isOfObjects ? entries.filter((one) => isFurther(at, one)) : entries) {
      count += 1;
      if (count > mostEntries) throw new Error('too many files');
      const path = join(at, entry.name);
      const name = relative(root, path);
      if (entry.isSymbolicLink()) {
        const target = findReal(path);
        const isWithin = folders.some((folder) => isInside(target, folder));
        if (name !== 'hooks') add(path, isWithin ? ' is a link' : ' leads elsewhere', target);
      } else if (entry.isDirectory() && name !== 'hooks') left.push(path); // Hooks are looked at by themselves.
      if (!isUsualName(name) || (entry.isFile() && !isUsualText(name, path, top)))
        add(path, '', entry.isFile() ? hashText(path) : '');
    }
  }
  return found;
}

/** Names of branches and hashes. */
const anyName = /^(?:worktrees[/\\][^/\\]+[/\\])?(?:logs|refs|objects|lfs)[/\\]/;

function isUsualName(name: string): boolean {
  // Another worktree has a folder of git of its own.
  const own = name.replace(/^worktrees[/\\][^/\\]+[/\\]/, '');
  const [folder = '', inside, ...further] = own.split(/[/\\]/);
  if (inside === undefined) return usualNames.test(folder);
  const usual = Object.hasOwn(usualInside, folder) ? usualInside[folder] : undefined;
  return usual === undefined || (further.length === 0 && usual.test(inside));
}

/** By its name, and that of its folder. */
function isUsualText(name: string, path: string, top: string): boolean {
  if (anyName.test(name)) return true;
  const file = basename(path);
  if (file === 'MERGE_RR') {
    const lines = readText(path)?.split('\0') ?? [];
    return lines.length < mostConflicts && lines.every((line) => isOfFolder(line, top));
  }
  const usual = [file, `${basename(dirname(path))}/${file}`].flatMap((one) =>
    Object.hasOwn(usualTexts, one) ? (usualTexts[one] ?? []) : [],
  );
  return usual.every((isUsual) => isUsual(readText(path) ?? ''));
}

/** Who has more is asked. */
const mostConflicts = 10_000;

/** A conflict whose resolution git remembers: it reads and writes the file behind the tab. */
function isOfFolder(line: string, top: string): boolean {
  const file = line.slice(line.indexOf('\t') + 1);
  if (file === '') return true;
  const path = join(top, file);
  return (
    !isOddName(file) &&
    !/(?:^|[/\\])\.\.?(?:git)?(?:[/\\]|$)/i.test(file) &&
    isInside(path, top) &&
    findRealPath(path) === path
  );
}

function hashText(path: string): string {
  return createHash('sha256')
    .update(readBytes(path) ?? '')
    .digest('hex');
}

/** Those that only change commits, files and names. A command in full or its letter, or nothing but a note. */
const harmlessSteps =
  /^\s*(?:$|#|(?:p|pick|r|reword|e|edit|s|squash|f|fixup|d|drop|l|label|t|reset|m|merge|u|update-ref|b|break|noop|revert)(?:\s|$))/;
const usualStrategy = /^(?:ort|recursive|resolve|octopus|ours|subtree)?$/;
const harmlessOptions =
  /^\s*(?:$|[#;]|\[options\]\s*$|(?:no-commit|edit|allow-[\w-]+|(?:drop|keep)-redundant-commits|signoff|record-origin|mainline|strategy-option|gpg-sign|default-msg-cleanup|commit-use-reference)\s*(?:=|$))/i;

/** Whether something was begun that may run commands, or programs in the place of a strategy to merge, when it goes on. */
export function hasCommandsLeft(own: string): boolean {
  const isOf = (name: string, lines: RegExp): boolean =>
    (readText(join(own, name)) ?? '').split('\n').every((line) => lines.test(line.trim()));
  return !(
    isOf('rebase-merge/git-rebase-todo', harmlessSteps) &&
    isOf('sequencer/todo', harmlessSteps) &&
    isOf('rebase-merge/strategy', usualStrategy) &&
    isOf('sequencer/opts', harmlessOptions)
  );
}

function toPattern(...names: string[]): RegExp {
  return new RegExp(`^(?:${names.join('|')})$`);
}
