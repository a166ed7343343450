import { dirname, join } from 'node:path';
import { decodeUtf } from '../../decode-utf.ts';
import { isObject, parseJson, toObject, toText } from '../../json-value.ts';
import { readFileNow } from '../../read-file-now.ts';
import { shells, wrappers } from '../../shells.ts';
import type { CommandPattern } from './rule.ts';
import { interpreters, toProgram } from './runners.ts';
import { isPlainGiven, toScriptCall } from './script-words.ts';
import { parseShellCommand } from './shell-command.ts';

/** They run what each further word names: a command, or another script. */
const runsWords =
  /^(?:concurrently|conc|npm-run-all2?|run-[sp]|parallel|xargs|turbo|lerna|nx|eval|exec|command|builtin|source|\.|watch)$/;
const testRunner =
  /(?:^|\/)(?:jest|vitest|mocha|_mocha|ava|playwright|cypress|jasmine|tap|react-scripts|react-app-rewired|craco)(?:\.[cm]?js)?$/;
/** Words in front of the program that gets what the script is given. */
const launching = /^(?:cross-env|env|c8|nyc|dotenv|npx|bunx|pnpx)$/;
/** Between an interpreter and its script. */
const modes = /^(?:-.*|watch|run|test)$/;
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
  // A part of its own may be the last one.
  if (/\$\(|`/.test(script)) return undefined;
  let words = parseShellCommand(script, folder).parts.at(-1)?.words ?? [];
  while (launching.test(toProgram(words[0] ?? ''))) {
    const at = words.findIndex((word, index) => index > 0 && !/^-|^[A-Za-z_]\w*=/.test(word));
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
  if (runsWords.test(program) || wrappers.has(program)) return true;
  const takesScript =
    shells.has(program) || interpreters.test(program) || /^(?:nodemon|babel-node|vite-node)$/.test(program);
  return takesScript && !args.includes('--test') && args.every((word) => modes.test(word));
}

function runsTests(words: readonly string[]): boolean {
  return words.slice(0, 4).some((word) => testRunner.test(word) || word === '--test');
}
