/**
 * Variables that decide what a command runs: where programs and libraries are found, what a program loads or starts beside its work, and where it
 * reads such settings. Those of one program are known by how their names end.
 */
const deciding = new RegExp(
  `^(?:${[
    // Of shells and of the system.
    'PATH|ENV|BASH_.*|SHELL|SHELLOPTS|BASHOPTS|IFS|PS[0-4]|PROMPT_COMMAND|INPUTRC|FPATH|ZDOTDIR|HOME|PWD|CDPATH|LOCPATH|LESS',
    '(?:LD|DYLD|XDG|GCONV|GTK|QT|OPENSSL|SSH|GPG|SUDO|DOCKER|AWS|GH|GLAB)_.*|GNUPGHOME|HGRCPATH|MYVIMRC|VIMINIT|EXINIT|PARALLEL',
    // Git trusts many; those that only name a person, or say how much is told, are harmless.
    'GIT_(?!(?:AUTHOR|COMMITTER)_|(?:TERMINAL_PROMPT|OPTIONAL_LOCKS|PAGER_IN_USE|MERGE_AUTOEDIT|LITERAL_PATHSPECS|ADVICE)$).*',
    // Of languages, compilers and package managers.
    '(?:NODE|NPM|npm|YARN|PNPM|BUN|DENO|TS_NODE|COREPACK|PIP|UV|POETRY|CONDA|GEM|BUNDLE|CARGO|RUST|GO|JAVA|JDK|MAVEN|GRADLE|LUA|PYTEST|TOX|CMAKE|CCACHE)_.*',
    'PYTHON(?!(?:UNBUFFERED|DONTWRITEBYTECODE|HASHSEED|UTF8|IOENCODING)$).*|PERL.*|RUBY(?:OPT|LIB).*|RUSTC|GO(?:ROOT|PATH|ENV|TOOLCHAIN|PROXY)|CLASSPATH',
    'CC|CXX|CPP|LD|AR|AS|NM|RANLIB|STRIP|FC|LEX|YACC|AWK|SED|MAKE|MAKEFILES|VISUAL',
    // By how the name ends.
    '.*(?:PAGER|EDITOR|BROWSER|ASKPASS|COMMAND|OPENER|LESSOPEN|LESSCLOSE|OPTIONS|OPTS?|FLAGS|PRELOAD|PLUGINS?|LOADER|WRAPPER|CONFIG)',
    '.*_(?:CMD|CONFIG_(?:FILE|PATH|HOME|DIR)|RC|PATH|LIBS?|HOME|SHELL|EXEC|HOOKS?|PROGRAM)',
  ].join('|')})$`,
);

/** They decide nothing, though their names look like it. */
const harmless =
  /^(?:NODE_ENV|NODE_DEBUG|RUST_BACKTRACE|RUST_LOG|GO_ENV|CARGO_TERM_\w+|npm_lifecycle_event)$/;

export function decidesWhatRuns(name: string): boolean {
  // A function, under the name with which bash hands it on.
  if (name.startsWith('BASH_FUNC_')) return true;
  return deciding.test(name) && !harmless.test(name);
}

/** `PATH=.`, `PATH+=:.`, as an argument of `env`, `export` and their like. */
export function setsDecidingVariable(word: string): boolean {
  const [, name] = /^([A-Za-z_][\w%()]*)\+?=/.exec(word) ?? [];
  return name !== undefined && decidesWhatRuns(name);
}
