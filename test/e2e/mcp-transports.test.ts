import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/json-value.ts';
import { signInToServer } from '../../src/mcp/oauth/sign-in.ts';
import { answerInTurn, callTools } from '../helpers/answers.ts';
import { browse, signInByPage, startProtectedServer } from '../helpers/authorization-server.ts';
import { startChangingServer } from '../helpers/changing-server.ts';
import { type Cli, chatModel, createCli, type Run } from '../helpers/cli.ts';
import { findRealServer, shareEverything } from '../helpers/mcp.ts';
import { createTestRepl, noToolUse, type TestRepl } from '../helpers/repl-app.ts';
import type { Answer } from '../simulator/answer/answer.ts';

type Body = { messages: { role: string; content: unknown }[]; tools?: { function: { name: string } }[] };

const toConfig = (name: string, entry: JsonObject): string =>
  JSON.stringify({ mcpServers: { [name]: entry } });
const toBodies = (requests: { body: unknown }[]): Body[] => requests.map(({ body }) => body as Body);
const readTold = (bodies: Body[]): string[] =>
  (bodies.at(-1)?.messages ?? []).flatMap(({ role, content }) => (role === 'tool' ? String(content) : []));
const readOffered = (body: Body | undefined): string[] =>
  (body?.tools ?? []).map((tool) => tool.function.name);

type Asked = { cli: Cli; bodies: Body[]; run: Run };

/** A prompt in a one-shot that may use all tools of this server. */
async function askOnce(answers: Answer[], config: string, argv: string[] = []): Promise<Asked> {
  const rules = Object.keys(JSON.parse(config).mcpServers).flatMap((name) => ['--allow-tool', name]);
  const cli = await createCli({ answer: answerInTurn(...answers) });
  await cli.signIn();
  return { cli, ...(await askAgain(cli, ['--mcp-config', config, ...rules, ...argv])) };
}

async function askAgain(cli: Cli, argv: string[]): Promise<{ bodies: Body[]; run: Run }> {
  const cwd = join(cli.home, 'project');
  mkdirSync(cwd, { recursive: true });
  const run = await cli.runHere(['chat', '--use', 'mcp', ...argv, 'go on'], { cwd });
  return { bodies: toBodies(cli.simulator.requestsTo('/chat/completions')), run };
}

/** A chat that may. */
async function openChat(answers: Answer[], config: string): Promise<TestRepl> {
  const allow = ['every', 'safe', 'changing'];
  const toolUse = { ...noToolUse, kinds: ['mcp' as const], allow, mcpConfig: [config] };
  return createTestRepl({ answer: answerInTurn(...answers), repl: { model: chatModel, toolUse } });
}

const say = { text: 'It is done.' };
const call = (tool: string, input: JsonObject = {}): Answer => callTools([tool, input]);
const takesLong = call('every__trigger-long-running-operation', { duration: 60, steps: 120 });

const [findStreamable, findSse] = [shareEverything('streamableHttp'), shareEverything('sse')];

const ways: [string, () => Promise<string>][] = [
  [
    'stdio',
    async () =>
      toConfig('every', { command: process.execPath, args: [findRealServer('server-everything'), 'stdio'] }),
  ],
  ['Streamable HTTP', async () => toConfig('every', { type: 'http', url: await findStreamable() })],
  ['SSE', async () => toConfig('every', { type: 'sse', url: await findSse() })],
];

describe.each(ways)('server-everything over %s', { tags: 'deep', timeout: 60_000 }, (_, start) => {
  it('is called by a one-shot, which nobody can be asked in', async () => {
    const { bodies, run } = await askOnce([call('every__echo', { message: 'CALL ME' }), say], await start());
    expect(run).toMatchObject({ stdout: 'It is done.\n', stderr: '', code: 0 });
    expect(readTold(bodies)).toEqual([expect.stringContaining('CALL ME')]);
    expect(readOffered(bodies[0])).not.toContain('every__trigger-elicitation-request');
  });

  it('stops with a one-shot whose time is over', async () => {
    const startedAt = Date.now();
    const { run } = await askOnce([takesLong, say], await start(), ['--timeout', '3']);
    expect(run.code).toBe(124);
    expect(Date.now() - startedAt).toBeLessThan(30_000);
  });

  it('is called by the chat, which shows its forms', async () => {
    const config = await start();
    const repl = await openChat([call('every__echo', { message: 'CALL ME' }), say], config);
    await repl.run('go on');
    expect(readTold(toBodies(repl.modelCalls()))).toEqual([expect.stringContaining('CALL ME')]);
    await repl.app.tools.close();

    const asking = await openChat([call('every__trigger-elicitation-request'), say], config);
    await asking.run('go on', '2');
    expect(asking.questions).toEqual(['The MCP server every asks:']);
    expect(readTold(toBodies(asking.modelCalls()))).toEqual([expect.stringMatching(/declin/i)]);
    await asking.app.tools.close();
  });

  it('gives the chat its prompts and what is mentioned', async () => {
    const repl = await openChat([say], await start());
    const readAsked = (): string => JSON.stringify(repl.modelCalls().at(-1)?.body);
    await repl.run('/every:args-prompt Paris');
    expect(readAsked()).toContain("What's weather in Paris?");
    await repl.run('sum up @every:demo://resource/static/document/features.md');
    expect(readAsked()).toContain('# Everything Server');
    await repl.app.tools.close();
  });
});

