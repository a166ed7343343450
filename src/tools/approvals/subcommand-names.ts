import { toPackageRunner } from './package-managers.ts';

/**
 * Other names of subcommands, from the documentation of their programs. In each line the first names are one subcommand, and those behind `>` do it,
 * too: a rule that denies the first means all. Names of npm and composer may be cut short.
 */
const names: Record<string, string> = {
  npm: `
    install add i in ins inst insta instal isnt isnta isntal isntall > ci clean-install ic install-clean isntall-clean it install-test cit sit install-ci-test clean-install-test
    ci clean-install ic install-clean isntall-clean > cit sit install-ci-test clean-install-test
    install-test it
    install-ci-test cit sit clean-install-test
    uninstall unlink remove rm r un
    update u up upgrade udpate
    run run-script rum urn > test t tst start stop restart it install-test cit sit install-ci-test clean-install-test
    test t tst > it install-test cit sit install-ci-test clean-install-test
    start
    stop
    restart
    exec x
    init create innit
    publish
    unpublish
    deprecate
    pack
    version verison
    rebuild rb
    link ln
    dedupe ddp
    config c > set get
    dist-tag dist-tags
    owner author
    adduser add-user login
    token
    access
    view v info show
    ls list la ll
    search s se find
    docs home
    bugs issues
    explain why`,
  pnpm: `
    install i > ci clean-install ic install-clean it install-test
    remove rm uninstall un
    update up upgrade
    run run-script > test t tst start
    test t tst > it install-test
    link ln
    unlink dislink
    rebuild rb
    list ls la ll
    config c`,
  yarn: `
    install
    run > test start
    upgrade up`,
  bun: `
    install i > ci
    add a
    remove rm
    run > test start`,
  cargo: `
    build b
    check c
    doc d
    run r
    test t
    remove rm`,
  svn: `
    blame praise annotate ann
    changelist cl
    checkout co
    commit ci
    copy cp
    delete del remove rm
    diff di
    help ? h
    list ls
    move mv rename ren
    propdel pdel pd
    propedit pedit pe
    propget pget pg
    proplist plist pl
    propset pset ps
    status stat st
    switch sw
    update up`,
  hg: `
    annotate blame
    bookmarks bookmark
    commit ci
    copy cp
    identify id
    import patch
    incoming in
    log history
    outgoing out
    purge clean
    remove rm
    rename move mv
    status st
    summary sum
    update up checkout co`,
  composer: `
    install i
    require r
    remove rm uninstall
    update u upgrade
    run-script run
    exec
    create-project
    global
    self-update selfupdate
    archive
    config`,
  helm: `
    uninstall del delete un
    list ls
    pull fetch`,
  brew: `
    uninstall remove rm
    list ls`,
  gh: `
    list ls
    create new
    checkout co
    codespace cs
    extension extensions ext
    ruleset rs`,
};

type Line = { same: Set<string>; all: string[] };

const tables = new Map<string, Line[]>();

function findLines(program: string): Line[] {
  const known = tables.get(program);
  if (known !== undefined) return known;
  const text = Object.hasOwn(names, program) ? (names[program] ?? '') : '';
  const lines = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '')
    .map((words) => {
      const end = words.indexOf('>');
      return {
        same: new Set(end === -1 ? words : words.slice(0, end)),
        all: words.filter((word) => word !== '>'),
      };
    });
  tables.set(program, lines);
  return lines;
}

/** Whether a program takes what was said for the subcommand that a rule names, or does it besides. */
export function isSubcommand(program: string, named: string, said: string): boolean {
  if (named === said) return true;
  const lines = findLines(program);
  const meant = lines.filter(({ same }) => same.has(named)).flatMap(({ all }) => all);
  if (meant.length === 0) return false;
  if (meant.includes(said)) return true;
  if (program !== 'npm' && program !== 'composer') return false;
  // `npm installTest`
  const start = said.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const isExact = lines.some(({ all }) => all.includes(start));
  return isExact ? meant.includes(start) : meant.some((one) => start !== '' && one.startsWith(start));
}

/** `docker container rm` is `docker rm`. */
const groups: Record<string, Record<string, string>> = {
  container: { ls: 'ps', list: 'ps', ps: 'ps', remove: 'rm', prune: '' },
  image: { ls: 'images', list: 'images', rm: 'rmi', remove: 'rmi', prune: '', inspect: '' },
  builder: { prune: '' },
  buildx: { b: 'build', ls: '', rm: '', create: '', use: '', stop: '', inspect: '', prune: '' },
};

const pip = /^pip[\d.]*$/;
const python = /^(?:python|pypy)[\d.]*$|^py$/;

