import { describe, expect, it } from 'vitest';
import { createCli, githubToken } from '../../helpers/cli.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';

const question = 'You are not signed in. Sign in now? Y/n';

describe('the sign-in in the chat', () => {
  it('shows the code, waits for its approval, and then sends the prompt typed meanwhile', async () => {
    const cli = await createCli({ device: { outcomes: ['authorization_pending', 'slow_down'] } });
    const { chat, say, waitForAnswer } = await startRepl({ cli, ready: question });
    chat.press('enter');
    await chat.waitForScreen(/Your one-time code: \w{4}-\w{4}\nType it at: {9}http/);
    await chat.waitForScreen(/Signed in as \S+ at /);
    await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    say('hello');
    await waitForAnswer('You said: hello');
    expect(chat.modes()).toMatchObject({ bracketedPaste: true, cursorVisible: true });
    // The countdown leaves nothing behind.
    expect(chat.text().join('\n')).not.toContain('time left');
    expect(JSON.stringify(cli.readCredentials())).toContain(githubToken);
  });

  it('that is refused is reported, and the chat takes prompts', { tags: 'deep' }, async () => {
    const cli = await createCli({ device: { outcomes: ['access_denied'] } });
    const { chat, say } = await startRepl({ cli, ready: question });
    chat.type('y');
    chat.press('enter');
    await chat.waitForScreen(/denied|refused|cancelled/i);
    say('/help');
    await chat.waitForScreen('@path attaches a file');
    chat.press('ctrl+d');
    expect(await chat.exitCode).toBe(0);
  });

  it('that is declined does not end the chat', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const { chat, say } = await startRepl({ cli, ready: question });
    chat.type('n');
    chat.press('enter');
    await chat.waitForScreen('/login');
    say('hello');
    await chat.waitForScreen(/not signed in[\s\S]*^› hello$/im);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('that the network cuts is reported, and the chat takes prompts', async () => {
    const cli = await createCli();
    cli.simulator.faults.add({ path: /device\/code/, reset: true, times: 100 });
    const { chat, say } = await startRepl({ cli, ready: question });
    chat.press('enter');
    await chat.waitForScreen(/connection|network|reach/i);
    say('/help');
    await chat.waitForScreen('@path attaches a file');
  });
});

describe('a start without the network', () => {
  it('is reported, and the first prompt tries again', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.expireCopilotTokens();
    cli.simulator.faults.add({ path: /./, reset: true, times: 100 });
    const { chat, say, waitForAnswer } = await startRepl({ cli, ready: /Ask anything/ });
    say('hello');
    await chat.waitForScreen(/connection|network|reach/i);
    cli.simulator.faults.clear();
    await chat.waitForScreen(/^› hello$/m);
    chat.press('ctrl+u');
    say('once more');
    await waitForAnswer('You said: once more');
    await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
  });
});
