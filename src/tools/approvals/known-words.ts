import { knownOfCargo } from './known-cargo.ts';
import { knownOfFamilies } from './known-families.ts';
import { knownOfGit } from './known-git.ts';
import { knownOfGo } from './known-go.ts';
import { areKnown, type Judge, type Known } from './known-options.ts';

const shortOfCargo: Record<string, string> = { b: 'build', c: 'check', d: 'doc', t: 'test' };
const inFront = /^(?:-[qvVh]+|--(?:quiet|verbose|version|help|list|offline|locked|frozen))$/;

function isKnownToCargo(args: readonly string[], from: number): boolean | undefined {
  const at = args.findIndex((arg) => !/^[-+]/.test(arg));
  // The value of an option would be taken for the subcommand.
  if (args.some((arg, index) => index >= from && (index < at || at === -1) && !inFront.test(arg)))
    return false;
  const said = args[at] ?? '';
  const command = Object.hasOwn(shortOfCargo, said) ? (shortOfCargo[said] ?? '') : said;
  const known = Object.hasOwn(knownOfCargo, command) ? knownOfCargo[command] : undefined;
  if (known !== undefined) return areKnown(args.slice(at + 1), from - at - 1, known);
  // The program of the folder gets what is behind two dashes. What others hand on is not known.
  const end = args.indexOf('--');
  const isHarmless = args.every(
    (arg, index) =>
      index < from ||
      (end === -1 || index < end
        ? !/^-Z|\.json$/i.test(arg)
        : /^(?:run|r)$/.test(command) || !/^-./.test(arg) || arg === '--'),
  );
  return isHarmless ? undefined : false;
}

/** One dash is as good as two, and `-test.run` is `-run`. */
function isKnownToGo([command = '', ...args]: readonly string[], from: number): boolean | undefined {
  const isOfModules = command === 'list' && args.some((arg) => /^--?(?:m|u|versions)(?:=|$)/.test(arg));
  const known = Object.hasOwn(knownOfGo, command) ? knownOfGo[isOfModules ? 'list -m' : command] : undefined;
  const usual = args.map((arg) => arg.replace(/^--?(?:test\.)?(?=\w)/, '--'));
  return known && areKnown(usual, from - 1, known);
}

function isKnownToGit([command = '', ...args]: readonly string[], from: number): boolean | undefined {
  const known = Object.hasOwn(knownOfGit, command) ? knownOfGit[command] : undefined;
  return known && areKnown(args, from - 1, known);
}

function isKnownToFamily(commands: Readonly<Record<string, Known>>): Judge {
  return (args, from) => {
    for (const count of [2, 1, 0]) {
      const command = args.slice(0, count).join(' ');
      const known = Object.hasOwn(commands, command) ? commands[command] : undefined;
      if (known) return areKnown(args.slice(count), from - count, known);
    }
    return undefined;
  };
}

const programs: Record<string, Judge> = {
  cargo: isKnownToCargo,
  git: isKnownToGit,
  go: isKnownToGo,
  ...Object.fromEntries(
    Object.entries(knownOfFamilies).map(([program, commands]) => [program, isKnownToFamily(commands)]),
  ),
};

/** Whether all words behind those of a rule are harmless to a program. Undefined if too little is known of it. The first of the words is `program`, without its folder. */
export function areHarmlessTo(
  program: string,
  named: readonly string[],
  rest: readonly string[],
): boolean | undefined {
  const isKnown = Object.hasOwn(programs, program) ? programs[program] : undefined;
  return isKnown?.([...named.slice(1), ...rest], named.length - 1);
}
