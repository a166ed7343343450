import { toShellWord } from '../command-line.ts';
import type { ToolKind } from '../config/setting-choices.ts';
import { CliError } from '../errors.ts';
import { advise, run, type Step } from '../hint.ts';
import { findNearest } from '../nearest.ts';
import { joinTexts, type PromptText, toData } from '../prompt-text.ts';

/** A variable of a prompt template. */
export type TemplateInput = {
  name: string;
  description?: string;
  default?: string;
  /** Without a value, nothing is rendered. */
  required: boolean;
};

export type Template = {
  /** The file's name without its extension. */
  name: string;
  path: string;
  /** The path by which the person named it, if it was not by its name. */
  source?: string;
  description?: string;
  model?: string;
  system?: string;
  /** The JSON Schema of the answer: its text, or the path of its file. */
  schema?: { text: string } | { path: string };
  /** What the model may use to answer it. */
  use?: ToolKind[];
  /** Declared inputs first, then other variables of the text. */
  inputs: TemplateInput[];
  body: string;
};

/** The variable for the text of stdin. No input has this name. */
export const stdinName = 'stdin';

/** `{{name}}`, with optional blanks, or `\{{name}}`, which stays. Other braces are text. */
const variable = /(\\?)\{\{[ \t]*([A-Za-z_][\w-]*)[ \t]*\}\}/g;

export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(text);
}

/** The names of the variables in a text, each once. */
export function listVariables(text: string): string[] {
  const found = new Set<string>();
  for (const { 1: backslash, 2: name = '' } of text.matchAll(variable)) if (backslash === '') found.add(name);
  return [...found];
}

/** More characters than any model reads, and fewer than a string can have. */
const maxLength = 32 * 1024 * 1024;

/** More would take seconds, in which no signal is heard. */
const maxVariables = 100_000;

/** Throws CliError `input_too_large` if the text would be too long with its values. Nothing is built before that is known. */
function checkLength(text: string, toValue: (name: string) => PromptText): void {
  let length = text.length;
  let count = 0;
  const taken = new Map<string, { times: number; characters: number }>();
  for (const { 1: backslash, 2: name = '' } of text.matchAll(variable)) {
    count += 1;
    if (count > maxVariables) throw createTooManyError();
    if (backslash !== '') continue;
    const use = taken.get(name) ?? { times: 0, characters: toValue(name).text.length };
    taken.set(name, use);
    use.times += 1;
    length += use.characters;
  }
  if (length <= maxLength) return;
  const shares = [...taken]
    .map(([name, { times, characters }]) => ({ name, times, all: times * characters }))
    .sort((a, b) => b.all - a.all)
    .slice(0, 3)
    .filter(({ all }) => all > length / 100)
    .map(({ name, times, all }) => `{{${name}}} ${describeTimes(times)} with ${describeSize(all)}`);
  throw new CliError(
    'input_too_large',
    `the prompt template would have ${describeSize(length)} with its values, more than a model reads${shares.length === 0 ? '' : `: ${shares.join(', ')}`}`,
    { hint: 'Nothing was sent. Shorten the values, or use each one once.' },
  );
}

function createTooManyError(): CliError {
  return new CliError(
    'input_too_large',
    `the prompt template uses variables more than ${maxVariables.toLocaleString('en')} times`,
    { hint: 'Nothing was sent. Use each variable once.' },
  );
}

function describeTimes(times: number): string {
  return times === 1 ? 'once' : `${times.toLocaleString('en')} times`;
}

/** In millions of characters, because only long texts are reported. */
function describeSize(characters: number): string {
  return `${(characters / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} million characters`;
}

/**
 * Replaces variables in one pass, so that a value that looks like a variable stays. Only values can have typed parts. Throws CliError
 * `input_too_large`.
 */
function replaceVariables(text: string, toValue: (name: string) => PromptText): PromptText {
  checkLength(text, toValue);
  const parts: PromptText[] = [];
  let at = 0;
  for (const { 0: match, 1: backslash, 2: name = '', index } of text.matchAll(variable)) {
    parts.push(toData(text.slice(at, index)));
    parts.push(backslash === '' ? toValue(name) : toData(match.slice(1)));
    at = index + match.length;
  }
  return joinTexts([...parts, toData(text.slice(at))]);
}

/** By name; `stdin` is the text of stdin. A plain string is data. */
export type TemplateValues = Readonly<Record<string, string | PromptText>>;

type RenderedTemplate = { prompt: PromptText; system?: string };

/** The prompt with its values. Text of stdin goes last if it has no place. Throws CliError `usage` for unknown or missing values, and `input_too_large`. */
export function renderTemplate(template: Template, values: TemplateValues): RenderedTemplate {
  const { system, body } = template;
  checkNames(template, values);
  checkMissing(template, values);
  const defaults = new Map(template.inputs.map((input) => [input.name, input.default ?? '']));
  const toValue = (name: string): PromptText => {
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? defaults.get(name) ?? '';
    return typeof value === 'string' ? toData(value) : value;
  };
  const prompt = replaceVariables(body, toValue);
  const stdin = usesStdin(template) ? toData('') : toValue(stdinName);
  return {
    prompt: joinTexts(
      [prompt, stdin].filter(({ text }) => text.trim() !== ''),
      '\n\n',
    ),
    ...(system !== undefined && { system: replaceVariables(system, toValue).text }),
  };
}

/** Whether the template has a place for the text of stdin, and so requires it. */
export function usesStdin({ system = '', body }: Template): boolean {
  return listVariables(`${system}\n${body}`).includes(stdinName);
}

function checkNames({ name, inputs }: Template, values: TemplateValues): void {
  const known = inputs.map((input) => input.name);
  const unknown = Object.keys(values).filter((key) => key !== stdinName && !known.includes(key));
  const [first] = unknown;
  if (first === undefined) return;
  const [nearest] = findNearest(first, known, 1);
  throw new CliError('usage', `the prompt template ${name} has no input ${unknown.join(', ')}`, {
    hint:
      known.length === 0
        ? 'It has no inputs; leave it out.'
        : `Its inputs are ${known.join(', ')}.${nearest === undefined ? '' : ` Did you mean ${nearest}=${describeValue(values[first])}?`}`,
  });
}

function checkMissing(template: Template, values: TemplateValues): void {
  const missing = template.inputs.filter(({ name, required }) => required && !Object.hasOwn(values, name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new CliError('usage', `the prompt template ${template.name} needs a value for ${names}`, {
      hint: `Add: ${missing.map(describeInput).join(' ')}`,
    });
  }
  if (usesStdin(template) && !Object.hasOwn(values, stdinName)) {
    throw new CliError('usage', `the prompt template ${template.name} needs text on stdin`, {
      hint: advise`Pipe it in, as with: ${describePiping(template)}`,
    });
  }
}

function describePiping({ name, source }: Template): Step {
  return source === undefined
    ? run(`chat -t ${toShellWord(name)} < FILE`)
    : run(`run ${toShellWord(source)} < FILE`);
}

function describeValue(value: TemplateValues[string] = ''): string {
  return (typeof value === 'string' ? value : value.text).slice(0, 40);
}

/** What to type for this input. */
function describeInput({ name, description }: TemplateInput): string {
  return description === undefined ? `${name}=TEXT` : `${name}=TEXT (${description})`;
}
