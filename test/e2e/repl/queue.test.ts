import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import type { Cli } from '../../helpers/cli.ts';
import { createReplCli, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

/** So slow that it is not at its end before the test ends it. */
const endless = { text: 'word '.repeat(20_000), deltaLength: 5, tokensPerSecond: 20 };

function send(emulator: Emulator, text: string): void {
  emulator.type(text);
  emulator.press('enter');
}

function listAsked(cli: Cli): string[] {
  return cli.simulator.requestsTo('/chat/completions').map(({ body }) => findLastUserText(toRecord(body)));
}

describe('what is sent during an answer', () => {
  it('is listed, and sent one after the other when the answer has ended', async () => {
    const cli = await createReplCli({
      answer: { text: 'word '.repeat(60), deltaLength: 5, tokensPerSecond: 60 },
    });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    cli.simulator.state.answer = {};
    send(emulator, 'second');
    await emulator.waitForScreen('next › second');
    send(emulator, 'third');
    await emulator.waitForScreen(/next › second\n +next › third|next › second\nnext › third/);
    await cli.simulator.waitForRequest('/chat/completions', 3);
    expect(listAsked(cli)).toEqual(['first', 'second', 'third']);
    await emulator.waitForScreen(
      (rows) => !rows.some((row) => row.includes('next ›') || row.includes('Esc stops')),
    );
  });

  it.each([
    ['removed', 'g.txt', (folder: string) => rmSync(join(folder, 'g.txt'))],
    [
      'removed with its folder',
      'sub/h.txt',
      (folder: string) => rmSync(join(folder, 'sub'), { recursive: true }),
    ],
    ['renamed', 'g.txt', (folder: string) => renameSync(join(folder, 'g.txt'), join(folder, 'i.txt'))],
  ])('is held if the file that it mentions was %s meanwhile', async (_, path, change) => {
    const cli = await createReplCli({ answer: endless });
    mkdirSync(join(cli.home, 'sub'));
    writeFileSync(join(cli.home, 'g.txt'), 'one');
    writeFileSync(join(cli.home, 'sub/h.txt'), 'two');
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, `summarise @${path}`);
    await emulator.waitForScreen('next › summarise');
    change(cli.home);
    cli.simulator.state.answer = {};
    emulator.press('escape');
    await emulator.waitForScreen('Enter sends what waits');
    emulator.press('enter');
    await emulator.waitForScreen(`Not sent: ${path} is no longer there.`);
    expect(listAsked(cli)).toEqual(['first']);
    expect(emulator.screen()).toContain(`next › summarise @${path}`);
    // Whoever sends it once more means it as it is.
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    expect(listAsked(cli)).toEqual(['first', `summarise @${path}`]);
  });

  it('has its keys on an empty prompt only, and the hint says so beside a draft', async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen(/^ +Up takes the last one back/m);
    emulator.type('dr');
    await emulator.waitForScreen('On an empty prompt: Up takes the last one back');
  });

  it('is taken back by Up, the last one first', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('next › second');
    send(emulator, 'third');
    await emulator.waitForScreen('next › third');
    emulator.press('up');
    await emulator.waitForScreen((rows) => rows.includes('› third') && !rows.includes('next › third'));
    expect(emulator.screen()).toContain('next › second');
  });

  it('waits after Esc, until Enter sends it', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('next › second');
    expect(emulator.screen().join('\n')).not.toContain('Enter sends what waits');
    emulator.press('escape');
    await emulator.waitForScreen('Stopped.');
    await emulator.waitForScreen(/next › second\n +Enter sends what waits · Up takes the last one back/);
    expect(listAsked(cli)).toEqual(['first']);
    cli.simulator.state.answer = {};
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    await emulator.waitForScreen((rows) => !rows.join().includes('next ›'));
    expect(listAsked(cli)).toEqual(['first', 'second']);
  });

  it('waits on when something else is sent after Esc', async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator, waitForAnswer } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('next › second');
    emulator.press('escape');
    await emulator.waitForScreen('Enter sends what waits');
    cli.simulator.state.answer = {};
    for (const prompt of ['instead', 'once more']) {
      send(emulator, prompt);
      await waitForAnswer(`You said: ${prompt}`);
      await emulator.waitForScreen(/next › second\n +Enter sends what waits · Up takes the last one back/);
    }
    send(emulator, '/retry');
    await cli.simulator.waitForRequest('/chat/completions', 4);
    await emulator.waitForScreen((rows) => !rows.some((row) => row.includes('Esc stops')));
    expect(listAsked(cli)).toEqual(['first', 'instead', 'once more', 'once more']);
    emulator.press('enter');
    await waitForAnswer('You said: second');
    await emulator.waitForScreen(() => readComposer(emulator)[0] === '›');
  });

  it('is sent after the answer at an Enter on an empty prompt, also after Esc', async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator, waitForAnswer } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('next › second');
    emulator.press('escape');
    await emulator.waitForScreen('Enter sends what waits');
    cli.simulator.state.answer = { text: 'slow '.repeat(90), deltaLength: 5, tokensPerSecond: 60 };
    send(emulator, 'instead');
    await emulator.waitForScreen('slow slow');
    cli.simulator.state.answer = {};
    emulator.press('enter');
    await waitForAnswer('You said: second');
    expect(listAsked(cli)).toEqual(['first', 'instead', 'second']);
  });

  sampled.it.each([
    { waiting: ['second'], sentence: '1 waiting prompt was not sent; Up brings it back next time.' },
    {
      waiting: ['second', 'third'],
      sentence: '2 waiting prompts were not sent; Up brings them back next time.',
    },
  ])('is counted when the person leaves: $sentence', async ({ waiting, sentence }) => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    for (const prompt of waiting) {
      send(emulator, prompt);
      await emulator.waitForScreen(`next › ${prompt}`);
    }
    emulator.press('ctrl+d');
    expect(await emulator.exitCode).toBe(0);
    expect(emulator.text().join('\n')).toContain(sentence);
    expect(listAsked(cli)).toEqual(['first']);
    const { chat: next } = await startRepl({ cli });
    next.press('up');
    await next.waitForScreen(new RegExp(`^› ${waiting.at(-1)}$`, 'm'));
  });
});
