import { describe, expect, it } from 'vitest';
import { createReplCli, startRepl } from '../../helpers/repl-emulator.ts';

const unnamed = expect.not.objectContaining({ model: expect.anything() });

describe('auto in the chat', () => {
  it('is chosen by name, and the status line shows which model answered', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('/model auto');
    await chat.waitForScreen('From now on auto answers.');
    say('hello');
    await waitForAnswer('You said: hello');
    await chat.waitForScreen(/^─ auto \(gpt-5-mini\S*\)/m);
    expect(cli.simulator.requestsTo('/chat/completions').map(({ body }) => body)).toEqual([unnamed]);
    say('/usage');
    await chat.waitForScreen(/auto \(gpt-5-mini\S*\) +[\d.]+ +1\b/);
  });

  it('has a row in the list', { tags: 'deep' }, async () => {
    const { chat, say } = await startRepl();
    say('/model');
    await chat.waitForScreen('Which model?');
    chat.type('auto');
    await chat.waitForScreen(/^› auto +Copilot chooses/m);
    chat.press('enter');
    await chat.waitForScreen('From now on auto answers.');
  });

  it('answers what another model answered before, with /retry', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('hello');
    await waitForAnswer('You said: hello');
    say('/retry auto');
    await chat.waitForScreen(/^─ auto \(gpt-5-mini/m);
    expect(cli.simulator.requestsTo('/chat/completions').at(-1)?.body).toEqual(unnamed);
  });

  it('is the default of an account that may not name a model, and can be chosen again', async () => {
    const cli = await createReplCli({ account: { plan: 'free-auto' } });
    cli.env.GITHUB_COPILOT_MODEL = '';
    const { chat, say, waitForAnswer } = await startRepl({ cli, ready: /^─ auto/m });
    say('hello');
    await waitForAnswer('You said: hello');
    say('/model gpt-4.1');
    await chat.waitForScreen('From now on gpt-4.1 answers.');
    say('again');
    await chat.waitForScreen('/model auto');
    chat.press('ctrl+c');
    say('/model auto');
    await chat.waitForScreen('From now on auto answers.');
    say('once more');
    await waitForAnswer('You said: once more');
  });
});
