import { type Exchange, listExchanges } from '../../conversation/compaction.ts';
import { CliError } from '../../errors.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { compactConversation, redoCompaction, undoCompaction } from './compact-conversation.ts';
import type { SlashCommand } from './slash-command.ts';

export const compactionCommands: readonly SlashCommand[] = [
  {
    name: 'compact',
    parameters: '[focus|undo|redo]',
    description: 'put a summary by the model in the place of older turns, after a question',
    group: 'context',
    details: [
      '[focus] are words on what matters most for the summary.',
      'The last two prompts and those that /pin marked stay as they are, with the answers.',
      '[undo] goes back to the conversation as it was, [redo] to the summary.',
    ],
    complete: async () => ['undo', 'redo'].map((text) => ({ text, description: '' })),
    run: (app, words) => {
      if (words === 'undo') return undoCompaction(app);
      return words === 'redo' ? redoCompaction(app) : compactConversation(app, words);
    },
  },
  {
    name: 'pin',
    parameters: '[number]',
    isOneWord: true,
    description: 'keep a prompt and its answer as they are when the conversation is compacted',
    group: 'context',
    details: ['[number] counts what you said from 1, as with /edit; without it, the last one.'],
    run: (app, number) => pin(app, number, true),
  },
  {
    name: 'unpin',
    parameters: '[number]',
    isOneWord: true,
    description: 'take that mark away again',
    group: 'context',
    details: ['[number] counts what you said from 1; without it, the last one that is pinned.'],
    run: (app, number) => pin(app, number, false),
  },
];

function pin({ session, transcript }: ReplApp, number: string, pinned: boolean): void {
  const exchanges = listExchanges(session.file.conversation);
  if (exchanges.length === 0) throw new CliError('usage', 'nothing was said yet');
  const { prompt } = number === '' ? findLast(exchanges, pinned) : findByNumber(exchanges, number);
  session.file.pin(prompt.id, pinned);
  const [words] = prompt.parts.flatMap((part) => (part.type === 'text' ? part.text : []));
  const said = toOneLine((words ?? '').slice(0, 60));
  transcript.notice(pinned ? `Pinned: ${said}` : `No longer pinned: ${said}`);
}

function findLast(exchanges: readonly Exchange[], pinned: boolean): Exchange {
  const found = exchanges.findLast(({ prompt }) => pinned || prompt.pinned);
  if (!found) throw new CliError('usage', 'nothing is pinned');
  return found;
}

function findByNumber(exchanges: readonly Exchange[], number: string): Exchange {
  const found = /^\d+$/.test(number) ? exchanges[Number(number) - 1] : undefined;
  if (!found)
    throw new CliError('usage', `there is no prompt ${number}`, {
      hint: `They are counted from 1 to ${exchanges.length}.`,
    });
  return found;
}
