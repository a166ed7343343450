import { existsSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { decodeUtf } from '../../decode-utf.ts';
import { isObject, parseJson, toObject, toText } from '../../json-value.ts';
import { readFileNow } from '../../read-file-now.ts';
import { isKnownCommand, isKnownToCompiler } from './known-tools.ts';
import { listNames } from './named-paths.ts';
import { isOwnCommand } from './package-managers.ts';
import type { CommandPattern } from './rule.ts';
import { toProgram } from './runners.ts';
import {
  areOptionsOf,
  areOptionsOfAll,
  changesOption,
  elsewhere,
  isHarmless,
  isPlainGiven,
  listGiven,
  type ScriptCall,
  takesName,
  toScriptCall,
} from './script-words.ts';
import { parseShellCommand } from './shell-command.ts';
import { wildcard } from './walk-path.ts';

/** Test runners, linters, type checkers and bundlers without subcommands: any further word is a file or a pattern that they look at. */
const lookers =
  /^(?:jest|vitest|eslint|oxlint|prettier|stylelint|standard|xo|tslint|knip|markdownlint(?:-cli2?)?|svelte-check|rollup|esbuild|tsup|babel)$/;
/** These have subcommands that write, load or open something. A path is not the name of one. */
const lookersAtPaths =
  /^(?:_?mocha|ava|jasmine|tap|cspell|vite|webpack(?:-dev-server)?|parcel|tsdown|rspack|swc)$/;
/** Any further word is looked at behind one of these subcommands. */
const lookersBySubcommand =
  /^(?:(?:biome|next|nuxt|nuxi|astro|ng|remix|gatsby|vue-cli-service|storybook|rsbuild|playwright|cypress|react-scripts|react-app-rewired|craco|vite|webpack|parcel|rspack) (?:test|lint|check|dev|serve|start|build|ci|open|e2e)|bun (?:test|build)|cypress run|cspell lint)(?: |$)/;
/** What is none of their subcommands. */
const folders = /^(?:src|lib|tests?|specs?|packages|apps|e2e|docs)$/;
/** Behind another option at the end of a script, a word is the value of it, and that may be code. */
const withoutFile =
  /^--$|^--no-|=|^--(?:fix|write|update-?snapshots?|ui|recursive|parallel|typecheck|report-unused-disable-directives)$/i;
const withFile = /^-[bp]$|^--project$/;
const testRunner =
  /^(?:jest|vitest|_?mocha|ava|jasmine|tap|playwright|cypress|react-scripts|react-app-rewired|craco)$/;
/** What stands in front of the program that gets what the script is given. */
const launching =
  /^(?:cross-env|env|c8|nyc|dotenv|npx|bunx|pnpx|uvx|(?:npm|pnpm|yarn) (?:exec|x|dlx)|bun x|(?:uv|poetry|pdm|pipenv|bundle) (?:run|exec))(?= |$)/;
const compilers = /^(?:tsc|tsgo|vue-tsc)$/;
const mostBytes = 1024 * 1024;
const deepest = 5;

/**
 * Why the words behind a script of package.json may do more than its name says: the program at its end gets them. `patterns` are the rules that
 * mean the command. Without one, the words behind the name count, which the rule for the name would mean.
 */
export function findHandedOn(
  words: readonly string[],
  patterns: readonly CommandPattern[],
  folder: string,
): string | undefined {
  const call = toScriptCall(toProgram(words[0] ?? ''), words);
  if (call === undefined || (startsPackage(call) && isKnownCommand(words))) return undefined;
  const first = Math.max(call.end, ...patterns.map((pattern) => pattern.words.length));
  const given = listGiven(call.program, words, first);
  const why = `the script \`${call.name}\` gives its words to a program that may do more with them`;
  const hasTexts = given.some((word) => /\s/.test(word));
  if (given.some((word) => bringsCode(word, folder))) return why;
  if (call.isElsewhere) return isPlainGiven(call.program, given) && areOptionsOfAll(given) ? undefined : why;
  const found = readPackage(folder);
  const text = found && toText(toObject(found.scripts)[call.name]);
  if (text === undefined) {
    const isOffer = patterns.length === 0;
    if (isOffer && call.isRun && /^(?:yarn|bun)$/.test(call.program))
      return `\`${call.program} run\` also runs programs of packages, and package.json has no script \`${call.name}\``;
    return areOptionsOfAll(given) || !isScriptElsewhere(call, found) ? undefined : why;
  }
  if (given.length === 0) return undefined;
  if (!isPlainGiven(call.program, given)) return why;
  const end = findEnd(text, folder, 0);
  if ([text.split(/\s+/), end ?? []].some((ofScript) => changesOption(given, ofScript))) return why;
  if (areOptionsOfAll(given)) return undefined;
  return end === undefined || !isLooker(end, given) || (hasTexts && !runsTests(end)) ? why : undefined;
}

/** Whether a wildcard stands for a name that a shell reads as more: managers before today's do not quote it. */
function bringsCode(word: string, folder: string): boolean {
  if (!wildcard.test(word)) return false;
  const known = join(folder, sep).length;
  return listNames(resolve(folder, word)).some((path) =>
    /[^\p{L}\p{N}\p{M}\w./@+,:=~^%#-]/u.test(path.slice(known)),
  );
}

/** Whether a script may lie where only its manager looks: in another file, or, with a colon in its name, in another package of yarn. */
function isScriptElsewhere({ program, name, isRun }: ScriptCall, found: Package | undefined): boolean {
  if (found === undefined) return isRun || !isOwnCommand(name);
  return program === 'yarn' ? name.includes(':') : isRun && program !== 'bun' && found !== noPackage;
}

/** `pnpm --filter a exec vitest` starts a program of a package. */
function startsPackage({ name, isRun }: ScriptCall): boolean {
  return !isRun && /^(?:exec|dlx)$/.test(name);
}

/** Where a manager runs the scripts that it is asked for in a folder: that of package.json, or the folder itself if there is none. */
export function findPackageFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (dirname(at) === at) return folder;
  }
}

