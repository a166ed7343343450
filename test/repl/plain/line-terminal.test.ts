import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { toTyped } from '../../../src/prompt-text.ts';
import { createLineReader } from '../../../src/repl/plain/line-terminal.ts';

/** A stream that stands for the terminal, and its other end. */
async function connectPair(): Promise<{ stream: Socket; client: Socket; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[stream]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    unknown,
  ];
  return {
    stream,
    client,
    close() {
      client.destroy();
      server.close();
    },
  };
}

function stayBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('takes lines that were pasted while the program was busy for one paste', async () => {
  const { stream, client, close } = await connectPair();
  const said: string[] = [];
  const reader = createLineReader({
    stream,
    write: undefined,
    onText: ({ text }) => said.push(text),
    onEnd: () => {},
  });
  reader.start();
  // A terminal that edits lines gives one line a read.
  client.write('one\n');
  await once(stream, 'data');
  client.write('two\n');
  stayBusy(100);
  await vi.waitFor(() => expect(said).not.toEqual([]));
  reader.stop();
  close();
  expect(said).toEqual(['one\ntwo']);
});

it.each([
  ['a line that fits', 4_094, false],
  ['a line as long as the longest', 4_095, true],
])('tells that the terminal has cut %s: %i bytes, %s', async (_, bytes, isCut) => {
  const { stream, client, close } = await connectPair();
  const said: boolean[] = [];
  const reader = createLineReader({
    stream: Object.assign(stream, { setRawMode: () => {} }),
    write: undefined,
    onText: (_said, arrival) => said.push(arrival.isCut),
    onEnd: () => {},
  });
  reader.start();
  client.write(`${'é'.repeat(2_000)}${'x'.repeat(bytes - 4_000)}\n`);
  await vi.waitFor(() => expect(said).toEqual([isCut]));
  reader.stop();
  close();
});

it('tells of a line that the terminal got before it was asked to mark pastes, also after a busy start', async () => {
  const { stream, client, close } = await connectPair();
  const said: [string, boolean][] = [];
  const reader = createLineReader({
    stream,
    write: () => {},
    onText: ({ text }, { isEarly }) => said.push([text, isEarly]),
    onEnd: () => {},
  });
  for (const [line, isEarly] of [
    ['see @there.txt', true],
    ['!as early', true],
    ['plain words', false],
  ] as const) {
    client.write(`${line}\n`);
    reader.start();
    stayBusy(150);
    await vi.waitFor(() => expect(said.at(-1)).toEqual([line, isEarly]));
    client.write('later\n');
    await vi.waitFor(() => expect(said.at(-1)).toEqual(['later', false]));
    reader.stop();
  }
  close();
});

it('takes a line that was begun although the program is busy while the terminal hands it over', async () => {
  const { stream, client, close } = await connectPair();
  const setRawMode = (isRaw: boolean): void => {
    if (!isRaw) return;
    client.write('begun');
    setImmediate(() => stayBusy(100));
  };
  const reader = createLineReader({
    stream: Object.assign(stream, { setRawMode }),
    write: undefined,
    onText: () => {},
    onEnd: () => {},
  });
  reader.start();
  expect((await reader.takeBegun()).text).toBe('begun');
  reader.stop();
  close();
});

it.each([
  ['several lines', 'one\ntwo\n', false, 'one\ntwo\nrest'],
  ['a command', '!one\n', false, '!one\nrest'],
  ['an answer', '1\n', true, '1\nrest'],
  ['words', 'one\n', false, 'one'],
  ['marked lines', '\u001b[200~one\ntwo\u001b[201~\n', false, 'one\ntwo'],
])(
  'takes what stands begun behind %s for a part of the paste, but behind typed words not',
  async (_, sent, isAsked, expected) => {
    const { stream, client, close } = await connectPair();
    const said: [string, boolean][] = [];
    const reader = createLineReader({
      stream: Object.assign(stream, { setRawMode: (isRaw: boolean) => isRaw && client.write('rest') }),
      write: undefined,
      onText: ({ text }, { isUnended }) => said.push([text, isUnended]),
      onEnd: () => {},
      isAsked: () => isAsked,
    });
    reader.start();
    client.write(sent);
    await vi.waitFor(() => expect(said).toEqual([[expected, expected.endsWith('rest')]]));
    reader.stop();
    close();
  },
);

it('gives a line that came just before the terminal was lent, when that is over', async () => {
  const { stream, client, close } = await connectPair();
  const said: string[] = [];
  const reader = createLineReader({
    stream,
    write: undefined,
    onText: ({ text }) => said.push(text),
    onEnd: () => {},
  });
  reader.start();
  client.write('one\n');
  await once(stream, 'data');
  reader.stop();
  reader.start();
  await vi.waitFor(() => expect(said).toEqual(['one']));
  reader.stop();
  close();
});

it('tells of the end of a command, whose beginning came before the terminal was asked to mark pastes', async () => {
  const { stream, client, close } = await connectPair();
  const said: [string, boolean][] = [];
  const reader = createLineReader({
    stream,
    write: () => {},
    onText: ({ text }, { isEarly }) => said.push([text, isEarly]),
    begun: () => toTyped('!rm '),
    onEnd: () => {},
  });
  reader.start();
  client.write('x\n');
  await vi.waitFor(() => expect(said).toEqual([['x', true]]));
  reader.stop();
  close();
});
