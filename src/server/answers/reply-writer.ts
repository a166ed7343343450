import { randomUUID } from 'node:crypto';
import type { ChatEvent } from '../../dialects/chat-event.ts';
import type { DialectName } from '../../dialects/chat-request.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { formatMessages } from '../event-stream.ts';
import type { AnswerPlan } from './plan-answer.ts';

/** The id prefixes of each dialect's makers. */
const idPrefixes: Record<DialectName, string> = {
  messages: 'msg_',
  'chat-completions': 'chatcmpl-',
  responses: 'resp_',
};

/** Events to the bytes of one reply in a dialect. */
export type ReplyWriter = {
  write(batches: AsyncIterable<readonly ChatEvent[]>): AsyncGenerator<string>;
  gather(batches: AsyncIterable<readonly ChatEvent[]>): Promise<Record<string, unknown>>;
  fail(failure: { status: number; code: string; message: string }): string;
};

export function createReplyWriter(
  dialect: Dialect,
  { model, plan, now }: { model: string; plan: AnswerPlan; now: () => number },
): ReplyWriter {
  const id = idPrefixes[dialect.name] + randomUUID().replaceAll('-', '');
  const includeUsage = plan.way === 'translated' && plan.includeUsage;
  const options = { model, id, created: Math.floor(now() / 1000), includeUsage };
  const encoder = dialect.createReplyWriter(options);
  return {
    /** Writes the events of one packet at once. */
    async *write(batches) {
      for await (const batch of batches) {
        const text = formatMessages(batch.flatMap((event) => encoder.push(event)));
        if (text !== '') yield text;
      }
    },
    async gather(batches) {
      const events: ChatEvent[] = [];
      for await (const batch of batches) events.push(...batch);
      return dialect.writeReply(events, options);
    },
    fail: (failure) => formatMessages(encoder.fail(failure)),
  };
}
