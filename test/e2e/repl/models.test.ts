import { describe, expect, it } from 'vitest';
import { startRepl } from '../../helpers/repl-emulator.ts';

describe('the model', () => {
  it('is switched by a list that is searched, and the next request asks it', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('/model');
    await chat.waitForScreen(/^› kimi-k2\.7-code/m);
    chat.type('gemini flash');
    await chat.waitForScreen('1 of 1');
    expect(chat.screen().join('\n')).toMatch(/^› gemini-3\.5-flash +‹ default › +1M/m);
    expect(chat.screen().at(-1) === '' || chat.screen().at(-1)?.startsWith('find › ')).toBe(true);
    chat.press('enter');
    await chat.waitForScreen('From now on gemini-3.5-flash answers.');
    await chat.waitForScreen(/^─ gemini-3\.5-flash/m);
    say('hello');
    await waitForAnswer('You said: hello');
    expect(cli.simulator.requestsTo('/chat/completions')).toMatchObject([
      { body: { model: 'gemini-3.5-flash' } },
    ]);
  });

  it('stays the same if Esc leaves the list, and keys go to the composer again', {
    tags: 'deep',
  }, async () => {
    const { chat, say } = await startRepl();
    say('/model');
    await chat.waitForScreen('Which model?');
    chat.press('down');
    chat.press('escape');
    await chat.waitForScreen((rows) => rows.every((row) => !row.includes('Which model?')));
    chat.type('typed after');
    await chat.waitForScreen('› typed after');
    expect(chat.screen().join('\n')).toMatch(/^─ kimi-k2\.7-code ─/m);
  });

  it('is switched by name, and its dialect with it', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('/model gpt-5.4');
    await chat.waitForScreen('From now on gpt-5.4 answers.');
    say('hello');
    await waitForAnswer('You said: hello');
    say('/model claude-haiku-4.5');
    await chat.waitForScreen('From now on claude-haiku-4.5 answers.');
    say('again');
    await waitForAnswer('You said: again');
    const asked = cli.simulator.requests.filter(
      ({ method, host }) => method === 'POST' && host === 'copilot',
    );
    expect(asked).toMatchObject([
      { path: '/responses', body: { model: 'gpt-5.4' } },
      { path: '/v1/messages', body: { model: 'claude-haiku-4.5' } },
    ]);
  });

  it('that is unknown is reported with the nearest one, and the old one answers', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('/model gpt-5.4-mimi');
    await chat.waitForScreen('gpt-5.4-mini');
    // What was mistyped is back in the composer.
    chat.press('ctrl+c');
    say('hello');
    await waitForAnswer('You said: hello');
    expect(cli.simulator.requestsTo('/chat/completions')).toMatchObject([
      { body: { model: 'kimi-k2.7-code' } },
    ]);
  });

  it('reasons as much as the person wants', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({
      argv: ['-m', 'gpt-5.4'],
      ready: /^─ gpt-5\.4 ─/m,
    });
    say('/effort');
    await chat.waitForScreen('Reasoning effort for gpt-5.4');
    chat.type('high');
    chat.press('enter');
    await chat.waitForScreen('From now on gpt-5.4 answers with effort high.');
    await chat.waitForScreen(/^─ gpt-5\.4 \(high\)/m);
    say('hello');
    await waitForAnswer('You said: hello');
    expect(cli.simulator.requestsTo('/responses')).toMatchObject([
      { body: { reasoning: { effort: 'high' } } },
    ]);
    say('/effort extreme');
    await chat.waitForScreen(/extreme[\s\S]*\n {2}.*(low|medium|high)/);
  });
});
