import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Question } from '../../src/mcp/elicitation.ts';
import type { McpHostOptions } from '../../src/mcp/host.ts';
import type { McpServer } from '../../src/mcp/mcp-server.ts';
import { createFolder } from '../helpers/folder.ts';
import {
  callTool,
  findRealServer,
  findTool,
  makeServer,
  nodeServer,
  openTestHost,
  shareEverything,
  startEverything,
  textOf,
} from '../helpers/mcp.ts';

const everything = nodeServer('every', findRealServer('server-everything'), ['stdio']);
const patience = AbortSignal.timeout(600_000);

const [findStreamable, findSse] = [shareEverything('streamableHttp'), shareEverything('sse')];

const ways: [string, () => Promise<McpServer>][] = [
  ['stdio', async () => everything],
  ['Streamable HTTP', async () => makeServer('every', { type: 'http', url: await findStreamable() })],
  ['SSE', async () => makeServer('every', { type: 'sse', url: await findSse() })],
  ['SSE of an old server, found out', async () => makeServer('every', { url: await findSse() })],
];

describe.each(ways)('server-everything over %s', { tags: 'deep' }, (_, start) => {
  const open = async (options: Partial<McpHostOptions> = {}) => openTestHost([await start()], options);

  it('answers calls, with structured content, images and resources', async () => {
    const host = await open();

    expect(host.states()[0]?.server.name).toBe('every');
    expect(textOf(await callTool(host, 'echo', { message: 'hello' }))).toBe('Echo: hello');
    expect(host.states()[0]).toMatchObject({
      status: 'ready',
      problem: undefined,
      title: 'Everything Reference Server 2.0.0',
    });
    const weather = textOf(await callTool(host, 'get-structured-content', { location: 'New York' }));
    expect(JSON.parse(weather)).toMatchObject({ temperature: expect.any(Number) });
    expect((await callTool(host, 'get-tiny-image')).parts).toMatchObject([
      { type: 'text' },
      { type: 'image', source: { mediaType: 'image/png', data: expect.stringMatching(/^iVBOR/) } },
      { type: 'text' },
    ]);
    expect(textOf(await callTool(host, 'get-resource-links', { count: 2 }))).toMatch(
      /Resource .*: demo:\/\/resource\//,
    );
    expect(await callTool(host, 'get-sum', { a: 'no number' })).toMatchObject({ isError: true });
  });

  it('has resources, templates, prompts and completions', async () => {
    const host = await open();
    await host.tools();

    const [resource] = host.resources().filter(({ isTemplate }) => !isTemplate);
    expect(await host.readResource('every', resource?.uri ?? '', patience)).toMatchObject([{ type: 'text' }]);
    expect(host.resources().some(({ isTemplate }) => isTemplate)).toBe(true);
    expect(await host.getPrompt('every', 'args-prompt', { city: 'Paris' }, patience)).toContain('Paris');
    const argument = { name: 'department', value: 'S' };
    expect(
      await host.complete({ server: 'every', prompt: 'completable-prompt' }, argument, {}, patience),
    ).toContain('Sales');
    await expect(host.readResource('every', 'demo://nothing', patience)).rejects.toThrow(
      /^every: it refused/,
    );
    await expect(host.readResource('nobody', 'x:y', patience)).rejects.toThrow('there is no server nobody');
  });

  it('tells its progress, and stops when the person does', async () => {
    const host = await open();
    const sentences: string[] = [];
    const stop = new AbortController();
    const onProgress = (sentence: string): void => {
      sentences.push(sentence);
      stop.abort(new Error('Esc'));
    };

    await expect(
      callTool(
        host,
        'trigger-long-running-operation',
        { duration: 30, steps: 60 },
        { signal: stop.signal, onProgress },
      ),
    ).rejects.toThrow('Esc');

    expect(sentences).toEqual(['1 of 60']);
    expect(textOf(await callTool(host, 'echo', { message: 'still' }))).toBe('Echo: still');
  });

  it('asks the person by a form, and knows if there is nobody to ask', async () => {
    const questions: Question[] = [];
    const host = await open({
      elicit: async (question) => {
        questions.push(question);
        return { action: 'accept', content: { name: 'Ada', check: true } };
      },
    });

    expect(textOf(await callTool(host, 'trigger-elicitation-request'))).toContain('Ada');

    expect(questions[0]).toMatchObject({
      server: 'every',
      message: expect.stringContaining('Please provide'),
    });
    expect(questions[0]?.fields.map(({ value }) => value.type)).toEqual(
      expect.arrayContaining(['text', 'yes-no', 'integer', 'number', 'one-of', 'some-of']),
    );
    const deaf = await open();
    expect((await deaf.tools()).map(({ server }) => server?.tool)).not.toContain(
      'trigger-elicitation-request',
    );
  });

  it('takes a form back when the call that asks is stopped', async () => {
    let form: AbortSignal | undefined;
    const host = await open({
      elicit: (_, signal) => {
        form = signal;
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ action: 'cancel' })),
        );
      },
    });
    const stop = new AbortController();
    const call = callTool(host, 'trigger-elicitation-request', {}, { signal: stop.signal });
    await vi.waitFor(() => expect(form).toBeDefined(), { timeout: 10_000 });
    stop.abort(new Error('Esc'));

    await expect(call).rejects.toThrow('Esc');
    expect(form?.aborted).toBe(true);
    expect(textOf(await callTool(host, 'echo', { message: 'still' }))).toBe('Echo: still');
  });

  it('knows the folder as its root, and logs to the debug log', async () => {
    const host = await open();

    expect(textOf(await callTool(host, 'get-roots-list'))).toContain(`file://${host.folder}`);
    await callTool(host, 'toggle-simulated-logging');
    await vi.waitFor(() => expect(host.logs.some((line) => line.startsWith('MCP every: '))).toBe(true), {
      timeout: 10_000,
    });
  });
});

