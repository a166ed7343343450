import { toPlainText } from '../../conversation/conversation.ts';
import { listBranch } from '../../conversation/current-branch.ts';
import { countLines, describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { type CodeBlock, listCodeBlocks } from '../../extraction/code-blocks.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import type { SlashCommand } from './slash-command.ts';

export const copyCommand: SlashCommand = {
  name: 'copy',
  label: 'copy an answer',
  parameters: '[n] [code [n]]',
  description: 'copy the last answer as Markdown, or a code block of it',
  group: 'answers',
  details: [
    '[n] counts answers from the last one, which is 1; [code n] counts the code blocks of the answer from 1.',
    'Over SSH the text goes to the clipboard of your terminal, if the terminal accepts it.',
  ],
  shell: 'copilot-cli chat -x',
  isQuick: true,
  run: copyAnswer,
};

/** Copies an answer, as the model wrote it, or one of its code blocks. */
async function copyAnswer(app: ReplApp, words: string): Promise<void> {
  const { answer, code } = parseWords(words);
  const text = findAnswer(app, answer);
  const found = code === undefined ? { text, name: nameAnswer(answer) } : await findCode(app, text, code);
  if (!found) return;
  const { context, transcript } = app;
  // The sequence for the terminal's clipboard is written in one piece and moves no cursor.
  const outcome = await context.copyText(found.text, context.signal);
  const what = `${found.name} (${describeCount(countLines(found.text), 'line')})`;
  if (outcome === 'copied') transcript.notice(`Copied ${what}.`);
  else if (outcome === 'offered')
    transcript.notice(`Sent ${what} to the terminal for its clipboard; not every terminal accepts it.`);
  else throw new CliError('usage', 'there is no clipboard here', { hint: '/export writes to a file.' });
}

type Wanted = { answer: number; code: number | 'any' | undefined };

/** Throws CliError `usage` for anything but `[n] [code [n]]`. */
function parseWords(words: string): Wanted {
  const match = /^(\d+)?\s*(code(?:\s+(\d+))?)?$/.exec(words);
  if (!match)
    throw new CliError('usage', `/copy does not know "${toOneLine(words)}"`, {
      hint: 'Type /copy, /copy 2 for the answer before, /copy code, or /copy code 2.',
    });
  const [, answer = '1', code, block] = match;
  return {
    answer: Number(answer),
    code: code === undefined ? undefined : block === undefined ? 'any' : Number(block),
  };
}

/** Counts from the last answer, which is 1. */
function findAnswer({ session }: ReplApp, number: number): string {
  const answers = listBranch(session.file.conversation)
    .filter(({ role }) => role === 'assistant')
    .map(toPlainText)
    .filter((text) => text !== '');
  const text = answers.at(-number);
  if (text === undefined || number === 0)
    throw new CliError(
      'usage',
      answers.length === 0
        ? 'there is no answer yet'
        : `there are only ${describeCount(answers.length, 'answer')}`,
      { hint: answers.length === 0 ? undefined : 'The last one is 1, the one before is 2.' },
    );
  return text;
}

function nameAnswer(number: number): string {
  return number === 1 ? 'the last answer' : `answer ${number} from the end`;
}

async function findCode(
  { dialogs }: ReplApp,
  answer: string,
  wanted: number | 'any',
): Promise<{ text: string; name: string } | undefined> {
  const blocks = listCodeBlocks(answer);
  if (blocks.length === 0) throw new CliError('usage', 'the answer has no code block');
  if (wanted !== 'any' && !blocks[wanted - 1])
    throw new CliError('usage', `the answer has only ${describeCount(blocks.length, 'code block')}`, {
      hint: 'Code blocks are numbered from 1.',
    });
  const items = blocks.map((block, index) => ({ ...describeBlock(block, index), block }));
  const index = wanted === 'any' ? 0 : wanted - 1;
  const isClear = wanted !== 'any' || items.length === 1;
  const picked = isClear ? items[index] : await dialogs.pick('Copy which code block?', items);
  return picked && { text: picked.block.text, name: `code block ${picked.text}` };
}

function describeBlock(
  { language, fileName, text }: CodeBlock,
  index: number,
): { text: string; description: string } {
  const [first = ''] = text.split('\n').filter((line) => line.trim() !== '');
  const parts = [fileName, language, first.trim().slice(0, 60)]
    .filter(Boolean)
    .map((part) => toOneLine(part ?? ''));
  return { text: String(index + 1), description: parts.join(' · ') };
}
