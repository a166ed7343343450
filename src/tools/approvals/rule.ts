import { splitCommand, toShellWord } from '../../command-line.ts';
import { CliError } from '../../errors.ts';
import { findNearest } from '../../nearest.ts';
import { bidiMarks, toOneLine } from '../../terminal-text.ts';
import { ruleKinds, splitRules } from './rule-text.ts';
import { parseUrlPattern, type UrlPattern } from './url-pattern.ts';

/** What a rule decides. If several rules meet a call, deny wins over ask, and ask over allow. */
export type Effect = 'allow' | 'ask' | 'deny';

/**
 * A permission in the syntax of GitHub's own CLI: `shell`, `shell(npm test)`, `shell(git diff:*)`, `read`, `write(notes.md)`,
 * `url(example.com)`, `mcp`, `SERVER`, `SERVER(tool)`. An undefined member means all of its kind.
 */
export type Rule =
  | { kind: 'shell'; command: CommandPattern | undefined }
  | { kind: 'read' | 'write'; path: string | undefined }
  | { kind: 'url'; host: UrlPattern | undefined }
  | { kind: 'mcp'; server: string | undefined; tool: string | undefined };

/** The words of a command; with `isPrefix`, any plain words may follow. With `isPipe`, the only one is the text of a whole pipe. */
export type CommandPattern = { words: readonly string[]; isPrefix: boolean; isPipe?: true };

/** A longer rule was not typed by a person. */
const longestRule = 1000;

/** What people and other tools write, and the kind that has it. */
const otherNames: Record<string, string> = {
  bash: 'shell',
  sh: 'shell',
  run: 'shell',
  execute: 'shell',
  view: 'read',
  glob: 'read',
  grep: 'read',
  edit: 'write',
  multiedit: 'write',
  create: 'write',
  apply_patch: 'write',
  web_fetch: 'url',
  webfetch: 'url',
  fetch: 'url',
};

/** Throws CliError `usage`, which says what is wrong and what to type. */
export function parseRule(text: string, effect: Effect = 'allow'): Rule {
  const rule = readRule(text);
  if (effect === 'allow' || rule.kind !== 'shell' || !rule.command?.isPipe) return rule;
  // It would not mean the same pipe with one more blank.
  const [first = ''] = rule.command.words;
  const program = splitCommand(first, 'linux')[0] ?? '';
  throw createError(text.trim(), 'is a pipe, and only rules that allow have one', `shell(${program}:*)`);
}

function readRule(text: string): Rule {
  const trimmed = text.trim();
  if (trimmed === '') throw createError('', 'is empty', 'shell(git diff:*)');
  if (trimmed.length > longestRule)
    throw createError(`${trimmed.slice(0, 40)}…`, `is longer than ${longestRule} characters`);
  if (hidden.test(trimmed)) throw createError(trimmed, 'has invisible or control characters');
  const open = trimmed.indexOf('(');
  if (open === -1) {
    if (trimmed.includes(')')) throw createError(trimmed, 'has a closing parenthesis without an opening one');
    return createRule(trimmed, undefined, trimmed);
  }
  if (!trimmed.endsWith(')')) {
    if (trimmed.includes(')', open)) {
      const end = trimmed.lastIndexOf(')') + 1;
      throw createError(
        trimmed,
        'goes on after its closing parenthesis; each rule is one value',
        trimmed.slice(0, end),
      );
    }
    // Nothing in the parentheses would be no rule, and a kind alone allows all of it.
    const closed = open === trimmed.length - 1 ? undefined : `${trimmed})`;
    throw createError(trimmed, 'has no closing parenthesis', closed);
  }
  return createRule(trimmed.slice(0, open).trimEnd(), trimmed.slice(open + 1, -1).trim(), trimmed);
}

/** The same rule as text: `parseRule(formatRule(rule))` is the rule. */
export function formatRule(rule: Rule): string {
  switch (rule.kind) {
    case 'shell':
      if (!rule.command) return 'shell';
      if (rule.command.isPipe) return `shell(${rule.command.words[0]})`;
      return `shell(${rule.command.words.map(quoteWord).join(' ')}${rule.command.isPrefix ? ':*' : ''})`;
    case 'read':
    case 'write':
      return rule.path === undefined ? rule.kind : `${rule.kind}(${rule.path})`;
    case 'url':
      return rule.host ? `url(${rule.host.text})` : 'url';
    case 'mcp':
      if (rule.server === undefined) return 'mcp';
      return rule.tool === undefined ? rule.server : `${rule.server}(${rule.tool})`;
    default:
      return rule satisfies never;
  }
}

