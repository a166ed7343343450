import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { isCredentialFile } from '../../credential-files.ts';
import { isInside, isOddName } from '../../is-inside.ts';
import { findReal } from './disk.ts';
import { checkText } from './unreadable-names.ts';

/** A setting as git lists it: section and name are in lower case. */
export type Setting = readonly [name: string, value: string];

export type Ground = {
  /** The real folder with the files of the repository. */
  top: string;
  /** Whether git's folder was found in it or above it, and not by a setting. */
  isNatural: boolean;
  /** The names of its remotes. */
  remotes: ReadonlySet<string>;
  /** Whether the command may send to or fetch from another repository. */
  reaches: boolean;
  /** Whether another part of the command may bring files before, or links. */
  moves: boolean;
  /** Whether the command prints lines of files that settings name. */
  shows: boolean;
};

/** Settings whose values are, or name, what git starts, and the folder whose files it takes. */
const starting = toPattern(
  String.raw`core\.(?:fsmonitor|hookspath|editor|sshcommand|gitproxy|askpass|alternaterefscommand|worktree)|sequence\.editor`,
  String.raw`diff\.external|diff\..*\.(?:command|textconv)|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver`,
  String.raw`(?:difftool|mergetool|man|browser|guitool)\..*\.(?:cmd|path)|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand`,
  String.raw`alias\..*|credential\.(?:.*\.)?helper|trailer\..*\.(?:command|cmd)|interactive\.difffilter|tar\..*\.command`,
  String.raw`uploadpack\.packobjectshook|gc\.recentobjectshook|remote\..*\.(?:uploadpack|receivepack|vcs)|protocol\.(?:.*\.)?allow`,
  String.raw`submodule\..*\.update|(?:sendemail|imap|instaweb|web|hook|lfs)\..*(?:cmd|command|server|tunnel|httpd|browser|path|clean|smudge|transfer)`,
);

