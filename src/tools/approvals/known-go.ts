import type { Known } from './known-options.ts';
import { words as toWords } from './program-options.ts';

/** What a rule for the beginning of a command of go means, by its subcommands. Its options are written with one dash or two. */

const text = /^(?!-)[^\0]*$/;
const packages = /^(?!-)[\w./~+-]+$/;
const goBuild: Known = {
  long: toWords('a n v x race msan asan cover json trimpath modcacherw'),
  longValued: toWords('p tags mod buildmode covermode coverpkg'),
  values: { mod: /^(?:readonly|vendor)$/ },
  plain: packages,
};

function extendGo(long: string, longValued: string, further: Known = {}): Known {
  return {
    ...goBuild,
    ...further,
    long: [...(goBuild.long ?? []), ...toWords(long)],
    longValued: [...(goBuild.longValued ?? []), ...toWords(longValued)],
    values: { ...goBuild.values, ...further.values },
  };
}

/** A function of these templates asks for a module by its name. */
const templateOfGo = /^(?!-)(?!.*\bmodule\b)/s;
const goList = extendGo('deps test e find export compiled', 'f', { values: { f: templateOfGo } });

export const knownOfGo: Readonly<Record<string, Known>> = {
  build: goBuild,
  vet: goBuild,
  fmt: {
    long: toWords('n x'),
    longValued: toWords('mod'),
    values: { mod: /^(?:readonly|vendor)$/ },
    plain: packages,
  },
  doc: { long: toWords('all c cmd short src u'), plain: packages },
  version: { long: toWords('m v json'), plain: packages },
  list: goList,
  // Others are asked for on the network.
  'list -m': {
    ...goList,
    long: toWords('e json u deps versions retracted m'),
    plain: /^(?:all|[\w-]+(?:\/[\w-]+)*)$/,
  },
  test: extendGo(
    'short failfast benchmem fullpath',
    'run skip bench benchtime count timeout cpu parallel list shuffle vet',
    {
      values: { run: text, skip: text, bench: text, list: text },
    },
  ),
};
