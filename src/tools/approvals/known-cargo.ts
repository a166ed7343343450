import type { Known } from './known-options.ts';
import { words as toWords } from './program-options.ts';

/** What a rule for the beginning of a command of cargo means, by its subcommands. */

const names = /^[\w:][\w:.-]*$/;
const paths = /^(?!-)[\w./-]+$/;
/** The file of another target, and not the name of one. */
const namesOfCargo = /^(?!-|.*\.json$)[\w.,:@/+* -]+$/i;

const cargo: Known = {
  flags: 'qvrh',
  valued: 'jFp',
  long: toWords(`
    quiet verbose offline locked frozen keep-going release all-features no-default-features workspace all lib bins examples tests benches all-targets
    ignore-rust-version future-incompat-report timings help
  `),
  longValued: toWords(
    'color jobs profile features package exclude bin example test bench target message-format',
  ),
  value: namesOfCargo,
};

function extend(long: string, further: Known = {}): Known {
  return { ...cargo, ...further, long: [...(cargo.long ?? []), ...toWords(long)] };
}

const lints: Known = {
  valued: 'WADF',
  long: ['no-deps'],
  longValued: toWords('warn allow deny forbid force-warn cap-lints'),
  value: names,
};
const compiling = extend('no-deps', { behind: lints });
const testing = extend('no-run no-fail-fast doc', {
  plain: names,
  behind: {
    flags: 'qh',
    long: toWords(
      'nocapture no-capture show-output ignored include-ignored exact list quiet help test bench report-time shuffle',
    ),
    longValued: toWords('test-threads skip color format shuffle-seed'),
    value: names,
    plain: names,
  },
});

export const knownOfCargo: Readonly<Record<string, Known>> = {
  build: cargo,
  check: cargo,
  clippy: compiling,
  rustc: compiling,
  rustdoc: compiling,
  doc: extend('no-deps document-private-items'),
  metadata: { ...extend('no-deps'), longValued: toWords('format-version filter-platform color features') },
  test: testing,
  bench: testing,
  tree: {
    ...extend('invert prune duplicates no-dedupe'),
    flags: 'qvhd',
    valued: 'pFeif',
    longValued: toWords(
      'package exclude invert prune depth edges charset format target features color filter-platform',
    ),
    value: /^(?!-|.*\.json$)[\w.,:@/+*{} -]+$/i,
  },
  fmt: {
    flags: 'qvh',
    valued: 'p',
    long: toWords('all check quiet verbose help'),
    longValued: toWords('package message-format'),
    plain: paths,
    behind: {
      flags: 'qvlh',
      long: toWords('check quiet verbose files-with-diff help'),
      longValued: toWords('edition color'),
      plain: paths,
    },
  },
};