/** Settings that are a number, a choice, a name or a text for git, whatever their values are. */
const plain = toPattern(
  String.raw`core\.(?:bare|filemode|ignorecase|precomposeunicode|symlinks|logallrefupdates|longpaths|protect(?:hfs|ntfs)|fscache|quotepath)`,
  String.raw`core\.(?:autocrlf|safecrlf|eol|whitespace|commentchar|commentstring|checkroundtripencoding|hidedotfiles|trustctime|checkstat|ignorestat)`,
  String.raw`core\.(?:untrackedcache|preloadindex|splitindex|multipackindex|commitgraph|sparsecheckout|sparsecheckoutcone|sharedrepository)`,
  String.raw`core\.(?:abbrev|disambiguate|warnambiguousrefs|notesref|usereplacerefs|createobject|fsync\w*|bigfilethreshold|deltabasecachelimit)`,
  String.raw`core\.(?:(?:loose)?compression|packedgit\w+|filesreflock\w*|packedrefstimeout|maxtreedepth|pager)|pager\..*|(?:color|column|advice)\..*`,
  String.raw`(?:user|author|committer)\.(?:name|email|signingkey|useconfigonly)|gpg\.(?:format|mintrustlevel)|(?:commit|tag)\.(?:gpgsign|forcesignannotated)`,
  String.raw`commit\.(?:cleanup|status|verbose)|tag\.sort|branch\.(?:sort|autosetupmerge|autosetuprebase)|versionsort\.\w+|gitflow\..*|gui\.(?:wmstate|geometry)`,
  String.raw`branch\..*\.(?:merge|rebase|description|base|(?:vscode|github|gh|gk|gitlens)-[\w-]+)|submodule\.(?:.*\.)?(?:active|branch|ignore|shallow|fetchrecursesubmodules)`,
  String.raw`remote\..*\.(?:fetch|push|tagopt|prune|prunetags|mirror|skipdefaultupdate|skipfetchall|gh-resolved|followremotehead)`,
  String.raw`submodule\.(?:recurse|fetchjobs|propagatebranches)|pull\.(?:rebase|ff)|push\.(?:default|followtags|autosetupremote|gpgsign|recursesubmodules|useforceifincludes|negotiate)`,
  String.raw`fetch\.(?:negotiationalgorithm|prune|prunetags|parallel|recursesubmodules|fsckobjects|writecommitgraph|unpacklimit|output|showforcedupdates|all)|checkout\.\w+|clone\.defaultremotename`,
  String.raw`merge\.(?:ff|conflictstyle|renames|renamelimit|directoryrenames|log|stat|tool|guitool|autostash|verifysignatures|branchdesc|suppressdest)|merge\..*\.(?:name|recursive)`,
  String.raw`diff\.(?:algorithm|renames|renamelimit|mnemonicprefix|noprefix|colormoved|colormovedws|context|interhunkcontext|submodule|ignoresubmodules|indentheuristic)`,
  String.raw`diff\.(?:tool|guitool|wserrorhighlight|suppressblankempty|wordregex|relative|dirstat|autorefreshindex|stat\w+)|diff\..*\.(?:x?funcname|binary|wordregex|cachetextconv|algorithm)`,
  String.raw`filter\..*\.required|trailer\.(?:separators|where|ifexists|ifmissing)|trailer\..*\.(?:key|where|ifexists|ifmissing)|i18n\.\w+`,
  String.raw`(?:log|status|stash|rerere)\.\w+|rebase\.(?:autosquash|autostash|updaterefs|stat|backend|missingcommitscheck|abbreviatecommands|rebasemerges|forkpoint)`,
  String.raw`grep\.(?:linenumber|column|patterntype|extendedregexp|threads|fullname)|format\.(?:pretty|subjectprefix|signoff|coverletter|from|to|cc|thread|numbered|useautobase)`,
  String.raw`gc\.(?:auto|autodetach|autopacklimit|pruneexpire|worktreepruneexpire|(?:.*\.)?reflogexpire(?:unreachable)?|writecommitgraph|packrefs|cruftpacks|bigpackthreshold|aggressive\w+)`,
  String.raw`maintenance\.(?:auto|autodetach|strategy|.*\.enabled|.*\.schedule)|pack\.\w+|repack\.\w+|index\.\w+|feature\.(?:manyfiles|experimental)|commitgraph\.\w+`,
  String.raw`init\.defaultbranch|receive\.(?:deny\w+|fsckobjects|autogc|advertisepushoptions)|uploadpack\.(?:allow\w+|hiderefs)|transfer\.(?:fsckobjects|hiderefs|unpacklimit)`,
  String.raw`blame\.(?:coloring|date|showroot|showemail|blankboundary|markunblamablelines|markignoredlines)|notes\.\w+|safe\..*|protocol\.version`,
  String.raw`http\.(?:.*\.)?(?:extraheader|postbuffer|version|lowspeedlimit|lowspeedtime|useragent|maxrequests|emptyauth)|credential\.(?:.*\.)?(?:usehttppath|username|provider)`,
  String.raw`sendemail\.(?:to|cc|bcc|from|suppresscc|confirm|thread|annotate|validate|smtpuser|smtpserverport|smtpencryption)`,
  String.raw`svn-remote\..*\.(?:url|fetch|branches|tags|reposroot|uuid|rewriteroot)`,
  String.raw`http\.(?:.*\.)?(?:sslcainfo|sslcapath|sslverify|sslbackend|schannel\w+)|credential\.interactive`,
  // Sections of other programs, which git does not read.
  String.raw`(?:github|gitlab|gerrit|hub|gk|gitkraken|codespaces-theme|magit|forge)\..*`,
  String.raw`lfs\.(?:.*\.)?(?:access|locksverify|repositoryformatversion|concurrenttransfers|fetchinclude|fetchexclude|fetchrecent\w+|allowincompletepush|setlockablereadonly)`,
);

/** Settings that start and fetch nothing with these values. */
const withValue: readonly (readonly [names: RegExp, values: RegExp])[] = [
  [toPattern(String.raw`core\.repositoryformatversion`), /^[01]$/],
  [
    toPattern(
      String.raw`extensions\.(?:objectformat|compatobjectformat|refstorage|noop(?:-v1)?|worktreeconfig|preciousobjects|relativeworktrees)`,
    ),
    /^[\w-]*$/,
  ],
  [toPattern(String.raw`remote\..*\.promisor`), /^false$/],
  // It is the end of the name of a file.
  [toPattern(String.raw`format\.suffix`), /^[\w.-]*$/],
  [toPattern(String.raw`protocol\.(?:.*\.)?allow`), /^never$/],
  [toPattern(String.raw`submodule\..*\.update`), /^(?:checkout|merge|rebase|none)$/],
  // Programs that do nothing, and what `git lfs install` writes.
  [new RegExp(`(?!^core\\.(?:hookspath|worktree)$)${starting.source}`, 's'), /^(?:|true|false)$/],
  [
    toPattern(String.raw`filter\..*\.(?:clean|smudge|process)`),
    /^git-lfs (?:filter-process|clean -- %f|smudge -- %f)$/,
  ],
];

