import { expect, it } from 'vitest';
import type { Simulator } from './simulator.ts';
import { callCopilot, openSimulator } from './test-client.ts';

type Fields = Record<string, unknown>;

const mark = { cache_control: { type: 'ephemeral' } };
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } };
/** A text of so many tokens, other texts for other letters. */
const words = (tokens: number, letter = 'a') => letter.repeat(tokens * 4);
const text = (tokens: number, letter?: string) => ({ type: 'text', text: words(tokens, letter) });
const user = (...content: unknown[]) => ({ role: 'user', content });
const assistant = (...content: unknown[]) => ({ role: 'assistant', content });
const minute = 60_000;

type Counts = { read: number; written: number; fresh: number; long: number };

/** What Claude says of its cache, in thousands of tokens. */
async function ask(
  simulator: Simulator,
  body: Fields,
  headers: Record<string, string> = {},
): Promise<Counts> {
  const response = await callCopilot(simulator, '/v1/messages', {
    body: { model: 'claude-sonnet-4.6', max_tokens: 100, ...body },
    headers,
  });
  const { usage } = (await response.json()) as { usage: Record<string, number & Record<string, number>> };
  const round = (count: number | undefined): number => Math.round((count ?? 0) / 1000);
  return {
    read: round(usage.cache_read_input_tokens),
    written: round(usage.cache_creation_input_tokens),
    fresh: round(usage.input_tokens),
    long: round(usage.cache_creation?.ephemeral_1h_input_tokens),
  };
}

const open = () => openSimulator({ answer: { text: 'Yes' } });

it('Claude caches up to the last mark, and reads it in the next round', async () => {
  const simulator = await open();
  const system = [{ ...text(3000), ...mark }];
  const first = { system, messages: [user({ ...text(4000, 'b'), ...mark })] };
  expect(await ask(simulator, first)).toEqual({ read: 0, written: 7, fresh: 0, long: 0 });
  const next = {
    system,
    messages: [user(text(4000, 'b')), assistant(text(1000, 'c')), user({ ...text(2000, 'd'), ...mark })],
  };
  expect(await ask(simulator, next)).toMatchObject({ read: 7, written: 3, fresh: 0 });
});

it.each<[what: string, first: Fields, second: Fields, read: number]>([
  [
    'nothing without marks',
    { system: [text(5000)], messages: [user(text(1000, 'b'))] },
    { system: [text(5000)], messages: [user(text(1000, 'b'))] },
    0,
  ],
  [
    'the instructions if the messages differ',
    { system: [{ ...text(5000), ...mark }], messages: [user({ ...text(3000, 'b'), ...mark })] },
    { system: [{ ...text(5000), ...mark }], messages: [user({ ...text(3000, 'c'), ...mark })] },
    5,
  ],
  [
    'nothing if the instructions differ',
    { system: [text(5000)], messages: [user({ ...text(3000, 'b'), ...mark })] },
    { system: [text(5000, 'x')], messages: [user({ ...text(3000, 'b'), ...mark })] },
    0,
  ],
  [
    'nothing if the tools before them differ',
    { tools: [createTool('read')], system: [{ ...text(5000), ...mark }], messages: [user(text(1))] },
    { tools: [createTool('write')], system: [{ ...text(5000), ...mark }], messages: [user(text(1))] },
    0,
  ],
  [
    'the tools if the instructions differ',
    { tools: [createTool('read', mark)], system: [text(5000)], messages: [user(text(1))] },
    { tools: [createTool('read', mark)], system: [text(5000, 'x')], messages: [user(text(1))] },
    4,
  ],
  [
    'only the instructions if the choice of tools differs',
    {
      tools: [createTool('read')],
      system: [{ ...text(3000), ...mark }],
      messages: [user({ ...text(3000, 'b'), ...mark })],
    },
    {
      tools: [createTool('read')],
      tool_choice: { type: 'any' },
      system: [{ ...text(3000), ...mark }],
      messages: [user({ ...text(3000, 'b'), ...mark })],
    },
    7,
  ],
  [
    'nothing below its smallest size',
    { system: [{ ...text(1500), ...mark }], messages: [user(text(1))] },
    { system: [{ ...text(1500), ...mark }], messages: [user(text(1))] },
    0,
  ],
])('Claude reads %s', async (_, first, second, read) => {
  const simulator = await open();
  await ask(simulator, first);
  expect((await ask(simulator, second)).read).toBe(read);
});

