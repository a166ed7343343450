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

/** The text with a value for each variable. It is read once, so that a value that looks like a variable stays as it is. */
export function replaceVariables(text: string, toValue: (name: string) => string): string {
  return text.replace(variable, (match: string, backslash: string, name: string) =>
    backslash === '' ? toValue(name) : match.slice(1),
  );
}
