import { dirname, join } from 'node:path';
import { decodeUtf } from '../../decode-utf.ts';
import { isObject, parseJson, toObject, toText } from '../../json-value.ts';
import { readFileNow } from '../../read-file-now.ts';
import type { CommandPattern } from './rule.ts';
import { toProgram } from './runners.ts';
import { isPlainGiven, listGiven, toScriptCall } from './script-words.ts';
import { parseShellCommand } from './shell-command.ts';

/** Test runners, linters, type checkers, bundlers and servers for development: a further word is a file or a pattern that they look at. */
const lookers =
  /^(?:jest|vitest|_?mocha|ava|jasmine|tap|karma|eslint|oxlint|prettier|stylelint|standard|xo|tslint|knip|cspell|markdownlint(?:-cli2?)?|svelte-check|tsc|tsgo|vue-tsc|vite|webpack(?:-dev-server)?|rollup|esbuild|parcel|tsup|tsdown|rspack|swc|babel)$/;
/** The same with one of these subcommands. */
const lookersBySubcommand =
  /^(?:biome|next|nuxt|nuxi|astro|ng|remix|gatsby|vue-cli-service|storybook|rsbuild|playwright|cypress|wdio|react-scripts|react-app-rewired|craco|bun) (?:test|lint|check|dev|serve|start|build|run|ci|open|e2e)(?: |$)/;
const testRunner =
  /^(?:jest|vitest|_?mocha|ava|jasmine|tap|playwright|cypress|react-scripts|react-app-rewired|craco)$/;
/** What stands in front of the program that gets what the script is given. */
const launching =
  /^(?:cross-env|env|c8|nyc|dotenv|npx|bunx|pnpx|uvx|(?:npm|pnpm|yarn) (?:exec|x|dlx)|bun x|(?:uv|poetry|pdm|pipenv|bundle) (?:run|exec))(?= |$)/;
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
  if (call === undefined) return undefined;
  const first = Math.max(call.end, ...patterns.map((pattern) => pattern.words.length));
  const given = listGiven(call.program, words, first);
  const why = `the script \`${call.name}\` gives its words to a program that may do more with them`;
  const hasTexts = given.some((word) => /\s/.test(word));
  if (call.isElsewhere) return isPlainGiven(call.program, given) && areOptions(given) ? undefined : why;
  const script = toObject(readPackage(folder)?.scripts)[call.name];
  const text = toText(script);
  if (text === undefined) {
    const isOffer = patterns.length === 0;
    return isOffer && call.isRun && /^(?:yarn|bun)$/.test(call.program)
      ? `\`${call.program} run\` also runs programs of packages, and package.json has no script \`${call.name}\``
      : undefined;
  }
  if (given.length === 0) return undefined;
  if (!isPlainGiven(call.program, given)) return why;
  const end = findEnd(text, folder, 0);
  if (end !== undefined && isLooker(end)) return hasTexts && !runsTests(end) ? why : undefined;
  return areOptions(given) ? undefined : why;
}

/** Of the folder, or the next one above. */
function readPackage(folder: string): Record<string, unknown> | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const content = parseJson(decodeUtf(readFileNow(join(at, 'package.json'), mostBytes)));
      return isObject(content) ? content : undefined;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT' || dirname(at) === at) return undefined;
    }
  }
}

/** The program to whose words a script adds those that it is given. Undefined if that cannot be told. */
function findEnd(script: string, folder: string, depth: number): readonly string[] | undefined {
  // A part of its own may be the last one, and a function may be any.
  if (/\$\(|`|\(\s*\)|\bfunction\b/.test(script)) return undefined;
  let words = parseShellCommand(script, folder).parts.at(-1)?.words ?? [];
  for (;;) {
    const launcher = launching.exec([toProgram(words[0] ?? ''), ...words.slice(1)].join(' '))?.[0];
    if (launcher === undefined) break;
    const first = launcher.split(' ').length;
    const at = words.findIndex((word, index) => index >= first && !/^-|^[A-Za-z_]\w*=/.test(word));
    words = at === -1 ? [] : words.slice(at);
  }
  if (words.length === 0 || depth > deepest) return undefined;
  const call = toScriptCall(toProgram(words[0] ?? ''), words);
  if (call === undefined) return words;
  const next = toText(toObject(readPackage(folder)?.scripts)[call.name]);
  if (next !== undefined && !call.isElsewhere) return findEnd(next, folder, depth + 1);
  return call.isRun ? undefined : words.slice(call.end - 1);
}

/** Whether the words that a program is given name what it looks at. Of another one, only options are known. */
function isLooker(words: readonly string[]): boolean {
  const [name = '', ...args] = nameOf(words);
  return lookers.test(name) || lookersBySubcommand.test([name, ...args].join(' ')) || isNodeTest(words);
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
  const file = /(?:^|\/)node_modules\/.*?([\w.-]+?)(?:\.[cm]?js)?$/.exec(args[at] ?? '')?.[1];
  return toProgram(name) === 'node' && file !== undefined
    ? [file, ...args.slice(at + 1)]
    : [toProgram(name), ...args];
}

/** Options, and numbers behind them. Short ones differ too much: `-i` changes files in place for some. */
function areOptions(given: readonly string[]): boolean {
  return given.every((word, at) =>
    /^\d+$/.test(word) ? given[at - 1]?.startsWith('--') : /^(?:-[hqv]|--[\w-]+(?:=[\w.%]*)?)$/.test(word),
  );
}
