import { describe, expect, it, vi } from 'vitest';
import { findLastTurn, listSaid, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

/** Goes on for a minute. */
const slow = {
  text: Array.from({ length: 600 }, (_, index) => `word${index} `).join(''),
  deltaLength: 8,
  tokensPerSecond: 20,
};

describe('stopping an answer', () => {
  sampled.it.each(['escape', 'ctrl+c'])('by %s keeps what came, and hangs up', async (key) => {
    const { cli, chat, say } = await startRepl({ simulator: { answer: slow } });
    say('tell me');
    await chat.waitForScreen('word5');
    chat.press(key);
    await chat.waitForScreen('Stopped.');
    const text = chat.text().join('\n');
    const [, shown = ''] = /› tell me\n\n● ([\s\S]*?)\n⎿ Stopped\. \/retry asks again\./.exec(text) ?? [];
    expect(shown).toMatch(/^word0 word1 /);
    expect(text.match(/word3\b/g)).toHaveLength(1);
    expect(listSaid(cli).at(-1)?.trim().split(' ')).toEqual(shown.split(/\s+/));
    expect(findLastTurn(cli)).not.toHaveProperty('finish', 'stop');
    await vi.waitFor(() =>
      expect(cli.simulator.requestsTo('/chat/completions')).toMatchObject([{ closedByClient: true }]),
    );
    expect(readComposer(chat)).toEqual(['›']);
  });

  it('before its first word gives the prompt back', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({
      simulator: { answer: { text: 'late', firstTokenDelayMs: 60_000 } },
    });
    say('tell me more');
    await chat.waitForScreen('Esc stops');
    chat.press('ctrl+c');
    await chat.waitForScreen(/Stopped\.[\s\S]*^› tell me more$/m);
    cli.simulator.state.answer = {};
    chat.press('enter');
    await waitForAnswer('You said: tell me more');
    const [first] = cli.simulator.requestsTo('/chat/completions');
    expect(first).toMatchObject({ closedByClient: true });
  });

  it('while it waits to ask again ends the wait', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    cli.simulator.faults.add({ path: '/chat/completions', status: 429, headers: { 'retry-after': '50' } });
    say('hello');
    await chat.waitForScreen(/asking again in \d+ s[\s\S]*Esc stops/);
    chat.press('escape');
    await chat.waitForScreen(/Stopped\.[\s\S]*^› hello$/m);
    chat.press('enter');
    await waitForAnswer('You said: hello');
  });
});

describe('what is sent during an answer', () => {
  it('waits, is shown, can be taken back, and is sent in order', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { cli, chat, say, waitForAnswer } = await startRepl({
      simulator: {
        async answer() {
          await released;
          return undefined;
        },
      },
    });
    say('the long one');
    await cli.simulator.waitForRequest('/chat/completions');
    for (const prompt of ['the next one', 'the one after', 'one to take back']) {
      say(prompt);
      // What comes in one piece with more behind its line ends is a paste.
      await chat.waitForScreen(`› ${prompt} · queued`);
    }
    await chat.waitForScreen(
      /^› the next one · queued\n› the one after · queued\n› one to take back · queued/m,
    );
    chat.press('up');
    await chat.waitForScreen(/^› one to take back$/m);
    expect(chat.screen().join('\n')).not.toContain('› one to take back · queued');
    chat.press('ctrl+u');
    release();
    await waitForAnswer('You said: the one after');
    expect(listSaid(cli).filter((_, index) => index % 2 === 0)).toEqual([
      'the long one',
      'the next one',
      'the one after',
    ]);
    expect(chat.screen().join('\n')).not.toContain(' · queued');
  });

  it('is held when the answer is stopped, and is sent with Enter', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({ simulator: { answer: slow } });
    say('the long one');
    await chat.waitForScreen('word3');
    say('after that');
    await chat.waitForScreen('› after that · queued');
    cli.simulator.state.answer = {};
    chat.press('escape');
    await chat.waitForScreen('Stopped.');
    expect(chat.screen().join('\n')).toContain('› after that · queued');
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
    chat.press('enter');
    await waitForAnswer('You said: after that');
  });

  it('can run at once if it asks no model, and the answer continues below, after an empty row', {
    tags: 'deep',
  }, async () => {
    const { chat, say } = await startRepl({ simulator: { answer: slow } });
    say('the long one');
    await chat.waitForScreen('word3');
    say('/help');
    await chat.waitForScreen(/runs in the\s+shell\.\n\n● word0 word1 /);
    expect(chat.text().join('\n')).not.toContain('› /help · queued');
  });
});
