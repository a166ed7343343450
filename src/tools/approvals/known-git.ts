import type { Known } from './known-options.ts';
import { words as toWords } from './program-options.ts';

/**
 * What a rule for the beginning of a command of git means, for the commands of which the question offers such a rule: options that look, choose
 * commits, or lay out what is shown. The documentation of git names about three times as many, some of which read a file, write one or start a
 * program.
 */

const text = /^(?!-)[^\0]*$/;
/** Git reads its own settings by such names, and `%G` starts a program. */
const format = /^(?!-)(?![^\0]*%[-+ ]?G)[^\0]*$/;

/** A word without `..` among the names of its path. */
function insideOf(beginning: string, sign = '[^\\0]'): RegExp {
  return new RegExp(`^${beginning}(?!(?:[^\\0]*/)?\\.\\.(?:/|$))${sign}*$`);
}

/**
 * No place that may be outside of the folder, also by a colon in front, with which paths begin at the top of the repository or are left out: where all
 * are, git takes the whole one.
 */
const words = insideOf('(?![-/~:])');
const paths: Known = { hasNoOptions: true, plain: insideOf('(?![/~:])') };
/** Commands that show only what git knows may leave some of it out. */
const shown: Known = {
  hasNoOptions: true,
  plain: insideOf(String.raw`(?::(?:[!^]|\(exclude\))(?![/~:(])|(?![/~:]))`),
};
/** With the text of a commit, or with a file outside of the repository, `git diff` compares any file. */
const compared = insideOf('(?![-/~])', '[^\\0:]');

const ofDiffs = {
  /** Numbers stand behind letters: `-U3`, `-M90%`. */
  flags: '0123456789%pusUMCBDwbWazRrtmc',
  long: toWords(`
    patch no-patch patch-with-stat unified raw minimal patience histogram stat numstat shortstat dirstat cumulative summary
    compact-summary name-only name-status color no-color word-diff color-words color-moved no-color-moved no-renames find-renames find-copies
    find-copies-harder rename-empty no-rename-empty check full-index binary abbrev irreversible-delete ignore-all-space ignore-space-change
    ignore-space-at-eol ignore-cr-at-eol ignore-blank-lines function-context exit-code quiet text relative no-relative no-prefix default-prefix
    no-ext-diff no-textconv ignore-submodules submodule indent-heuristic pickaxe-all pickaxe-regex
  `),
  valued: 'SGl',
  longValued: toWords('diff-algorithm anchored diff-filter inter-hunk-context'),
};

const diff: Known = {
  ...ofDiffs,
  long: [...ofDiffs.long, ...toWords('cached staged merge-base base ours theirs')],
  value: text,
  plain: compared,
  behind: shown,
};

const log: Known = {
  flags: `${ofDiffs.flags}giEFPq`,
  valued: `${ofDiffs.valued}nL`,
  long: [
    ...ofDiffs.long,
    ...toWords(`
      oneline graph no-graph decorate no-decorate clear-decorations source all branches tags remotes merges no-merges
      first-parent reverse follow abbrev-commit no-abbrev-commit parents children left-right left-only right-only cherry cherry-mark cherry-pick
      boundary topo-order date-order author-date-order ancestry-path simplify-by-decoration simplify-merges full-history dense sparse show-pulls
      walk-reflogs regexp-ignore-case extended-regexp fixed-strings basic-regexp perl-regexp invert-grep all-match notes no-notes no-standard-notes
      mailmap use-mailmap no-mailmap no-use-mailmap no-walk do-walk not min-parents max-parents no-min-parents no-max-parents pretty format relative-date
      expand-tabs no-expand-tabs log-size count objects reflog unsorted no-show-signature diff-merges no-diff-merges dd cc combined-all-paths
    `),
  ],
  longValued: [
    ...ofDiffs.longValued,
    ...toWords(
      'max-count skip since after until before author committer grep grep-reflog date decorate-refs decorate-refs-exclude',
    ),
  ],
  value: text,
  values: { format, pretty: format },
  plain: words,
  behind: shown,
};

const add: Known = {
  flags: 'AnvuNp',
  long: toWords(`
      all no-all update patch verbose dry-run ignore-removal no-ignore-removal intent-to-add refresh ignore-errors ignore-missing renormalize sparse
    `),
  longValued: ['chmod'],
  value: /^[+-]x$/,
  plain: words,
  behind: paths,
};

export const knownOfGit: Readonly<Record<string, Known>> = {
  add,
  stage: add,
  blame: {
    flags: '0123456789%lbtcwefnspMC',
    valued: 'L',
    long: toWords(`
      root show-stats porcelain line-porcelain incremental show-name show-number show-email color-lines color-by-age minimal first-parent
      reverse abbrev progress no-progress
    `),
    longValued: toWords('date since ignore-rev'),
    value: text,
    plain: words,
    behind: paths,
  },
  commit: {
    flags: 'aqvsnio',
    valued: 'mCF',
    long: toWords(`
      all amend no-edit quiet verbose signoff no-signoff no-verify verify no-gpg-sign allow-empty allow-empty-message dry-run short branch porcelain long
      null only include reset-author status no-status no-post-rewrite untracked-files
    `),
    longValued: toWords('message file author date cleanup fixup squash reuse-message trailer'),
    value: /^[^\0]*$/,
    // The input has been judged, a file has not.
    values: { F: /^-$/, file: /^-$/ },
    plain: words,
    behind: paths,
  },
  describe: {
    long: toWords('all tags contains always dirty broken long exact-match first-parent abbrev'),
    longValued: toWords('candidates match exclude'),
    value: text,
    plain: words,
  },
  diff,
  log,
  'ls-files': {
    flags: 'cdmosukvzfrti',
    valued: 'x',
    long: toWords(`
      cached deleted modified others stage unmerged killed resolve-undo directory no-empty-directory eol full-name error-unmatch exclude-standard
      deduplicate ignored abbrev sparse debug
    `),
    longValued: toWords('exclude with-tree format'),
    value: text,
    plain: words,
    behind: paths,
  },
  'ls-tree': {
    flags: 'drtlz',
    long: toWords('long name-only name-status object-only full-name full-tree abbrev'),
    longValued: ['format'],
    value: text,
    plain: words,
    behind: paths,
  },
  'merge-base': {
    flags: 'a',
    long: toWords('all octopus independent is-ancestor fork-point'),
    plain: words,
  },
  'rev-list': log,
  'rev-parse': {
    flags: 'q',
    long: toWords(`
      abbrev-ref symbolic symbolic-full-name short verify quiet all branches tags remotes show-toplevel git-dir absolute-git-dir git-common-dir show-prefix
      show-cdup show-superproject-working-tree is-inside-work-tree is-inside-git-dir is-bare-repository is-shallow-repository show-object-format
      path-format show-ref-format not
    `),
    longValued: toWords('git-path'),
    value: text,
    plain: words,
    behind: paths,
  },
  shortlog: {
    ...log,
    flags: 'snec0123456789',
    long: [...(log.long ?? []), ...toWords('summary numbered email committer')],
    values: { ...log.values, group: format },
    longValued: ['group', ...(log.longValued ?? []).filter((name) => name !== 'committer')],
  },
  show: log,
  status: {
    // `-uno`, `-unormal`, `-uall`
    flags: 'sbvzunormal',
    long: toWords(`
      short branch porcelain long verbose untracked-files ignored ignore-submodules column no-column ahead-behind no-ahead-behind renames no-renames
      find-renames show-stash null
    `),
    value: /^[\w,-]+$/,
    plain: words,
    behind: paths,
  },
};
