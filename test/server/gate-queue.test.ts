import { describe, expect, it } from 'vitest';
import { type CountingGate, createGate } from '../../src/server/gate.ts';
import { createRandom, type Random } from '../helpers/random.ts';

type Leave = Awaited<ReturnType<CountingGate['enter']>>;

function createQueue(options: { concurrency: number; queueLength?: number; tokensPerMinute?: number }) {
  const gate = createGate({
    requestsPerMinute: undefined,
    chatRequestsPerMinute: undefined,
    tokensPerRequest: undefined,
    tokensPerMinute: undefined,
    now: () => 0,
    ...options,
  });
  const inside: { name: string; leave: Leave }[] = [];
  const entered: string[] = [];
  const failed: { name: string; reason: unknown }[] = [];
  /** `name` is the caller, and a number: `ann-2`. */
  function enter(name: string, signal = new AbortController().signal): Promise<void> {
    const caller = name.replace(/-\d+$/, '');
    return gate.enter({ caller, signal }, { tokens: 1, route: '/messages' }).then(
      (leave) => {
        entered.push(name);
        inside.push({ name, leave });
      },
      (reason) => void failed.push({ name, reason }),
    );
  }
  async function leaveFirst(): Promise<void> {
    inside.shift()?.leave(undefined);
    await settle();
  }
  return { gate, enter, leaveFirst, inside, entered, failed };
}

/** Lets everything happen that waits for nothing. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the queue for calls at the same time', () => {
  it('lets so many in, and the next when one leaves', async () => {
    const { gate, enter, leaveFirst, entered } = createQueue({ concurrency: 2 });
    for (const name of ['ann-1', 'ann-2', 'ann-3']) void enter(name);
    await settle();
    expect(entered).toEqual(['ann-1', 'ann-2']);
    expect({ active: gate.active, queued: gate.queued }).toEqual({ active: 2, queued: 1 });
    await leaveFirst();
    expect(entered).toEqual(['ann-1', 'ann-2', 'ann-3']);
    expect({ active: gate.active, queued: gate.queued }).toEqual({ active: 2, queued: 0 });
  });

  it('lets callers take turns, and keeps the order of each', async () => {
    const { enter, leaveFirst, entered } = createQueue({ concurrency: 1 });
    for (const name of ['ann-1', 'ann-2', 'ann-3', 'ann-4', 'bob-1', 'bob-2', 'cid-1']) void enter(name);
    await settle();
    for (let turn = 0; turn < 6; turn += 1) await leaveFirst();
    expect(entered).toEqual(['ann-1', 'ann-2', 'bob-1', 'cid-1', 'ann-3', 'bob-2', 'ann-4']);
  });

  it('forgets at once who leaves it', async () => {
    const { gate, enter, leaveFirst, entered, failed } = createQueue({ concurrency: 1, queueLength: 1 });
    const controller = new AbortController();
    void enter('ann-1');
    const waiting = enter('ann-2', controller.signal);
    controller.abort('gone');
    await waiting;
    expect(failed).toEqual([{ name: 'ann-2', reason: 'gone' }]);
    expect(gate.queued).toBe(0);
    void enter('ann-3');
    await leaveFirst();
    expect(entered).toEqual(['ann-1', 'ann-3']);
  });

  it('does not ask who has left before', async () => {
    const { gate, enter, failed } = createQueue({ concurrency: 1 });
    await enter('ann-1', AbortSignal.abort('gone'));
    expect(failed).toEqual([{ name: 'ann-1', reason: 'gone' }]);
    expect(gate.active).toBe(0);
  });

  it('turns away the caller with the most calls when it is full', async () => {
    const { enter, leaveFirst, entered, failed } = createQueue({ concurrency: 1, queueLength: 3 });
    for (const name of ['ann-1', 'ann-2', 'ann-3', 'ann-4', 'ann-5', 'bob-1']) void enter(name);
    await settle();
    expect(failed.map(({ name }) => name).sort()).toEqual(['ann-4', 'ann-5']);
    expect(failed[0]?.reason).toMatchObject({ code: 'rate_limited', details: { retry_after_s: 5 } });
    for (let turn = 0; turn < 3; turn += 1) await leaveFirst();
    expect(entered).toEqual(['ann-1', 'ann-2', 'bob-1', 'ann-3']);
  });

  it('gives back the tokens of what it turned away', async () => {
    const { gate, enter, failed } = createQueue({ concurrency: 1, queueLength: 0, tokensPerMinute: 3 });
    await enter('ann-1');
    for (let time = 0; time < 10; time += 1) await enter('ann-2');
    expect(failed).toHaveLength(10);
    const messages = failed.map(({ reason }) => (reason as Error).message);
    expect(new Set(messages)).toEqual(new Set(['too many requests wait for this server']));
    expect(gate.active).toBe(1);
  });

  it('loses no place, whatever happens in whatever order', async () => {
    for (let seed = 1; seed <= 30; seed += 1) await expectNoLostPlace(createRandom(seed));
  });

  it('makes a caller wait for at most one turn of each other caller', async () => {
    for (let seed = 1; seed <= 30; seed += 1) await expectTurns(createRandom(seed));
  });
});

async function expectNoLostPlace(random: Random): Promise<void> {
  const concurrency = 1 + random.integer(3);
  const { gate, enter, leaveFirst, inside } = createQueue({ concurrency, queueLength: random.integer(8) });
  for (let step = 0; step < 150; step += 1) {
    const controller = new AbortController();
    if (random.chance(0.6)) void enter(`${random.pick(['ann', 'bob', 'cid'])}-${step}`, controller.signal);
    if (random.chance(0.3)) controller.abort('gone');
    if (random.chance(0.4)) await leaveFirst();
    if (random.chance(0.5)) await settle();
    expect(gate.active).toBeLessThanOrEqual(concurrency);
    if (gate.queued > 0) expect(gate.active).toBe(concurrency);
  }
  await settle();
  while (inside.length > 0) await leaveFirst();
  expect({ active: gate.active, queued: gate.queued }).toEqual({ active: 0, queued: 0 });
}

async function expectTurns(random: Random): Promise<void> {
  const { enter, leaveFirst, entered } = createQueue({ concurrency: 1, queueLength: 1000 });
  const callers = ['ann', 'bob', 'cid', 'dot'];
  await enter('eve-0');
  const asked = Array.from({ length: 60 }, (_, at) => `${random.pick(callers)}-${at}`);
  for (const name of asked) void enter(name);
  for (let turn = 0; turn < asked.length; turn += 1) await leaveFirst();
  const order = entered.slice(1);
  for (const caller of callers) {
    const isOwn = (name: string): boolean => name.startsWith(caller);
    expect(order.filter(isOwn)).toEqual(asked.filter(isOwn));
    const places = order.flatMap((name, at) => (isOwn(name) ? [at] : []));
    const gaps = places.map((place, at) => place - (at === 0 ? -1 : (places[at - 1] ?? 0)));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(callers.length);
  }
}
