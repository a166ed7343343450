import { shells, wrappers } from '../../shells.ts';
import { mayHideCommand } from './embedded-code.ts';
import { findGitOption } from './git-words.ts';
import { listReadings } from './package-managers.ts';
import { isLongOption, options, words } from './program-options.ts';

/** Why a program may run other ones. */
export type Runner = {
  reason: string;
  /** Which ones cannot be told from its arguments. */
  isOpaque: boolean;
  /** It adds words to the command in its arguments. */
  addsWords: boolean;
};

/** Programs and builtins that run the command in their arguments. */
const starters: ReadonlySet<string> = new Set([
  ...wrappers,
  ...words(`
    xargs pkexec setarch capsh command builtin exec coproc watch parallel flock scriptreplay gdb lldb valgrind perf
    ssh mosh rsh rlogin scp sftp ssh-copy-id rsync at batch crontab systemd-run busybox toybox start-stop-daemon prlimit proot
    fakeroot dbus-run-session dbus-launch xvfb-run entr expect screen tmux byobu daemonize
    sg newgrp runcon trickle torsocks proxychains proxychains4 faketime hyperfine caffeinate dotenv envchain sandbox-exec launchctl nodemon cross-env
    concurrently foreman socat nc ncat netcat telnet open xdg-open start osascript wsl cmd rundll32 forfiles tclsh wish
  `),
]);

/** Builtins that change what later commands mean, or run text. */
const changers = new Set(
  words(`
    eval source . alias unalias hash enable trap bind complete compgen compopt fc mapfile readarray
    set shopt export declare typeset readonly local read getopts let unset
  `),
);

/** Starters that also take commands on stdin, from a file, or in their own language. */
const readers = new Set(
  words('at batch crontab parallel expect gdb lldb newgrp su tclsh wish socat nc ncat netcat telnet'),
);

const adders = new Set(words('xargs parallel find fd fdfind entr'));

/** Whether a program adds words to the command in its arguments. The programs of GNU have a `g` in front on other systems. */
export function addsWords(name: string): boolean {
  const program = toProgram(name);
  return adders.has(program) || (program.startsWith('g') && adders.has(program.slice(1)));
}

/** The loader of programs of the system starts the one that it is given. */
const linkLoader = /^ld(?:64)?(?:-linux|-musl|\.so|-\d)/;

const folders = new Set(['cd', 'pushd', 'popd', 'chdir']);

/** They take a program in their own language as an argument, which can run others. */
const editors = new Set(words('vi vim nvim view vimdiff ex ed emacs emacsclient nano less more most'));

/** Undefined for a command that only runs the program it names. */
export function findRunner([name = '', ...args]: readonly string[]): Runner | undefined {
  const program = toProgram(name);
  // The programs of GNU have a `g` in front on other systems.
  const found =
    judge(program, args) ??
    (program.startsWith('g') ? judge(program.slice(1), args) : undefined) ??
    judgeLaunched([name, ...args]);
  return found && { ...found, addsWords: addsWords(name) };
}

const runsPackages =
  /^(?:npx|pnpx|bunx|uvx|pipx|(?:npm|pnpm|yarn|bun) (?:.* )?(?:exec|x|dlx)|(?:uv|poetry|pdm|hatch|rye|pipenv) (?:.* )?run) /;
const startersOfPackages =
  /^(?:concurrently|conc|nodemon|cross-env(?:-shell)?|dotenv(?:x|-cli)?|env-cmd|npm-run-all2?|run-[sp]|onchange|chokidar(?:-cli)?|start-server-and-test|shx|honcho|watchmedo|hupper)$/;

/** The options of `npx eslint` are those of eslint. What such a program may run, the launcher may, too: rules that deny know that. */
function judgeLaunched(all: readonly string[]): Omit<Runner, 'addsWords'> | undefined {
  const commands = runsPackages.test(`${all.map(toProgram).join(' ')} `)
    ? all.slice(1).map((word) => toProgram(word.replace(/(?<=.)@[\w.^~-]+$/, '')))
    : [];
  const starter = commands.find((one) => startersOfPackages.test(one));
  if (starter !== undefined)
    return { reason: `\`${starter}\` runs the command in its arguments`, isOpaque: false };
  const [name = '', ...args] =
    findLaunched(all, (one) => Object.hasOwn(options, one) && !launchers.test(one)) ?? [];
  const found = name === '' ? undefined : judge(name, args);
  return found && { ...found, isOpaque: false };
}

