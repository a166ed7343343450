import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';

/** A picture of one pixel. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function createWithFiles(): Promise<Cli & { at(name: string): string }> {
  const cli = await createCli();
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = 'gpt-5-mini';
  await cli.runHere(['models']);
  cli.simulator.requests.length = 0;
  const folder = join(cli.home, 'work');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.txt'), 'text of a\n');
  writeFileSync(join(folder, 'p.png'), Buffer.from(png, 'base64'));
  return { ...cli, at: (name) => join(folder, name) };
}

type Part = { type: string; text?: string; image_url?: string };

/** What the person says in the request, each part in a few letters. */
function readParts(run: { stdout: string; code: number | null }, cli: Cli): string[] | number | null {
  if (run.code !== 0) return run.code;
  const { body } = JSON.parse(run.stdout) as { body: { input: { role: string; content: Part[] }[] } };
  expect(body.input.map(({ role }) => role)).toEqual(['user']);
  return (body.input[0]?.content ?? []).map(({ text, image_url }) =>
    image_url === undefined ? (text ?? '').replaceAll(cli.home, '~') : image_url.slice(0, 22),
  );
}

const file = 'File: ~/work/a.txt\n```\ntext of a\n```\n';
const image = 'data:image/png;base64,';

/** By which of argument, mark, stdin, file and attachment are given: what is said, or the exit code. */
const golden: Record<string, string[] | number> = {
  '': 2,
  argument: ['words'],
  mark: 2,
  stdin: ['piped'],
  file: [file],
  attachment: [image],
  'argument mark': 2,
  'argument stdin': ['words\n\npiped'],
  'argument file': ['words', file],
  'argument attachment': ['words', image],
  'mark stdin': ['piped'],
  'mark file': 2,
  'mark attachment': 2,
  'stdin file': ['piped', file],
  'stdin attachment': ['piped', image],
  'file attachment': [file, image],
  'argument mark stdin': ['piped\n\nwords'],
  'argument mark file': 2,
  'argument mark attachment': 2,
  'argument stdin file': ['words\n\npiped', file],
  'argument stdin attachment': ['words\n\npiped', image],
  'argument file attachment': ['words', file, image],
  'mark stdin file': ['piped', file],
  'mark stdin attachment': ['piped', image],
  'mark file attachment': 2,
  'stdin file attachment': ['piped', file, image],
  'argument mark stdin file': ['piped\n\nwords', file],
  'argument mark stdin attachment': ['piped\n\nwords', image],
  'argument mark file attachment': 2,
  'argument stdin file attachment': ['words\n\npiped', file, image],
  'mark stdin file attachment': ['piped', file, image],
  'argument mark stdin file attachment': ['piped\n\nwords', file, image],
};

it('8 of 32 combinations of argument, -, stdin, -f and -a make the requests that are written down', () =>
  expectGolden(Object.keys(golden).filter((_, index) => index % 4 === 1)));

it('32 combinations of argument, -, stdin, -f and -a make the requests that are written down', {
  tags: 'deep',
  timeout: 120_000,
}, async () => {
  expect(Object.keys(golden)).toHaveLength(32);
  await expectGolden(Object.keys(golden));
});

async function expectGolden(combinations: string[]): Promise<void> {
  const cli = await createWithFiles();
  const ask = async (combination: string) => {
    const given = combination.split(' ');
    const argv = [
      'chat',
      '--dry-run',
      ...(given.includes('file') ? ['-f', cli.at('a.txt')] : []),
      ...(given.includes('attachment') ? ['-a', cli.at('p.png')] : []),
      ...(given.includes('mark') ? ['-'] : []),
      ...(given.includes('argument') ? ['words'] : []),
    ];
    const run = await cli.runHere(argv, given.includes('stdin') ? { stdin: 'piped\n' } : {});
    return [combination, readParts(run, cli)];
  };
  const outcomes: unknown[] = [];
  for (let start = 0; start < combinations.length; start += 4)
    outcomes.push(...(await Promise.all(combinations.slice(start, start + 4).map(ask))));
  const written = Object.entries(golden).filter(([combination]) => combinations.includes(combination));
  expect(Object.fromEntries(outcomes as [string, unknown][])).toEqual(Object.fromEntries(written));
  expect(cli.simulator.requests).toEqual([]);
}

