import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { McpHostOptions } from '../../src/mcp/host.ts';
import { createFolder } from '../helpers/folder.ts';
import {
  callTool,
  findTool,
  makeServer,
  misbehaving,
  nodeServer,
  openTestHost,
  startSilentServer,
  type TestHost,
  textOf,
} from '../helpers/mcp.ts';

const open = (
  mode: string,
  options: Partial<McpHostOptions> & { env?: Record<string, string> } = {},
): TestHost => openTestHost([nodeServer('odd', misbehaving, [mode])], options);

const listStarts = ({ folder }: TestHost): number[] =>
  readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n').map(Number);

/** A zombie that nobody has waited for is dead, too. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('A server that exits', () => {
  it('a stdio server that exits is restarted, answers once, then its tools are gone', async () => {
    const host = open('forgets');

    for (const start of [1, 2, 3]) {
      expect(textOf(await callTool(host, 'echo'))).toBe(`start ${start}`);
      await vi.waitFor(() => expect(host.states()[0]?.status).toBe('lost'));
      expect(await host.tools()).toHaveLength(8);
    }
    expect(listStarts(host)).toHaveLength(3);
  });

  it('is started at most five times in ten minutes, and then failed plainly', async () => {
    const host = open('forgets');
    for (const _ of [1, 2, 3, 4, 5]) {
      await callTool(host, 'echo');
      await vi.waitFor(() => expect(host.states()[0]?.status).toBe('lost'));
    }

    await expect(callTool(host, 'echo')).rejects.toThrow('ended 5 times in ten minutes');

    expect(host.states()[0]).toMatchObject({ status: 'failed' });
    expect(await host.tools()).toEqual([]);
    expect(listStarts(host)).toHaveLength(5);
    await host.restart('odd');
    expect(textOf(await callTool(host, 'echo'))).toBe('start 6');
  });

  it('in mid-call is told to the model, and the call is not made again', async () => {
    const host = open('plain');

    await expect(callTool(host, 'die')).rejects.toThrow(
      /it ended with 7 during this call.*not known whether/,
    );

    expect(textOf(await callTool(host, 'echo'))).toBe('start 2');
    expect(host.states()[0]?.log).toContain('segmentation fault');
  });

  it('in mid-call of what is marked idempotent gets the call once more', async () => {
    expect(textOf(await callTool(open('plain'), 'die_once'))).toBe('alive in start 2');
  });

  it('at its start is failed with its last words, and not started again', async () => {
    const host = open('dies');

    expect(await host.tools()).toEqual([]);
    expect(await host.tools()).toEqual([]);

    expect(host.states()[0]).toMatchObject({
      status: 'failed',
      problem: 'it ended with 3 at its start; its last words: cannot read its settings]0;owned[31mred',
    });
    expect(listStarts(host)).toHaveLength(1);
  });
});

describe('A server that is slow', () => {
  it.each(['silent', 'progresses'])(
    'a slow server is started again and again, 1,135 processes: %s is started once, for a time that progress cannot extend',
    async (mode) => {
      const host = open(mode, { startMs: 700 });

      const startedAt = Date.now();
      expect(await host.tools()).toEqual([]);
      expect(await host.tools()).toEqual([]);

      expect(Date.now() - startedAt).toBeLessThan(5000);
      expect(host.states()[0]).toMatchObject({
        status: 'failed',
        problem: expect.stringContaining('did not start within 1 s'),
      });
      const starts = listStarts(host);
      expect(starts).toHaveLength(1);
      await vi.waitFor(() => expect(starts.filter(lives)).toEqual([]), { timeout: 3000 });
    },
  );

  it('in a call is told so once the time of its configuration is over, and hears that it was cancelled', async () => {
    const host = openTestHost([nodeServer('odd', misbehaving, ['plain'], { timeout: 200 })]);

    await expect(callTool(host, 'hang')).rejects.toThrow('it did not answer in time');

    await vi.waitFor(() => expect(existsSync(join(host.folder, 'cancelled'))).toBe(true));
  });

  it('hears of a call that the person stops', async () => {
    const host = open('plain');
    await host.tools();
    const stop = new AbortController();
    const call = callTool(host, 'hang', {}, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('Esc')), 200);

    await expect(call).rejects.toThrow('Esc');

    await vi.waitFor(() => expect(existsSync(join(host.folder, 'cancelled'))).toBe(true));
    expect(textOf(await callTool(host, 'echo'))).toBe('start 1');
  });
});

describe('A restart', () => {
  it('of a server that does not start gives up the start that is under way, and waits once', async () => {
    const host = open('silent', { startMs: 2000 });
    await vi.waitFor(() => expect(listStarts(host)).toHaveLength(1), { timeout: 5000 });

    const startedAt = Date.now();
    await host.restart('odd');

    expect(Date.now() - startedAt).toBeLessThan(3600);
    expect(host.states()[0]).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('did not start'),
    });
    const starts = listStarts(host);
    expect(starts).toHaveLength(2);
    await vi.waitFor(() => expect(starts.filter(lives)).toEqual([]), { timeout: 3000 });
  });

  it('is what all wait for who waited for the start', async () => {
    const host = open('silent-once');
    await vi.waitFor(() => expect(listStarts(host)).toHaveLength(1), { timeout: 5000 });
    const call = callTool(host, 'echo');
    const offered = host.tools();

    await host.restart('odd');

    expect(host.states()[0]?.status).toBe('ready');
    expect(await offered).toHaveLength(8);
    expect(textOf(await call)).toBe('start 2');
  });

  it('that is asked for again while it runs leaves one program', async () => {
    const host = open('stays');
    await host.tools();

    await Promise.all([host.restart('odd'), host.restart('odd')]);

    expect(host.states()[0]?.status).toBe('ready');
    expect(textOf(await callTool(host, 'echo'))).toMatch(/^start [23]$/);
    expect(listStarts(host).filter(lives)).toHaveLength(1);
  });

  it.each(['silent', 'stays'])('leaves no process (%s) when the host is closed meanwhile', async (mode) => {
    const host = open(mode);
    await vi.waitFor(() => expect(listStarts(host)).toHaveLength(1), { timeout: 5000 });
    if (mode === 'stays') await host.tools();
    const restarted = host.restart('odd');

    await host.close();
    await restarted;

    expect(listStarts(host).filter(lives)).toEqual([]);
    expect(host.states()[0]?.status).toBe('closed');
  });

  it('of a server over HTTP that does not answer waits once, too', async () => {
    const { url, hits } = await startSilentServer();
    const host = openTestHost([makeServer('odd', { type: 'http', url })], { startMs: 2000 });
    await vi.waitFor(() => expect(hits).toHaveLength(1), { timeout: 5000 });

    const startedAt = Date.now();
    await host.restart('odd');

    expect(Date.now() - startedAt).toBeLessThan(3600);
    expect(host.states()[0]).toMatchObject({ status: 'failed' });
    expect(hits).toHaveLength(2);
  });
});

describe('A server that says too much', () => {
  it('is ended if it floods us while it starts', async () => {
    const host = open('floods-start', { startMs: 10_000 });

    expect(await host.tools()).toEqual([]);

    expect(host.states()[0]?.problem).toMatch(
      /wrote more messages than can be read|did not start within 10 s/,
    );
  });

  it('is ended if it floods us later, and the program goes on', async () => {
    const host = open('floods');
    await host.tools();

    await vi.waitFor(() => expect(host.states()[0]?.status).toBe('lost'), { timeout: 15_000 });

    expect(host.states()[0]?.log.length).toBeLessThanOrEqual(50);
  });

  it('with 10 MB of result has the middle cut out, with words', async () => {
    const text = textOf(await callTool(open('large'), 'large'));

    expect(text.length).toBeLessThan(160_000);
    expect(text).toMatch(/^begin0123.*characters in the middle are left out.*end$/s);
  });

  it('and greets on stdout is understood all the same', async () => {
    expect(textOf(await callTool(open('greets'), 'echo'))).toBe('start 1');
  });

  it('with a schema of 1 MB loses that tool alone, and says so; a name counts once', async () => {
    const host = open('schema');

    expect((await host.tools()).map(({ name }) => name)).toEqual(['odd__small']);
    expect(host.states()[0]?.problem).toBe('left out, because its description is too long: huge');
  });

  it('in escape sequences reaches neither the terminal nor the model with them', async () => {
    const host = open('escapes');
    const tool = await findTool(host, 'escape');

    const outcome = await callTool(host, 'escape');

    const all = JSON.stringify([tool, outcome, host.states()], (name, value) =>
      name === 'inputSchema' ? undefined : value,
    );
    expect(all).not.toMatch(/\\u001b|\\u0007|\u009b/);
    expect(JSON.stringify([tool.title, host.states()])).not.toContain('\u202e');
    expect(textOf(outcome)).toContain('a]0;owned[31mred');
  });
});

describe('A server that lies', () => {
  it('about the form of its result has the result passed on, with a warning', async () => {
    const host = open('lies');

    expect(textOf(await callTool(host, 'lie'))).toMatch(
      /^here\n\[the result has not the form that the server promised: .*number/,
    );
    expect(textOf(await callTool(host, 'promise'))).toMatch(/promised a structured result/);
  });

  it.each([
    'GET /users: HTTP 404',
    'Not connected to the database',
    'the server has ended',
    'Connection closed by the other side',
    'session 400 is not known',
  ])('about its end in the words of a refusal is not lost: %s', async (words) => {
    const host = open('lies');

    await expect(callTool(host, 'refuse', { words })).rejects.toThrow(`odd: it refused: ${words}`);

    expect(host.states()[0]).toMatchObject({ status: 'ready' });
    expect(listStarts(host)).toHaveLength(1);
  });

  it('about its result in a pattern that takes years to check has the result passed on soon', async () => {
    const startedAt = Date.now();

    expect(textOf(await callTool(open('lies'), 'stall'))).toBe('here');

    expect(Date.now() - startedAt).toBeLessThan(8000);
  });

  it('with a list of tools that is none is failed', async () => {
    const host = open('invalid');

    expect(await host.tools()).toEqual([]);
    expect(host.states()[0]?.status).toBe('failed');
  });

  it('with a result that is none fails the call', async () => {
    await expect(callTool(open('lies'), 'no_result')).rejects.toThrow(/^odd: /);
  });

  it('about what models hear gets words in the place of audio', async () => {
    expect(textOf(await callTool(open('lies'), 'audio'))).toBe(
      '[audio (audio/wav) is left out: models of a chat cannot hear]',
    );
  });

  it('by refusing to start is failed with its words', async () => {
    const host = open('refuses');
    await host.tools();

    expect(host.states()[0]).toMatchObject({ status: 'failed', problem: 'it refused: no ]0;owned[31mred' });
  });
});

describe('Names', () => {
  it('names that collide or are too long: each tool has a name of its own, of 64 plain characters, and is called by it', async () => {
    const host = open('names');

    const tools = await host.tools();

    const names = tools.map(({ name }) => name);
    expect(new Set(names).size).toBe(12);
    for (const name of names) expect(name).toMatch(/^odd__[A-Za-z0-9_-]{1,59}$/);
    expect(names).toContain('odd__a_b');
    expect(names).toContain('odd__gro_e');
    for (const tool of tools) expect(tool.server?.tool).toBeDefined();
    expect((await host.tools()).map(({ name }) => name)).toEqual(names);
    for (const tool of tools) {
      const plan = await tool.plan({}, AbortSignal.timeout(5000));
      expect(plan.accesses).toEqual([{ kind: 'mcp', server: 'odd', tool: tool.server?.tool }]);
    }
  });

  it('of 300 tools are found by a search, and the found ones can be called in the next round', async () => {
    const host = open('many');

    const first = await host.tools();
    expect(first.length).toBeLessThanOrEqual(128);
    expect(first.map(({ name }) => name)).not.toContain('odd__tool_299');
    expect(textOf(await callTool(host, 'tool_search', { query: 'rotate polygons' }))).toMatch(
      /^You can now call:\nodd__tool_299: Rotates/,
    );

    const second = await host.tools();
    expect(second.length).toBeLessThanOrEqual(128);
    expect(second.slice(0, first.length)).toMatchObject(first.map(({ name }) => ({ name })));
    expect(textOf(await callTool(host, 'odd__tool_299'))).toBe('start 1');
    expect(textOf(await callTool(host, 'tool_search', { query: 'xyzzy' }))).toBe(
      'No tool fits. Try other words.',
    );
  });

  it('of tools that are not wanted are not offered', async () => {
    const host = openTestHost([nodeServer('odd', misbehaving, ['plain'], { tools: ['echo', 'gone'] })]);

    expect((await host.tools()).map(({ name }) => name)).toEqual(['odd__echo']);
  });
});

describe('What a server is given', () => {
  it('has no token of ours in it, but what its own configuration names', async () => {
    const folder = createFolder();
    const env = { GITHUB_TOKEN: 'ghp_012345678901', OTHER: 'x ghp_012345678901', KEEP: 'kept', MINE: 'mine' };
    const server = nodeServer('odd', misbehaving, ['plain'], {
      env: { GIVEN: '$' + '{MINE}', USUAL: '$' + '{NONE:-usual}' },
    });
    const host = openTestHost([server], { folder, env });

    const got = JSON.parse(textOf(await callTool(host, 'env')));

    expect(got).toMatchObject({ KEEP: 'kept', GIVEN: 'mine', USUAL: 'usual' });
    expect(JSON.stringify(got)).not.toContain('ghp_');
  });

  it('has no key of an endpoint in it, whoever starts it', async () => {
    const mine = { url: 'http://127.0.0.1:9/v1', dialect: 'chat-completions', key: { env: 'MY_KEY' } };
    const folder = createFolder({ 'endpoints.json': JSON.stringify({ endpoints: { mine } }) });
    const env = { MY_KEY: 'key-CANARY-0123456789', OTHER: 'Bearer key-CANARY-0123456789', KEEP: 'kept' };
    const host = openTestHost([nodeServer('odd', misbehaving, ['plain'])], { folder, env });

    const got = textOf(await callTool(host, 'env'));

    expect(got).toContain('kept');
    expect(got).not.toContain('CANARY');
  });

  it('is no model: sampling is refused', async () => {
    expect(textOf(await callTool(open('plain'), 'sample'))).toMatch(/^refused: /);
  });

  it('that changes its list while it starts has the new tool, too', async () => {
    const host = open('changes-early');

    await vi.waitFor(async () =>
      expect((await host.tools()).map(({ name }) => name)).toContain('odd__added'),
    );
  });

  it('that changes its list has the new tool in the next reading', async () => {
    const host = open('plain');

    await callTool(host, 'change');

    expect((await host.tools()).map(({ name }) => name)).toContain('odd__added');
  });

  it.each([0, 10, 39])(
    'has no half of a token in its refusal, %s characters before the cut',
    async (before) => {
      const token = `ghp_${'a1B2'.repeat(9)}`;
      const words = `${'x '.repeat(500).slice(0, 1000 - before - 1)} ${token} y`;
      await expect(callTool(open('lies'), 'refuse', { words })).rejects.toThrow(
        /^(?!.*B2a1).*it refused: x x/,
      );
    },
  );

  it.each(['token', 'key', 'flood'])('has no half of a secret in its last words: %s', async (what) => {
    const host = open('leaks', { env: { LEAK: what } });
    await host.settle('odd');
    const { problem, log } = host.states()[0] ?? {};
    expect(problem).toMatch(/its last words: /);
    expect(what === 'key' ? problem : `${problem} ${log?.join('\n')}`).not.toMatch(/B2a1/);
  });

  it('tells its progress in harmless words', async () => {
    const sentences: string[] = [];
    await callTool(open('plain'), 'progress', {}, { onProgress: (sentence) => sentences.push(sentence) });

    expect(sentences).toEqual(['step ]0;owned[31mred']);
  });
});

describe.skipIf(process.platform !== 'linux')('No process is left', () => {
  it.each(['plain', 'parents', 'stays', 'silent'])(
    'of a server (%s) when the host is closed',
    async (mode) => {
      const host = open(mode, { startMs: 20_000 });
      await vi.waitFor(() => expect(listStarts(host).length).toBe(mode === 'parents' ? 2 : 1), {
        timeout: 5000,
      });
      const pids = listStarts(host);

      await host.close();

      await vi.waitFor(() => expect(pids.filter(lives)).toEqual([]), { timeout: 2000 });
      expect(host.states()[0]?.status).toBe('closed');
    },
  );

  it('when the signal of the command aborts', async () => {
    const host = open('parents');
    await host.tools();
    await vi.waitFor(() => expect(listStarts(host).length).toBe(2));
    const pids = listStarts(host);

    host.controller.abort(new Error('SIGTERM'));

    await vi.waitFor(() => expect(pids.filter(lives)).toEqual([]), { timeout: 5000 });
  });
});
