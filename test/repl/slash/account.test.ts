import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { toTyped } from '../../../src/prompt-text.ts';
import { createLook } from '../../../src/repl/look.ts';
import { formatStatusLine } from '../../../src/repl/status-line.ts';
import { createTestRepl, githubToken } from '../../helpers/repl-app.ts';

const modelPaths = ['/chat/completions', '/responses', '/v1/messages'];

describe('/status', () => {
  it('shows what the shell command shows', async () => {
    const repl = await createTestRepl();
    await repl.run('/status');
    const text = repl.take();
    expect(text).toMatch(/^Account +\S+$/m);
    expect(text).toMatch(/^Token +from the variable GH_TOKEN$/m);
    expect(text).toMatch(/^Default model +\S+ \(chosen from what the service suggests\)$/m);
    expect(text).not.toContain(githubToken);
  });

  it('wraps a value under itself, whatever the colours', async () => {
    const colours = { level: '16', themeChoice: 'dark' } as const;
    const none = { background: undefined, links: false, motion: false, statusFields: [] };
    const repl = await createTestRepl({ columns: 50, repl: { look: createLook({ ...none, ...colours }) } });
    await repl.run('/status');
    const rows = stripVTControlCharacters(repl.take()).split('\n');
    const row = rows.findIndex((line) => line.includes('Quota '));
    expect(rows[row + 1]?.search(/\S/)).toBe(rows[row]?.search(/\d/));
  });

  it('shows what is known, and the problem', async () => {
    const repl = await createTestRepl({ account: { chatEnabled: false } });
    await repl.run('/status');
    expect(repl.take()).toMatch(/^Account .*Chat is switched off for this account/ms);
  });
});

const tokenPath = '/copilot_internal/v2/token';

describe('/usage', () => {
  it('counts usage by model, for this and all conversations, and shows what is left', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hello.' } });
    await repl.run('Hi');
    await repl.run('/new');
    await repl.run('Hi again');
    repl.take();
    await repl.run('/usage');
    const text = repl.take();
    const id = repl.app.session.model?.id;
    const [start = '', conversation = ''] = text.split('This conversation');
    expect(start).toMatch(new RegExp(`^This chat.*^MODEL +CREDITS.*^${id} +[\\d.]+ +2 `, 'ms'));
    expect(conversation).toMatch(new RegExp(`^${id} +[\\d.]+ +1 `, 'm'));
    expect(text).toMatch(/^Quota: .* left.*; renewed on \d{4}-\d\d-\d\d\.$/m);
  });

  it('is one table while all answers of the chat are in one conversation', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hello.' } });
    await repl.run('Hi');
    repl.take();
    await repl.run('/usage');
    expect(repl.take().match(/^MODEL/gm)).toHaveLength(1);
    await repl.run('/new');
    await repl.run('Hi');
    repl.take();
    await repl.run('/usage');
    expect(repl.take().match(/^MODEL/gm)).toHaveLength(2);
  });

  it('counts the same in one conversation as in the chat, also after answers that did not come', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hello.' } });
    for (const path of modelPaths)
      repl.simulator.faults.add({ path, transport: { errorEventAt: 1 }, times: 9 });
    await repl.run('Hi');
    repl.take();
    await repl.run('/usage');
    expect(repl.take()).toMatch(/^This chat and this conversation: no answers yet\.$/m);
    repl.simulator.faults.clear();
    await repl.run('Hi again');
    repl.take();
    await repl.run('/usage');
    const id = repl.app.session.model?.id;
    expect(repl.take().match(new RegExp(`^${id} +[\\d.]+ +1 `, 'gm'))).toHaveLength(1);
    await repl.run('/new');
    await repl.run('Hi there');
    repl.take();
    await repl.run('/usage');
    const [chat, conversation] = repl.take().split('This conversation');
    expect(chat).toMatch(new RegExp(`^${id} +[\\d.]+ +2 `, 'm'));
    expect(conversation).toMatch(new RegExp(`^${id} +[\\d.]+ +1 `, 'm'));
  });

  it.each(['/new', '/branch', '/new other'])(
    'has the same total as the status line after %s',
    async (command) => {
      const repl = await createTestRepl({ answer: { text: 'Hello.' } });
      await repl.run('Hi');
      await repl.run(command);
      await repl.run('Hi again');
      const { facts } = repl.app.state;
      const status = formatStatusLine(facts, { fields: ['cost'], theme: repl.app.look.theme, columns: 80 });
      expect(status).toMatch(/^[\d.]+ credits$/);
      repl.take();
      await repl.run('/usage');
      expect(repl.take()).toMatch(new RegExp(`^This chat(?: and this conversation)?, ${status}$`, 'm'));
    },
  );

  it('says of how many answers the cost is not known, as the status line does', async () => {
    const repl = await createTestRepl({ answer: { text: ['Half ', 'an ', 'answer.'] } });
    const readStatus = (): string =>
      formatStatusLine(repl.app.state.facts, {
        fields: ['cost', 'tokens'],
        theme: repl.app.look.theme,
        columns: 80,
      });
    const fault = { times: 1, transport: { cutBeforeFinish: true } };
    for (const path of modelPaths) repl.simulator.faults.add({ path, ...fault });
    await repl.run('Hi');
    expect(readStatus()).toBe('cost unknown');
    repl.simulator.faults.clear();
    await repl.run('Hi again');
    expect(readStatus()).toMatch(/^[\d.]+ credits \+ 1 unknown · \d+ in · \d+ out$/);
    for (const path of modelPaths) repl.simulator.faults.add({ path, ...fault });
    await repl.run('And again');
    // The tokens of the answer before would stand there as if they were those of this one.
    expect(readStatus()).toMatch(/^[\d.]+ credits \+ 2 unknown$/);
    repl.take();
    await repl.run('/usage');
    expect(repl.take()).toContain(
      '2 answers of this chat broke off or were stopped; what that cost is not known',
    );
  });

  it('knows nothing of the cost of an answer that was stopped while its model was silent', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hello.', firstDelayMs: 60_000 } });
    repl.core.runner.submit(toTyped('Hi'));
    await vi.waitFor(() => expect(repl.modelCalls()).toHaveLength(1));
    repl.core.runner.stop();
    await repl.core.runner.idle();
    expect(repl.app.state.facts.uncounted).toBe(1);
  });

  it.each(['Hi', '/compare gpt-5-mini claude-haiku-4.5 Hi'])(
    'leaves no cost unknown of what was refused, and stopped before it could be sent again: %s',
    async (text) => {
      const repl = await createTestRepl({ repl: { model: 'gpt-5-mini' }, answer: { text: 'Hello.' } });
      await repl.run('/context');
      for (const path of modelPaths) repl.simulator.faults.add({ path, status: 401 });
      repl.simulator.faults.add({ path: tokenPath, delayMs: 60_000 });
      const { length } = repl.simulator.requestsTo(tokenPath);
      repl.core.runner.submit(toTyped(text));
      await vi.waitFor(() => expect(repl.simulator.requestsTo(tokenPath)).toHaveLength(length + 1));
      repl.core.runner.stop();
      await repl.core.runner.idle();
      expect(repl.app.state.facts.uncounted).toBe(0);
    },
  );

  it('shows no tokens of an answer that another chat saw beside the cost of this one', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hello.' } });
    await repl.run('Hi');
    const { id } = repl.app.session.file.conversation;
    await repl.run('/new');
    await repl.run(`/resume ${id}`);
    const { facts } = repl.app.state;
    expect(facts.usage).toBeDefined();
    const status = formatStatusLine(facts, { fields: ['tokens'], theme: repl.app.look.theme, columns: 80 });
    expect(status).toBe('');
  });

  it('says so if nothing was asked', async () => {
    const repl = await createTestRepl();
    await repl.run('/usage');
    expect(repl.take()).toContain('This chat and this conversation: no answers yet.');
    expect(repl.modelCalls()).toEqual([]);
  });
});

