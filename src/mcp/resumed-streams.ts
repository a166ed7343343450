/**
 * Streams of requests that end without the answer. The client asks for the rest with the id of the last event, but forgets that id if the rest has no
 * event, and counts only the tries that fail.
 */
export type ResumedStreams = {
  /** Notes an event with an id on the stream of a request. */
  note(request: number, eventId: string): void;
  /** Asks for what comes behind an event. A stream that is not that of a request is asked for as it is. */
  resume(eventId: string, ask: () => Promise<Response>, giveUp: (request: number) => void): Promise<Response>;
  /** Its answer came. */
  forget(request: number): void;
  /** Nobody waits for its answer any more, so its stream is not asked for again. */
  leave(request: number): void;
};

/** How often a stream may end without a new event: at the pace of the client this takes a minute. */
const mostTries = 200;
/** To the client this says that there is nothing to resume. */
const noStream = 405;

export function createResumedStreams(): ResumedStreams {
  const streams = new Map<number, { eventId: string; tries: number }>();
  const left = new Set<string>();

  return {
    note(request, eventId) {
      if (streams.get(request)?.eventId !== eventId) streams.set(request, { eventId, tries: 0 });
    },
    async resume(eventId, ask, giveUp) {
      if (left.has(eventId)) return new Response(null, { status: noStream });
      const [request, stream] = [...streams].find(([, one]) => one.eventId === eventId) ?? [];
      if (request === undefined || !stream) return await ask();
      stream.tries += 1;
      if (stream.tries > mostTries) {
        giveUp(request);
        return new Response(null, { status: noStream });
      }
      const response = await ask();
      const { status, headers, body } = response;
      if (status !== 200 || !body) return response;
      if (isEventStream(headers)) return new Response(beginWith(eventId, body), { status, headers });
      await body.cancel();
      return new Response(null, { status: noStream });
    },
    forget: (request) => void streams.delete(request),
    leave(request) {
      const stream = streams.get(request);
      if (stream) left.add(stream.eventId);
      streams.delete(request);
    },
  };
}

export function isEventStream(headers: Pick<Headers, 'get'>): boolean {
  return /^text\/event-stream/i.test(headers.get('content-type') ?? '');
}

/** With the event as its first one, the stream can be resumed behind it once more. */
function beginWith(eventId: string, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  async function* read(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`id: ${eventId}\ndata:\n\n`);
    yield* body;
  }
  return ReadableStream.from(read());
}
