import { isTyped, type PromptText } from '../prompt-text.ts';
import { parseSlash } from './slash/slash-command.ts';
import { readWordCommand } from './word-commands.ts';

export function isShellCommand(prompt: PromptText): boolean {
  return prompt.text.startsWith('!') && isTyped(prompt, 0, 1);
}

export function isCommand(prompt: PromptText): boolean {
  const meant = readWordCommand(prompt);
  return isShellCommand(meant) || parseSlash(meant) !== undefined;
}
