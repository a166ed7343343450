import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { createLineReader } from '../../../src/repl/plain/line-terminal.ts';

it('takes lines that were pasted while the program was busy for one paste', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[stream]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    unknown,
  ];
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
  const until = performance.now() + 100;
  while (performance.now() < until);
  await vi.waitFor(() => expect(said).not.toEqual([]));
  reader.stop();
  client.destroy();
  server.close();
  expect(said).toEqual(['one\ntwo']);
});
