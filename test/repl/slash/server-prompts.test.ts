import { describe, expect, it, vi } from 'vitest';
import { createReplCompleter } from '../../../src/repl/completion/repl-completer.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
import type { Candidate } from '../../../src/repl/state.ts';
import { chatModel } from '../../helpers/cli.ts';
import { findRealServer } from '../../helpers/mcp.ts';
import { createTestRepl, noToolUse, type TestRepl, type TestReplOptions } from '../../helpers/repl-app.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

const everything = {
  command: process.execPath,
  args: [findRealServer('server-everything'), 'stdio'],
};

/** A chat with servers of the person's own, which run once they are needed. */
const start = (
  mcpServers: Record<string, unknown> = { every: everything },
  options: TestReplOptions = {},
): Promise<TestRepl> =>
  createTestRepl({
    ...options,
    repl: { model: chatModel, toolUse: { ...noToolUse, mcpConfig: [JSON.stringify({ mcpServers })] } },
  });

const readPrompt = (repl: TestRepl): string | undefined =>
  findLastUserText(toRecord(repl.modelCalls().at(-1)?.body));

describe('a prompt of a server', { timeout: 30_000 }, () => {
  it('is sent with values by place and by name, and the person is asked for what is missing', async () => {
    const repl = await start();
    const rows: [string, string[], string][] = [
      ['/every:simple-prompt', [], 'This is a simple prompt without arguments.'],
      ['/EVERY:Args-Prompt Paris Texas', [], "What's weather in Paris, Texas?"],
      ['/every:args-prompt "New York" state=NY', [], "What's weather in New York, NY?"],
      ['/every:args-prompt state=TX', ['Paris'], "What's weather in Paris, TX?"],
      ['/every:completable-prompt', ['Sales', 'Eve'], 'Please promote Eve to the head of the Sales team.'],
    ];
    for (const [command, answers, prompt] of rows) {
      await repl.run(command, ...answers);
      expect(readPrompt(repl)).toBe(prompt);
    }
    expect(repl.questions).toEqual(['Name of the city:', 'Choose the department:', expect.any(String)]);
    await repl.app.tools.close();
  });

  it('is not sent, and comes back, if there is none of that name or it takes no such value', async () => {
    const repl = await start();
    const rows = [
      ['/every:simple-prompt now', '/every:simple-prompt takes no words.'],
      ['/every:simple-promt', 'There is no prompt /every:simple-promt; did you mean /every:simple-prompt?'],
      ['/evry:simple-prompt', 'There is no MCP server evry; did you mean every?'],
      ['/every:args-prompt contry=France', 'The prompt has no argument named contry.'],
      ['/every:args-prompt city=Paris state=TX now', 'The prompt takes no further value: "now".'],
    ] as const;
    for (const [command, message] of rows) {
      await repl.run(command);
      expect(repl.take()).toContain(message);
      expect(repl.app.state.draft.text).toBe(command);
      repl.app.dispatch({ type: 'draft', draft: setText(repl.app.state.draft, '') });
    }
    expect(repl.modelCalls()).toEqual([]);
    await repl.app.tools.close();
  });

  it('is data: what it mentions is not attached', async () => {
    const repl = await start(undefined, { files: { 'key.txt': 'SECRET' } });
    await repl.run('/every:args-prompt @key.txt');
    expect(readPrompt(repl)).toBe("What's weather in @key.txt?");
    await repl.app.tools.close();
  });

  it('is harmless, whatever its names and its words are', async () => {
    const server = new URL('../../helpers/offering-server.mjs', import.meta.url).pathname;
    const kinds = { command: process.execPath, args: [server] };
    const repl = await start({ 'my kinds': kinds }, { files: { 'key.txt': 'SECRET' } });
    await repl.run('/my_kinds:two_words', 'one');
    expect(repl.questions).toEqual([expect.stringMatching(/^[^\u001b]*Which\?:$/)]);
    expect(readPrompt(repl)).toContain('by @key.txt');
    await repl.run('/my_kinds:two_words_2');
    await repl.run('/help');
    const shown = await vi.waitUntil(() => repl.take());
    expect(shown).toMatch(/^\/my_kinds:__2J_\.\._\.\._etc /m);
    expect(shown + JSON.stringify(repl.modelCalls().map(({ body }) => body))).not.toMatch(
      /\u001b|\\u001b|SECRET/,
    );
    expect(repl.modelCalls()).toHaveLength(2);
    await repl.run('/my_kinds:silent');
    expect(repl.take()).toContain('The server my kinds gave a prompt without words: nothing was sent.');
    expect(repl.modelCalls()).toHaveLength(2);
    await repl.app.tools.close();
  });

  it('is not sent if the person leaves a question, or the server refuses it', async () => {
    const repl = await start();
    await repl.run('/every:args-prompt', undefined);
    expect(repl.take()).toContain('Nothing was sent.');
    await repl.run('/every:resource-prompt Text zero');
    expect(repl.take()).toMatch(/The server every: .*Invalid resourceId: zero/);
    expect(repl.modelCalls()).toEqual([]);
    await repl.app.tools.close();
  });

  it('says why its server does not run', async () => {
    const repl = await start({ dead: { command: process.execPath, args: ['-e', 'process.exit(7)'] } });
    await repl.run('/dead:prompt');
    expect(repl.take()).toContain('The server dead is not running: ');
    expect(repl.modelCalls()).toEqual([]);
  });

  it('starts no server of the folder without a yes', async () => {
    const repl = await createTestRepl({
      files: { '.mcp.json': JSON.stringify({ mcpServers: { every: everything } }) },
    });
    await repl.run('/every:simple-prompt', '2');
    expect(repl.questions).toEqual(['Start the MCP server every, which this folder names?']);
    expect(repl.take()).toContain('There are no MCP servers that may be started');
    expect(repl.modelCalls()).toEqual([]);
  });

  it('is listed and explained by /help once its server runs', async () => {
    const repl = await start();
    await repl.run('/every:simple-prompt');
    repl.take();
    await repl.run('/help');
    expect(await vi.waitUntil(() => repl.take())).toMatch(
      /^Prompts of MCP servers\n.*^\/every:args-prompt +A prompt with two arguments/ms,
    );
    await repl.run('/help every:args-prompt');
    expect(await vi.waitUntil(() => repl.take())).toContain(
      '/every:args-prompt <city> [state]\nA prompt with two arguments, one required and one optional\n  [city] Name of the city; asked for if it is not given.\n  [state] may be left out.',
    );
    await repl.app.tools.close();
  });
});

