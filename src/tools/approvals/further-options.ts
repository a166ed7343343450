/**
 * Options with which a program writes where a person does not expect it, sends something elsewhere, or loads code. A rule for a prefix does not
 * mean them, unless it names them; a rule for the whole command does. Long ones may have a value behind `=`.
 */
const python =
  /^--(?:basetemp|pastebin|junit-?xml|log-file|confcutdir|debug|override-ini|report-log|resultlog|html|cov-report|cov-config|trace-config|pdbcls)(?:=|$)/;

const prettier = /^--(?:write|fix\w*|unsafe|apply[\w-]*|cache-location|reporter-file)(?:=|$)|^-w$/;

/** vitest also has options of options: `--coverage.reportsDirectory`. */
const vitest =
  /^--(?:globalSetup|global-setup|pool|poolOptions|diff|root|dir|workspace|project|sequence|coverage|outputFile|api|typecheck|snapshotEnvironment|execArgv|attachmentsDir|update)(?:[.=]|$)|^-[ru]/;

const furtherOptions: Record<string, RegExp> = {
  // They change sources, or open a browser.
  cargo: /^--(?:fix|open|allow-\w+|broken-code|logfile|target-dir|out-dir|artifact-dir|lockfile-path)(?:=|$)/,
  gh: /^--web(?:=|$)|^-w$/,
  curl: /^--(?:hsts|alt-svc|write-out|remote-name-all|ssl-sessions|unix-socket|abstract-unix-socket|proxy|preproxy|cert|key|resolve|connect-to|form|data[\w-]*|json|url-query|variable)(?:=|$)|%output\{|^-[A-Za-z]*[wxEFd]/,
  shuf: /^-[A-Za-z]*o|^--o/,
  iconv: /^-[A-Za-z]*o|^--o/,
  xmllint: /^--?(?:o|output|shell|load-trace|xinclude|catalogs|path|postvalid|noent)(?:$|=)/,
  ruff: /^-[A-Za-z]*o|^--(?:output-file|fix\w*|unsafe-fixes|add-noqa|cache-dir)/,
  yq: /^-[A-Za-z]*[is]|^--(?:inplace|in-place|split-exp\w*|from-file|security-enable)/,
  file: /^-[A-Za-z]*[Cm]|^--(?:compile|magic-file)/,
  pytest: python,
  'py.test': python,
  kubectl:
    /^-s|^--(?:server|token|cluster|context|user|as[\w-]*|cache-dir|certificate-authority|client-\w+|insecure-[\w-]*|tls-server-name|profile[\w-]*|raw|kustomize)(?:=|$)|^-k|^(?:.*,)?secrets?(?:$|[,/.])/i,
  vitest,
  go: /^--?(?:test\.)?(?:(?:cover|cpu|mem|block|mutex)profile|trace|outputdir|c|pkgdir|work|fuzz\w*|artifacts|fix|mod=mod|http|debug-\w+|gocoverdir|testlogfile)(?:=|$)/,
  node: /^--(?:redirect-warnings|(?:cpu|heap)-prof[\w-]*|diagnostic-dir|report-[\w-]*|trace-event-[\w-]*|tls-keylog|test-reporter[\w-]*|build-snapshot[\w-]*|snapshot-blob|icu-data-dir|localstorage-file|heapsnapshot[\w-]*|inspect[\w-]*|openssl-[\w-]*|run)(?:=|$)/,
  prettier,
  biome: prettier,
  eslint: /^-[A-Za-z]*o|^--(?:fix[\w-]*|output-file|cache-location|cache-file|flag)(?:=|$)/,
  stylelint: /^-[A-Za-z]*o|^--(?:fix|output-file|cache-location|custom-formatter|custom-syntax)(?:=|$)/,
  jest: /^--(?:rootDir|globalSetup|globalTeardown|setupFiles\w*|testEnvironment|testRunner|transform|resolver|runner|coverageDirectory|outputFile|cacheDirectory|projects|updateSnapshot)(?:=|$)|^-[A-Za-z]*u/i,
};

/** `rest` are the words that the rule does not name. */
export function hasFurtherOption(program: string, rest: readonly string[]): boolean {
  const further = Object.hasOwn(furtherOptions, program) ? furtherOptions[program] : undefined;
  return further !== undefined && rest.some((arg) => further.test(arg));
}
