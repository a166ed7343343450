import { describe, expect, it, vi } from 'vitest';
import { createAnthropic, createOpenai, models, startSdkServer } from './clients.ts';

type Server = { url: string };
type Read = (server: Server, model: string, signal: AbortSignal) => Promise<AsyncIterable<unknown>>;

const streams: Record<string, Read> = {
  'chat.completions': ({ url }, model, signal) =>
    createOpenai({ url }).chat.completions.create(
      { model, messages: [{ role: 'user', content: 'hi' }], stream: true },
      { signal },
    ),
  responses: ({ url }, model, signal) =>
    createOpenai({ url }).responses.create({ model, input: 'hi', stream: true }, { signal }),
  messages: ({ url }, model, signal) =>
    createAnthropic({ url }).messages.create(
      { model, max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], stream: true },
      { signal },
    ),
};

const rows = Object.keys(streams).flatMap((api) => models.map((model) => ({ api, model })));
const endlessly = { text: Array.from({ length: 10_000 }, () => 'word '), deltaDelayMs: 5 };

describe.each(rows)('a caller that leaves $api with $model', ({ api, model }) => {
  // A busy machine is late now and then, and then with everything.
  it.each(['waiting', 'streaming'])('while %s ends the request to Copilot', { retry: 3 }, async (when) => {
    const answer = when === 'waiting' ? { text: 'late', firstDelayMs: 20_000 } : endlessly;
    const server = await startSdkServer({ answer });
    const leaving = new AbortController();
    const reading = read(streams[api] as Read, server, model, leaving.signal);
    if (when === 'streaming') await reading.hasFirst;
    await vi.waitFor(() => expect(server.modelCalls()).toHaveLength(1), { timeout: 10_000, interval: 5 });
    const leftAt = performance.now();
    leaving.abort();
    await vi.waitFor(
      () => expect(server.modelCalls().map(({ closedByClient }) => closedByClient)).toEqual([true]),
      { interval: 5 },
    );
    expect(performance.now() - leftAt).toBeLessThan(100);
    await reading.ended;
    await vi.waitFor(() => expect(server.records[0]?.status).toBe(499));
  });
});

function read(open: Read, server: Server, model: string, signal: AbortSignal) {
  let sayFirst = (): void => {};
  const hasFirst = new Promise<void>((resolve) => {
    sayFirst = resolve;
  });
  const ended = (async () => {
    for await (const _ of await open(server, model, signal)) sayFirst();
  })().catch(() => {});
  return { hasFirst, ended };
}