function judge(program: string, args: readonly string[]): Omit<Runner, 'addsWords'> | undefined {
  if (changers.has(program) || program.startsWith('-'))
    return { reason: `\`${program}\` changes what commands mean, or runs text`, isOpaque: true };
  if (starters.has(program) || linkLoader.test(program))
    return {
      reason: `\`${program}\` runs the command in its arguments`,
      isOpaque:
        args.length === 0 ||
        readers.has(program) ||
        changers.has(toProgram(dropBuiltin([program, ...args])[0] ?? '')) ||
        listStarts(args).some(({ words, isFirst }) => hidesCommand(words, isFirst)),
    };
  if (folders.has(program)) return { reason: 'it goes to another folder', isOpaque: false };
  if (editors.has(program)) return { reason: `\`${program}\` can run commands`, isOpaque: true };
  if (shells.has(program)) {
    if (/^[\w./]/.test(args[0] ?? '')) return undefined;
    const isGiven = args.some((arg) => /^-\w*c/.test(arg));
    return { reason: `\`${program}\` runs a script that is not a file`, isOpaque: !isGiven };
  }
  const found = program === 'git' ? findGitOption(args) : findOption(program, args);
  if (found === undefined) return undefined;
  const reason = `\`${found.option}\` can make \`${program}\` run something else, or write a file`;
  return { reason, isOpaque: found.isOpaque };
}

/** `x86_64-linux-gnu-gcc-12` is `gcc`. */
const compilerName = /^(?:[\w.-]+-)?(gcc|g\+\+|cc|clang|clang\+\+)(?:-[\d.]+)?$/;

function findOption(
  program: string,
  args: readonly string[],
): { option: string; isOpaque: boolean } | undefined {
  const name = compilerName.exec(program)?.[1] ?? program;
  const risky = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!risky) return undefined;
  const { long = [], short = '', words: wordPattern, hasAnyDashes } = risky;
  const isRisky = (arg: string): boolean => {
    if (wordPattern?.test(arg)) return true;
    if (/^--./.test(arg)) return isLongOption(arg, long);
    return short !== '' && new RegExp(`^-[A-Za-z0-9]*[${short}]`).test(arg);
  };
  const option = args.find((arg) => (hasAnyDashes ? listReadings(arg) : [arg]).some(isRisky));
  return option === undefined ? undefined : { option, isOpaque: !adders.has(program) };
}

export const launchers =
  /^(?:npx|npm|pnpm|pnpx|yarn|bun|bunx|uv|uvx|pipx|poetry|pdm|hatch|rye|pipenv|corepack|deno|python[\d.]*|py)$/;

/** They hand stdin on to what they start. */
export const containers =
  /^(?:docker(?:-compose)?|podman(?:-compose)?|nerdctl|kubectl|oc|ssh|nsenter|lxc|incus)$/;

/** What `npx -y tsc@5`, `python -m black` and `uv run ruff` start, if it is such a program. */
export function findLaunched(
  words: readonly string[],
  isMeant: (program: string) => boolean,
): readonly string[] | undefined {
  if (!launchers.test(toProgram(words[0] ?? ''))) return undefined;
  const names = words.map((word) =>
    toProgram(word.replace(/^npm:/, '').replace(/(?<=.)@[\w.^~-]+$/, '')).replaceAll('_', '-'),
  );
  const at = names.findIndex((name, index) => index > 0 && isMeant(name));
  return at === -1 ? undefined : [names[at] ?? '', ...words.slice(at + 1)];
}

/** `/usr/bin/Git.exe` is `git`. */
export function toProgram(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  return (base === '' ? name : base).toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, '');
}

