import { toShellWord } from './command-line.ts';

/** What a person can do next. `what` completes it: a command line, a flag, a file, a model or an ability. */
export type Step = { do: StepName; what?: string };

export type StepName =
  | 'run'
  | 'flag'
  | 'login'
  | 'model-list'
  | 'conversation-list'
  | 'account-status'
  | 'another-model'
  | 'ask-model'
  | 'add-file'
  | 'attach'
  | 'ask-again'
  | 'wait-longer'
  | 'start-again'
  | 'debug';

export type Sentence = string | Step | { parts: readonly (string | Step)[] };

/** What to do next. Steps differ between the shell, the chat and the server, which each have words for them. */
export type Hint = Sentence | readonly Sentence[];

/** The words of one surface for each step. `lead` comes before a step that is a whole sentence. */
export type HintWords = { lead: string; steps: Record<StepName, (what: string) => string> };

/** One of our command lines, without the name of the program. */
export const run = (command: string): Step => ({ do: 'run', what: command });
/** What brings the newest version. */
export const updateCommand = 'npm install --global copilot-cli@latest';
/** A flag, with its value if it has one. */
export const flag = (text: string): Step => ({ do: 'flag', what: text });
export const login: Step = { do: 'login' };
export const modelList: Step = { do: 'model-list' };
export const conversationList: Step = { do: 'conversation-list' };
export const accountStatus: Step = { do: 'account-status' };
export const anotherModel: Step = { do: 'another-model' };
export const modelWith = (ability: string): Step => ({ do: 'another-model', what: ability });
export const askModel = (id: string): Step => ({ do: 'ask-model', what: id });
export const addFile = (path = ''): Step => ({ do: 'add-file', what: path });
export const attach = (path = ''): Step => ({ do: 'attach', what: path });
export const askAgain: Step = { do: 'ask-again' };
export const waitLonger: Step = { do: 'wait-longer' };
export const startAgain: Step = { do: 'start-again' };
export const debug: Step = { do: 'debug' };

/** A sentence that contains steps: advise`Choose one of: ${modelList}`. */
export function advise(
  texts: TemplateStringsArray,
  ...values: readonly (Step | string | number)[]
): Sentence {
  const parts = texts.flatMap((text, index) => [text, values[index] ?? '']);
  return { parts: parts.map((part) => (typeof part === 'number' ? String(part) : part)) };
}

export function joinHints(first: Hint | undefined, second: Hint): Hint {
  return [...(first === undefined ? [] : toSentences(first)), ...toSentences(second)];
}

/** Whether one of these steps is in a hint. */
export function hasStep(hint: Hint, ...names: readonly StepName[]): boolean {
  return toSentences(hint)
    .flatMap((sentence) =>
      typeof sentence === 'object' && 'parts' in sentence ? sentence.parts : [sentence],
    )
    .some((part) => typeof part === 'object' && names.includes(part.do));
}

export function wordHint(hint: Hint, words: HintWords): string {
  return toSentences(hint)
    .map((sentence) => wordSentence(sentence, words))
    .reduce((text, sentence) => joinSentences(text, sentence), '');
}

/** The same as a list, for a surface with a line for each. A command comes first: `/status: see what is left`. */
export function wordSteps(hint: Hint, words: HintWords): string[] {
  return toSentences(hint).flatMap(
    (sentence) => putCommandFirst(sentence, words) ?? wordSentence(sentence, words),
  );
}

/** Words that lead to a command, unless they need it behind them: `Choose one of: /models`. */
const leadingWords = /^(?<what>[^:]*[^:\s])(?<!\b(?:of|in|with|run)): $/i;

/** Undefined if the command does not end a sentence. What follows it stands on a line of its own. */
function putCommandFirst(sentence: Sentence, words: HintWords): string[] | undefined {
  if (typeof sentence === 'string' || 'do' in sentence) return undefined;
  const [before, step, ...parts] = sentence.parts;
  const what = typeof before === 'string' ? leadingWords.exec(before)?.groups?.what : undefined;
  if (what === undefined || typeof step !== 'object') return undefined;
  const [, more] = /^\.?(?:$| )(.*)$/s.exec(wordSentence({ parts }, words)) ?? [];
  if (more === undefined) return undefined;
  const command = words.steps[step.do](step.what ?? '').trimEnd();
  const line = `${command}: ${what.charAt(0).toLowerCase()}${what.slice(1)}`;
  return more === '' ? [line] : [line, more];
}

/** Two sentences. Adds a full stop to the first if needed. */
export function joinSentences(first: string | undefined, second: string): string {
  if (!first) return second;
  return `${first}${/[.!?…]$/.test(first) ? '' : '.'} ${second}`;
}

function toSentences(hint: Hint): readonly Sentence[] {
  return isList(hint) ? hint : [hint];
}

function isList(hint: Hint): hint is readonly Sentence[] {
  return Array.isArray(hint);
}

function wordSentence(sentence: Sentence, { lead, steps }: HintWords): string {
  if (typeof sentence === 'string') return sentence;
  const word = ({ do: name, what = '' }: Step): string => steps[name](what).trimEnd();
  if ('do' in sentence) return `${lead} ${word(sentence)}`;
  return sentence.parts.map((part) => (typeof part === 'string' ? part : word(part))).join('');
}

export const shellWords: HintWords = {
  lead: 'Run:',
  steps: {
    run: (command) => `copilot-cli ${command}`,
    flag: (text) => text,
    login: () => 'copilot-cli login',
    'model-list': () => 'copilot-cli models',
    'conversation-list': () => 'copilot-cli sessions list',
    'account-status': () => 'copilot-cli status',
    'another-model': (ability) =>
      `another model with -m${ability && `; copilot-cli models --ability ${ability} lists those with ${ability}`}`,
    'ask-model': (id) => `copilot-cli chat -m ${toShellWord(id)}`,
    'add-file': (path) => `-f ${path && toShellWord(path)}`,
    attach: (path) => `-a ${path && toShellWord(path)}`,
    'ask-again': () => 'Ask again',
    'wait-longer': () => 'Allow more with --idle-timeout',
    'start-again': () => 'Run the command again',
    debug: () => 'Run again with --debug',
  },
};

/** Reads a hint from a file. Undefined if this version cannot word it. */
export function readHint(value: unknown): Hint | undefined {
  const isStep = (part: unknown): boolean =>
    part instanceof Object && 'do' in part && Object.hasOwn(shellWords.steps, String(part.do));
  const isWord = (part: unknown): boolean => typeof part === 'string' || isStep(part);
  const isSentence = (part: unknown): boolean =>
    isWord(part) ||
    (part instanceof Object && 'parts' in part && Array.isArray(part.parts) && part.parts.every(isWord));
  return isSentence(value) || (Array.isArray(value) && value.every(isSentence)) ? (value as Hint) : undefined;
}
