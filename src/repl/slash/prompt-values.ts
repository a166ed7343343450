import { CliError } from '../../errors.ts';
import type { ServerPrompt } from '../../mcp/host.ts';
import { toOneLine } from '../../terminal-text.ts';

export type PromptValues = Record<string, string>;

type WithArguments = Pick<ServerPrompt, 'arguments'>;

/** A word, which quotes may hold together, with the name of an argument before it. `gap` is the white space behind it. */
const word = /(?:([^\s="]+)=(?!=))?(?:"([^"]*)"(?=\s|$)|(\S*))(\s*)/y;
const identifier = /^[A-Za-z_][\w-]*$/;

/**
 * Reads the words behind the name of a prompt: `NAME=VALUE` anywhere, the other words by place. If there are more of them than places, the last
 * one takes all that follow. `isHalf` reads words that are still being typed. Throws CliError `usage` for values that the prompt does not take.
 */
export function readValues(words: string, prompt: WithArguments, { isHalf = false } = {}): PromptValues {
  const values: PromptValues = {};
  const places: { raw: string; text: string; gap: string }[] = [];
  const text = words.trim();
  for (word.lastIndex = 0; word.lastIndex < text.length; ) {
    const [all, name, quoted, bare = '', gap = ''] = word.exec(text) as RegExpExecArray;
    const value = quoted ?? bare;
    if (name !== undefined && prompt.arguments.some((one) => one.name === name)) values[name] = value;
    else if (name !== undefined && places.length === 0 && identifier.test(name) && !isHalf)
      throw createUnknownError(name, prompt);
    else {
      const raw = all.slice(0, all.length - gap.length);
      places.push({ raw, text: name === undefined ? value : raw, gap });
    }
  }
  const free = listFree(prompt, values);
  if (places.length > 0 && free.length === 0 && !isHalf)
    throw new CliError('usage', `the prompt takes no further value: "${toOneLine(places[0]?.raw ?? '')}"`, {
      hint: 'A value with spaces needs quotes: name="two words".',
    });
  for (const [index, { name }] of free.slice(0, places.length).entries()) {
    const rest = places.slice(index);
    const takesRest = index === free.length - 1 && rest.length > 1;
    values[name] = takesRest
      ? rest
          .map(({ raw, gap }) => raw + gap)
          .join('')
          .trim()
      : (rest[0]?.text ?? '');
  }
  return values;
}

/** The arguments without a value, in their order. */
export function listFree(prompt: WithArguments, values: PromptValues): ServerPrompt['arguments'] {
  return prompt.arguments.filter(({ name }) => !Object.hasOwn(values, name));
}

function createUnknownError(name: string, prompt: WithArguments): CliError {
  const names = prompt.arguments.map((one) => toOneLine(one.name)).join(', ');
  return new CliError('usage', `the prompt has no argument named ${name}`, {
    hint: `It has: ${names}. To send it as a value, put quotes around it.`,
  });
}