it('a request that is only printed is the one that is sent', async () => {
  const cli = await createWithFiles();
  const argv = ['chat', '-s', 'Be brief.', '--effort', 'low', '-f', cli.at('a.txt'), 'words'];
  const printed = parseOutput(await cli.run([...argv, '--dry-run']));
  await cli.run(argv);
  const [sent] = cli.simulator.requestsTo('/responses');
  expect(printed.body).toEqual(sent?.body);
  expect(printed).toMatchObject({ path: '/responses', tokenizer: 'o200k_base', instructions: [] });
  expect(printed.input_tokens_estimated).toBeGreaterThan(10);
  expect(printed.input_credits_estimated).toBeGreaterThan(0);
});

it('instruction files go in front, are named, and can be left out', async () => {
  const cli = await createWithFiles();
  writeFileSync(join(cli.home, 'AGENTS.md'), 'Speak like a pirate.\n');
  const run = async (...flags: string[]) =>
    JSON.parse((await cli.runHere(['chat', '--dry-run', ...flags, 'hi'], { cwd: cli.home })).stdout) as {
      body: { input: { role: string; content: Part[] }[] };
      instructions: unknown;
    };
  const { body, instructions } = await run('-s', 'Be brief.');
  expect(body.input[0]).toMatchObject({
    role: 'system',
    content: [{ text: 'Instructions from AGENTS.md:\n\nSpeak like a pirate.\n\nBe brief.' }],
  });
  expect(instructions).toEqual([{ path: 'AGENTS.md', tokens_estimated: expect.any(Number) }]);
  expect((await run('--no-instructions')).body.input[0]?.role).toBe('user');
});

it('a file that the prompt mentions goes along', async () => {
  const cli = await createWithFiles();
  const run = await cli.runHere(['chat', '--dry-run', `explain @${cli.at('a.txt')}, please`]);
  expect(readParts(run, cli)).toEqual(['explain @~/work/a.txt, please', file]);
});

sampled.it.each([
  [['-f', 'nowhere.txt'], 2, 'nowhere.txt'],
  [['-a', 'nowhere.png'], 2, 'nowhere.png'],
])('what is not there is told: %j', async (flags, code, words) => {
  const cli = await createWithFiles();
  const run = await cli.runHere(['chat', ...flags, 'hi']);
  expect(run.code).toBe(code);
  expect(run.stderr).toContain(words);
  expect(cli.simulator.requests).toEqual([]);
});