describe('a server whose list changes', () => {
  const answers = [call('changing__grow'), call('changing__grown'), say];
  const start = async (): Promise<string> =>
    toConfig('changing', { type: 'http', url: await startChangingServer() });

  it('offers a one-shot its new tool in the next round', async () => {
    const { bodies } = await askOnce(answers, await start());
    expect(bodies.map(readOffered)).toEqual([
      ['changing__grow'],
      ['changing__grow', 'changing__grown'],
      ['changing__grow', 'changing__grown'],
    ]);
    expect(readTold(bodies).at(-1)).toContain('grown is called');
  });

  it('offers the chat its new tool in the next round', async () => {
    const repl = await openChat(answers, await start());
    await repl.run('go on');
    const bodies = toBodies(repl.modelCalls());
    const offered = bodies.map((body) => readOffered(body).filter((name) => name.startsWith('changing__')));
    expect(offered.map(({ length }) => length)).toEqual([1, 2, 2]);
    expect(readTold(bodies).at(-1)).toContain('grown is called');
    await repl.app.tools.close();
  });
});

describe('a server that asks for a sign-in', () => {
  const answers = [call('safe__whoami'), say];

  it('is used by a one-shot after it, and ends one before it', async () => {
    const server = await startProtectedServer();
    const before = await askOnce(answers, toConfig('safe', { url: server.url }));
    expect(before.run).toMatchObject({ code: 4, stderr: expect.stringContaining('you have to sign in') });
    expect(before.bodies).toEqual([]);

    const { cli } = before;
    await cli.runHere(['mcp', 'add', 'safe', server.url]);
    expect(await signInByPage(cli, 'safe')).toMatchObject({ code: 0 });
    const { bodies, run } = await askAgain(cli, ['--allow-tool', 'safe']);
    expect(run).toMatchObject({ stdout: 'It is done.\n', code: 0 });
    expect(readTold(bodies)).toEqual(['somebody']);
  });

  it('is used by the chat after it', async () => {
    const server = await startProtectedServer();
    const repl = await openChat(answers, toConfig('safe', { url: server.url }));
    await signInToServer(repl.context, { url: new URL(server.url), onPage: browse });
    await repl.run('go on');
    expect(readTold(toBodies(repl.modelCalls()))).toEqual(['somebody']);
    await repl.app.tools.close();
  });
});

describe('a server over HTTP that fails in a call', () => {
  /** Its tool `cut` ends the response without an answer, its tool `die` the server; from its tool `deny` on, somebody has to sign in. */
  async function startFailing(): Promise<string> {
    let isDenied = false;
    const tools = ['cut', 'die', 'deny'].map((name) => ({ name, inputSchema: { type: 'object' } }));
    const server = createServer(async (request, response) => {
      const { id, method, params } = JSON.parse((await text(request)) || '{}');
      if (request.method !== 'POST') return response.writeHead(405).end();
      if (id === undefined) return response.writeHead(202).end();
      isDenied ||= params?.name === 'deny';
      if (isDenied) return response.writeHead(401).end();
      if (params?.name === 'die') {
        server.close();
        return server.closeAllConnections();
      }
      if (params?.name === 'cut')
        return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': wait\n\n');
      const result =
        method === 'tools/list'
          ? { tools }
          : {
              protocolVersion: params?.protocolVersion,
              capabilities: { tools: {} },
              serverInfo: { name: 'failing', version: '1' },
            };
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return toConfig('failing', { type: 'http', url: `http://127.0.0.1:${port}/mcp` });
  }

  it('is told to the model if only the connection of the call was closed', async () => {
    const startedAt = Date.now();
    const { bodies, run } = await askOnce([call('failing__cut'), say], await startFailing());
    expect(run).toMatchObject({ stdout: 'It is done.\n', code: 0 });
    expect(readTold(bodies)).toEqual([expect.stringMatching(/closed without an answer.*not known whether/)]);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });

  it('ends a one-shot if it is gone, which does not say that nothing was sent', async () => {
    const { bodies, run } = await askOnce([call('failing__die'), say], await startFailing());
    expect(bodies).toHaveLength(1);
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /the MCP server failing cannot be used any more: .* refused the connection[\s\S]*may have been sent/,
      ),
    });
    expect(run.stderr).not.toContain('Nothing was sent');
  });

  it('says in the middle of a run that somebody has to sign in, and that the prompt may have been sent', async () => {
    const { bodies, run } = await askOnce([call('failing__deny'), say], await startFailing());
    expect(bodies).toHaveLength(1);
    expect(run).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(
        /the MCP server failing cannot be used any more: you have to sign in[\s\S]*may have been sent[\s\S]*Sign in/,
      ),
    });
    expect(run.stderr).not.toContain('Nothing was sent');
  });
});
