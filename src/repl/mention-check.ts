import { findExisting } from '../attachments/find-mentions.ts';
import { findMistyped } from '../attachments/mistyped-mentions.ts';
import { looksLikeResource } from '../attachments/named-resources.ts';
import { type PromptText, toData } from '../prompt-text.ts';
import { toOneLine } from '../terminal-text.ts';
import type { ReplApp } from './app.ts';
import { separator } from './gutter.ts';
import { isShellCommand } from './is-command.ts';
import { toMentionPlace } from './mention-place.ts';
import { findByName, parseSlash, type SlashCommand } from './slash/slash-command.ts';
import type { SentPrompt } from './turns/attachment.ts';
import { readWordCommand } from './word-commands.ts';

/** Asks about mentions that name nothing, whichever way the words of the person become a prompt: alone, behind a command, or later. */
export type MentionCheck = {
  /**
   * What the person should hear before they pay for these words: a mention in them names nothing. Undefined if they have just heard it, and
   * send the same once more.
   */
  findDoubt(prompt: PromptText): string | undefined;
  /** What the mentions of words that have to wait name now. */
  listFound(prompt: PromptText): readonly string[];
  /** Why a prompt that waited is not sent at its turn. */
  findObstacle(prompt: SentPrompt): string | undefined;
};

export function createMentionCheck(
  app: () => Pick<ReplApp, 'context' | 'tools'>,
  commands: readonly SlashCommand[],
): MentionCheck {
  /** About what the person was asked last. */
  let doubted: string | undefined;

  /** The words that a model gets as the person's own. */
  function readWords(prompt: PromptText): PromptText {
    const meant = readWordCommand(prompt);
    const slash = parseSlash(meant);
    if (slash) return findByName(slash.name, commands)?.findPrompt?.(slash.said) ?? toData('');
    return isShellCommand(meant) ? toData('') : prompt;
  }

  const listFound = (prompt: PromptText): readonly string[] =>
    findExisting(readWords(prompt), toMentionPlace(app())).found;

  /** The end is cut in a narrow window, so what matters comes first. */
  function describeDoubt(prompt: PromptText): string | undefined {
    const mistyped = findMistyped(readWords(prompt), toMentionPlace(app()));
    if (!mistyped) return undefined;
    const { name, meant } = mistyped;
    const question = meant === undefined ? [] : [`did you mean @${toOneLine(meant)}?`];
    const what = looksLikeResource(name) ? 'No resource of a running server' : 'No file';
    return [`${what} @${toOneLine(name)}`, ...question, 'Enter sends it as text'].join(separator);
  }

  function describeGone({ mentioned = [], ...prompt }: SentPrompt): string | undefined {
    if (mentioned.length === 0) return undefined;
    const found = listFound(prompt);
    const gone = mentioned.filter((path) => !found.includes(path));
    if (gone.length === 0) return undefined;
    return `Not sent: ${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} no longer there.`;
  }

  return {
    findDoubt(prompt) {
      const doubt = prompt.text === doubted ? undefined : describeDoubt(prompt);
      doubted = doubt === undefined ? undefined : prompt.text;
      return doubt;
    },
    listFound,
    findObstacle(prompt) {
      const doubt = prompt.isUnasked ? describeDoubt(prompt) : undefined;
      return doubt === undefined ? describeGone(prompt) : `Not sent. ${doubt}`;
    },
  };
}