function createTool(name: string, fields: Fields = {}): Fields {
  const input_schema = { type: 'object', properties: {} };
  return { name, description: words(4000), input_schema, ...fields };
}

it('Claude looks twenty blocks back from a mark, and no further', async () => {
  const simulator = await open();
  const blocks = (count: number) => Array.from({ length: count }, (_, index) => text(10, `${index % 10}`));
  const start = { ...text(4000), ...mark };
  await ask(simulator, { messages: [user(start)] });
  const near = { messages: [user(text(4000), ...blocks(18), { ...text(1), ...mark })] };
  expect((await ask(simulator, near)).read).toBe(4);
  const other = await open();
  await ask(other, { messages: [user(start)] });
  const far = { messages: [user(text(4000), ...blocks(19), { ...text(1), ...mark })] };
  expect((await ask(other, far)).read).toBe(0);
});

it('what is cached lives for five minutes from its last use, or for an hour', async () => {
  const simulator = await open();
  let now = Date.now();
  simulator.state.now = () => now;
  simulator.state.exchange.lifetime = 1_000_000;
  const body = { system: [{ ...text(5000), ...mark }], messages: [user(text(1))] };
  const readAfter = async (minutes: number, asked: Fields): Promise<number> => {
    now += minutes * minute;
    return (await ask(simulator, asked)).read;
  };
  expect(await readAfter(0, body)).toBe(0);
  expect(await readAfter(4, body)).toBe(5);
  expect(await readAfter(4, body)).toBe(5);
  expect(await readAfter(6, body)).toBe(0);
  const long = {
    system: [{ ...text(6000, 'x'), ...hour }],
    messages: [user({ ...text(2500, 'y'), ...mark })],
  };
  expect(await ask(simulator, long)).toEqual({ read: 0, written: 9, fresh: 0, long: 6 });
  expect(await readAfter(30, long)).toBe(6);
  expect(await readAfter(61, long)).toBe(0);
});

it.each([
  ['claude-sonnet-4.6', 2048],
  ['claude-opus-5', 4096],
  ['claude-haiku-4.5', 4096],
])('%s caches from %i tokens on', async (id, smallest) => {
  const simulator = await open();
  const read = async (tokens: number, letter: string): Promise<number> => {
    const body = { model: id, system: [{ ...text(tokens, letter), ...mark }], messages: [user(text(1))] };
    await ask(simulator, body);
    return (await ask(simulator, body)).read;
  };
  expect(await read(smallest - 50, 'a')).toBe(0);
  expect(await read(smallest + 50, 'b')).toBe(Math.round(smallest / 1000));
});

async function askChat(simulator: Simulator, path: string, body: Fields): Promise<number> {
  const response = await callCopilot(simulator, path, { body });
  const { usage } = (await response.json()) as { usage: Record<string, { cached_tokens: number }> };
  return (usage.prompt_tokens_details ?? usage.input_tokens_details)?.cached_tokens ?? -1;
}

it('Claude over /chat/completions reads the instructions first, wherever they stand', async () => {
  const simulator = await open();
  const system = { role: 'system', content: words(5000), copilot_cache_control: { type: 'ephemeral' } };
  const asked = { role: 'user', content: 'Hi' };
  const chat = (messages: unknown[]) =>
    askChat(simulator, '/chat/completions', { model: 'claude-sonnet-4.6', messages });
  expect(await chat([system, asked])).toBe(0);
  expect(Math.round((await chat([system, asked])) / 1000)).toBe(5);
  const late = { role: 'system', content: 'Noon.' };
  expect(await chat([late, system, asked])).toBe(0);
});

it.each(['/chat/completions', '/responses'])(
  'GPT caches by itself on %s, in steps of 128 tokens',
  async (path) => {
    const simulator = await open();
    const turn = (tokens: number, letter: string) => ({ role: 'user', content: words(tokens, letter) });
    const asks = (...turns: unknown[]) =>
      askChat(simulator, path, { model: 'gpt-5.4', [path === '/responses' ? 'input' : 'messages']: turns });
    expect(await asks(turn(1000, 'a'))).toBe(0);
    expect(await asks(turn(1000, 'a'), turn(1000, 'b'))).toBe(0);
    const read = await asks(turn(1000, 'a'), turn(1000, 'b'), turn(1000, 'c'));
    expect(read).toBeGreaterThan(1900);
    expect(read % 128).toBe(0);
    expect(await asks(turn(1000, 'x'), turn(1000, 'b'))).toBe(0);
  },
);
