import { loadRepositoryInstructions, separateSystem } from '../../chat/input.ts';
import { CliError } from '../../errors.ts';
import { loadTokenCounter } from '../../tokens/token-counter.ts';
import type { ReplApp } from '../app.ts';
import { toRows } from '../rows.ts';
import { showContext } from './show-context.ts';
import type { SlashCommand } from './slash-command.ts';

export const contextCommands: readonly SlashCommand[] = [
  {
    name: 'context',
    parameters: '',
    description: "show what fills the model's window",
    group: 'context',
    details: ['Tokens with ~ are counted here; the service counted those of the last answer itself.'],
    run: showContext,
  },
  {
    name: 'instructions',
    parameters: '[on|off|reload]',
    isOneWord: true,
    description: 'show which instruction files of the repository the model is told',
    group: 'context',
    details: [
      '[on|off] is for what you say next, and for new conversations.',
      '[reload] tells the model the files as they are now.',
    ],
    shell: 'copilot-cli chat --no-instructions',
    complete: async () => ['on', 'off', 'reload'].map((text) => ({ text, description: '' })),
    run: handleInstructions,
  },
];

async function handleInstructions(app: ReplApp, word: string): Promise<void> {
  const { session, transcript } = app;
  switch (word) {
    case '':
      return showInstructions(app);
    case 'on':
    case 'off':
      await sayAnew(app, word === 'on');
      return transcript.notice(
        word === 'on'
          ? 'The model is told the instruction files with what you say next.'
          : 'The model is told no instruction files from what you say next on.',
      );
    case 'reload':
      await sayAnew(app, session.instructions);
      return transcript.notice(
        session.instructions
          ? 'The model is told the instruction files as they are then, with what you say next.'
          : 'The instruction files are switched off; /instructions on switches them on.',
      );
    default:
      throw new CliError('usage', `there is no /instructions ${word}`, {
        hint: 'Type /instructions, or with on, off or reload.',
      });
  }
}

/** The system prompt is said again with the next words, with or without the files. */
async function sayAnew({ context, session }: ReplApp, isOn: boolean): Promise<void> {
  if (session.file.conversation.head !== undefined) {
    const instructions = await loadRepositoryInstructions(context, {
      files: [],
      model: session.model,
      signal: context.signal,
    });
    const parted = separateSystem(session.system ?? '', instructions);
    if (!parted)
      throw new CliError('usage', 'the system prompt holds instructions that have changed since', {
        hint: 'Give yours again with /system TEXT; the files are read anew with it.',
      });
    session.setSystem(parted.system);
  }
  session.instructions = isOn;
}

async function showInstructions(app: ReplApp): Promise<void> {
  const { context, session, transcript, look } = app;
  const rows = await app.work('Counting', async (signal) => {
    const model = await session.loadModel(signal);
    const files = await loadRepositoryInstructions(context, { files: [], model, signal });
    const counter = await loadTokenCounter(model.tokenizer);
    return files.map(({ path, text }): [string, string] => [path, `~${counter.count(text)} tokens`]);
  });
  if (!rows) return;
  if (rows.length > 0) transcript.print(toRows(rows, (text) => look.theme.paint('accent', text)));
  else
    transcript.notice(
      'There are no instruction files here: AGENTS.md, .github/copilot-instructions.md, .github/instructions/.',
    );
  const state = session.instructions ? 'They are told to the model' : 'They are switched off';
  if (rows.length > 0)
    transcript.notice(
      `${state}; files for some paths join them when such a path is mentioned. /instructions on, off or reload.`,
    );
}
