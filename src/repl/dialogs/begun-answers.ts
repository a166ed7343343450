import { joinTexts, type PromptText, toData, toTyped } from '../../prompt-text.ts';
import { stdinName } from '../../templates/template.ts';
import type { Dialogs } from './dialogs.ts';

/** What is asked for one thing, and what was answered so far, by name. `words` stand behind the command; a form has no command. */
type Begun = { command: string | undefined; words: PromptText; values: Map<string, string> };

/** What was typed and not handed on, by what it is for. */
const unsent = new WeakMap<Dialogs, Map<string, Begun>>();

/** As it was typed; `words` are those behind the command. */
export type Call = { command: string; words: PromptText };

/** Answers by name, for the caller to fill. They outlive the chat, and the same key has them again. */
export function keepAnswers(
  dialogs: Dialogs,
  key: string,
  { command, words = toData('') }: Partial<Call> = {},
): Map<string, string> {
  const all = unsent.get(dialogs) ?? new Map<string, Begun>();
  unsent.set(dialogs, all);
  const { values } = all.get(key) ?? { values: new Map<string, string>() };
  all.set(key, { command, words, values });
  return values;
}

/** Once they are where they belong. */
export function forgetAnswers(dialogs: Dialogs, key: string): void {
  unsent.get(dialogs)?.delete(key);
}

/** What was answered so far and not handed on, as commands that give it. It may have been pasted, and a server names what it asks for: both are data. */
export function listBegun(dialogs: Dialogs): PromptText[] {
  return [...(unsent.get(dialogs) ?? new Map<string, Begun>()).values()].flatMap(toPrompts);
}

/** The text that a prompt is about stands behind the values. A value with quotes has no form in a command: it stands for itself. */
function toPrompts({ command, words, values }: Begun): PromptText[] {
  const typed = [...values].filter(([, value]) => value !== '');
  if (typed.length === 0) return [];
  if (command === undefined) return typed.map(([, value]) => toData(value));
  const pairs = typed.filter(([name]) => name !== stdinName);
  const named = pairs
    .filter(([, value]) => !value.includes('"'))
    .map(([name, value]) => {
      const mark = /\s/.test(value) ? '"' : '';
      return toData(`${name}=${mark}${value}${mark}`);
    });
  const text = values.get(stdinName) ?? '';
  const parts = [toTyped(command), ...named, words, toData(text)].filter((part) => part.text !== '');
  const others = pairs.filter(([, value]) => value.includes('"')).map(([, value]) => toData(value));
  return [joinTexts(parts, ' '), ...others];
}
