import { describeCount } from '../describe-count.ts';
import type { ReplApp } from './app.ts';
import { readDraft } from './composer/pastes.ts';

/** Says what was not sent, and how to come back, where there is something to come back to. */
export async function sayGoodbye(app: ReplApp): Promise<void> {
  const { context, look } = app;
  const lines = [describeUnsent(app), describeDraft(app), describeReturn(app)].flatMap((line) => line ?? []);
  const text = lines.map((line) => `${look.theme.paint('dim', line)}\n`).join('');
  // Where the terminal has gone, nobody is there to come back.
  if (text !== '') await context.io.stdout.write(text).catch(() => {});
}

function describeUnsent({ state, context }: ReplApp): string | undefined {
  const { length } = state.queue;
  if (length === 0) return undefined;
  const verb = length === 1 ? 'was' : 'were';
  // Plain lines are edited by the terminal, which has no history.
  const way = context.io.stdout.canRedraw ? `; next time Up brings ${length === 1 ? 'it' : 'them'} back` : '';
  return `${describeCount(length, 'prompt')} that waited ${verb} not sent${way}.`;
}

function describeDraft({ state, context, isSaved }: ReplApp): string | undefined {
  if (!isSaved || !context.io.stdout.canRedraw || readDraft(state.draft).text.trim() === '') return undefined;
  return 'What you were typing was not sent; next time Up brings it back.';
}

function describeReturn({ session, isSaved }: ReplApp): string | undefined {
  const { conversation } = session.file;
  if (!isSaved || conversation.turns.size === 0) return undefined;
  return `To go on with this conversation: copilot-cli chat --resume ${conversation.id}`;
}
