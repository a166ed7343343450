import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chatPath, createBatch } from '../helpers/batch.ts';
import { startInTerminal } from '../helpers/terminal.ts';

it('a batch at a terminal ends with what was answered, what failed, what it cost and how long it took', async () => {
  const batch = await createBatch();
  for (const name of ['a.txt', 'b.txt', 'c.txt']) batch.writeFile(name, `${name}\n`);
  const argv = [
    'chat',
    '--each-file',
    '-j',
    '1',
    '-o',
    batch.output,
    '-f',
    join(batch.home, '*.txt'),
    'Review:',
  ];
  batch.refuseNext();
  const first = startInTerminal(batch, argv, { columns: 300 });
  expect(await first.exitCode).toBe(10);
  expect(first.output).toMatch(/note:.* 2 of 3 files answered, 1 failed, [\d.]+ credits, \d+ s\.\r\n/);
  expect(first.output).toContain('The same command asks them again.');
  batch.takeAsked();
  const second = startInTerminal(batch, argv, { columns: 300 });
  expect(await second.exitCode).toBe(0);
  expect(second.output).toContain('2 of 3 files have answers already.');
  expect(second.output).toMatch(/note:.* 3 of 3 files answered, [\d.]+ credits, \d+ s\.\r\n/);
  expect(batch.takeAsked()).toHaveLength(1);
});

it('Ctrl+C at a terminal keeps what came and says how to go on', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  for (const name of ['a.txt', 'b.txt']) batch.writeFile(name, `${name}\n`);
  const argv = ['chat', '--each-file', '-j', '1', '-o', batch.output, '-f', join(batch.home, '*.txt')];
  batch.simulator.state.answer = () => {
    batch.simulator.faults.add({ path: chatPath, noAnswer: true });
    return {};
  };
  const terminal = startInTerminal(batch, argv, { columns: 300 });
  await batch.simulator.waitForRequest(chatPath, 2);
  terminal.type('\u0003');
  expect(await terminal.exitCode).toBe(130);
  expect(terminal.output).toMatch(/note:.* 1 of 2 files answered, [\d.]+ credits, \d+ s\.\r\n/);
  expect(terminal.output).toContain('1 of 2 files have answers. Run the same command again to ask the rest.');
  expect(batch.readOutput()).toHaveLength(1);
});

it('while a batch runs, a line below says how far it is, and nothing of it stays', {
  tags: 'deep',
}, async () => {
  const batch = await createBatch();
  for (const name of ['a.txt', 'b.txt', 'c.txt']) batch.writeFile(name, `${name}\n`);
  const argv = ['chat', '--each-file', '-j', '1', '-f', join(batch.home, '*.txt')];
  batch.simulator.state.answer = () => {
    batch.simulator.faults.add({ path: chatPath, noAnswer: true });
    return {};
  };
  const terminal = startInTerminal(batch, argv, { columns: 120 });
  // The answer itself is printed on the same terminal, and the line comes back below it.
  await terminal.waitFor(/"type":"reply"[\s\S]*\r[^\n]*1 of 3 files answered/);
  terminal.type('\u0003');
  expect(await terminal.exitCode).toBe(130);
  const end = terminal.output.slice(terminal.output.lastIndexOf('1 of 3 files answered'));
  expect(terminal.output).toMatch(/\r\u001b\[2K[\s\S]*note:/);
  expect(end).not.toMatch(/\u001b\[K/);
});

it('a batch whose stderr is no terminal shows no progress', async () => {
  const batch = await createBatch();
  batch.simulator.state.answer = { firstDelayMs: 700 };
  expect(await batch.ask([], ['one', 'two'])).toMatchObject({ code: 0, stderr: '', stdout: '' });
});
