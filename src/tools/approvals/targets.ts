import { words as toWords } from './program-options.ts';
import { findLaunched, toProgram } from './runners.ts';

/** Programs that do one thing after another, as their words name them, with their options that take the next word for their value. */
const programs: Record<string, RegExp> = {
  ...toTable(
    'make gmake remake bmake nmake mingw32-make ninja samu rake',
    /^(?:-[jkl]|--(?:jobs|load-average))$/,
  ),
  ...toTable(
    'mvn mvnw mvnd',
    /^(?:-pl|-rf|-[TPD]|--(?:projects|threads|activate-profiles|resume-from|define|color))$/,
  ),
  ...toTable(
    'gradle gradlew',
    /^(?:-[xPDp]|--(?:tests|exclude-task|console|max-workers|warning-mode|project-prop|system-prop|project-dir|dependency))$/,
  ),
  ...toTable('turbo task', /^(?:-[FC]|--(?:filter|concurrency|output|output-logs|log-order))$/),
  ...toTable('ant just gulp grunt sbt mage inv invoke', /^(?!)/),
};

function toTable(names: string, valued: RegExp): Record<string, RegExp> {
  return Object.fromEntries(toWords(names).map((name) => [name, valued]));
}

/** A word that is no number is another target. */
const counting = /^(?:-[jklT]|--(?:jobs|load-average|threads|max-workers|concurrency))$/;
/** What stands behind two dashes goes to what they start. */
const handsOn = /^(?:turbo|task)$/;

/**
 * Whether a build tool is told to do something else besides what a rule names: `make build deploy`. A rule that names no target means any.
 */
export function givesFurtherTarget(named: readonly string[], rest: readonly string[]): boolean {
  const all = [...named, ...rest];
  if (setsTarget(all, rest)) return true;
  const isMeant = (name: string): boolean => Object.hasOwn(programs, name);
  const program = toProgram(all[0] ?? '');
  const words = isMeant(program) ? [program, ...all.slice(1)] : findLaunched(all, isMeant);
  if (words === undefined) return false;
  const [name = '', ...args] = words;
  const end = handsOn.test(name) ? args.indexOf('--') : -1;
  const own = end === -1 ? args : args.slice(0, end);
  const first = args.length - rest.length;
  const places = own.flatMap((word, at) => {
    const before = own[at - 1] ?? '';
    const isValue = programs[name]?.test(before) && (/^\d/.test(word) || !counting.test(before));
    return /^-|^[A-Za-z_]\w*=/.test(word) || isValue || (name === 'turbo' && word === 'run') ? [] : [at];
  });
  return places.some((at) => at < first) && places.some((at) => at >= first);
}

const ofMsBuild = /^(?:build|test|pack|msbuild|clean|restore|publish|store)$/;

/** The targets of MSBuild are options. `dotnet test -t` lists tests. */
function setsTarget([name = '', ...args]: readonly string[], rest: readonly string[]): boolean {
  const program = toProgram(name);
  if (args.length === rest.length || !/^(?:dotnet|msbuild|xbuild)$/.test(program)) return false;
  const command = args.find((word) => !word.startsWith('-')) ?? '';
  if (program === 'dotnet' && !ofMsBuild.test(command)) return false;
  const end = rest.indexOf('--');
  return rest
    .slice(0, end === -1 ? undefined : end)
    .some(
      (word) =>
        /^(?:--?|\/)(?:t|target|gettargetresult)(?:[:=]|$)/i.test(word) &&
        !(command === 'test' && word === '-t'),
    );
}
