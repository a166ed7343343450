import { isLongOption, passesBy } from './program-options.ts';
import { toProgram } from './runners.ts';

type Judge = (args: readonly string[]) => boolean;

const helping = /^--(?:help|version)$/;

/** Whether one of these letters is in a bundle. The first word may be one without a dash. */
function hasLetter(args: readonly string[], letters: string, isOldStyle = false): boolean {
  const bundle = new RegExp(`^-[A-Za-z\\d#:]*[${letters}]`);
  const first = new RegExp(`^-?[A-Za-z\\d#:]*[${letters}]`);
  return args.some((arg, at) => (at === 0 && isOldStyle ? first : bundle).test(arg));
}

function hasLong(args: readonly string[], ...long: string[]): boolean {
  return args.some((arg) => isLongOption(arg, long));
}

/** Its first word is one of those that are known to unpack nothing. */
function unlessFirst(known: RegExp): Judge {
  return ([first]) => first !== undefined && !known.test(first) && !helping.test(first);
}

/** Its first word that is no option is one of those that are known to unpack nothing. Options without a value may stand in front. */
function unlessCommand(known: RegExp): Judge {
  return (args) => {
    const command = args.find((arg) => !arg.startsWith('-'));
    return command !== undefined && !known.test(command);
  };
}

/** With an option that only lists, and none that could take it back. */
function unlessListing(listing: RegExp, harmless?: RegExp): Judge {
  return (args) => !passesBy(args, listing, harmless) || args.includes('--');
}

const tar: Judge = (args) => hasLetter(args, 'x', true) || hasLong(args, '--extract', '--get');
const cpio: Judge = (args) => hasLetter(args, 'ip') || hasLong(args, '--extract', '--pass-through');
/** A minus sign in a bundle takes a letter back. */
const unzip = unlessListing(/^-(?:[qv]*[ltvzpc][qvltzpc]*|Z[12smlvhMTtz]*)$/, /^-q+$/);
/** In any order with its switches, and in either case. */
const sevenZip = unlessCommand(/^(?:a|b|d|h|i|l|rn|t|u)$/i);
const rar = unlessCommand(/^(?:[lv][bta]*|t|p|a|c|cw|d|f|i.*|k|m|r[crvn]?|s|u)$/i);
/** `-l` is no listing for it. */
const patch: Judge = ([first = '']) => !/^--(?:dry-run|help|version)$/.test(first);
const wget: Judge = (args) =>
  hasLetter(args, 'xrmpi') ||
  hasLong(
    args,
    '--force-directories',
    '--recursive',
    '--mirror',
    '--page-requisites',
    '--content-disposition',
    '--trust-server-names',
    '--input-file',
    '--input-metalink',
    '--metalink-over-http',
  );
const always: Judge = ([first = '', ...rest]) => rest.length > 0 || !helping.test(first);

/**
 * They put what an archive holds wherever its names say, through the links that are there, take the names of their files from a patch or another
 * file, or give what they load the path of its URL or a name that the server says.
 */
const bringing: Record<string, Judge> = {
  tar,
  gtar: tar,
  bsdtar: tar,
  star: (args) => hasLetter(args, 'x', true),
  unzip,
  bsdunzip: unzip,
  '7z': sevenZip,
  '7za': sevenZip,
  '7zr': sevenZip,
  '7zz': sevenZip,
  p7zip: (args) => hasLetter(args, 'd') || hasLong(args, '--decompress', '--uncompress'),
  unar: always,
  rar,
  unrar: rar,
  cpio,
  gcpio: cpio,
  bsdcpio: cpio,
  pax: (args) => hasLetter(args, 'r'),
  jar: (args) => hasLetter(args, 'x', true) || hasLong(args, '--extract'),
  // With -M, it takes commands from stdin.
  ar: ([first = '--help']) => !helping.test(first) && !/^-?[dmpqrst][A-Za-wyz]*$/.test(first),
  lha: ([first = '']) => /^-?[a-z\d]*[ex]/.test(first),
  ouch: unlessFirst(/^(?:c|compress|l|list)$/),
  ditto: (args) => hasLetter(args, 'x'),
  dpkg: (args) => hasLetter(args, 'xXR') || hasLong(args, '--extract', '--vextract', '--raw-extract'),
  'dpkg-deb': (args) => hasLetter(args, 'xXR') || hasLong(args, '--extract', '--vextract', '--raw-extract'),
  atool: (args) => hasLetter(args, 'xX') || hasLong(args, '--extract-to'),
  aunpack: always,
  dtrx: unlessListing(/^(?:-[lt]|--list|--table)$/, /^-[qv]+$/),
  unsquashfs: unlessListing(/^-(?:l[lsnc]*|s|stat|cat)$|^--?(?:help|version)$/, /^-(?:q|quiet|no-progress)$/),
  cabextract: unlessListing(/^(?:-[ltp]|--list|--test|--pipe|--help|--version)$/, /^-q$/),
  munpack: always,
  ripmime: always,
  uudecode: always,
  patch,
  gpatch: patch,
  quilt: unlessFirst(
    /^(?:series|applied|unapplied|top|next|previous|files|patches|diff|graph|grep|annotate|header|new|add|refresh|mail|rename)$/,
  ),
  svn: (args) => args.includes('patch'),
  hg: (args) => args.some((arg) => /^im(?:p(?:o(?:rt?)?)?)?$/.test(arg)),
  gh: (args) => /^(?:.* )?run (?:.* )?download(?: |$)/.test(args.join(' ')),
  wget,
  wget2: wget,
  curl: (args) => hasLetter(args, 'J') || hasLong(args, '--remote-header-name'),
  aria2c: always,
  httrack: always,
  'yt-dlp': always,
  'youtube-dl': always,
};

