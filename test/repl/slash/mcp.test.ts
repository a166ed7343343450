import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { toObject, toText } from '../../../src/json-value.ts';
import type { McpHost } from '../../../src/mcp/host.ts';
import { toTyped } from '../../../src/prompt-text.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import { toKey } from '../../../src/repl/keys/key.ts';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import { chatModel } from '../../helpers/cli.ts';
import { createFolder } from '../../helpers/folder.ts';
import { findRealServer, misbehaving, startSilentServer } from '../../helpers/mcp.ts';
import { createTestRepl, noToolUse, type TestRepl, type TestReplOptions } from '../../helpers/repl-app.ts';

const everything = {
  command: process.execPath,
  args: [findRealServer('server-everything'), 'stdio'],
};
const servers = JSON.stringify({ mcpServers: { everything } });
const echo = callTools(['everything__echo', { message: 'CALL ME' }]);
const say = { text: 'It is done.' };

/** A chat in a folder that names a server. */
async function start(options: TestReplOptions = {}): Promise<TestRepl> {
  const repl = await createTestRepl({
    files: { '.mcp.json': servers },
    answer: answerInTurn(echo, say),
    ...options,
    repl: { model: chatModel, ...options.repl },
  });
  await repl.run('/tools mcp');
  repl.take();
  return repl;
}

/** What the model was told of its last calls. */
const told = (repl: TestRepl): string[] => {
  const { messages = [] } = toObject(repl.modelCalls().at(-1)?.body) as {
    messages?: { role: string; content: unknown }[];
  };
  return messages.flatMap(({ role, content }) => (role === 'tool' ? String(toText(content)) : []));
};

describe('a server that the folder names', { timeout: 30_000 }, () => {
  it('is started after a yes, which is kept, and its tools are asked about', async () => {
    const repl = await start();
    await repl.run('call it', '1', '1');
    expect(repl.questions).toEqual([
      'Start the MCP server everything, which this folder names?',
      expect.stringContaining('It is a tool of the server everything.'),
    ]);
    expect(told(repl)).toEqual([expect.stringContaining('CALL ME')]);
    await repl.run('again');
    expect(repl.questions).toHaveLength(2);
    await repl.app.tools.close();
  });

  it('is not started after a no, and the chat goes on without it', async () => {
    const repl = await start({ answer: say });
    await repl.run('hello', '2');
    expect(repl.take()).toContain('It is done.');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).not.toContain('everything__');
    await repl.run('/mcp');
    expect(repl.take()).toContain('There are no MCP servers that may be started');
  });

  it('is not decided by Esc, which stops the prompt that waits for it', async () => {
    const repl = await start({ answer: say });
    await repl.run('hello', undefined);
    expect(repl.modelCalls()).toEqual([]);
    expect(repl.take()).toContain('Stopped.');
    expect(readDraft(repl.app.state.draft).text).toBe('hello');
    repl.app.setDraft(toTyped(''));
    await repl.run('hello');
    expect(repl.take()).toContain('It is done.');
    expect(repl.questions).toHaveLength(1);
  });

  it('is listed by /mcp with what it offers, and restarted by name', async () => {
    const repl = await start();
    await repl.run('call it', '1', '1');
    repl.take();
    await repl.run('/mcp', '');
    expect(repl.take()).toMatch(/everything: ready, \d+ tools, \d+ resources, \d+ prompts\./);
    await repl.run('/mcp restart everything');
    expect(repl.take()).toContain('everything runs again.');
    await repl.run('/mcp restart other');
    expect(repl.take()).toContain('There is no MCP server other');
    await repl.app.tools.close();
  });

  it('asks the person, who may say no', async () => {
    const ask = callTools(['everything__trigger-elicitation-request', {}]);
    const repl = await start({ answer: answerInTurn(ask, say) });
    await repl.run('let it ask', '1', '1', '2');
    expect(repl.questions.at(-1)).toBe('The MCP server everything asks:');
    expect(told(repl)).toEqual([expect.stringMatching(/declin/i)]);
    await repl.app.tools.close();
  });
});

