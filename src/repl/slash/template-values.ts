import { CliError } from '../../errors.ts';
import { type PromptText, sliceText } from '../../prompt-text.ts';
import { type TemplateValues, usesStdin } from '../../templates/render-template.ts';
import { stdinName, type Template } from '../../templates/template.ts';

const pair = /^([A-Za-z_][\w-]*)=(?!=)(?:"([^"]*)"|(\S*))\s*/;

/**
 * The values in the words behind the name of a template: `name=value` for inputs that it has, first; the rest is the text it is about. Where
 * it has no place for such a text and lacks one value, the rest is that value; else it follows the prompt, as text of stdin does. Throws
 * CliError `usage` where the rest begins with a value for an input that it has not.
 */
export function readValues(template: Template, words: PromptText): TemplateValues {
  const values: Record<string, string> = {};
  let rest = words;
  for (let match = findPair(rest.text, template); match; match = findPair(rest.text, template)) {
    const [all, name = '', quoted, bare = ''] = match;
    if (!template.inputs.some((input) => input.name === name)) throw createUnknownError(name, template);
    values[name] = quoted ?? bare;
    rest = sliceText(rest, all.length);
  }
  if (rest.text === '') return values;
  const missing = template.inputs.filter(({ name, required }) => required && !(name in values));
  const [only] = missing;
  const place = only && missing.length === 1 && !usesStdin(template) ? only.name : stdinName;
  return { ...values, [place]: rest };
}

/** A prompt without inputs has no values: all is text. */
function findPair(words: string, { inputs }: Template): RegExpExecArray | null {
  return inputs.length === 0 ? null : pair.exec(words);
}

function createUnknownError(name: string, template: Template): CliError {
  const names = template.inputs.map((input) => input.name).join(', ');
  return new CliError('usage', `${template.name} has no variable ${name}`, {
    hint: `It has: ${names}. Words that begin like this are text behind another word.`,
  });
}
