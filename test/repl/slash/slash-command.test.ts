import { describe, expect, it, vi } from 'vitest';
import { toPlainText } from '../../../src/conversation/conversation.ts';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import { createSlashCommands } from '../../../src/repl/slash/commands.ts';
import { createTestRepl } from '../../helpers/repl-app.ts';

const model = 'gpt-5-mini';

describe('words that a command does not take', () => {
  const wordless = createSlashCommands({ templatesFolder: '' }).filter(({ parameters }) => parameters === '');

  it.each(wordless.map(({ name }) => name))('/%s is refused with them, and nothing is done', async (name) => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('hello');
    repl.take();
    await repl.run(`/${name} now`);
    const shown = await vi.waitUntil(() => repl.take());
    expect(shown.trim()).toBe(`› /${name} now\n/${name} takes no words.\nType /${name} alone.`);
    expect(repl.app.state.draft.text).toBe(`/${name} now`);
    expect(listBranch(repl.app.session.file.conversation).map(toPlainText)).toEqual(['hello', 'An answer.']);
  });

  it.each([
    ['/edit 1 2', '/edit takes one word.\nType /edit [number].'],
    ['/effort high now', '/effort takes one word.\nType /effort [effort].'],
  ])('%s is refused', async (command, refusal) => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('hello');
    repl.take();
    await repl.run(command);
    expect(repl.take().trim()).toBe(`› ${command}\n${refusal}`);
  });

  it('are those of another name of a command, too', async () => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run('/q now');
    expect((await vi.waitUntil(() => repl.take())).trim()).toBe(
      '› /q now\n/q takes no words.\nType /q alone.',
    );
  });
});

describe('a name that no command has', () => {
  it.each([
    ['/foo', 'There is no command /foo.'],
    ['/titel', 'There is no command /titel.'],
    ['/modle', 'There is no command /modle; did you mean /model?'],
    ['/exti', 'There is no command /exti; did you mean /exit?'],
    ['/quti', 'There is no command /quti; did you mean /exit?'],
    ['/cler', 'There is no command /cler; did you mean /new?'],
    ['/foter', 'There is no command /foter; did you mean /status-line?'],
    ['/help resum', 'There is no command /resum; did you mean /sessions?'],
    ['/help resu', 'There is no command /resu.'],
    ['/help resmue', 'There is no command /resmue; did you mean /sessions?'],
  ])('%s suggests none that stands in no list', async (typed, said) => {
    const repl = await createTestRepl({ repl: { model } });
    await repl.run(typed);
    const listed = createSlashCommands({ templatesFolder: '' }).map(({ name }) => name);
    const shown = repl.take();
    expect(shown).toContain(said);
    const [, suggested = 'help'] = /did you mean \/(\S+)\?/.exec(shown) ?? [];
    expect(listed).toContain(suggested);
  });
});

describe('a mistyped name in plain lines', () => {
  it.each(['/vmi', '/thmee', '/foter'])(
    'suggests no command that /help leaves out there: %s',
    async (typed) => {
      const repl = await createTestRepl({ repl: { model }, isSpoken: true });
      await repl.run(typed);
      expect(repl.take()).toContain(`There is no command ${typed}.`);
    },
  );
});

describe('words that a command takes', () => {
  it('may be several', async () => {
    const repl = await createTestRepl({ repl: { model }, answer: { text: 'An answer.' } });
    await repl.run('/system Answer in one word.');
    await repl.run('hello');
    await repl.run('/rename What we said');
    expect(repl.take()).toContain('This conversation is now called What we said.');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).toContain('Answer in one word.');
  });
});