/** A server of one page. */
async function servePage(html: string): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(html),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`;
}

describe('a file without text', () => {
  it('is told on stderr and in JSON', async () => {
    const cli = await createWithFiles();
    const cwd = join(cli.home, 'work');
    mkdirSync(join(cwd, 'sub'));
    for (const [name, text] of [
      ['empty.txt', ''],
      ['blank.txt', ' \n\n'],
      ['sub/one.txt', ''],
      ['sub/two.txt', ''],
    ])
      writeFileSync(join(cwd, name ?? ''), text ?? '');
    const url = await servePage('<html><head><title></title><script>x()</script></head><body></body></html>');
    const cases: [argv: string[], sentence: string][] = [
      [['-f', 'empty.txt', '--', 'q'], 'empty.txt is empty: only its name is sent.'],
      [['-f', 'blank.txt', 'a.txt', '--', 'q'], 'blank.txt is empty: only its name is sent.'],
      [['-f', url, '--', 'q'], `${url} has no text: only its URL is sent.`],
      [['-f', 'sub', '--', 'q'], 'sub has only empty files: only their names are sent.'],
      [['see @empty.txt'], 'empty.txt is empty: only its name is sent.'],
    ];
    for (const [argv, sentence] of cases) {
      const run = await cli.runHere(['chat', '--json', ...argv], { cwd });
      expect(run).toMatchObject({ code: 0, stderr: `warning: ${sentence}\n` });
      expect(parseOutput(run).notices).toEqual([sentence]);
    }
  });

  it('is not said of one among others in a folder', async () => {
    const cli = await createWithFiles();
    const cwd = join(cli.home, 'work');
    mkdirSync(join(cwd, 'sub'));
    writeFileSync(join(cwd, 'sub/__init__.py'), '');
    writeFileSync(join(cwd, 'sub/main.py'), 'pass\n');
    expect(await cli.runHere(['chat', '-f', 'sub', '--', 'q'], { cwd })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('is not asked about without a prompt', async () => {
    const cli = await createWithFiles();
    writeFileSync(cli.at('empty.txt'), '');
    const runs = [
      await cli.runHere(['chat', '-f', 'empty.txt'], { cwd: join(cli.home, 'work') }),
      await cli.runHere(['chat', '-f', '-', '--', 'q'], { stdin: '\n' }),
    ];
    expect(runs).toMatchObject([
      { stdout: '', code: 2 },
      { stdout: '', code: 2 },
    ]);
    expect(runs[0]?.stderr).toMatch(
      /there is no prompt, and nothing in the files: empty\.txt\. Nothing was sent\./,
    );
    expect(runs[1]?.stderr).toMatch(/stdin is empty/);
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });
});

it('tells of many files that are left out in one line a reason, on stderr and in JSON', async () => {
  const cli = await createWithFiles();
  const cwd = join(cli.home, 'work');
  mkdirSync(join(cwd, 'sub'));
  for (let index = 0; index < 40; index += 1) {
    writeFileSync(join(cwd, `sub/${index}.bin`), Buffer.from([0, 255, 0]));
    writeFileSync(join(cwd, `sub/${index}.old`), Buffer.from('caf\xe9', 'latin1'));
    writeFileSync(join(cwd, `sub/${index}.pem`), 'key');
  }
  const run = await cli.runHere(['chat', '--json', '-f', 'sub', '--', 'q'], { cwd });
  expect(run.code).toBe(0);
  const expected = [
    '40 files are left out because they are not text files: sub/0.bin, sub/1.bin, sub/10.bin and 37 more.',
    '40 files are not UTF-8, and are read as Windows-1252: sub/0.old, sub/1.old, sub/10.old and 37 more.',
    '40 files are left out because they look like files of secrets; to send one, give it a flag of its own: sub/0.pem, sub/1.pem, sub/10.pem and 37 more.',
  ];
  expect(run.stderr).toBe(expected.map((line) => `warning: ${line}\n`).join(''));
  expect(parseOutput(run).notices).toEqual(expected);
});

describe('an image for a model that takes none', () => {
  it.each<[string, string[], string?]>([
    ['a file', ['-m', 'kimi-k2.7-code', 'what is this', '-a', 'p.png']],
    ['stdin', ['-m', 'kimi-k2.7-code', 'what is this', '-a', '-'], png],
    ['without words', ['-m', 'kimi-k2.7-code', '-a', 'p.png']],
    ['a PDF', ['-m', 'kimi-k2.7-code', 'what is this', '-a', 'p.pdf']],
    ['where a dry run is asked for', ['-m', 'kimi-k2.7-code', '--dry-run', 'what is this', '-a', 'p.png']],
  ])('keeps the prompt back: %s', async (_, argv, stdin) => {
    const cli = await createWithFiles();
    writeFileSync(cli.at('p.pdf'), '%PDF-1.7\n');
    const run = await cli.runHere(['chat', ...argv], {
      cwd: join(cli.home, 'work'),
      ...(stdin !== undefined && { stdin }),
    });
    expect(run).toMatchObject({ code: 6, stdout: '' });
    expect(run.stderr).toMatch(/kimi-k2\.7-code takes no images or documents, so \S+ is not sent/);
    expect(cli.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
