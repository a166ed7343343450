import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import type { Cli } from '../../helpers/cli.ts';
import { createReplCli, readComposer, startRepl } from '../../helpers/repl-emulator.ts';

/** Types a text key by key, as a person does. */
function typeSlowly(chat: Emulator, text: string): void {
  for (const letter of text) chat.type(letter);
}

const askedPaths = ['/chat/completions', '/responses', '/v1/messages'];

function listBodies(cli: Cli): unknown[] {
  return cli.simulator.requests.filter(({ path }) => askedPaths.includes(path)).map(({ body }) => body);
}

const isEmpty = (chat: Emulator) => (): boolean => readComposer(chat)[0]?.trim() === '›';

/** Where a word begins in the row that has it. */
function findColumn(chat: Emulator, row: RegExp, word: string): number {
  return (
    chat
      .screen()
      .find((line) => row.test(line))
      ?.indexOf(word) ?? -1
  );
}

describe('the menu of commands', () => {
  it('does with Enter what it shows: runs the row on top, or completes a command that needs words', async () => {
    const { cli, chat } = await startRepl();
    // A beginning that several commands have.
    typeSlowly(chat, '/mod');
    await chat.waitForScreen(
      /^› \/model +choose the model\n {2}\/models [\s\S]*1 of 2 · Enter runs \/model · /m,
    );
    await chat.waitForScreen(/^› \/model \[model\]$/m);
    chat.press('enter');
    await chat.waitForScreen('Which model?');
    chat.press('escape');
    await chat.waitForScreen(isEmpty(chat));
    // A beginning of one command.
    typeSlowly(chat, '/conte');
    await chat.waitForScreen('1 of 1 · Enter runs /context');
    chat.press('enter');
    await chat.waitForScreen(/Not used|free/i);
    // Letters in their order, and a word of what it does, are found, but nothing runs that was not chosen.
    typeSlowly(chat, '/stln');
    await chat.waitForScreen(/^ {2}\/status-line /m);
    chat.press('ctrl+u');
    typeSlowly(chat, '/price');
    await chat.waitForScreen(/^ {2}\/models /m);
    chat.press('down');
    await chat.waitForScreen(/^› \/price → \/models$/m);
    chat.press('enter');
    await chat.waitForScreen(/^ *gpt-4o-mini /m);
    // A command that needs words goes into the draft, and is not run.
    typeSlowly(chat, '/ren');
    await chat.waitForScreen(/Enter completes \/rename[\s\S]*^› \/rename <name>$/m);
    chat.press('enter');
    await chat.waitForScreen(() => readComposer(chat)[0] === '› /rename');
    typeSlowly(chat, 'apples');
    chat.press('enter');
    await chat.waitForScreen('This conversation is now called apples.');
    // Esc leaves the draft as it is, and what is no command is no command.
    typeSlowly(chat, '/mod');
    await chat.waitForScreen('Enter runs /model');
    chat.press('escape');
    await chat.waitForScreen((rows) => !rows.join().includes('Enter runs /') && rows.includes('› /mod'));
    chat.press('ctrl+u');
    typeSlowly(chat, '/nosuch');
    chat.press('enter');
    await chat.waitForScreen(/There is no command \/nosuch/);
    expect(listBodies(cli)).toEqual([]);
  });

  it('keeps its columns while it scrolls and is filtered, and shows what prompt templates are for', async () => {
    const cli = await createReplCli();
    const folder = join(cli.home, 'config/copilot-cli/templates');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'review.md'), '---\ndescription: Find bugs in a diff\n---\nReview: {{stdin}}');
    writeFileSync(join(folder, 'haiku.md'), '---\ndescription: Write a haiku\n---\nWrite a haiku.');
    const { chat, waitForAnswer } = await startRepl({ cli, columns: 40, rows: 15 });
    chat.type('/');
    await chat.waitForScreen(/^1 of \d\d · Enter runs \/model$/m);
    const column = findColumn(chat, /^› \/model /, 'choose');
    chat.press('end');
    await chat.waitForScreen(/^› \/review +Find bugs/m);
    expect(findColumn(chat, /^› \/review /, 'Find')).toBe(column);
    chat.press('home');
    await chat.waitForScreen(/^› \/model /m);
    chat.press('pagedown');
    await chat.waitForScreen(/^› \/redo /m);
    chat.press('up');
    await chat.waitForScreen(/^› \/undo /m);
    typeSlowly(chat, 're');
    await chat.waitForScreen(/^› \/redo +put/m);
    expect(findColumn(chat, /^› \/redo /, 'put')).toBe(column);
    // A template that needs a text goes into the draft; one that needs nothing is sent.
    typeSlowly(chat, 'v');
    await chat.waitForScreen('Enter completes /review');
    chat.press('enter');
    await chat.waitForScreen(() => readComposer(chat)[0] === '› /review');
    // Its whole name is enough, because it asks for the text.
    chat.press('ctrl+u');
    typeSlowly(chat, '/review');
    await chat.waitForScreen('Enter runs /review');
    chat.press('ctrl+u');
    typeSlowly(chat, '/hai');
    await chat.waitForScreen('Enter runs /haiku');
    chat.press('enter');
    await waitForAnswer('You said: Write a haiku.');
    expect(listBodies(cli)).toHaveLength(1);
  });
});

