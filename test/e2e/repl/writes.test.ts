import { expect, it } from 'vitest';
import { createLongAnswer } from '../../helpers/long-answer.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';
import { listLateWrites, listRowWrites } from '../../helpers/row-writes.ts';
import { measureWrites } from '../../helpers/screen-writes.ts';

it('20 KB at 2,000 tokens a second are written in few and small frames, and no finished row again', () =>
  expectFewWrites(20_000));

it(
  '200 KB at 2,000 tokens a second are written in few and small frames, and no finished row again',
  {
    tags: 'deep',
    timeout: 150_000,
  },
  () => expectFewWrites(200_000),
);

async function expectFewWrites(length: number): Promise<void> {
  const text = `${createLongAnswer(length)}\nThat was all.\n`;
  const { chat, say } = await startRepl({
    columns: 120,
    rows: 40,
    simulator: { answer: { text, deltaLength: 16, tokensPerSecond: 2_000 } },
  });
  say('tell me everything');
  await chat.waitForScreen(/That was all\.\n\n─ .*\n› Ask a follow-up/, { timeoutMs: 120_000 });

  const report = measureWrites(chat.writes);
  expect(report.framesPerSecond.peak).toBeLessThanOrEqual(30);
  expect(report.bytesPerFrame.median).toBeLessThanOrEqual(2_048);
  expect(report.forbidden).toEqual({ eraseScreen: 0, eraseScrollback: 0, alternateScreen: 0 });

  const writes = listRowWrites(chat.output());
  const rows = chat.text();
  const end = rows.lastIndexOf('  That was all.');
  // What was written row by row is what stands there, so the rows below count rightly.
  const said = new Map(writes.map(({ row, text: written }) => [row, written]));
  expect(Array.from({ length: end }, (_, row) => said.get(row) ?? '')).toEqual(rows.slice(0, end));
  // The rule: a row that says what it says at the end, as all rows above it do, is never written again.
  expect(listLateWrites(writes, end)).toEqual([]);
}
