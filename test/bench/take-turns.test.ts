import { expect, it } from 'vitest';
import { readUsage } from '../../scripts/bench/process-usage.ts';
import { takeTurns } from '../../scripts/bench/take-turns.ts';
import { startNodeEmulator } from '../helpers/emulator.ts';

const megabyte = 2 ** 20;

it.runIf(process.platform === 'linux')(
  'the usage of a process counts its CPU time and its memory',
  async () => {
    const emulator = startNodeEmulator([
      '-e',
      `console.log('idle');
     process.stdin.once('data', () => {
       const { user } = process.cpuUsage();
       while (process.cpuUsage().user - user < 300_000);
       globalThis.kept = Buffer.alloc(50 * 1024 * 1024, 1);
       console.log('busy');
     });`,
    ]);
    await emulator.waitForScreen('idle');
    const before = readUsage(emulator.pid);
    emulator.press('enter');
    await emulator.waitForScreen('busy');
    const after = readUsage(emulator.pid);
    expect(after.cpuMs - before.cpuMs).toBeGreaterThanOrEqual(280);
    expect(after.rss - before.rss).toBeGreaterThan(40 * megabyte);
    expect(after.peakRss).toBeGreaterThanOrEqual(after.rss);
  },
);

it.runIf(process.platform === 'linux')(
  'turns are taken one after the other, each when the program is ready',
  async () => {
    const emulator = startNodeEmulator([
      '-e',
      `let turn = 0;
     const prompt = () => process.stdout.write('> ');
     prompt();
     process.stdin.on('data', (text) => {
       turn += 1;
       setTimeout(() => console.log('answer ' + turn + ' to ' + text.toString().trim()), 20);
       setTimeout(prompt, 30);
     });`,
    ]);
    const { milliseconds, before, after } = await takeTurns(emulator, {
      count: 5,
      ready: (rows) => rows.join('\n').trimEnd().endsWith('>'),
      ask: (turn) => `question ${turn}`,
      answered: (turn) => `answer ${turn}`,
    });
    expect(milliseconds).toHaveLength(5);
    expect(milliseconds.every((value) => value >= 19 && value < 5_000)).toBe(true);
    expect(after.cpuMs).toBeGreaterThanOrEqual(before.cpuMs);
    expect(emulator.text().filter((row) => row.startsWith('answer'))).toEqual(
      [1, 2, 3, 4, 5].map((turn) => `answer ${turn} to question ${turn}`),
    );
  },
);

it('a program that is not there has no usage', () => {
  expect(() => readUsage(2 ** 30)).toThrow();
});