/** They print, count and move, whatever their words are. `<` stands for a redirection. */
export const textTools: ReadonlySet<string> = new Set(
  words(`
    < ls dir cat head tail wc grep egrep fgrep rg ag echo printf cut tr sort uniq diff cmp comm paste fold fmt nl rev tac seq test [ true false
    stat file du df tree basename dirname realpath readlink mkdir touch cp mv rm rmdir ln chmod jq yq column strings od
    md5sum sha1sum sha256sum cksum which pwd date id whoami uname ps kill sleep tee zip unzip gzip gunzip find fd
  `),
);

/** Interpreters take code with an option, or on stdin. */
export const interpreters =
  /^(?:python|pypy|node|nodejs|deno|bun|tsx|ts-node|ruby|irb|perl|php|lua|luajit|r|rscript|julia|ghci?|scala|groovy|jshell|mongosh?|redis-cli|guile|racket|elixir|iex|erl|ocaml|clojure|clj|bb|octave|gnuplot|maxima|sage|xonsh|raku|crystal|zx|sbcl|gst|gforth|swift)[\d.]*$/;
const stdinScript = /^\/(?:dev\/(?:stdin|fd\/)|proc\/)|^[<>]\(/;
const ownCode =
  /^-[bBdiIOPqsSuvVxnplawCTtWUX\d]*[ceE]|^-F.*e|^-p|^-[mM].*[^\w:.-]|^--(?:eval|print|execute|command)|^-$|^(?:--[\w-]+=)?data:/;
const tellsVersion = /^(?:-[Vh]|--version|--help)$/;
/** For others, it tells more of what they do. */
const tellsVersionByV = /^(?:node|nodejs|bun|deno|ruby|irb|perl|php|lua|luajit|julia|raku)[\d.]*$/;

/** Whether a command takes code as an argument or on stdin, in which other commands may stand. `isUnknown` tells words with expansions. */
export function takesCode(
  [name = '', ...args]: readonly string[],
  isUnknown: (word: string) => boolean = () => false,
): boolean {
  const program = toProgram(name);
  if (shells.has(program)) return args.some((arg) => stdinScript.test(arg));
  const isHiding = mayHideCommand(program, args, isUnknown);
  if (isHiding !== undefined) return isHiding;
  if (adders.has(program)) return addsToCode(program, args);
  if (!interpreters.test(program)) return false;
  if (program.startsWith('php') && args.some((arg) => /^-[rBR]/.test(arg))) return true;
  const module = /^(?:python|pypy)/.test(program) ? args.indexOf('-m') : -1;
  if (module !== -1 && /^(?:timeit|code|pdb|trace|asyncio)$/.test(args[module + 1] ?? '')) return true;
  const own = module === -1 ? args : args.slice(0, module);
  if (args[0] === 'eval' || own.some((arg) => ownCode.test(arg) || stdinScript.test(arg))) return true;
  if (!args.every((arg) => arg.startsWith('-'))) return false;
  if (/^node(?:js)?$/.test(program) && args.includes('--test')) return false;
  const [first = ''] = args;
  // Behind it, lua takes code all the same.
  return (
    args.length !== 1 || !(tellsVersion.test(first) || (first === '-v' && tellsVersionByV.test(program)))
  );
}

type Start = { words: string[]; isFirst: boolean };

/** What a wrapper may start: the words behind its options, their values and one more argument. */
function listStarts(args: readonly string[]): Start[] {
  const starts: Start[] = [];
  let plain = 0;
  for (let at = 0; at < args.length && plain < 2; at += 1) {
    const isPassedOver = /^-|=|^[\d.]+\w?$/.test(args[at] ?? '') || /^-/.test(args[at - 1] ?? '');
    starts.push({ words: args.slice(at), isFirst: plain === 0 && !isPassedOver });
    if (!isPassedOver) plain += 1;
  }
  return starts;
}

/** Whether another command may stand in the words of one. Behind what is started, the name of a program may be that of a file. */
function hidesCommand(words: readonly string[], isFirst: boolean): boolean {
  const [name = '', ...args] = words;
  const program = toProgram(name);
  if (takesCode(words)) return true;
  if (changers.has(program) || program.startsWith('-')) return false;
  if (isFirst || shells.has(program)) return judge(program, args)?.isOpaque === true;
  return (program === 'git' ? findGitOption(args) : findOption(program, args))?.isOpaque === true;
}

/** `command -p . x` is `. x`. */
function dropBuiltin(words: readonly string[]): readonly string[] {
  let at = 0;
  while (/^(?:builtin|command)$/.test(words[at] ?? '')) {
    at += 1;
    while (words[at]?.startsWith('-')) at += 1;
  }
  return words.slice(at);
}

const commandReaders = /^(?:source|\.|exec|xargs|busybox)$/;
/** They are given names of programs, and start none of them with what they are given themselves. */
const naming =
  /^(?:git|gh|glab|hg|svn|apt|apt-get|brew|dnf|yum|pacman|apk|zypper|port|choco|scoop|winget|pip[\d.]*|cargo|go|gem|which|whereis|type|man|info|tldr|systemctl|service|make|command)$/;

/** Whether a program runs commands that it reads from its input, or starts one that does: `linux64 sh`. */
export function readsCommands(words: readonly string[]): boolean {
  const said = dropBuiltin(words);
  const program = toProgram(said[0] ?? '');
  if (shells.has(program) || wrappers.has(program) || commandReaders.test(program)) return true;
  return startsShell(said) || startsReader(said);
}

/** They start a shell if no command follows so many words, which say something else, such as a user or a folder. */
const shellStarters = new Map<string, number>([
  ...words(
    `linux32 linux64 x86_64 i386 uname26 unshare nsenter sudo doas capsh fakeroot proot torsocks firejail npx nix-shell`,
  ).map((name) => [name, 0] as const),
  ...words('setarch script chroot su runuser sg newgrp ssh rsh rlogin mosh schroot').map(
    (name) => [name, 1] as const,
  ),
]);
const shellCalls = [
  /^npm (?:exec|x)(?: -\S+)*$|^p?npm explore \S+$/,
  /^nix (?:develop|shell)(?!.* (?:-c|--command) )|^(?:poetry|pipenv|hatch) shell|^(?:toolbox|distrobox)[ -]enter/,
];

/** The one in a container gets what is given on stdin. */
const keepsInput = /^-[a-z]*i|^--(?:interactive|stdin)/;

/** Whether a command starts a shell, which runs what it is given on stdin: `linux64`, `script -q FILE`, `sudo -s`. */
export function startsShell([name = '', ...args]: readonly string[]): boolean {
  const program = toProgram(name);
  if (shellCalls.some((call) => call.test([program, ...args].join(' ')))) return true;
  if (containers.test(program)) {
    const call = args.findIndex((arg) => /^(?:run|exec|attach)$/.test(arg));
    if (call !== -1 && args.slice(call).some((arg) => keepsInput.test(arg))) return true;
  }
  const others = shellStarters.get(program);
  if (others === undefined || args.some((arg) => tellsVersion.test(arg))) return false;
  const isOption = (arg = ''): boolean => /^-./.test(arg) && arg !== '--';
  // Behind an option stands its value, or a command.
  const isCommand = (arg: string): boolean =>
    /\s/.test(arg) || onlyPrints([arg]) || Object.hasOwn(options, arg);
  const plain = args.filter(
    (arg, at) => !isOption(arg) && !/^--$|=|^\d+$/.test(arg) && (!isOption(args[at - 1]) || isCommand(arg)),
  );
  return plain.length <= others;
}

/** Whether a program is not known, or known to start what its words name. */
export function mayStartAny([name = '', ...args]: readonly string[]): boolean {
  const program = toProgram(name);
  const said = `${[program, ...args.map(toProgram)].join(' ')} `;
  if (onlyPrints([name]) || containers.test(program)) return false;
  if (naming.test(program) && !/^git (?:.* )?bisect run /.test(said)) return false;
  const areOwn = launchers.test(program) || Object.hasOwn(options, program) || interpreters.test(program);
  return !areOwn || runsPackages.test(said);
}

/** Alone, they may also be the name of a service or a folder. */
const nouns = /^(?:mail|mailx|ftp|mysql|mariadb|psql)$/;

/** Options make them run something else. Others of that kind are called like words that mean anything: `foo test -v`. */
const withOptions = /^(?:git|hg|find|fd|fdfind|xargs|tar|gtar|bsdtar|sort|rg|man|zip)$/;
/** Words that are looked at with what is behind them. */
const mostStarts = 200;

/**
 * Whether a program that is not known may start another one that runs what it is given: a shell, an interpreter, awk, an editor with a command, or
 * git with an alias.
 */
export function startsReader([name = '', ...args]: readonly string[]): boolean {
  if (!mayStartAny([name, ...args])) return false;
  return args.some((arg, at) => {
    const started = toProgram(arg);
    const isShell = shells.has(started) || interpreters.test(started);
    const isMeant =
      isShell ||
      editors.has(started) ||
      withOptions.test(started) ||
      mayHideCommand(started, [], () => false) !== undefined;
    if (!isMeant || at >= mostStarts) return isMeant;
    const given = args.slice(at + 1);
    if (nouns.test(started) && given.length === 0) return false;
    if (editors.has(started)) return /^e[dx]$/.test(started) || given.some((word) => /^[-+]./.test(word));
    return hidesCommand([arg, ...given], false);
  });
}

/** Whether the words that `xargs` or `find` adds may be a program, or code. */
function addsToCode(program: string, args: readonly string[]): boolean {
  if (program === 'find' || program === 'fd' || program === 'fdfind') {
    const starting = program === 'find' ? /^-(?:exec|ok)(?:dir)?$/ : /^(?:-[A-Za-z0-9]*[xX]|--exec.*)$/;
    return args.some((arg, at) => starting.test(arg) && startsAny(args.slice(at + 1), '{'));
  }
  const [option, mark] = program === 'entr' ? ['', '/_'] : findMark(args);
  const start = args.findIndex(
    (arg, at) => !arg.startsWith('-') && !(program === 'xargs' && valuedOfXargs.test(args[at - 1] ?? '')),
  );
  const command = start === -1 ? [] : args.slice(start);
  if (option === undefined) return true;
  // Without a mark the words are added to the end, where they may be options.
  return command.length > 0 && startsAny(mark === undefined ? [...command, '-{}'] : command, mark ?? '{}');
}

const valuedOfXargs = /^-[0rtpxo]*[nPILdsEa]$|^--(?:max-procs|max-args|max-lines|delimiter|arg-file)$/;

/** What `xargs` replaces. The option is undefined if it is one of those that are not known. */
function findMark(args: readonly string[]): [option: string | undefined, mark: string | undefined] {
  const at = args.findIndex((arg) => /^-[0rtpxo]*I/.test(arg));
  const own = args.slice(0, args.findIndex((arg) => !arg.startsWith('-')) >>> 0);
  const isKnown = own.every((arg) =>
    /^-[0rtpxo]*(?:[nPLIdsEa].*)?$|^--(?:null|no-run-if-empty|verbose|exit|version|help|max-procs|max-args|max-lines|delimiter|arg-file)(?:=|$)/.test(
      arg,
    ),
  );
  if (!isKnown) return [undefined, undefined];
  if (at === -1) return ['', undefined];
  return ['-I', args[at]?.replace(/^-[0rtpxo]*I/, '') || args[at + 1]];
}

/** Whether a command may start any program that is added to it. */
function startsAny(words: readonly string[], mark: string): boolean {
  const [name = '', ...args] = words;
  const program = toProgram(name);
  if (name.includes(mark) || starters.has(program) || changers.has(program)) return true;
  if (!shells.has(program)) return takesCode(words, (word) => word.includes(mark));
  const code = args[args.findIndex((arg) => /^-\w*c$/.test(arg)) + 1] ?? '';
  return code === '' || code.startsWith('-') || code.includes(mark) || stdinScript.test(code);
}

/** Whether its words are texts and names, and so no command that it runs. */
export function onlyPrints([name = '']: readonly string[]): boolean {
  return textTools.has(toProgram(name));
}
