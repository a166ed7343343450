import { joinTexts, type PromptText, toData, toTyped } from '../../prompt-text.ts';
import { stdinName } from '../../templates/template.ts';
import { stripControls, toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';

/** A prompt whose values are asked for, and what was answered so far, by name. */
type Begun = { words: string; values: Map<string, string> };

/** What was typed and never sent, by command. */
const unsent = new WeakMap<Dialogs, Map<string, Begun>>();

/** As it was typed; `words` are those behind the command. */
type Call = { command: string; words: string };

/**
 * Asks for the values of a prompt, one after the other. Undefined if the person left: they are told so, and the same questions then begin
 * with what was typed.
 */
export async function askValues(
  { dialogs, transcript }: Pick<ReplApp, 'dialogs' | 'transcript'>,
  { command, words }: Call,
  questions: readonly { name: string; question: string }[],
): Promise<Record<string, string> | undefined> {
  const all = unsent.get(dialogs) ?? new Map<string, Begun>();
  unsent.set(dialogs, all);
  const { values: kept } = all.get(command) ?? { values: new Map<string, string>() };
  all.set(command, { words, values: kept });
  const values: [string, string][] = [];
  for (const { name, question } of questions) {
    const value = await dialogs.text(`${toOneLine(question)}:`, {
      text: kept.get(name) ?? '',
      onChange: (text) => kept.set(name, text),
    });
    if (value === undefined) {
      const isTyped = questions.some((one) => kept.get(one.name));
      const again = isTyped && !dialogs.isClosed ? ` ${command} asks again, with what you typed.` : '';
      transcript.notice(`Nothing was sent.${again}`);
      return undefined;
    }
    kept.set(name, value);
    values.push([name, stripControls(value)]);
  }
  all.delete(command);
  return Object.fromEntries(values);
}

/** The calls whose values were not all given, as commands that give what was typed. It may have been pasted, so it is data in them. */
export function listBegun(dialogs: Dialogs): PromptText[] {
  return [...(unsent.get(dialogs) ?? [])].flatMap(([command, begun]) => toCommands(command, begun));
}

/** The text that a prompt is about stands behind the values. A value with quotes has no form in a command: it stands for itself. */
function toCommands(command: string, { words, values }: Begun): PromptText[] {
  const typed = [...values].filter(([, value]) => value !== '');
  if (typed.length === 0) return [];
  const pairs = typed.filter(([name]) => name !== stdinName);
  const named = pairs
    .filter(([, value]) => !value.includes('"'))
    .map(([name, value]) => {
      const mark = /\s/.test(value) ? '"' : '';
      return joinTexts([toTyped(`${name}=${mark}`), toData(value), toTyped(mark)], '');
    });
  const text = values.get(stdinName) ?? '';
  const parts = [toTyped(command), ...named, toTyped(words), toData(text)].filter((part) => part.text !== '');
  const others = pairs.filter(([, value]) => value.includes('"')).map(([, value]) => toData(value));
  return [joinTexts(parts, ' '), ...others];
}
