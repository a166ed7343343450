/**
 * Options with which a program runs another one, or writes a file that its operands do not name. Long ones may be cut short and have a value behind
 * `=`; `short` are letters that may stand in a bundle; `words` are arguments. `hasAnyDashes`: one dash is as good as two.
 */
type Options = { long?: readonly string[]; short?: string; words?: RegExp; hasAnyDashes?: true };

/** It takes further arguments from the file behind an `@`. */
const fromFile: Options = { words: /^@/ };

const compiler: Options = {
  words:
    /^@|^--?(?:wrapper|f(?:pass-)?plugin|B|specs|X(?:clang|linker|assembler|preprocessor|arch)|for-linker|fuse-ld|ld-path|load|output|o|W[alp],|aux-info|dump|fdump-.*=|fopt-info.*=|M[FD]|MMD|ccc-|gcc-toolchain)/,
};

const make: Options = {
  long: ['--eval', '--file', '--makefile', '--directory', '--include-dir'],
  short: 'fCIE',
  words: /=/,
};

/** They load a file of JavaScript or Python that an option names. */
const loader: Options = {
  long: words(
    '--format --reporter --rulesdir --resolve-plugins-relative-to --parser --ui --environment --runner',
  ),
  short: 'cfopr',
};

const packageManager: Options = {
  hasAnyDashes: true,
  long: words(
    '--script-shell --node-options --node-gyp --viewer --shell --git --editor --globalconfig --userconfig --prefix --dir --cwd --use-yarnrc',
  ),
  short: 'C',
};

/** They run the command behind such a word. */
const launcher: Options = { words: /^(?:run|exec|x|shell|tool)$/ };

export const options: Record<string, Options> = {
  ...Object.fromEntries(
    words(
      'op doppler dotenvx mise rtx asdf volta rbenv pyenv nodenv goenv jenv pipenv poetry pdm hatch rye uv conda mamba micromamba chamber aws-vault bundle',
    ).map((name) => [name, launcher]),
  ),
  gh: {
    words: /^(?:auth|alias|extension|ext|config|codespace|cs|ssh-key|gpg-key|secret|gist|--)$/,
    long: ['--editor'],
  },
  hg: {
    long: words('--config --command --program --ssh --remotecmd --tool --editor --cwd --repository'),
    short: 'Re',
    words: /^(?:extdiff|debug.*|serve)$/,
  },
  bsdtar: { long: ['--use-compress-program', '--options'], short: 'I' },
  sort: { long: ['--output', '--compress-program'], short: 'oT' },
  tar: {
    long: words(
      '--to-command --use-compress-program --checkpoint-action --info-script --new-volume-script --rsh-command --rmt-command --listed-incremental --volno-file --index-file',
    ),
    short: 'IFg',
    words: /^[A-Za-z]*[IF][A-Za-z]*$/,
  },
  eslint: loader,
  jest: loader,
  vitest: loader,
  mocha: loader,
  rollup: loader,
  webpack: loader,
  vite: loader,
  pytest: { ...loader, words: /^@/ },
  tsc: fromFile,
  tsgo: fromFile,
  'vue-tsc': fromFile,
  mypy: fromFile,
  dmypy: fromFile,
  javac: { words: /^@|^-J|^-processor/ },
  java: { words: /^@|^-javaagent|^-agent|^-XX:On/ },
  rustc: { words: /^@|^-C|^--codegen|^-o|^--out-dir/ },
  swiftc: fromFile,
  kotlinc: fromFile,
  ld: { words: /^@|^--?(?:plugin|o|T|script)/ },
  ar: fromFile,
  nvcc: compiler,
  gcc: compiler,
  'g++': compiler,
  cc: compiler,
  clang: compiler,
  'clang++': compiler,
  'c++': compiler,
  // It runs a format whose name ends so.
  pandoc: {
    long: words('--filter --lua-filter --pdf-engine --output --defaults --data-dir'),
    short: 'FLod',
    words: /\.lua(?:[+-][\w+-]*)?$/,
  },
  tree: { short: 'o' },
  rg: { long: ['--pre', '--hostname-bin', '--search-zip'], short: 'z' },
  find: { words: /^-(?:exec|execdir|ok|okdir|delete|fprint0?|fprintf|fls)$/ },
  fd: { long: ['--exec', '--exec-batch'], short: 'xX' },
  fdfind: { long: ['--exec', '--exec-batch'], short: 'xX' },
  split: { long: ['--filter'] },
  zip: { long: ['--unzip-command'], short: 'T' },
  man: { long: ['--pager', '--html', '--preprocessor', '--config-file'], short: 'PHCM' },
  install: { long: ['--strip-program'] },
  curl: {
    long: words(
      '--output --remote-name --config --upload-file --netrc-file --engine --output-dir --dump-header --cookie-jar --trace --trace-ascii --libcurl --etag-save --stderr',
    ),
    short: 'oOKTJDc',
  },
  wget: {
    long: words(
      '--use-askpass --execute --config --post-file --body-file --output-document --output-file --append-output',
    ),
    short: 'eOoaP',
  },
  date: { long: ['--set'], short: 's' },
  // Behind two dashes, what begins with one is a file.
  uniq: { words: /^[^-].*|^--$/ },
  jobs: { words: /^-x/ },
  npm: packageManager,
  pnpm: packageManager,
  yarn: packageManager,
  cargo: { long: ['--config'], words: /^\+/ },
  go: { words: /^--?(?:exec|toolexec|vettool|overlay|modfile|C|o)(?:=|$)/ },
  docker: { long: ['--config'], short: 'H' },
  make,
  gmake: make,
  remake: make,
  ninja: { short: 'fCt' },
  just: {
    long: words('--justfile --working-directory --set --shell-arg --dotenv-path --edit'),
    short: 'fde',
  },
  rake: { long: words('--rakefile --libdir --rakelibdir --require --execute --system'), short: 'efrpEIRg' },
  cmake: { words: /^-[PECDG]|^--(?:build|install|open|toolchain|preset)/ },
  jq: { long: ['--from-file'], short: 'fL' },
  test: { words: /^-[vR]$/ },
  '[': { words: /^-[vR]$/ },
  printf: { words: /^-v/ },
  wait: { words: /^-p/ },
};

export function words(text: string): string[] {
  return text.match(/\S+/g) ?? [];
}

/** Whether an argument is one of these long options, also with a value behind `=`, or a beginning of one: many programs take it for the whole. */
export function isLongOption(arg: string, long: readonly string[]): boolean {
  const [name = ''] = arg.split('=');
  return /^--./.test(name) && long.some((one) => one.startsWith(name));
}

const none = /^(?!)/;

/**
 * Whether an option lets a command pass, such as one that only lists: it stands in front of `--`, and all others there are known. Another one could
 * take it back, or take it as its value.
 */
export function passesBy(args: readonly string[], excusing: RegExp, harmless = none): boolean {
  const end = args.indexOf('--');
  const given = args.slice(0, end === -1 ? undefined : end).filter((arg) => arg.startsWith('-'));
  return (
    given.some((arg) => excusing.test(arg)) && given.every((arg) => excusing.test(arg) || harmless.test(arg))
  );
}