describe('server-everything', () => {
  it.each(ways.slice(0, 2))('answers over %s', async (_, start) => {
    const host = openTestHost([await start()]);

    expect(textOf(await callTool(host, 'echo', { message: 'hello' }))).toBe('Echo: hello');
  });
});

describe('Effects of tools', () => {
  it('let what a server calls read-only run side by side, and still need a yes for each call', async () => {
    const host = openTestHost([everything]);

    const echo = await findTool(host, 'echo');
    expect(echo.effect).toBe('read');
    expect((await findTool(host, 'gzip-file-as-resource')).effect).toBe('execute');
    expect(await echo.plan({ message: 'x' }, patience)).toMatchObject({
      accesses: [{ kind: 'mcp', server: 'every', tool: 'echo' }],
      summary: 'every: echo {"message":"x"}',
    });
  });
});

describe('A remote server that restarts', () => {
  it('a remote server that restarts answers 404 to the old session for ever: it is reached anew', async () => {
    const server = await startEverything('streamableHttp');
    const host = openTestHost([makeServer('every', { url: server.url })]);
    expect(textOf(await callTool(host, 'echo', { message: 'one' }))).toBe('Echo: one');
    await server.stop();
    await startEverything('streamableHttp', server.port);

    // It says that it is idempotent.
    expect(textOf(await callTool(host, 'echo', { message: 'two' }))).toBe('Echo: two');
  });

  it('gets what may change something not a second time', { tags: 'deep' }, async () => {
    const server = await startEverything('streamableHttp');
    const host = openTestHost([makeServer('every', { url: server.url })]);
    await host.tools();
    await server.stop();
    await startEverything('streamableHttp', server.port);

    await expect(callTool(host, 'toggle-simulated-logging')).rejects.toThrow(/not made again/);
    expect(textOf(await callTool(host, 'toggle-simulated-logging'))).toMatch(/logging/);
  });

  it('in the middle of a call ends that call soon', { tags: 'deep' }, async () => {
    const server = await startEverything('streamableHttp');
    const host = openTestHost([makeServer('every', { url: server.url, timeout: 15_000 })]);
    const onProgress = (): void => void server.stop();
    const startedAt = Date.now();

    await expect(
      callTool(host, 'trigger-long-running-operation', { duration: 20, steps: 40 }, { onProgress }),
    ).rejects.toThrow(/^every/);

    expect(Date.now() - startedAt).toBeLessThan(14_000);
    expect(host.states()[0]?.status).toMatch(/lost|failed/);
  });

  it('and is not there is failed plainly', async () => {
    const host = openTestHost([makeServer('every', { url: 'http://127.0.0.1:9/mcp' })]);

    expect(await host.tools()).toEqual([]);
    expect(host.states()[0]).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('127.0.0.1'),
    });
  });
});

describe('server-filesystem', () => {
  it('reads and writes in the folder that it gets as an argument', { tags: 'deep' }, async () => {
    const folder = createFolder({ 'a.txt': 'hello' });
    const server = nodeServer('files', findRealServer('server-filesystem'), ['$' + '{workspaceFolder}']);
    const host = openTestHost([server], { folder });

    expect(textOf(await callTool(host, 'read_text_file', { path: join(folder, 'a.txt') }))).toContain(
      'hello',
    );
    expect(await callTool(host, 'read_text_file', { path: '/etc/passwd' })).toMatchObject({ isError: true });
    writeFileSync(join(folder, 'b.txt'), '');
    expect(textOf(await callTool(host, 'list_directory', { path: folder }))).toContain('b.txt');
  });
});

describe('server-memory', () => {
  it('keeps what it is told, between two hosts', { tags: 'deep' }, async () => {
    const folder = createFolder();
    const server = nodeServer('memory', findRealServer('server-memory'), [], {
      env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
    });
    const first = openTestHost([server], { folder });
    await callTool(first, 'create_entities', {
      entities: [{ name: 'Ada', entityType: 'person', observations: ['wrote the first program'] }],
    });
    await first.close();

    const second = openTestHost([server], { folder });

    expect(textOf(await callTool(second, 'search_nodes', { query: 'Ada' }))).toContain(
      'wrote the first program',
    );
  });
});
