import type { ReplApp } from './app.ts';
import type { Attachment, SentPrompt } from './turns/attachment.ts';

/**
 * The app for a command that waited, with what was attached to it: this goes with the prompt that the command makes, and what is attached to the
 * draft by then does not. What goes with none returns to the draft.
 */
export async function bringAlong(
  app: ReplApp,
  along: readonly Attachment[] | undefined,
  run: (to: ReplApp) => Promise<void>,
): Promise<void> {
  if (!along) return run(app);
  const { session } = app;
  let left: readonly Attachment[] | undefined = along;
  function take(prompt: SentPrompt): SentPrompt {
    if (!left) return prompt;
    const taken = { ...prompt, along: left };
    left = undefined;
    return taken;
  }
  const own: Pick<ReplApp, 'session' | 'ask'> = {
    session: Object.create(session, {
      say: { value: (prompt: SentPrompt, signal: AbortSignal) => session.say(take(prompt), signal) },
    }),
    ask: (prompt, options) => app.ask(prompt && take(prompt), options),
  };
  try {
    await run(Object.create(app, { session: { value: own.session }, ask: { value: own.ask } }));
  } finally {
    for (const attachment of left ?? []) session.attach(attachment);
  }
}