const remotePlace = toPattern(
  String.raw`(?:remote|submodule)\..*\.(?:push)?url|branch\..*\.(?:push)?remote|remote\.pushdefault|lfs\.(?:.*\.)?(?:push)?url`,
);
const fileOfFolder = toPattern(
  String.raw`blame\.ignorerevsfile|core\.(?:excludesfile|attributesfile)|commit\.template`,
);
const include = toPattern(String.raw`include\.path|includeif\.gitdir(?:/i)?:.*\.path`);

const urlElsewhere =
  /^(?:https?|ssh|git|git\+ssh|ssh\+git):\/\/[^-\s]\S*$|^\w[\w.+-]*(?:@\w[\w.-]*)?:(?!:|\/\/)\S*$/;

function toPattern(...names: string[]): RegExp {
  return new RegExp(`^(?:${names.join('|')})$`, 's');
}

/**
 * Whether a setting of a repository makes git start nothing, read nothing outside of it, and fetch nothing: what is not known here does not count
 * as harmless, because each new git has new settings. Throws UnreadableNameError if it names a file whose name is not UTF-8.
 */
export function isHarmless([name, value]: Setting, ground: Ground): boolean {
  const { top, isNatural, reaches, moves, shows } = ground;
  if (plain.test(name)) return true;
  if (withValue.some(([names, values]) => names.test(name) && values.test(value.trim()))) return true;
  if (remotePlace.test(name)) return !reaches || isElsewhere(value, ground);
  const base = /^url\.(.*)\.(?:push)?insteadof$/s.exec(name)?.[1];
  if (base !== undefined) return urlElsewhere.test(base) || !reaches;
  if (fileOfFolder.test(name) || include.test(name)) checkText(value, `the file that \`${name}\` names`);
  if (fileOfFolder.test(name)) return value === '' || (isFileOf(value, top) && !(moves && shows));
  // Another commit cannot change it.
  if (include.test(name)) return isAbsolute(value) && !isInside(findReal(value), top);
  return name === 'core.worktree' && isNatural;
}

/** Whether a setting is known to start something, or to take files from elsewhere. */
export function isStarting([name]: Setting): boolean {
  return starting.test(name);
}

/** Whether files that another commit brings may decide which settings there are. */
export function isInclude([name]: Setting): boolean {
  return /^include(?:if)?\./.test(name);
}

/** Whether objects that are not here are fetched when they are needed. The fetch runs hooks. */
export function isPartial([name]: Setting): boolean {
  return /^extensions\.partialclone$|^remote\..*\.promisor$/s.test(name);
}

/** Whether git goes into submodules of any commit, by their own settings, and not only into those that are staged. */
export function isEntering([name, value]: Setting): boolean {
  if (name === 'diff.submodule') return value !== 'short';
  if (/^(?:status\.submodulesummary|submodule\.recurse|(?:push|fetch)\.recursesubmodules)$/.test(name))
    return !/^(?:no|false|off|0)?$/i.test(value.trim());
  return /^submodule\..*\.fetchrecursesubmodules$/s.test(name);
}

/** Whether git writes files, and so looks for changed ones, when something is pushed into the repository. */
export function isUpdating([name, value]: Setting): boolean {
  return name === 'receive.denycurrentbranch' && /^updateinstead$/i.test(value);
}

/** Whether it is another machine, or a repository that did not come with this one. Hooks of the other one run when it is sent to. */
export function isElsewhere(
  value: string,
  { top, remotes, moves }: Pick<Ground, 'top' | 'remotes' | 'moves'>,
): boolean {
  if (isOddName(value)) return false;
  if (value === '' || value === '.' || remotes.has(value) || urlElsewhere.test(value)) return true;
  const path = value.replace(/^file:\/\/(?=\/)/, '');
  if (isAbsolute(path)) return !isInside(findReal(path), top) && !isInside(findReal(`${path}.git`), top);
  // A remote that is gone, or `no_push` where nothing shall be sent to.
  return (
    !moves && /^[\w-]+$/.test(path) && ![path, `${path}.git`].some((one) => existsSync(resolve(top, one)))
  );
}

function isFileOf(value: string, top: string): boolean {
  if (isAbsolute(value) || value.startsWith('~')) return false;
  const path = findRealFrom(top, value);
  return isInside(path, top) && !isInside(path, join(top, '.git')) && !isCredentialFile(path);
}

/** As the system finds it: `..` behind a link leads to the folder above its target. */
export function findRealFrom(folder: string, path: string): string {
  return findReal(isAbsolute(path) ? path : `${folder}${sep}${path}`);
}
