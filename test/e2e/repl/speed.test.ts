import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import { startNodeEmulator } from '../../helpers/emulator.ts';
import { createReplCli, startRepl } from '../../helpers/repl-emulator.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';
import { toRecord } from '../../simulator/json.ts';

const echoProgram = fileURLToPath(new URL('../../helpers/echo-program.mjs', import.meta.url));

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

/** From a key to the screen that shows it, in milliseconds. The line is emptied where it gets long. */
async function timeKey(emulator: Emulator, start: number): Promise<number> {
  const { column } = emulator.cursor();
  const milliseconds = await time(() => {
    emulator.type('x');
    return emulator.waitForScreen(() => emulator.cursor().column === column + 1);
  });
  if (column > 60) {
    emulator.type('\u0015');
    await emulator.waitForScreen(() => emulator.cursor().column === start);
  }
  return milliseconds;
}

describe('the composer', { tags: 'deep' }, () => {
  it('has a megabyte that was pasted within 100 ms, and sends it byte for byte', async () => {
    const lines = Array.from({ length: 16_000 }, (_, index) => `line ${index}: ${'é世x'.repeat(13)}`);
    const text = Buffer.from(lines.join('\n'))
      .subarray(0, 1_000_000)
      .toString()
      .replace(/\ufffd+$/, '');
    const cli = await createReplCli();
    // Five pastes are more than the models of today take.
    cli.simulator.state.catalogue.push(
      createModel({
        id: 'vast',
        limits: { max_context_window_tokens: 9_000_000, max_prompt_tokens: 9_000_000 },
      }),
    );
    const [echo, { chat: emulator }] = [await startEcho(), await startRepl({ cli, model: 'vast' })];
    const times: number[] = [];
    const baselines: number[] = [];
    for (let round = 1; round <= 5; round += 1) {
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
    // Where others keep the machine busy, what a megabyte takes without us is more, too.
    const limit = Math.max(100, 4 * toQuantile(baselines, 0.5));
    expect(toQuantile(times, 0.5)).toBeLessThan(limit);

    cli.simulator.state.answer = { text: 'Seen.' };
    emulator.press('enter');
    await emulator.waitForScreen(/\[Pasted text #\d, \d+ lines\][\s\S]*Seen\./);
    await cli.simulator.waitForRequest('/chat/completions');
    const body = toRecord(cli.simulator.requestsTo('/chat/completions')[0]?.body);
    expect(findLastUserText(body) === text.repeat(5)).toBe(true);
  });

  it('shows a key within 50 ms while 500 tokens come in a second', async () => {
    const text = 'Some *words* of an answer, and `code` too.\n\n'.repeat(5_000);
    const cli = await createReplCli({ answer: { text, deltaLength: 4, tokensPerSecond: 500 } });
    const [echo, { chat: emulator }] = [await startEcho(), await startRepl({ cli })];
    emulator.type('go');
    emulator.press('enter');
    await emulator.waitForScreen('Some words');
    const times: number[] = [];
    const baselines: number[] = [];
    for (let count = 0; count < 200; count += 1) {
      times.push(await timeKey(emulator, 2));
      baselines.push(await timeKey(echo, 0));
    }
    expect(emulator.screen().join('\n')).toContain('Esc stops');
    // What the machine and the terminal take for a key without us is not ours.
    expect(toQuantile(times, 0.99)).toBeLessThan(50 + 3 * toQuantile(baselines, 0.99));
  });
});
