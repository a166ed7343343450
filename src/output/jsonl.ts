import type { ChatEvent, FinishReason } from '../dialects/chat-event.ts';
import type { Output } from '../terminal/io.ts';
import { type Asked, schemaVersion } from './json.ts';
import { toUsageJson } from './usage.ts';

/** Each event as one line of JSON, as it arrives. */
export async function writeJsonLines(
  events: AsyncIterable<ChatEvent>,
  output: Output,
  asked: Asked,
): Promise<FinishReason> {
  let finish: FinishReason = 'other';
  for await (const event of events) {
    await output.write(`${JSON.stringify({ schema_version: schemaVersion, ...toLine(event, asked) })}\n`);
    if (event.type === 'finish') finish = event.reason;
  }
  return finish;
}

function toLine(event: ChatEvent, asked: Asked): Record<string, unknown> {
  switch (event.type) {
    case 'start':
      return {
        type: 'start',
        id: event.id ?? null,
        conversation_id: asked.conversation ?? null,
        model_requested: asked.model,
        attachments: asked.attachments ?? [],
        notices: asked.notices ?? [],
        model: event.model ?? asked.model,
      };
    case 'usage':
      return { type: 'usage', usage: toUsageJson(event.usage) };
    case 'tool-call-delta':
      return { ...event, id: event.id ?? null, name: event.name ?? null };
    case 'finish': {
      const { stopSequence, ...line } = event;
      return stopSequence === undefined ? line : { ...line, stop_sequence: stopSequence };
    }
    case 'text-delta':
    case 'reasoning-delta':
      return event;
    default:
      return event satisfies never;
  }
}
