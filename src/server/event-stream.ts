import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { DialectName } from '../dialects/chat-request.ts';
import type { SseMessage } from '../sse/decoder.ts';

/** A reply that comes piece by piece. */
type EventStream = {
  /** Whether the head is written, so that a failure can only be told in the stream. */
  readonly isBegun: boolean;
  /** Resolves when the caller has room for more; throws the reason of the signal where it has left. */
  write(bytes: string | Uint8Array): Promise<void>;
  end(): void;
  /** Says nothing more; somebody else ends the reply. */
  abandon(): void;
};

type EventStreamOptions = {
  response: ServerResponse;
  dialect: DialectName;
  headers: () => Record<string, string>;
  signal: AbortSignal;
  /** Silence after which the stream says that it is alive, in milliseconds; before the first byte, too. */
  pingMs: number;
};

/** Anthropic's clients know an event for it; OpenAI's pass over comments. */
const pings: Record<DialectName, string> = {
  messages: 'event: ping\ndata: {"type":"ping"}\n\n',
  'chat-completions': ': ping\n\n',
  responses: ': ping\n\n',
};

/** Begins with the first write, or with the first ping. */
export function createEventStream(options: EventStreamOptions): EventStream {
  const { response, signal, pingMs } = options;
  let isBegun = false;
  const timer = setInterval(() => {
    // Whoever does not read what there is needs no sign of life.
    if (response.writableNeedDrain) return;
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
    async write(bytes) {
      signal.throwIfAborted();
      begin();
      timer.refresh();
      if (!response.write(bytes)) await once(response, 'drain', { signal });
    },
    abandon: stop,
    end() {
      stop();
      begin();
      response.end();
    },
  };
}

/** Messages as the lines of a stream. */
export function formatMessages(messages: readonly SseMessage[]): string {
  let text = '';
  for (const { event, data } of messages)
    text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
  return text;
}
