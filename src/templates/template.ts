import { joinTexts, type PromptText, toData } from '../prompt-text.ts';

/** A value that a template asks for. */
export type TemplateInput = {
  name: string;
  description?: string;
  /** What is taken where nothing is given. */
  default?: string;
  /** Nothing is rendered without it. */
  required: boolean;
};

/** A prompt that is kept in a file. */
export type Template = {
  /** The file's name without its extension. */
  name: string;
  path: string;
  description?: string;
  model?: string;
  system?: string;
  /** The JSON Schema of the answer: its text, or the path of its file. */
  schema?: { text: string } | { path: string };
  /** Those that the front matter declares, and then those that the text uses besides. */
  inputs: TemplateInput[];
  body: string;
};

/** The variable that stands for the text of stdin. No input is called so. */
export const stdinName = 'stdin';

/** `{{name}}`, with blanks inside if one likes, or `\{{name}}`, which is to stay. Other braces are text. */
const variable = /(\\?)\{\{[ \t]*([A-Za-z_][\w-]*)[ \t]*\}\}/g;

export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(text);
}

/** The names of the variables in a text, each once. */
export function listVariables(text: string): string[] {
  const found = [...text.matchAll(variable)].filter(([, backslash]) => backslash === '');
  return [...new Set(found.map(([, , name = '']) => name))];
}

/**
 * The text with a value for each variable. It is read once, so that a value that looks like a variable stays as it is. Only of values
 * something may be typed.
 */
export function replaceVariables(text: string, toValue: (name: string) => PromptText): PromptText {
  const parts: PromptText[] = [];
  let at = 0;
  for (const { 0: match, 1: backslash, 2: name = '', index } of text.matchAll(variable)) {
    parts.push(toData(text.slice(at, index)));
    parts.push(backslash === '' ? toValue(name) : toData(match.slice(1)));
    at = index + match.length;
  }
  return joinTexts([...parts, toData(text.slice(at))]);
}