type Package = Readonly<Record<string, unknown>>;
const noPackage: Package = {};

/** Of the folder, or the next one above. `noPackage` if there is none. Undefined if another file is in its place, or bun alone can read it. */
function readPackage(folder: string): Package | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const content = parseJson(decodeUtf(readFileNow(join(at, 'package.json'), mostBytes)));
      return isObject(content) ? content : undefined;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') return undefined;
      if (['package.json5', 'package.yaml'].some((name) => existsSync(join(at, name)))) return undefined;
      if (dirname(at) === at) return noPackage;
    }
  }
}

/** The program to whose words a script adds those that it is given. Undefined if that cannot be told. */
function findEnd(script: string, folder: string, depth: number): readonly string[] | undefined {
  // A part of its own may be the last one, and a function may be any.
  if (/\$\(|`|\(\s*\)|\bfunction\b/.test(script) || leavesFolder(script)) return undefined;
  // Behind `;` or `>` it would be a command of its own, or a file.
  const said = parseShellCommand(`${script} ${mark}`, folder).parts.at(-1)?.words ?? [];
  if (said.at(-1) !== mark) return undefined;
  const words = dropLaunchers(said.slice(0, -1));
  if (words.length === 0 || depth > deepest) return undefined;
  const call = toScriptCall(toProgram(words[0] ?? ''), words);
  if (call === undefined) return words;
  const next = toText(toObject(readPackage(folder)?.scripts)[call.name]);
  if (next !== undefined && !call.isElsewhere) return findEnd(next, folder, depth + 1);
  return call.isRun ? undefined : words.slice(call.end - 1);
}

const manager = /^(?:npm|pnpm|yarn|bun)$/;

/** Whether some program of a script runs in another folder, where the words that it is given mean something else. */
function leavesFolder(script: string): boolean {
  const words = script.split(/[\s;&|()"']+/);
  if (words.some((word) => /^(?:cd|pushd|chdir)$|^(?:-C|--(?:chdir|prefix|cwd))(?:=|$)/.test(word)))
    return true;
  return words.some((word) => manager.test(word)) && words.some((word) => elsewhere.test(word));
}

/** Stands for what a script is given. */
const mark = 'given';

/** `cross-env A=b npx tsc` is `tsc`. */
function dropLaunchers(said: readonly string[]): readonly string[] {
  let words = said;
  for (;;) {
    const launcher = launching.exec([toProgram(words[0] ?? ''), ...words.slice(1)].join(' '))?.[0];
    if (launcher === undefined) return words;
    const first = launcher.split(' ').length;
    const at = words.findIndex((word, index) => index >= first && !/^-|^[A-Za-z_]\w*=/.test(word));
    words = at === -1 ? [] : words.slice(at);
  }
}

/** The commands that a script of package.json runs, with what the last one is given, and those of scripts that it calls. */
export function listCommandsOfScript(
  words: readonly string[],
  folder: string,
  depth = 0,
): readonly (readonly string[])[] {
  const call = toScriptCall(toProgram(words[0] ?? ''), words);
  if (call === undefined || call.isElsewhere || depth > deepest) return [];
  const scripts = toObject(readPackage(folder)?.scripts);
  return ['pre', '', 'post'].flatMap((stage) => {
    const text = toText(scripts[`${stage}${call.name}`]);
    if (text === undefined) return [];
    const { parts } = parseShellCommand(text, folder);
    return parts.flatMap((part, at) => {
      const given = stage === '' && at === parts.length - 1 ? listGiven(call.program, words, call.end) : [];
      const started = [...dropLaunchers(part.words), ...given];
      return [started, ...listCommandsOfScript(started, folder, depth + 1)];
    });
  });
}

/** Whether the words that a program is given name what it looks at. Of another one, only options are known. */
function isLooker(words: readonly string[], given: readonly string[]): boolean {
  const named = nameOf(words);
  const [name = ''] = named;
  if (!areOptionsOf(name, given)) return false;
  if (isNodeTest(words)) return true;
  if (compilers.test(name)) return isKnownToCompiler(words.slice(1), given);
  const last = words.at(-1) ?? '';
  if (
    last.startsWith('-') &&
    (withFile.test(last) || !(withoutFile.test(last) || last === '-u' || isHarmless(last)))
  )
    return false;
  if (name === 'vitest' && given.includes('init')) return false;
  if (lookers.test(name) || lookersBySubcommand.test(named.join(' '))) return true;
  return (
    lookersAtPaths.test(name) &&
    given.every((word, at) => /^-|[./]/.test(word) || folders.test(word) || takesName(given[at - 1]))
  );
}

function runsTests(words: readonly string[]): boolean {
  return testRunner.test(nameOf(words)[0] ?? '') || isNodeTest(words);
}

function isNodeTest([name = '', ...args]: readonly string[]): boolean {
  return /^(?:node|tsx)$/.test(toProgram(name)) && args.includes('--test');
}

/** `node --x node_modules/jest/bin/jest.js` is jest. */
function nameOf([name = '', ...args]: readonly string[]): readonly string[] {
  const at = args.findIndex((word) => !word.startsWith('-'));
  const path = args[at] ?? '';
  const last = /(?:^|\/)node_modules\//.test(path) ? (path.split(/[^\w.-]/).at(-1) ?? '') : '';
  const file = last.replace(/(?<=.)\.[cm]?js$/, '');
  return toProgram(name) === 'node' && file !== ''
    ? [file, ...args.slice(at + 1)]
    : [toProgram(name), ...args];
}