/** A command in the way that most people write it. */
export function toUsualForm(
  program: string,
  args: readonly string[],
): [program: string, args: readonly string[]] {
  if (pip.test(program)) return ['pip', args];
  const runner = toPackageRunner(program, args);
  if (runner !== undefined) return runner;
  if (python.test(program)) {
    const at = args.findIndex((arg) => /^-[A-Za-z\d#:]*m(?:pip(?:\.[\w.]+)?)?$/.test(arg));
    const isJoined = args[at]?.endsWith('m') === false;
    if (at !== -1 && (isJoined || /^pip(?:\.|$)/.test(args[at + 1] ?? '')))
      return ['pip', args.slice(at + (isJoined ? 1 : 2))];
  }
  if (/^(?:docker|podman|nerdctl)$/.test(program)) {
    const at = args.findIndex((arg) => Object.hasOwn(groups, arg));
    const next = args.findIndex((arg, index) => index > at && !arg.startsWith('-'));
    const said = args[next];
    const usual = said === undefined ? '' : (groups[args[at] ?? '']?.[said] ?? said);
    if (at !== -1 && usual !== '') return [program, [...args.slice(0, at), usual, ...args.slice(next + 1)]];
  }
  if (/^(?:terraform|tofu)$/.test(program) && args.some((arg) => /^--?destroy(?:=true)?$/.test(arg)))
    return [program, args.map((arg) => (arg === 'apply' ? 'destroy' : arg))];
  if (program === 'yarn' && args.every((arg) => arg.startsWith('-'))) return ['yarn', ['install', ...args]];
  return [program, args];
}

const containers = /^(docker|podman|nerdctl)(?:-compose)?$/;

/** Options in front of a subcommand that take no value. */
const unvalued =
  /^(?:-D|-h|-r|--(?:debug|help|tls|tlsverify|remote|dry-run|compatibility|all-resources|verbose))$/;

/** Other commands that a command does besides: `docker build --push` pushes, and `docker compose run` runs. A rule that denies these means it, too. */
export function listFurtherForms(
  program: string,
  args: readonly string[],
): [program: string, args: readonly string[]][] {
  const name = containers.exec(program)?.[1];
  if (name === undefined) return [];
  const words = name === program ? args : ['compose', ...args];
  const isValue = (index: number): boolean =>
    /^-[^=]*$/.test(words[index - 1] ?? '') && !unvalued.test(words[index - 1] ?? '');
  const at = words.findIndex((word, index) => !word.startsWith('-') && !isValue(index));
  const [command = '', ...rest] = at === -1 ? [] : words.slice(at);
  const forms: [string, readonly string[]][] = [];
  if (command === 'compose') forms.push([name, rest], ...listFurtherForms(name, rest));
  const text = [command, ...rest].filter((word) => !word.startsWith('-')).join(' ');
  const isPushed = rest.some((word) => /^--push(?:=(?!false)|$)|type=registry|push=true/i.test(word));
  if (/^(?:build|bake|buildx|builder|image)\b/.test(text) && isPushed) forms.push([name, ['push', ...rest]]);
  if (/^(?:manifest push|buildx imagetools create|publish)\b/.test(text))
    forms.push([name, ['push', ...rest]]);
  if (/^(?:container )?create\b/.test(text)) forms.push([name, ['run', ...rest]]);
  return forms;
}

/** They take a package with its version: `npx npm@10` is `npx npm`. */
const versioned = /^(?:npx|pnpx|bunx|uvx|pipx|corepack|npm|pnpm|yarn|bun|pip|uv|cargo|go|deno)$/;

/** The name of a program or package without a version behind it. */
export function cutVersion(word: string): string {
  return word.replace(/(?<=\w)(?:@|[=<>~!]=)[^/]*$/, '');
}

/** Whether a word is that of a rule, or the same package with a version. */
export function isSamePackage(program: string, named: string, said: string): boolean {
  return named === said || (versioned.test(program) && cutVersion(said) === named);
}

/** `npm test` is `npm run test`, and `yarn build` is `yarn run build`. Undefined if it is no script. */
export function toScript(program: string, args: readonly string[]): readonly string[] | undefined {
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(program)) return undefined;
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const said = args[at] ?? '';
  const script = /^ts?t?$/.test(said) ? 'test' : said;
  if (program === 'npm' && !/^(?:test|start|stop|restart)$/.test(script)) return undefined;
  return ['run', script, ...args.slice(at + 1)];
}

/** The words of a command that a rule for its beginning may be offered for, if there are such. */
export function findFamily([name = '', ...args]: readonly string[]): readonly string[] | undefined {
  const forms = Object.hasOwn(families, name) ? families[name] : undefined;
  const form = forms?.find((words) => new RegExp(`^${words}(?: |$)`).test(args.join(' ')));
  return form === undefined ? undefined : [name, ...args.slice(0, form.split(' ').length)];
}

/** Subcommands whose options change how they do one thing, and not what they do. A regular expression for each word. */
const families: Record<string, string[]> = {
  git: [
    '(?:add|blame|commit|describe|diff|log|ls-files|ls-tree|merge-base|rev-list|rev-parse|shortlog|show|status)',
  ],
  gh: ['(?:pr|issue|run|release|repo|workflow) (?:view|list|status|checks|diff)', 'search \\w+'],
  npm: ['run \\w[\\w:.-]*', '(?:ls|list|outdated|test|view)'],
  pnpm: ['run \\w[\\w:.-]*', '(?:ls|list|outdated|test)'],
  yarn: ['run \\w[\\w:.-]*', '(?:list|outdated|test)'],
  cargo: ['(?:build|check|clippy|doc|fmt|metadata|test|tree)'],
  go: ['(?:build|doc|fmt|list|test|version|vet)'],
  docker: ['(?:ps|images|logs)'],
  kubectl: ['(?:get|describe|logs|explain)'],
};
