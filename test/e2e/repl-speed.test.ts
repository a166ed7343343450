import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator/emulator.ts';
import { startNodeEmulator } from '../helpers/emulator.ts';
import { createReplCli, startRepl } from '../helpers/repl.ts';
import { findLastUserText } from '../simulator/answer/user-text.ts';
import { toRecord } from '../simulator/json.ts';

const echoProgram = fileURLToPath(new URL('../helpers/echo-program.mjs', import.meta.url));

async function startEcho(): Promise<Emulator> {
  const emulator = startNodeEmulator([echoProgram]);
  await emulator.waitForScreen('ready');
  return emulator;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const toQuantile = (times: number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? 0;

/** From the key to the screen that shows it, in milliseconds, key by key. */
async function timeKeys(emulator: Emulator, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const { column } = emulator.cursor();
    times.push(
      await time(() => {
        emulator.type('x');
        return emulator.waitForScreen(() => emulator.cursor().column === column + 1);
      }),
    );
    if (index % 60 === 59) {
      emulator.press('ctrl+u');
      await emulator.waitForScreen(() => emulator.cursor().column === 2);
    }
  }
  return times;
}

describe('the composer', () => {
  it('has a megabyte that was pasted, and sends it byte for byte', async () => {
    const lines = Array.from({ length: 16_000 }, (_, index) => `line ${index}: ${'é世x'.repeat(13)}`);
    const text = lines.join('\n').slice(0, 1_000_000);
    const cli = await createReplCli();
    const [echo, emulator] = [await startEcho(), await startRepl(cli)];
    const times: number[] = [];
    const baselines: number[] = [];
    for (let round = 1; round <= 3; round += 1) {
      baselines.push(
        await time(() => {
          echo.paste(text);
          return echo.waitForScreen((rows) => rows.filter((row) => row === 'pasted').length === round);
        }),
      );
      times.push(
        await time(() => {
          emulator.paste(text);
          return emulator.waitForScreen(`Pasted text #${round}`);
        }),
      );
    }
    console.log({ times, baselines });
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions');
    const body = toRecord(cli.simulator.requestsTo('/chat/completions')[0]?.body);
    expect(findLastUserText(body) === text.repeat(3)).toBe(true);
  });

  it('shows keys while an answer comes', async () => {
    const cli = await createReplCli({
      answer: {
        text: 'Some *words* of an answer, and `code` too.\n\n'.repeat(2_000),
        deltaLength: 4,
        tokensPerSecond: 500,
      },
    });
    const [echo, emulator] = [await startEcho(), await startRepl(cli)];
    emulator.type('go');
    emulator.press('enter');
    await emulator.waitForScreen('Some words');
    const during = await timeKeys(emulator, 200);
    expect(emulator.screen().join()).toContain('Esc stops');
    const q = (times: number[]) => [0.5, 0.9, 0.99, 1].map((share) => Math.round(toQuantile(times, share)));
    console.log({ during: q(during) });
    emulator.press('escape');
    await emulator.waitForScreen('Stopped.');
    console.log({ idle: q(await timeKeys(emulator, 50)) });
    echo.type('ab');
    await echo.waitForScreen('ab');
    console.log({
      echo: q(
        await (async () => {
          const t: number[] = [];
          for (let i = 0; i < 60; i += 1) {
            const { column } = echo.cursor();
            t.push(
              await time(() => {
                echo.type('x');
                return echo.waitForScreen(() => echo.cursor().column === column + 1);
              }),
            );
          }
          return t;
        })(),
      ),
    });
  });
});