describe('/login and /logout', () => {
  it('sign in with a device code, and sign out after a yes', async () => {
    const repl = await createTestRepl({ signedIn: false, device: { interval: 0.01, approveAfterMs: 0 } });
    await repl.run('/login');
    expect(repl.take()).toMatch(/Signed in as \S+ at .*answers\./s);
    await repl.run('/logout', '');
    expect(repl.take()).toContain('You are still signed in.');
    await repl.run('Hi');
    expect(repl.modelCalls()).toHaveLength(1);
    repl.take();
    await repl.run('/logout', 'y');
    expect(repl.take()).toMatch(/Signed out of .*\/login signs in again\./s);
    await repl.run('Hi again');
    expect(repl.take()).toContain('Type /login');
    expect(repl.modelCalls()).toHaveLength(1);
  });

  it('do not sign in if a variable would win', async () => {
    const repl = await createTestRepl();
    await repl.run('/login');
    expect(repl.take()).toContain('GH_TOKEN is set; its token is used');
  });
});

describe('while GitHub is silent', () => {
  it.each(['/usage', '/status', '/models', '/model x'])('%s stops at once', async (command) => {
    const repl = await createTestRepl();
    repl.simulator.faults.add({ path: /./, times: 99, noAnswer: true });
    repl.core.runner.submit(toTyped(command));
    await vi.waitFor(() => expect(repl.app.state.work).toBeDefined());
    repl.core.runner.stop();
    await repl.core.runner.idle();
    expect(repl.take()).toContain('Stopped.');
  });

  it('/usage shows what was used all the same', async () => {
    const repl = await createTestRepl({ answer: { text: 'Hello.' } });
    await repl.run('Hi');
    repl.take();
    repl.simulator.faults.add({ path: /./, times: 99, noAnswer: true });
    repl.core.runner.submit(toTyped('/usage'));
    await vi.waitFor(() => expect(repl.take()).toMatch(/^MODEL +CREDITS/m));
    repl.core.runner.stop();
    await repl.core.runner.idle();
    expect(repl.take()).toMatch(/Stopped\.$/m);
  });
});
