import { dirname, join } from 'node:path';
import { decodeUtf } from '../../decode-utf.ts';
import { isObject, parseJson, toObject, toText } from '../../json-value.ts';
import { readFileNow } from '../../read-file-now.ts';
import { shells } from '../../shells.ts';
import type { CommandPattern } from './rule.ts';
import { findRunner, interpreters, toProgram } from './runners.ts';
import { isPlainGiven, toScriptCall } from './script-words.ts';
import { parseShellCommand } from './shell-command.ts';

/** They run what a further word names, a command, a task or another script, or ask the host of that name. */
const runsWords =
  /^(?:concurrently|conc|npm-run-all2?|run-[sp]|cross-env-shell|onchange|chokidar|start-server-and-test|watchexec|turbo|lerna|nx|moon|wireit|g?make|gulp|grunt|jake|rake|just|task|ant|mvn|gradlew?|docker|podman|nerdctl|kubectl|curl|wget2?|https?|xh)$/;
const testRunner =
  /(?:^|\/)(?:jest|vitest|mocha|_mocha|ava|playwright|cypress|jasmine|tap|react-scripts|react-app-rewired|craco)(?:\.[cm]?js)?$/;
/** What stands in front of the program that gets what the script is given. */
const launching =
  /^(?:cross-env|env|c8|nyc|dotenv|npx|bunx|pnpx|uvx|(?:npm|pnpm|yarn) (?:exec|x|dlx)|bun x|(?:uv|poetry|pdm|pipenv|bundle) (?:run|exec))(?= |$)/;
/** Between an interpreter and its script. */
const modes = /^(?:-.*|watch|run|test)$/;
/** What follows them is no script. */
const valued =
  /^(?:-[rCWXIPO]|--(?:require|import|(?:experimental-)?loader|conditions|env-file|tsconfig|project))$/;
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
  const given = words.slice(first);
  const why = `the script \`${call.name}\` gives its words to a program that may do more with them`;
  const hasTexts = given.some((word) => /\s/.test(word));
  if (call.isElsewhere) return hasTexts || !isPlainGiven(call.program, words, first) ? why : undefined;
  const script = toObject(readPackage(folder)?.scripts)[call.name];
  const text = toText(script);
  if (text === undefined) {
    const isOffer = patterns.length === 0;
    return isOffer && call.isRun && /^(?:yarn|bun)$/.test(call.program)
      ? `\`${call.program} run\` also runs programs of packages, and package.json has no script \`${call.name}\``
      : undefined;
  }
  if (given.length === 0) return undefined;
  if (!isPlainGiven(call.program, words, first)) return why;
  const end = findEnd(text, folder, 0);
  return end === undefined || runsGiven(end) || (hasTexts && !runsTests(end)) ? why : undefined;
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

/** Whether a program starts what its further words name, or takes them for code or for the script that it runs. */
function runsGiven([name = '', ...args]: readonly string[]): boolean {
  const program = toProgram(name);
  const takesScript =
    shells.has(program) ||
    interpreters.test(program) ||
    /^(?:nodemon|babel-node|vite-node|electron)$/.test(program);
  if (takesScript)
    return (
      !args.includes('--test') &&
      args.every((word, at) => modes.test(word) || valued.test(args[at - 1] ?? ''))
    );
  return runsWords.test(program) || findRunner([program, 'word']) !== undefined;
}

function runsTests(words: readonly string[]): boolean {
  return words.slice(0, 4).some((word) => testRunner.test(word) || word === '--test');
}