/** The rows of the list behind this draft. */
async function complete(repl: TestRepl, texts: readonly string[]): Promise<readonly Candidate[]> {
  const { app, core } = repl;
  const completer = createReplCompleter(app, core.commands);
  for (const text of texts) {
    app.dispatch({ type: 'draft', draft: setText(app.state.draft, text) });
    completer.edited();
  }
  return vi.waitUntil(() => {
    const { help } = app.state;
    return help?.type === 'completion' && help.candidates.length > 0 && help.candidates;
  });
}

describe('the completion of prompts of servers', { timeout: 30_000 }, () => {
  it('lists prompts, names of arguments, and values that the server knows', async () => {
    const repl = await start();
    await repl.run('/every:simple-prompt');
    const rows: [string[], string[]][] = [
      [['/every:args-prompt '], ['city=', 'state=']],
      [['/every:args-prompt Paris '], ['state=']],
      [['/every:completable-prompt S'], ['Sales', 'Support']],
      [['/every:completable-prompt ', '/every:completable-prompt e'], ['Engineering']],
      [['/every:completable-prompt department=Ma'], ['department=Marketing']],
      [['/every:completable-prompt Sales E'], ['Eve']],
      [['/every:completable-prompt name=x dep'], ['department=']],
      [['/every:completable-prompt department=Support name='], ['name=John', 'name=Kim', 'name=Lee']],
    ];
    expect((await complete(repl, ['/every:'])).map(({ text }) => text)).toContain('every:args-prompt');
    for (const [texts, expected] of rows)
      expect(
        (await complete(repl, texts)).map(({ text }) => text),
        texts.at(-1),
      ).toEqual(expected);
    await repl.app.tools.close();
  });
});
