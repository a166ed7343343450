import { options, words } from './program-options.ts';
import { containers, interpreters, launchers, takesCode, toProgram } from './runners.ts';

/**
 * Programs that take what a pipe gives them as data, and put it nowhere but into what they print, with the arguments by which they do more: take
 * names of files, or write one.
 */
const dataReaders = new Map<string, RegExp | undefined>([
  ...list(
    `cat head tail grep egrep fgrep rg ag cut tr uniq diff cmp comm join paste fold fmt nl rev tac column strings od expand unexpand factor numfmt
     gzip gunzip zcat echo printf true false test [ ls pwd`,
  ),
  ...list('sort wc', /^--f(?!ie)/),
  ...list(
    'md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum cksum',
    /^-[A-Za-z\d#:]*c|^--c/,
  ),
  ...list('base32 base64 iconv shuf', /^-[A-Za-z\d#:]*o|^--(?:o|ra)/),
  ...list('hexdump hd', /^-[A-Za-z\d#:]*f/),
  ...list('xxd', /^(?!-|\d+$)|^-[a-z]*r/),
  ...list('bc', /^(?!-[lqsw]+$)/),
  ...list('yq', /\b(?:load\w*|eval|system)\s*\(|^-[A-Za-z\d#:]*[sif]|^--(?:split|in-?pl|from|sec)/),
  ...list('file', /^(?!-$|-b?i?$|--(?:brief|mime[\w-]*)$)/),
  ...list('jq', /^--run/),
  // A link may lead to stdin.
  ...list('sed gsed', /^-[A-Za-z\d#:]*i|^--i/),
  // They write into files, and read others, that the text names.
  ...list('awk gawk mawk nawk', />(?!=)|ARG[CV]/),
]);

function list(names: string, further?: RegExp): [string, RegExp | undefined][] {
  return words(names).map((name) => [name, further]);
}

const inputFile = /\/dev\/(?:stdin|fd)|\/proc\//;
const jsonTool =
  /^-m json\.tool(?: --(?:compact|indent|tab|no-indent|sort-keys|no-ensure-ascii|json-lines)| \d+)*$/;

/** With these, git asks about each change, or takes names and revisions. Its other words may say whatever a text from a pipe could. */
const furtherOfGit = /^--std/;
const furtherOfChanges = /^-[A-Za-z\d#:]*[pie]|^--(?:pa|in|ed|std)/;
const plainOfGit =
  /^(?:add|blame|commit|describe|diff|log|ls-files|ls-tree|merge-base|rev-list|rev-parse|shortlog|show|status)$/;

/** Whether whatever comes by a pipe is no more than data for a command, so that its words say what it does. */
export function readsDataAlone(said: readonly string[]): boolean {
  const [name = '', ...args] = said[1] === '--no-pager' ? said.toSpliced(1, 1) : said;
  // A program of the folder may have any name.
  if (name !== toProgram(name) || args.some((arg) => inputFile.test(arg))) return false;
  if (name === 'git') {
    const [command = '', ...rest] = args;
    const further = /^(?:add|commit)$/.test(command) ? furtherOfChanges : furtherOfGit;
    return plainOfGit.test(command) && !rest.some((arg) => further.test(arg));
  }
  if (/^python3?$/.test(name)) return jsonTool.test(args.join(' '));
  const further = dataReaders.get(name);
  return dataReaders.has(name) && !args.some((arg) => further?.test(arg)) && !takesCode(said);
}

const namesInput = /^(?:@|-[A-Za-z]|--?[\w-]+=)?-$/;
/** Text for people, which an argument could be as well. */
const takesText = /^gh (?:pr|issue|release) /;
/** Given a script, they run it, and nothing else. */
const runsScript = /^(?:python|pypy|node|nodejs|ruby|perl|php|lua|luajit|rscript|tsx|ts-node)[\d.]*$/;
const script = /^[\w./@+-]*[./]\w+$/;

/**
 * Whether a program that is known may do what a pipe tells it, with these words, though a person allowed it with any words. Allowing another
 * program says yes to this, too.
 */
export function mayFollowInput([name = '', ...args]: readonly string[]): boolean {
  const program = toProgram(name);
  if (interpreters.test(program)) return !(runsScript.test(program) && script.test(args[0] ?? ''));
  if (launchers.test(program) || containers.test(program)) return true;
  if (takesText.test(`${program} ${args[0]} `)) return false;
  const isKnown = /^(?:git|gh)$/.test(program) || Object.hasOwn(options, program);
  return isKnown && args.some((arg) => namesInput.test(arg) || inputFile.test(arg));
}
