import type { ReplApp } from './app.ts';

/** Says how to come back, where there is something to come back to. */
export async function sayGoodbye({ context, session, isSaved, look }: ReplApp): Promise<void> {
  const { conversation } = session.file;
  if (!isSaved || conversation.turns.size === 0) return;
  const line = `To go on with this conversation: copilot-cli chat --resume ${conversation.id}`;
  // Where the terminal has gone, nobody is there to come back.
  await context.io.stdout.write(`${look.theme.paint('dim', line)}\n`).catch(() => {});
}
