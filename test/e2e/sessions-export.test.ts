import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, say } from '../conversation/stores.ts';
import { binary, type Cli, collect, createCli, parseOutput } from '../helpers/cli.ts';
import { converseAboutEverything, openStore, pictureData } from '../helpers/seed-conversations.ts';

async function createSeeded(): Promise<Cli> {
  const cli = await createCli();
  await converseAboutEverything(openStore(cli));
  return cli;
}

const withoutTimes = (text: string): string => text.replaceAll(/2026-11-21T[0-9:.]+Z/g, 'TIME');

describe('sessions export', () => {
  it('writes Markdown, with a fence that nothing inside can close', async () => {
    const cli = await createSeeded();
    const { code, stdout } = await cli.run(['sessions', 'export', 'everything']);
    expect(code).toBe(0);
    const [id] = /^\d{8}-\d{4}-\w{5}/m.exec(stdout) ?? [];
    expect(withoutTimes(stdout).replaceAll('\n\n', '\n').split('\n')).toEqual([
      '# everything',
      `${id}, TIME`,
      '## System prompt',
      '*TIME*',
      'Be brief.',
      '## You',
      '*TIME*',
      'What is <b>this</b>?',
      '*[image, image/png, 9 bytes]*',
      '*[a.pdf, application/pdf, 9 bytes]*',
      '## gpt-5.5',
      '*TIME*',
      '<details>',
      '<summary>Reasoning</summary>',
      'Hm.',
      '</details>',
      'A "picture" & <script>alert(1)</script>\u001b[2J',
      'Called `read` with:',
      '````json',
      '{"path":"```"}',
      '````',
      '## You',
      '*TIME*',
      'And then?',
      '## gpt-5.5',
      '*TIME*',
      'Half an ans',
      '*[cut off: the answer did not end]*',
      '',
    ]);
  });

  it('writes a page that runs nothing, loads nothing and holds its images', async () => {
    const cli = await createSeeded();
    const { code, stdout } = await cli.runHere(['sessions', 'export', 'everything', '--format', 'html']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>\n/);
    expect(stdout).toContain("content=\"default-src 'none'; img-src data:;");
    expect(stdout).toContain('<p dir="auto">What is &lt;b&gt;this&lt;/b&gt;?</p>');
    expect(stdout).toContain('A &quot;picture&quot; &amp; &lt;script&gt;alert(1)&lt;/script&gt;[2J</p>');
    expect(stdout).toContain(
      `<img src="data:image/png;base64,${pictureData}" alt="image, image/png, 9 bytes">`,
    );
    const loaded = [...stdout.matchAll(/(?:src|href|url|action)\s*[=(]\s*"?([^"\s>]*)/g)].map(([, to]) => to);
    expect(loaded).toEqual([`data:image/png;base64,${pictureData}`]);
    const tags = [...stdout.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
    expect(tags.filter((tag) => ['script', 'b', 'iframe', 'link', 'object'].includes(tag ?? ''))).toEqual([]);
  });

  it('writes every branch and every file as JSON', async () => {
    const cli = await createSeeded();
    const output = parseOutput(await cli.runHere(['sessions', 'export', 'everything', '--format', 'json']));
    const turns = output.turns as Record<string, unknown>[];
    expect(turns).toHaveLength(5);
    expect(output.head).toBe(turns.at(-1)?.id);
    expect(turns[0]).toMatchObject({ parent: null, parts: [{ text: 'The branch that was left' }] });
    expect(turns[1]).toMatchObject({
      parent: null,
      parts: [{}, { data: pictureData }, { data: pictureData }],
    });
    expect(JSON.stringify(output)).not.toContain('SEAL');
  });

  it('writes a file that only its owner can read', async () => {
    const cli = await createSeeded();
    const file = join(cli.home, 'out.md');
    const run = await cli.runHere(['sessions', 'export', 'everything', '-o', file]);
    expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe((await cli.runHere(['sessions', 'export', 'everything'])).stdout);
    expect((await cli.runHere(['sessions', 'export', 'everything', '-o', '-'])).stdout).toContain(
      '# everything',
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['notes.html', /^<!doctype html>/i],
    ['notes.HTM', /^<!doctype html>/i],
    ['notes.json', /^\{/],
    ['notes.txt', /^# everything/],
  ])('writes the format that the name of the file says: %s', async (name, start) => {
    const cli = await createSeeded();
    const file = join(cli.home, name);
    await cli.runHere(['sessions', 'export', 'everything', '-o', file]);
    expect(readFileSync(file, 'utf8')).toMatch(start);
    await cli.runHere(['sessions', 'export', 'everything', '-o', file, '--format', 'markdown']);
    expect(readFileSync(file, 'utf8')).toMatch(/^# everything/);
  });

  it('says why a file cannot be written', async () => {
    const cli = await createSeeded();
    const folder = join(cli.home, 'folder');
    mkdirSync(folder);
    const run = await cli.runHere(['sessions', 'export', 'everything', '-o', folder]);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') });
  });

  it.skipIf(process.platform === 'win32')('waits for no reader of a pipe', async () => {
    const cli = await createSeeded();
    const pipe = join(cli.home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const run = await cli.runHere(['sessions', 'export', 'everything', '-o', pipe]);
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is a pipe or a socket that no program reads'),
    });
    const reader = spawn('cat', [pipe]);
    const read = collect(reader.stdout);
    const closed = once(reader, 'close');
    const script = `exec 3<>'${pipe}'; "${process.execPath}" "${binary}" sessions export everything -o '${pipe}'; exec 3>&-`;
    expect(execFileSync('sh', ['-c', script], { env: cli.env, encoding: 'utf8' })).toBe('');
    await closed;
    expect(read()).toBe((await cli.runHere(['sessions', 'export', 'everything'])).stdout);
  });
});

describe('calls and their results', () => {
  const long = `one </details><script>\n\`\`\`\n${'more\n'.repeat(5000)}`;

  /** Three calls: one that gave much, one that failed, and one that was cut off. */
  async function createCalled(): Promise<Cli> {
    const cli = await createCli();
    const file = openStore(cli).create({ name: 'called' });
    say(file, 'look');
    const calls = ['view', 'edit', 'bash'].map((name, index) => ({
      type: 'tool-call-delta' as const,
      index,
      id: `c${index}`,
      name,
      arguments: '{}',
    }));
    await answer(file, [
      { type: 'start', id: 'r1', model: 'gpt-5.5' },
      ...calls,
      { type: 'finish', reason: 'tool-calls' },
    ]);
    const turn = file.conversation.head ?? '';
    file.recordResult(turn, { call: 0, parts: [{ type: 'text', text: long }] });
    file.recordResult(turn, { call: 1, parts: [{ type: 'text', text: 'no match' }], isError: true });
    file.recordCall(turn, 2);
    return cli;
  }

  const run = async (argv: string[]): Promise<string> =>
    (await (await createCalled()).runHere(['sessions', ...argv])).stdout;

  it('are folded in Markdown, whole, behind a fence that they cannot close', async () => {
    const text = await run(['export', 'called']);
    expect(text).toContain(`<details>\n<summary>view gave:</summary>\n\n\`\`\`\`\n${long}`);
    expect(text).toContain('<details>\n<summary>edit failed:</summary>\n\n```\nno match\n```\n\n</details>');
    expect(text).toContain('*[nobody knows what came of bash]*');
  });

  it('are folded in a page, where they are text', async () => {
    const text = await run(['export', 'called', '--format', 'html']);
    expect(text).toContain('<details><summary>view gave:</summary><pre>one &lt;/details&gt;&lt;script&gt;\n');
    expect(text).toContain('<p class="note">nobody knows what came of bash</p>');
  });

  it('are whole in JSON, and a line each in sessions show', async () => {
    const { turns } = JSON.parse(await run(['export', 'called', '--format', 'json']));
    expect(turns.at(-1).results).toMatchObject([{ result: long }, { result: 'no match' }, { result: null }]);
    const shown = await run(['show', 'called']);
    expect(shown).toMatch(/^\[view gave: one .* \(\+5001 lines\)\]$/m);
    expect(shown).toMatch(/^\[nobody knows what came of bash\]$/m);
  });
});
