import { isTyped, type PromptText, toTyped, trimText } from '../prompt-text.ts';

/** Words that people type in other programs to leave or to get help, and the command that does it here. */
export const wordCommands: Readonly<Record<string, string>> = {
  exit: '/exit',
  quit: '/exit',
  ':q': '/exit',
  bye: '/exit',
  help: '/help',
  q: '/exit',
  '?': '/keys',
};

/** Words that leave other programs or clear their screen, and what does it here. Nobody asks a model this. */
export const foreignWords: Readonly<Record<string, string>> = {
  logout: '/exit leaves, /logout forgets the sign-in',
  clear: 'Ctrl+L draws the screen again, /new begins a new conversation',
  cls: 'Ctrl+L draws the screen again, /new begins a new conversation',
  ':wq': '/exit leaves',
  ':q!': '/exit leaves',
  ':x': '/exit leaves',
  'quit()': '/exit leaves',
  'exit()': '/exit leaves',
  'exit;': '/exit leaves',
  'quit;': '/exit leaves',
  'exit.': '/exit leaves',
  'quit.': '/exit leaves',
  '/exit/': '/exit leaves',
};

/** All words that mean something only if they are typed. */
export const typedWords: readonly string[] = [...Object.keys(wordCommands), ...Object.keys(foreignWords)];

/** A prompt that is only a typed word for the chat is not meant for the model. */
export function readWordCommand(prompt: PromptText): PromptText {
  const trimmed = trimText(prompt);
  const word = trimmed.text.toLowerCase();
  const isWord = isTyped(trimmed, 0, 1) && Object.hasOwn(wordCommands, word);
  return isWord ? toTyped(wordCommands[word] ?? '') : prompt;
}

/** What to type instead, if the prompt is only a typed word for another program, or a command that is begun as in vi. */
export function findAdvice(prompt: PromptText, isName: (name: string) => boolean): string | undefined {
  const trimmed = trimText(prompt);
  // More words are a prompt: `:retry is not a function`.
  const [, name] = /^:([a-z][\w-]*)(?: +\S+)?$/.exec(trimmed.text) ?? [];
  if (name !== undefined && isTyped(trimmed, 0, 1) && isName(name)) return `The command is /${name}`;
  const word = trimmed.text.toLowerCase();
  const isWord = isTyped(trimmed, 0, word.length) && Object.hasOwn(foreignWords, word);
  return isWord ? foreignWords[word] : undefined;
}

/** Whether the prompt is only a word that people type to leave or to get help. */
export function isWordCommand(prompt: PromptText): boolean {
  return readWordCommand(prompt) !== prompt;
}

/** Whether a line runs or sends something besides its words. It waits for an Enter where nobody can tell whether it was pasted. */
export function meansMore(line: string): boolean {
  return /^\s*[!/]|@/.test(line);
}
