import { describe, expect, it } from 'vitest';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';

const readLastCall = (repl: TestRepl): string => JSON.stringify(repl.modelCalls().at(-1)?.body);

describe('/system', () => {
  const options = { files: { 'AGENTS.md': 'Use tabs.' }, repl: { system: 'Be brief.' } };

  it('none removes the system prompt from the next prompt on, and leaves the instruction files', async () => {
    const repl = await createTestRepl({ ...options, answer: { text: 'An answer.' } });
    await repl.run('One');
    expect(readLastCall(repl)).toContain('Be brief.');
    repl.take();
    await repl.run('/system none');
    expect(repl.take().trim()).toContain('There is no system prompt.');
    await repl.run('Two');
    expect(readLastCall(repl)).not.toContain('Be brief.');
    expect(readLastCall(repl)).toContain('Use tabs.');
    repl.take();
    await repl.run('/system');
    expect(repl.take().trim()).toContain('There is no system prompt.');
  });

  it('alone shows the system prompt in force, without the instruction files, and how to remove it', async () => {
    const repl = await createTestRepl({ ...options, answer: { text: 'An answer.' } });
    await repl.run('One');
    repl.take();
    await repl.run('/system');
    expect(repl.take().trim()).toContain('System prompt: Be brief.\n/system none removes it.');
  });

  it('offers none', async () => {
    const { core, app } = await createTestRepl();
    const system = core.commands.find(({ name }) => name === 'system');
    expect(await system?.complete?.(app, [''])).toMatchObject([{ text: 'none' }]);
  });
});

describe('/models', () => {
  it('in a narrow window names the command of the shell that shows all columns', async () => {
    const repl = await createTestRepl({ columns: 60 });
    await repl.run('/models');
    expect(repl.take()).toMatch(/columns, see !copilot-cli models --json/);
  });
});

describe('/model', () => {
  it('does not take a command for the name of an endpoint', async () => {
    const repl = await createTestRepl();
    await repl.run('/model /compare');
    expect(repl.take()).toMatch(/There is no model \/compare/);
  });
});