describe('words that mean the chat', () => {
  it('open the sheet of keys and leave, typed key by key, and none is a prompt', async () => {
    const { cli, chat, waitForAnswer } = await startRepl();
    chat.type('?');
    await chat.waitForScreen(/Ctrl\+R +search them[\s\S]*Esc closes/);
    chat.press('escape');
    await chat.waitForScreen((rows) => !rows.join().includes('search them') && isEmpty(chat)());
    // A question is a prompt, whatever it begins with.
    typeSlowly(chat, '?? in C#');
    await chat.waitForScreen((rows) => !rows.join().includes('search them'));
    chat.press('enter');
    await waitForAnswer('You said: ?? in C#');
    typeSlowly(chat, 'quit smoking');
    chat.press('enter');
    await waitForAnswer('You said: quit smoking');
    chat.type('?');
    chat.press('enter');
    await chat.waitForScreen(/search them[\s\S]*^› Ask a follow-up/m);
    expect(listBodies(cli)).toHaveLength(2);
    typeSlowly(chat, 'quit');
    chat.press('enter');
    expect(await chat.exitCode).toBe(0);
    expect(listBodies(cli)).toHaveLength(2);
  });
});

describe('the picker of models', () => {
  it('marks the current one, sets the effort beside it, and makes one the default', async () => {
    const cli = await createReplCli();
    delete cli.env.GITHUB_COPILOT_MODEL;
    const { chat, waitForAnswer } = await startRepl({ cli, model: 'kimi-k2.7-code' });
    typeSlowly(chat, '/model');
    chat.press('enter');
    await chat.waitForScreen(
      /^› kimi-k2\.7-code ✓ .*\n(?:.*\n)*?14 of 14 · Enter: this conversation · Tab: also new ones/m,
    );
    const column = findColumn(chat, /gpt-5\.4 /, '1.05M');
    // A model that is switched off says how to enable it, and stays where it is.
    typeSlowly(chat, 'fable');
    await chat.waitForScreen(/^› claude-fable-5 +switched off[\s\S]*Switch it on at\s+https:/m);
    chat.press('enter');
    chat.press('ctrl+u');
    typeSlowly(chat, 'gpt-5.4');
    await chat.waitForScreen(/^› gpt-5\.4 +‹ default › +1\.05M[\s\S]*1 of 2/m);
    expect(findColumn(chat, /gpt-5\.4 /, '1.05M')).toBe(column);
    for (const key of ['right', 'right', 'right', 'right', 'left', 'right'] as const) chat.press(key);
    await chat.waitForScreen(/^› gpt-5\.4 +‹ high ›/m);
    chat.press('tab');
    await chat.waitForScreen(/From now on gpt-5\.4 answers with effort high\. New chats use it, too/);
    await chat.waitForScreen(/^─ gpt-5\.4 \(high\) ─/m);
    expect((await cli.runHere(['config', 'get', 'model'])).stdout).toBe('gpt-5.4\n');
    // Without efforts: it is dropped, and said in one line.
    typeSlowly(chat, '/model kimi');
    await chat.waitForScreen('Enter runs /model kimi-k2.7-code');
    chat.press('enter');
    await chat.waitForScreen(
      /From now on kimi-k2\.7-code answers\. Effort high does not apply: the\s+model\s+has\s+none\./,
    );
    await chat.waitForScreen(/^─ kimi-k2\.7-code ─/m);
    typeSlowly(chat, 'hello');
    chat.press('enter');
    await waitForAnswer('You said: hello');
    expect(listBodies(cli)).toEqual([expect.not.objectContaining({ reasoning_effort: expect.anything() })]);
  });

  it('fits into 40 columns: it leaves out facts, and says so', async () => {
    const { chat } = await startRepl({ columns: 40, rows: 15 });
    typeSlowly(chat, '/model');
    chat.press('enter');
    await chat.waitForScreen(/^› kimi-k2\.7-code ✓[\s\S]*^Too narrow for 3 columns/m);
    expect(chat.screen().filter((row) => /^find ›/.test(row))).toHaveLength(1);
    chat.resize(100, 20);
    await chat.waitForScreen((rows) => rows.join().includes('1.05M') && !rows.join().includes('Too narrow'));
  });
});

