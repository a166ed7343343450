import { dirname, join, relative } from 'node:path';
import { isInside } from '../../is-inside.ts';
import { findStats } from '../../open-file.ts';
import { findLinkStats, findRealPath, readOwnText } from './disk.ts';
import { findChanging } from './mercurial.ts';
import { listPaths } from './named-paths.ts';
import { toProgram } from './runners.ts';
import type { ShellPart } from './shell-command.ts';
import { listReadable } from './unreadable-names.ts';
import { findLink, walkPath } from './walk-path.ts';

/** A program for versions, and the files in its folder that can make it run something, or read another repository. */
type System = {
  /** Names of its folder at the top of a repository. */
  folders: readonly string[];
  /** Lines that do nothing of this. A file with any other one, or something else in its place, is asked about. */
  files: Record<string, RegExp>;
  /** What is a folder in it. A file there would name another repository. */
  inner?: readonly string[];
  /** Where programs may lie that it runs. */
  hooks?: string;
};

const none = /^$/;

/** A host that begins with a dash would be an option of ssh. */
const remote = String.raw`(?:(?:https?|ssh|git|sftp|bzr|bzr\+ssh)://(?!-)[^\s"'{}$\\]+|[\w.]+@[\w.][\w.-]*:[\w./~-]+|lp:[\w./~+-]+)`;

const linesOfJj =
  /^\[(?:user|git)\]$|^(?:(?:user|git)\.)?(?:name|email|fetch|push|push-bookmark-prefix|auto-local-bookmark|colocate)\s*=\s*(?:"[^"\\]*"|true|false)$/;

const linesOfGit = new RegExp(
  [
    String.raw`^\[(?:core|(?:remote|branch) "[\w./-]+")\]$`,
    String.raw`^(?:repositoryformatversion|bare|filemode|logallrefupdates|ignorecase|precomposeunicode|symlinks)\s*=\s*\w+$`,
    String.raw`^(?:url|pushurl)\s*=\s*${remote}$`,
    String.raw`^fetch\s*=\s*\+?refs/[\w*/:.-]+$|^remote\s*=\s*[\w.-]+$|^merge\s*=\s*refs/[\w./-]+$`,
  ].join('|'),
);

const linesOfSl = new RegExp(
  [
    String.raw`^\[(?:paths|ui|diff|phases)\]$|^default(?:-push)?\s*=\s*${remote}$`,
    String.raw`^username\s*=.*$|^(?:quiet|verbose|debug|interactive|git|publish)\s*=\s*\w*$`,
  ].join('|'),
);

const linesOfBrz = new RegExp(
  [
    String.raw`^(?:parent_location|push_location|submit_branch|public_branch|bound_location)\s*=\s*${remote}$`,
    String.raw`^(?:nickname|bound|append_revisions_only|email)\s*=\s*(?:[\w.@<>+-][\w.@<> +-]*)?$`,
  ].join('|'),
);

const brz: System = {
  folders: ['.bzr'],
  inner: ['branch', 'repository'],
  files: { 'branch/branch.conf': linesOfBrz, 'branch/location': none, 'checkout/branch.conf': linesOfBrz },
};

const systems: Record<string, System> = {
  jj: {
    folders: ['.jj'],
    inner: ['repo'],
    files: {
      'repo/config.toml': linesOfJj,
      'config.toml': linesOfJj,
      'workspace-config.toml': linesOfJj,
      'repo/store/git_target': /^(?:git|(?:\.\.\/){3}\.git)$/,
      'repo/store/git/config': linesOfGit,
    },
    hooks: 'repo/store/git/hooks',
  },
  sl: {
    folders: ['.sl', '.hg'],
    files: {
      config: linesOfSl,
      hgrc: linesOfSl,
      'hgrc.dynamic': none,
      'hgrc-not-shared': none,
      sharedpath: none,
    },
  },
  brz,
  bzr: brz,
  darcs: { folders: ['_darcs'], files: { 'prefs/defaults': none } },
  pijul: { folders: ['.pijul'], files: { config: /^\[hooks\]$|^record\s*=\s*\[\]$/ } },
};

function toSystem({ words: [name = ''] }: ShellPart): System | undefined {
  const program = toProgram(name);
  return Object.hasOwn(systems, program) ? systems[program] : undefined;
}

/**
 * Why a program for versions other than git and hg may run more than the command, or read another repository, by what the folder itself holds.
 * Undefined if it does not.
 */
export function findOtherReason(parts: readonly ShellPart[], folder: string): string | undefined {
  for (const part of parts) {
    const system = toSystem(part);
    if (system === undefined) continue;
    const name = toProgram(part.words[0] ?? '');
    const named = part.words
      .slice(1)
      .flatMap(listPaths)
      .flatMap((path) => walkPath(folder, path).map(findRealPath));
    const places = [...new Set([folder, ...named])].flatMap((place) => findOwn(place, system));
    for (const own of new Set(places)) {
      const odd = findOdd(own, system);
      if (odd !== undefined)
        return `this repository itself may make ${name} run or read something else: \`${relative(folder, odd)}\``;
      const real = findRealPath(own);
      if (named.some((path) => isInside(path, real))) return `it names a place in the folder of ${name}`;
      const changing = findChanging(
        parts.filter((one) => one !== part),
        folder,
        real,
      );
      if (changing !== undefined) return `\`${changing.words[0]}\` may change what ${name} runs`;
    }
  }
  return undefined;
}

/** Its folder in this one, or the next one above, in which there is one. */
function findOwn(place: string, { folders }: System): string[] {
  for (let at = findStats(place)?.isDirectory() ? place : dirname(place); ; at = dirname(at)) {
    const found = folders.map((name) => join(at, name)).filter((path) => findLinkStats(path) !== undefined);
    if (found.length > 0 || dirname(at) === at) return found;
  }
}

/** The first thing in its folder that is not known to be harmless. Throws UnknownPlacesError if it has too many files. */
function findOdd(own: string, { files, inner = [], hooks }: System): string | undefined {
  if (!findLinkStats(own)?.isDirectory()) return own;
  const link = findLink(own, () => true);
  if (link !== undefined) return link;
  const elsewhere = inner
    .map((name) => join(own, name))
    .find((path) => findLinkStats(path)?.isDirectory() === false);
  if (elsewhere !== undefined) return elsewhere;
  const odd = Object.entries(files).find(([name, lines]) => !isHarmless(join(own, name), lines));
  if (odd) return join(own, odd[0]);
  const hook = hooks && listReadable(join(own, hooks)).find((entry) => !entry.name.endsWith('.sample'));
  return hook ? join(own, hooks, hook.name) : undefined;
}

function isHarmless(file: string, lines: RegExp): boolean {
  const text = readOwnText(file);
  if (text === undefined) return false;
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trim())
    .every((line) => line === '' || line.startsWith('#') || lines.test(line));
}