/** Rules have no backslashes, so a word with a single quote has double ones around it. */
function quoteWord(word: string): string {
  return word.includes("'") && !/["\\$`]/.test(word) ? `"${word}"` : toShellWord(word);
}

/** The rule, if its text means the same when it is read again, alone: names of servers, tools, hosts and files may hold anything. */
export function keepIfTypable(rule: Rule): Rule | undefined {
  try {
    const text = formatRule(rule);
    const isOne = splitRules(text).length === 1;
    return isOne && formatRule(parseRule(text)) === text && isSame(parseRule(text), rule) ? rule : undefined;
  } catch {
    return undefined;
  }
}

function isSame(one: Rule, other: Rule): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Controls, characters that turn the direction of text, and characters without width. */
const hidden = new RegExp(
  `[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200d\\u2060-\\u206f\\ufeff${bidiMarks}]`,
);

function createRule(name: string, argument: string | undefined, text: string): Rule {
  if (argument === '') throw createError(text, 'has nothing between its parentheses', name);
  switch (name) {
    case 'shell':
      return { kind: 'shell', command: argument === undefined ? undefined : parseCommand(argument, text) };
    case 'read':
    case 'write':
      return { kind: name, path: argument === undefined ? undefined : checkPath(argument, name, text) };
    case 'url':
      return { kind: 'url', host: argument === undefined ? undefined : parseHost(argument, text) };
    case 'mcp':
      if (argument !== undefined)
        throw createError(text, 'names no server; one is meant by its name', argument);
      return { kind: 'mcp', server: undefined, tool: undefined };
    default:
      return createServerRule(name, argument, text);
  }
}

/** What a shell would expand, or read as more than words, outside of quotes. */
const unplain = /[;&|<>$`(){}*?[\]!#\\~]/;
const quoted = /'[^']*'|"[^"\\$`]*"/g;

function parseCommand(argument: string, text: string): CommandPattern {
  const isPrefix = argument.endsWith(':*');
  const line = (isPrefix ? argument.slice(0, -2) : argument).trim();
  const bare = line.replaceAll(quoted, '');
  const [first = ''] = line.split(/\s/);
  if (line === '' || line === '*')
    throw createError(text, 'names no command; every command is allowed by', 'shell');
  if (/['"]/.test(bare))
    throw createError(text, 'has a quote that is not closed, or characters that expand in it');
  const isPipe = isWholePipe(bare) && !isPrefix;
  if (isPipe) return { words: [line], isPrefix: false, isPipe };
  if (/^[\w./-]+(?: [\w./-]+)* ?\*$/.test(line)) {
    const stem = line.replace(/ ?\*$/, '');
    throw createError(text, 'has a `*` that is not written as `:*`', `shell(${stem}:*)`);
  }
  if (unplain.test(bare.replaceAll(/(?<=[\w^])~|^\[(?= |$)|(?<= )\]$/g, '')))
    throw createError(
      text,
      'is not one plain command: rules have no operators, expansions or globs',
      /^[\w./-]+$/.test(first) ? `shell(${first}:*)` : undefined,
    );
  return { words: splitCommand(line, 'linux'), isPrefix };
}

/** Plain commands between bars. `bare` has no quoted words. */
function isWholePipe(bare: string): boolean {
  const commands = bare.replaceAll(/ (?:2>&1|[12]?>\/dev\/null)(?= |$)/g, '').split(' | ');
  return commands.length > 1 && commands.every((command) => !unplain.test(command));
}

function checkPath(path: string, kind: string, text: string): string {
  if (/^['"].*['"]$/.test(path))
    throw createError(text, 'has a path in quotes', `${kind}(${path.slice(1, -1)})`);
  if (/\$\w|\$\{/.test(path))
    throw createError(text, 'has a variable, and rules have none; ~ is your home folder');
  return path;
}

function parseHost(argument: string, text: string): UrlPattern {
  const pattern = parseUrlPattern(argument);
  if (typeof pattern === 'string') throw createError(text, pattern, 'url(example.com)');
  return pattern;
}

function createServerRule(name: string, argument: string | undefined, text: string): Rule {
  const known = otherNames[name.toLowerCase()] ?? ruleKinds.find((kind) => kind === name.toLowerCase());
  if (known !== undefined)
    throw createError(
      text,
      `begins with ${name}, which is not a kind of permission`,
      argument === undefined ? known : `${known}(${argument})`,
    );
  if (!serverName.test(name)) throw createError(text, 'has no kind of permission or name of a server first');
  const [near] = name.length > 3 ? findNearest(name, ruleKinds, 1) : [];
  if (near !== undefined && argument !== undefined && /[ /.*:]/.test(argument))
    throw createError(text, `begins with ${name}, which is not a kind of permission`, `${near}(${argument})`);
  if (argument?.includes('*'))
    throw createError(text, 'has a `*`; all tools of a server are allowed by its name alone', name);
  return { kind: 'mcp', server: name, tool: argument };
}

const serverName = /^[^\s()'",:;*|&<>$`\\-][^()'",;*|&<>$`\\]*$/;

function createError(rule: string, problem: string, example?: string): CliError {
  const hint =
    example === undefined
      ? `Rules are ${ruleKinds.join(', ')}, mcp and SERVER, alone or with what they allow in parentheses: shell(git diff:*)`
      : `Type: ${toShellWord(example)}`;
  return new CliError('usage', `the rule ${toOneLine(rule)} ${problem}`.replace('  ', ' '), { hint });
}
