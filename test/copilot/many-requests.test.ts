import { describe, expect, it } from 'vitest';
import { createTestClient, type TestClient } from '../helpers/client.ts';

const model = 'kimi-k2.7-code';
const hour = 3_600_000;

type Clocked = TestClient & { advance(milliseconds: number): void };

/** A client that has asked once, by a clock that a test can set forward. */
async function createClocked(): Promise<Clocked> {
  let ahead = 0;
  const client = await createTestClient({ now: () => Date.now() + ahead });
  await client.ask(model, 'first');
  return {
    ...client,
    advance(milliseconds) {
      ahead += milliseconds;
    },
  };
}

const askOften = ({ ask }: TestClient, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, async (_, index) => (await ask(model, `prompt ${index}`)).text));

const answers = Array.from({ length: 100 }, (_, index) => `You said: prompt ${index}`);

describe('a hundred requests at once', () => {
  it('whose Copilot token has expired by the clock share one exchange, and all are answered', async () => {
    const client = await createClocked();
    client.advance(hour / 2 + 60_000);
    expect(await askOften(client, 100)).toEqual(answers);
    expect(client.simulator.counts().exchanges).toBe(2);
  });

  it('whose Copilot token is refused share one exchange, and all are answered', async () => {
    const client = await createClocked();
    client.simulator.expireCopilotTokens();
    expect(await askOften(client, 100)).toEqual(answers);
    expect(client.simulator.counts().exchanges).toBe(2);
  });
});

describe('a hundred first requests at once', () => {
  it('share the exchange and the list of models', async () => {
    const client = await createTestClient();
    expect(await askOften(client, 100)).toEqual(answers);
    expect(client.simulator.counts().exchanges).toBe(1);
    expect(client.simulator.requestsTo('/models')).toHaveLength(1);
  });
});

describe('a clock that jumps ahead by ten hours', () => {
  it('costs the next request one exchange, and nothing else', async () => {
    const client = await createClocked();
    client.advance(10 * hour);
    expect((await client.ask(model, 'good morning')).text).toBe('You said: good morning');
    expect(client.simulator.counts().exchanges).toBe(2);
    expect(client.modelCalls()).toHaveLength(2);
  });
});