describe('the thinking of Claude', () => {
  it('is an effort or a number of tokens, whichever the model takes', async () => {
    const { cli, chat, waitForAnswer } = await startRepl({ model: 'claude-haiku-4.5' });
    typeSlowly(chat, '/eff');
    chat.press('enter');
    await chat.waitForScreen(/Tokens of thinking\n› default ✓[\s\S]*^ {2}none [\s\S]*^ {2}high +16000/m);
    typeSlowly(chat, 'high');
    chat.press('enter');
    await chat.waitForScreen('From now on claude-haiku-4.5 answers with effort high.');
    typeSlowly(chat, 'one');
    chat.press('enter');
    await waitForAnswer('You said: one');
    typeSlowly(chat, '/effort 8000');
    chat.press('enter');
    await chat.waitForScreen('answers with effort 8000.');
    typeSlowly(chat, 'two');
    chat.press('enter');
    await waitForAnswer('You said: two');
    typeSlowly(chat, '/effort 50');
    chat.press('enter');
    await chat.waitForScreen(/does not take the effort 50[\s\S]*1024 to 32000 tokens/);
    chat.press('ctrl+c');
    // A model that thinks by efforts, which may be told not to think.
    typeSlowly(chat, '/model claude-sonnet');
    await chat.waitForScreen('Enter runs /model claude-sonnet-4.6');
    chat.press('enter');
    await chat.waitForScreen(/Effort 8000 does not apply: the\s+model\s+has\s+others\./);
    typeSlowly(chat, '/effort no');
    await chat.waitForScreen('Enter runs /effort none');
    chat.press('enter');
    await chat.waitForScreen('claude-sonnet-4.6 answers with effort none.');
    typeSlowly(chat, 'three');
    chat.press('enter');
    await waitForAnswer('You said: three');
    typeSlowly(chat, '/effort max');
    chat.press('enter');
    await chat.waitForScreen('claude-sonnet-4.6 answers with effort max.');
    typeSlowly(chat, 'four');
    chat.press('enter');
    await waitForAnswer('You said: four');
    const bodies = listBodies(cli) as { thinking?: unknown; output_config?: unknown }[];
    expect(bodies.map(({ thinking, output_config }) => ({ thinking, output_config }))).toEqual([
      { thinking: { type: 'enabled', budget_tokens: 16_000 }, output_config: undefined },
      { thinking: { type: 'enabled', budget_tokens: 8000 }, output_config: undefined },
      { thinking: undefined, output_config: undefined },
      { thinking: expect.objectContaining({ type: 'adaptive' }), output_config: { effort: 'max' } },
    ]);
  });
});