/** How a server is silent. */
const ways = ['stdio', 'HTTP'] as const;

/** A chat with a server that starts and never says a word. */
async function startSilent(way: (typeof ways)[number], config?: string): Promise<TestRepl> {
  const slow =
    way === 'stdio'
      ? { command: process.execPath, args: [misbehaving, 'silent'] }
      : { type: 'http', url: (await startSilentServer()).url };
  return createTestRepl({
    answer: say,
    repl: {
      model: chatModel,
      toolUse: {
        ...noToolUse,
        kinds: ['mcp'],
        mcpConfig: [config ?? JSON.stringify({ mcpServers: { slow } })],
      },
    },
  });
}

/** On a busy machine, in milliseconds. */
const patience = 20_000;

/** Sends this, and waits until the chat waits for the server, or for the names of servers: gives what it shows. */
async function begin(
  { app, core: { runner } }: TestRepl,
  text: string,
  label = text.startsWith('/') ? /./ : /^Starting/,
): Promise<string | undefined> {
  const preview = vi.spyOn(app.tools, 'preview');
  runner.submit(toTyped(text));
  const shown = await vi.waitUntil(() => label.exec(app.state.work?.label ?? '')?.input, patience);
  if (text === '/context') await vi.waitUntil(() => preview.mock.calls.length > 0, patience);
  if (!text.startsWith('/')) await vi.waitUntil(() => app.session.file.conversation.head, patience);
  return shown;
}

/** Fails if the wait goes on for as long as a server may take to start. */
async function expectStopped({ core: { runner } }: TestRepl, startedAt: number): Promise<void> {
  await runner.idle();
  expect(Date.now() - startedAt).toBeLessThan(10_000);
}

const waiting = ['hello', '/mcp restart slow', '/slow:prompt', '/context'];

describe('a server that does not start', { timeout: 60_000 }, () => {
  it.each(ways.flatMap((way) => waiting.map((text) => ({ way, text }))))(
    'is waited for until the person stops that: $text over $way',
    async ({ way, text }) => {
      const repl = await startSilent(way);
      await repl.app.tools.openServers();
      const label = await begin(repl, text);
      expect(label).toBe(
        text === 'hello'
          ? 'Starting the MCP server slow'
          : text === '/context'
            ? 'Counting'
            : 'Starting slow',
      );
      repl.take();
      const startedAt = Date.now();
      repl.core.runner.stop();
      await expectStopped(repl, startedAt);
      expect(repl.take()).toBe('Stopped.');
      expect(repl.modelCalls()).toEqual([]);
      await repl.run('/mcp', '');
      expect(repl.take()).toContain('slow: starting');
      await repl.app.tools.close();
    },
  );

  it.each(waiting)('does not keep the chat from ending: %s', async (text) => {
    const repl = await startSilent('stdio');
    const ended = repl.core.ended();
    await repl.app.tools.openServers();
    await begin(repl, text);
    const startedAt = Date.now();
    repl.app.leave();
    await ended;
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(repl.app.tools.running?.states()).toMatchObject([{ status: 'closed' }]);
  });

  it('is named with others that start, until all have', async () => {
    const late = `setTimeout(() => import(${JSON.stringify(misbehaving)}), 1000)`;
    const one = { command: process.execPath, args: ['-e', late] };
    const repl = await startSilent('stdio', JSON.stringify({ mcpServers: { one, other: one } }));
    const label = 'Starting the MCP servers one, other';
    expect(await begin(repl, 'hello')).toBe(label);
    await vi.waitUntil(() => repl.app.state.work?.label !== label, patience);
    expect(repl.app.state.work?.label ?? '').not.toContain('Starting');
    await repl.core.runner.idle();
    expect(repl.take()).toContain('It is done.');
    await repl.app.tools.close();
  });

  it('gives the prompt back that waited for it, and is waited for by the next one', async () => {
    const repl = await startSilent('stdio');
    await begin(repl, 'hello');
    repl.core.runner.stop();
    await repl.core.runner.idle();
    expect(repl.app.state.draft.text).toBe('hello');
    expect(await begin(repl, 'again')).toBe('Starting the MCP server slow');
    repl.core.runner.stop();
    await repl.core.runner.idle();
    repl.app.dispatch({ type: 'draft', draft: setText(repl.app.state.draft, '') });
    await repl.run('/tools none');
    await repl.run('without');
    expect(repl.take()).toContain('It is done.');
    await repl.app.tools.close();
  });

  it('leaves no cost unknown of a prompt that was stopped meanwhile, nor of /retry or a model that was not asked yet', async () => {
    const repl = await startSilent('stdio');
    repl.app.tools.openServers().catch(() => {});
    const stop = async (): Promise<void> => {
      repl.core.runner.stop();
      await repl.core.runner.idle();
    };
    await begin(repl, 'hello');
    await stop();
    repl.core.runner.submit(toTyped('/retry'));
    await vi.waitUntil(() => repl.app.state.work?.label, patience);
    await stop();
    const { uncounted, spent } = repl.app.state.facts;
    expect([uncounted, spent]).toEqual([0, []]);
    repl.take();
    await repl.run('/usage');
    expect(repl.take()).not.toContain('not known');
    expect(repl.modelCalls()).toEqual([]);
    await repl.app.tools.close();
  });

  it('is restarted from the list, too, until the person stops that', async () => {
    const repl = await startSilent('stdio');
    const { app, core } = repl;
    core.runner.submit(toTyped('/mcp'));
    await vi.waitUntil(() => app.state.dialog, patience);
    app.dialogs.takeKey(toKey('ctrl+r'));
    expect(await vi.waitUntil(() => app.state.work?.label, patience)).toBe('Starting slow');
    core.runner.stop();
    await vi.waitUntil(() => app.state.dialog, patience);
    app.dialogs.takeKey(toKey('escape'));
    await expectStopped(repl, Date.now());
    await app.tools.close();
  });
});

