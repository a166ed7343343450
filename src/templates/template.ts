import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
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
  description?: string;
  model?: string;
  system?: string;
  /** The JSON Schema of the answer: its text, or the path of its file. */
  schema?: { text: string } | { path: string };
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
  const found = [...text.matchAll(variable)].filter(([, backslash]) => backslash === '');
  return [...new Set(found.map(([, , name = '']) => name))];
}

/** Replaces variables in one pass, so that a value that looks like a variable stays. Only values can have typed parts. */
function replaceVariables(text: string, toValue: (name: string) => PromptText): PromptText {
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

/** The prompt with its values. Text of stdin goes last if it has no place. Throws CliError `usage` for unknown or missing values. */
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
      hint: advise`Pipe it in, as with: ${run(`chat -t ${template.name} < FILE`)}`,
    });
  }
}

function describeValue(value: TemplateValues[string] = ''): string {
  return (typeof value === 'string' ? value : value.text).slice(0, 40);
}

/** What to type for this input. */
function describeInput({ name, description }: TemplateInput): string {
  return description === undefined ? `${name}=TEXT` : `${name}=TEXT (${description})`;
}
