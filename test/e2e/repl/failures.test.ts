import { describe, expect, it } from 'vitest';
import { listSaid, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

const path = '/chat/completions';

describe('a request that fails', () => {
  it('for a limit counts down, asks again, and shows nothing of it afterwards', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    cli.simulator.faults.add({ path, status: 429, headers: { 'retry-after': '3' } });
    say('hello');
    await chat.waitForScreen(/asking again in 3 s/);
    await chat.waitForScreen(/asking again in 1 s/);
    await waitForAnswer('You said: hello');
    expect(chat.text().join('\n')).not.toContain('asking again');
    expect(cli.simulator.requestsTo(path)).toHaveLength(2);
    expect(listSaid(cli)).toEqual(['hello', 'You said: hello']);
  });

  sampled.it.each([
    [
      '402',
      402,
      { error: { message: 'You have used up your credits', code: 'quota_exceeded' } },
      /quota|credits/i,
    ],
    [
      '400',
      400,
      { error: { message: 'the temperature is wrong', code: 'invalid_request' } },
      /temperature is wrong/,
    ],
    [
      '403',
      403,
      { error: { message: 'no access to this', code: 'forbidden' } },
      /no access|refused|forbidden/i,
    ],
  ])('with %s is one line, and the prompt is back in the composer', async (_, status, body, told) => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    cli.simulator.faults.add({ path, status, body, times: 10 });
    say('hello there');
    await chat.waitForScreen(told);
    await chat.waitForScreen(/^› hello there\n[\s\S]*^› hello there$/m);
    cli.simulator.faults.clear();
    chat.type(' again');
    chat.press('enter');
    await waitForAnswer('You said: hello there again');
  });

  it('because the answer is cut off keeps the text, and says what to do', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({
      simulator: { answer: { text: ['The first ', 'words ', 'and ', 'more'] } },
    });
    cli.simulator.faults.add({ path, transport: { resetAfterEvents: 4 } });
    say('tell me');
    const rows = await chat.waitForScreen(/The first words[\s\S]*(cut|ended|disconnected)/);
    expect(rows.join('\n')).toMatch(/Ask\s+again\s+with\s+\/retry/);
    expect(listSaid(cli)[1]).toMatch(/^The first words/);
    say('/retry');
    await waitForAnswer('The first words and more');
  });

  it('at every try is reported once, and the prompt is back in the composer', { tags: 'deep' }, async () => {
    const { cli, chat, say } = await startRepl();
    cli.simulator.faults.add({
      path,
      status: 500,
      headers: { 'retry-after': '1' },
      times: 100,
      body: { error: { message: 'Internal trouble' } },
    });
    say('hello');
    const rows = await chat.waitForScreen(/^› hello\n\n.*Internal[\s\S]*^› hello$/m, { timeoutMs: 15_000 });
    expect(rows.join('\n').match(/Internal/g)).toHaveLength(1);
    expect(cli.simulator.requestsTo(path)).toHaveLength(3);
  });
});
