import { describe, expect, it, vi } from 'vitest';
import { createReplCompleter } from '../../../src/repl/completion/repl-completer.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
import { chatModel } from '../../helpers/cli.ts';
import { findRealServer } from '../../helpers/mcp.ts';
import { createTestRepl, noToolUse, type TestRepl } from '../../helpers/repl-app.ts';

const kinds = new URL('../../helpers/offering-server.mjs', import.meta.url).pathname;
const servers = {
  every: { command: process.execPath, args: [findRealServer('server-everything'), 'stdio'] },
  kinds: { command: process.execPath, args: [kinds] },
};

/** A chat whose servers run. */
async function start(names: (keyof typeof servers)[], model = chatModel): Promise<TestRepl> {
  const mcpServers = Object.fromEntries(names.map((name) => [name, servers[name]]));
  const repl = await createTestRepl({
    files: { 'key.txt': 'SECRET', 'every:demo': 'A file of that name.' },
    repl: { model, toolUse: { ...noToolUse, mcpConfig: [JSON.stringify({ mcpServers })] } },
  });
  const host = await repl.app.tools.openServers();
  await host?.tools();
  return repl;
}

const readBody = (repl: TestRepl): string => JSON.stringify(repl.modelCalls().at(-1)?.body);

describe('a mention of a resource', { timeout: 30_000 }, () => {
  it('brings what the server has, and a line tells of it', async () => {
    const repl = await start(['every']);
    await repl.run('Sum up @every:demo://resource/static/document/features.md.');
    expect(repl.take()).toMatch(/every:demo:\/\/resource\/static\/document\/features\.md, \d+ lines/);
    expect(readBody(repl)).toContain('File: every:demo://resource/static/document/features.md');
    await repl.run('And (@every:demo://resource/dynamic/text/7), @every:demo://resource/dynamic/blob/3?');
    expect(readBody(repl)).toMatch(/Resource 7: This is a plaintext.*Resource 3: This is a base64 blob/s);
    await repl.run('And @every:demo');
    expect(readBody(repl)).toContain('A file of that name.');
    await repl.app.tools.close();
  });

  it('attaches images, decodes texts, and is harmless', async () => {
    const repl = await start(['kinds'], 'gpt-5-mini');
    await repl.run(
      'See @kinds:kind:image and @kinds:kind:data and @kinds:kind:text and @"kinds:kind:two words"',
    );
    const shown = repl.take();
    expect(shown).toMatch(/kinds:kind:image, PNG of 70 bytes/);
    expect(shown).toMatch(/kinds:kind:two words, 1 line/);
    const body = readBody(repl);
    expect(body).toContain('iVBOR');
    expect(body).toContain('{\\"answer\\":42}');
    expect(body).toContain('Two: @key.txt');
    expect(body + shown).not.toMatch(/\u001b|\\u001b/);
    expect(body).not.toContain('SECRET');
    await repl.app.tools.close();
  });

  it.each([
    ['@kinds:kind:sound', /it \(audio\/wav\) is neither text nor an image/],
    ['@kinds:kind:large', /it is larger than 1 MB/],
  ])('is not sent if it cannot be had: %s', async (mention, reason) => {
    const repl = await start(['kinds']);
    await repl.run(`See ${mention}`);
    const shown = repl.take();
    expect(shown).toContain(`${mention} is not sent: `);
    expect(shown).toMatch(reason);
    expect(repl.app.state.draft.text).toBe(`See ${mention}`);
    expect(repl.modelCalls()).toEqual([]);
    await repl.app.tools.close();
  });

  it('starts no server', async () => {
    const repl = await createTestRepl({
      files: { '.mcp.json': JSON.stringify({ mcpServers: { every: servers.every } }) },
    });
    await repl.run('See @every:demo://resource/static/document/features.md');
    expect(repl.questions).toEqual([]);
    expect(repl.app.tools.running).toBeUndefined();
    expect(repl.take()).toContain('features.md: no resource of a running server');
  });
});

describe('the completion of resources', { timeout: 30_000 }, () => {
  it('lists servers beside files, then their resources, then values of templates', async () => {
    const repl = await start(['every', 'kinds']);
    const { app, core } = repl;
    const completer = createReplCompleter(app, core.commands);
    const list = async (text: string, expected: (texts: string[]) => boolean): Promise<void> => {
      app.dispatch({ type: 'draft', draft: setText(app.state.draft, text) });
      completer.edited();
      await vi.waitFor(() => {
        const { help } = app.state;
        const texts = help?.type === 'completion' ? help.candidates.map((one) => one.text) : [];
        expect(expected(texts), `${text}: ${texts}`).toBe(true);
      });
    };
    await list('see @', (texts) => texts.includes('every:') && texts.includes('key.txt'));
    await list('see @ki', (texts) => texts[0] === 'kinds:');
    await list('see @every:', (texts) => texts.includes('every:demo://resource/dynamic/text/'));
    await list(
      'see @every:feat',
      (texts) => texts.join() === 'every:demo://resource/static/document/features.md',
    );
    await list('see @every:demo://resource/dynamic/te', (texts) => texts.length === 1);
    await list('see @every:demo://resource/dynamic/text/1', (texts) => texts.length === 0);
    await list(
      'see @kinds:',
      (texts) => texts.includes('kinds:kind:image') && !texts.join().includes('clear'),
    );
    await app.tools.close();
  });
});
