import type { IncomingHttpHeaders } from 'node:http';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { type StreamDecoder, StreamError, TruncatedStreamError } from '../dialects/stream-decoder.ts';
import { CliError, UpstreamError } from '../errors.ts';
import type { HttpResponse } from '../http/http.ts';
import { parseJson } from '../json-value.ts';
import { createSseDecoder, type SseMessage } from '../sse/decoder.ts';
import { toUpstreamError } from './upstream-error.ts';

/**
 * An answer's body to events, as its bytes arrive. Leaving the loop closes the connection.
 *
 * Throws UpstreamError `truncated` where the stream breaks off or ends before the reply was finished, and what the service
 * reported where it did. What came before was already handed on.
 */
export async function* decodeStream(
  response: HttpResponse,
  decoder: StreamDecoder,
): AsyncGenerator<ChatEvent> {
  const { headers } = response;
  const sse = isEventStream(headers) ? createSseDecoder() : createWholeBodyDecoder();
  let begun = false;
  try {
    for await (const bytes of response.body) {
      for (const message of sse.push(bytes)) {
        for (const event of decoder.push(message)) {
          begun = true;
          yield event;
        }
      }
    }
    for (const message of sse.end()) yield* decodeLast(decoder, message);
    yield* decoder.end();
  } catch (error) {
    throw toStreamFailure(error, headers, begun);
  }
}

/** A stream that breaks off inside a message is cut, and not broken. */
function decodeLast(decoder: StreamDecoder, message: SseMessage): ChatEvent[] {
  if (message.data !== '[DONE]' && parseJson(message.data) === undefined) {
    throw new TruncatedStreamError('the stream ended inside a message');
  }
  return decoder.push(message);
}

function isEventStream(headers: IncomingHttpHeaders): boolean {
  return !/^application\/json\b/i.test(headers['content-type'] ?? '');
}

/** A reply that came in one piece of JSON although a stream was asked for is read as a stream of one message. */
function createWholeBodyDecoder(): { push(bytes: Uint8Array): SseMessage[]; end(): SseMessage[] } {
  const decoder = new TextDecoder();
  let text = '';
  return {
    push(bytes) {
      text += decoder.decode(bytes, { stream: true });
      return [];
    },
    end: () => [{ event: undefined, data: text + decoder.decode() }],
  };
}

function toStreamFailure(error: unknown, headers: IncomingHttpHeaders, begun: boolean): unknown {
  if (error instanceof StreamError)
    return toUpstreamError(200, { code: error.code, message: error.message }, headers);
  const cut =
    error instanceof TruncatedStreamError || (begun && error instanceof CliError && error.code === 'network');
  if (!cut) return error;
  const details = { request_id: headers['x-github-request-id'] ?? headers['x-request-id'] };
  const reason = error instanceof CliError ? ` (${error.message})` : '';
  return new UpstreamError(
    'truncated',
    `the answer is not complete: the stream was disconnected before completion${reason}`,
    {
      hint: 'Ask again.',
      cause: error,
      details,
    },
  );
}
