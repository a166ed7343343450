import type { ChatEvent } from '../../dialects/chat-event.ts';
import type { OpenAnswer, Opening } from './open-answer.ts';
import { speaks, type TranslationPlan } from './plan-answer.ts';

/** Asks a model in whatever dialect it speaks, and answers in the caller's. Nothing is sent before the answer is read. */
export function openTranslated(
  { request, initiator }: TranslationPlan,
  { asked: { dialect, model }, client, answering, writer, seals }: Opening,
): OpenAnswer {
  // Callers of the other dialects send thinking back themselves.
  const isForgetful = dialect.name === 'chat-completions';
  const watch = isForgetful ? seals.watch(model.id) : undefined;

  async function* readEvents(): AsyncGenerator<ChatEvent[]> {
    const batches = client.askInBatches(isForgetful ? seals.restore(request) : request, {
      ...answering.ask,
      initiator,
      preferred: speaks(model, dialect) ? dialect.name : undefined,
      onRoute: (endpoint) => answering.setRoute('translated', endpoint),
    });
    for await (const events of batches) {
      answering.observe(events);
      watch?.(events);
      yield events;
    }
  }

  return {
    pieces: () => writer.write(readEvents()),
    readWhole: () => writer.gather(readEvents()),
  };
}