/** Modules of Python, and wheels: one says the names and the modes of its files. */
const unpackersOfPython = / -[A-Za-z\d#:]*m ?(?:tarfile|zipfile) (?:.* )?-(?:-e|v*e)|(?:^| |m)wheel unpack /;
const installers = /(?:^| |m)pip[\d.]* (?:.* )?(?:install|sync) /;

/** Whether a module of Python, or pip, unpacks something into the folder. */
export function unpacksByPython([name = '', ...args]: readonly string[]): boolean {
  const text = [toProgram(name), ...args].join(' ');
  if (unpackersOfPython.test(text)) return true;
  if (!installers.test(text)) return false;
  const named = args.filter((arg) => arg !== '--pre');
  return named.some((arg) => /^-[qvUI]*t/.test(arg)) || hasLong(named, '--target', '--prefix', '--root');
}

/** Whether a command gives its files names that its words do not say, also of folders: it unpacks an archive, or takes them from a URL or a server. */
export function namesItsFiles([name = '', ...args]: readonly string[]): boolean {
  const program = toProgram(name);
  const brings = Object.hasOwn(bringing, program) ? bringing[program] : undefined;
  return brings?.(args) === true || unpacksByPython([name, ...args]);
}

const leavingBundle = /^-[^-]*P/;

/** The option by which such a command follows names that begin with a slash or go up, or its name if it does without. */
export function findLeavingOption([name = '', ...args]: readonly string[]): string | undefined {
  const program = toProgram(name);
  if (/^(?:(?:g|bsd)?cpio|pax|uudecode)$/.test(program)) return name;
  if (/^(?:tar|gtar|bsdtar|star|jar)$/.test(program) && /^[A-Za-z\d]*P[A-Za-z\d]*$/.test(args[0] ?? ''))
    return args[0];
  const isOfProgram = /^(?:bsd)?unzip$/.test(program)
    ? /^-.*[:^]/
    : /^7z/.test(program)
      ? /^-s(?:pf|nl)/i
      : undefined;
  return args.find(
    (arg) =>
      leavingBundle.test(arg) ||
      isOfProgram?.test(arg) ||
      isLongOption(arg, ['--absolute-names', '--absolute-paths', '--insecure']),
  );
}

/** They bring no file of another commit. Only git refuses to write into its folder. */
const quietSystems =
  /^c?hg (?:add|addremove|annotate|blame|bookmarks?|branch|branches|bundle|cat|ci|commit|config|copy|cp|diff|export|files|forget|grep|heads|help|id|identify|in|incoming|init|locate|log|manifest|mv|out|outgoing|parents|paths|phase|push|pull(?!.* (?:-[A-Za-z\d#:]*u|--(?:u|reb)))|remove|rename|rm|root|serve|st|status|sum|summary|tags?|tip|verify|version)(?: |$)|^svn (?:add|annotate|blame|cat|ci|commit|delete|di|diff|help|info|list|log|ls|mkdir|prop\w+|rm|st|stat|status)(?: |$)|^cvs (?:add|annotate|ci|commit|diff|log|rm|status)(?: |$)/;
/** From a container or a store, with all folders. */
const copyingFromElsewhere =
  /^(?:(?:docker|podman|nerdctl) (?:container |compose (?:.* )?)?|kubectl |oc )cp (?:.* )?[^ :]+$|^oc rsync |^helm (?:pull|fetch) .*--untar|^aws s3 (?:cp|mv|sync) (?:.* )?s3:\/\/\S+ (?!s3:)[^-]|^rclone (?:copy|sync|move|bisync) |^(?:terraform|tofu) .*-from-module|^(?:gsutil|gcloud storage|s3cmd|mc) (?:.* )?(?:cp|get|mv|rsync|sync|mirror) |^adb pull |^(?:lxc|incus) file pull /;

/** Whether a command brings a whole folder of another commit, a container or a store. */
export function bringsTree([name = '', ...args]: readonly string[]): boolean {
  const text = [toProgram(name), ...args].join(' ');
  return (/^(?:c?hg|svn|cvs) /.test(text) && !quietSystems.test(text)) || copyingFromElsewhere.test(text);
}
