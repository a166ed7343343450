import { randomUUID } from 'node:crypto';
import { once as onceEmitted } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { DialectName } from '../dialects/chat-request.ts';
import type { Dialect, StreamPlace } from '../dialects/dialect.ts';
import { once } from '../once.ts';
import type { SseMessage } from '../sse/decoder.ts';
import type { AnswerPlan } from './answers/plan-answer.ts';
import { createWholeLimit } from './answers/whole-limit.ts';

/** A reply that comes piece by piece. */
type EventStream = {
  /** Whether the head is written. A failure then has to go into the stream. */
  readonly isBegun: boolean;
  /** A promise if the caller has no room for more; it resolves when there is. Throws the signal's reason if the caller has left. */
  write(bytes: string | Uint8Array): Promise<unknown> | undefined;
  end(): void;
  /** Stops the pings without ending the reply. */
  abandon(): void;
};

type EventStreamOptions = {
  response: ServerResponse;
  dialect: DialectName;
  headers: () => Record<string, string>;
  signal: AbortSignal;
  /** Silence after which a ping is sent, in milliseconds; before the first byte, too. */
  pingMs: number;
  /** Called if the caller has stopped reading; its connection is closed then. */
  onStall: () => void;
};

/**
 * Pings that a caller misses, because it reads nothing, until it is given up: two minutes. Its answer holds one of the places that all
 * callers share. They are counted, not timed: after a sleep of the machine everybody reads on.
 */
const maxMissedPings = 8;

/** Anthropic's API has an event for it; OpenAI's clients skip comments. */
const pings: Record<DialectName, string> = {
  messages: 'event: ping\ndata: {"type":"ping"}\n\n',
  'chat-completions': ': ping\n\n',
  responses: ': ping\n\n',
};

/** Begins with the first write, or with the first ping. */
export function createEventStream(options: EventStreamOptions): EventStream {
  const { response, signal, pingMs } = options;
  let isBegun = false;
  let missed = 0;
  const timer = setInterval(() => {
    // A caller with unread data needs no ping.
    if (response.writableNeedDrain) {
      missed += 1;
      if (missed < maxMissedPings) return;
      options.onStall();
      response.destroy();
      return;
    }
    begin();
    response.write(pings[options.dialect]);
  }, pingMs);
  const stop = (): void => clearInterval(timer);
  response.once('close', stop);

  function begin(): void {
    if (isBegun) return;
    isBegun = true;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      ...options.headers(),
    });
  }

  return {
    get isBegun() {
      return isBegun;
    },
    write(bytes) {
      signal.throwIfAborted();
      begin();
      timer.refresh();
      missed = 0;
      return response.write(bytes) ? undefined : onceEmitted(response, 'drain', { signal });
    },
    abandon: stop,
    end() {
      stop();
      begin();
      response.end();
    },
  };
}

/** The id prefixes of each dialect's makers. */
const idPrefixes: Record<DialectName, string> = {
  messages: 'msg_',
  'chat-completions': 'chatcmpl-',
  responses: 'resp_',
};

/** Events to the bytes of one reply in a dialect. */
export type AnswerWriter = {
  /** The events of one packet; empty if there is nothing to say. */
  write(events: readonly ChatEvent[]): string;
  gather(batches: AsyncIterable<readonly ChatEvent[]>): Promise<Record<string, unknown>>;
  fail(failure: { status: number; code: string; message: string }, place?: StreamPlace): string;
};

export function createAnswerWriter(
  dialect: Dialect,
  { model, plan, now }: { model: string; plan: AnswerPlan; now: () => number },
): AnswerWriter {
  // A native answer is passed on, and only now and then written.
  const toOptions = once(() => {
    const translation =
      plan.way === 'native' ? plan.translation : plan.way === 'translated' ? plan : undefined;
    return {
      model,
      id: idPrefixes[dialect.name] + randomUUID().replaceAll('-', ''),
      created: Math.floor(now() / 1000),
      includeUsage: translation?.includeUsage ?? false,
      tools: translation?.request.tools,
    };
  });
  const encoder = once(() => dialect.createReplyWriter(toOptions()));
  return {
    write: (events) => formatMessages(events.flatMap((event) => encoder().push(event))),
    async gather(batches) {
      const events: ChatEvent[] = [];
      const count = createWholeLimit();
      for await (const batch of batches) {
        count(batch);
        for (const event of batch) events.push(event);
      }
      return dialect.writeReply(events, toOptions());
    },
    fail: (failure, place) => formatMessages(encoder().fail(failure, place)),
  };
}

/** Messages as the lines of a stream. */
export function formatMessages(messages: readonly SseMessage[]): string {
  let text = '';
  for (const { event, data } of messages)
    text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
  return text;
}