describe('a server that lists and gives nothing', { timeout: 60_000 }, () => {
  it.each([
    ['/kinds:two_words_2', 'Asking kinds'],
    ['See @kinds:kind:text', 'Asking'],
  ])('is waited for until the person stops that: %s', async (text, label) => {
    const file = new URL('../../helpers/offering-server.mjs', import.meta.url).pathname;
    const kinds = { command: process.execPath, args: [file, 'hangs'] };
    const toolUse = { ...noToolUse, mcpConfig: [JSON.stringify({ mcpServers: { kinds } })] };
    const repl = await createTestRepl({ repl: { model: chatModel, toolUse } });
    await (await repl.app.tools.openServers())?.tools();
    const asked = vi.spyOn(
      repl.app.tools.running as McpHost,
      text.startsWith('/') ? 'getPrompt' : 'readResource',
    );
    repl.core.runner.submit(toTyped(text));
    await vi.waitUntil(() => asked.mock.calls.length > 0, patience);
    expect(repl.app.state.work?.label).toBe(label);
    const startedAt = Date.now();
    repl.core.runner.stop();
    await expectStopped(repl, startedAt);
    expect(repl.take()).toContain('Stopped.');
    expect(repl.modelCalls()).toEqual([]);
    await repl.app.tools.close();
  });
});

describe.skipIf(process.platform === 'win32')('a pipe that names servers and never ends', () => {
  function openPipe(): string {
    const path = join(createFolder(), 'servers');
    execFileSync('mkfifo', [path]);
    const writer = openSync(path, 'r+');
    onTestFinished(() => closeSync(writer));
    return path;
  }

  it.each(['hello', '/mcp', '/mcp restart slow', '/slow:prompt'])(
    'is read until the person stops that: %s',
    async (text) => {
      const repl = await startSilent('stdio', openPipe());
      await begin(repl, text, /./);
      const startedAt = Date.now();
      repl.core.runner.stop();
      await expectStopped(repl, startedAt);
      expect(repl.take()).toContain('Stopped.');
      const ended = repl.core.ended();
      repl.app.leave();
      await ended;
      expect(Date.now() - startedAt).toBeLessThan(10_000);
    },
  );
});
