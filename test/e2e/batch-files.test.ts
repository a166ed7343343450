import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Batch, createBatch, parseBatchLines } from '../helpers/batch.ts';
import { binary, collect, type Run } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';

/** A picture's first bytes. */
const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

type Project = Batch & {
  cwd: string;
  each(argv: string[], stdin?: string): Promise<Run>;
  /** The files that the model was asked about since the last call. */
  takeFiles(): (string | undefined)[];
};

async function createProject(files: Record<string, string | Uint8Array>): Promise<Project> {
  const batch = await createBatch();
  const cwd = join(batch.home, 'project');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  return {
    ...batch,
    cwd,
    each: (argv, stdin) =>
      batch.runHere(['chat', '--each-file', '-j', '1', ...argv], {
        cwd,
        ...(stdin !== undefined && { stdin }),
      }),
    takeFiles: () => batch.takeAsked().map((text) => /^File: (.*)$/m.exec(text)?.[1]),
  };
}

/** A line of bash; `$cli` is the program. */
function runInShell({ cwd, env }: Project, line: string): Promise<Omit<Run, 'milliseconds'>> {
  const script = line.replaceAll('$cli', `'${process.execPath}' '${binary}'`);
  const child = spawn('bash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ stdout: stdout(), stderr: stderr(), code }));
  });
}

sampled.it.each<[name: string, argv: string[]]>([
  ['a folder', ['-f', '.', '-o', 'out.jsonl']],
  ['a glob', ['-f', '*', '-o', 'out.jsonl']],
  ['a link to the folder', ['-f', '../link', '-o', 'out.jsonl']],
  ['a link to the output', ['-f', '.', '-o', '../out-link.jsonl']],
  ['a longer path', ['-f', '../project', '-o', '../project/./out.jsonl']],
])('a batch never asks about what it writes itself: %s', { timeout: 60_000 }, async (_, files) => {
  const project = await createProject({ 'a.txt': 'alpha\n', 'b.txt': 'beta\n' });
  symlinkSync(project.cwd, join(project.home, 'link'));
  symlinkSync(join(project.cwd, 'out.jsonl'), join(project.home, 'out-link.jsonl'));
  for (const count of [2, 0, 0]) {
    expect(await project.each([...files, 'R:'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(project.takeFiles()).toHaveLength(count);
  }
});

it.each<[string, Record<string, string>, string]>([
  ['an empty file', { 'none.txt': '' }, 'warning: none.txt is left out: it is empty.\n'],
  [
    'blank files',
    { 'b.txt': '\n \n', 'c.txt': '\t' },
    'warning: 2 files are left out because they are empty: b.txt, c.txt.\n',
  ],
])('a batch asks nothing about %s', async (_, more, told) => {
  const project = await createProject({ 'a.txt': 'alpha\n', ...more });
  const run = await project.each(['-f', '.', '-o', 'out.jsonl', 'R:']);
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining(told) });
  expect(project.takeFiles()).toHaveLength(1);
});

it('a batch of lines leaves its output out of the attachments of each, and can go on', async () => {
  const project = await createProject({ 'a.txt': 'alpha\n' });
  const ask = (): Promise<Run> =>
    project.runHere(['chat', '--each-line', '-f', '.', '-o', 'out.jsonl', 'T:'], {
      cwd: project.cwd,
      stdin: 'one\n',
    });
  expect(await ask()).toMatchObject({ code: 0, stderr: '' });
  expect(await ask()).toMatchObject({ code: 0, stderr: '' });
  expect(project.takeAsked()).toHaveLength(1);
});

it('the output of a batch that a shell lists among other files is left out, and alone it is refused', async () => {
  const project = await createProject({ 'a.txt': 'alpha\n', 'b.txt': 'beta\n' });
  for (const count of [2, 0]) {
    const run = await runInShell(project, '$cli chat --each-file -o out.jsonl -f * -- R:');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(project.takeFiles()).toHaveLength(count);
  }
  const alone = await project.each(['-o', 'out.jsonl', '-f', 'out.jsonl', 'R:']);
  expect(alone).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('1 that this command writes itself'),
  });
  expect(project.takeAsked()).toEqual([]);
});

it('a batch does not ask about the files that a shell sends its stdout and stderr to', async () => {
  const project = await createProject({ 'a.txt': 'alpha\n' });
  for (const line of [
    '$cli chat --each-file -f . R: > records.jsonl; rm records.jsonl',
    '$cli chat --each-file -f "*" -o ../out.jsonl R: > run.log 2>&1; rm run.log ../out.jsonl',
    'nohup $cli chat --each-file -f . R: 2> err.log; rm err.log',
  ]) {
    await runInShell(project, line);
    expect(project.takeFiles(), line).toEqual(['a.txt']);
  }
});

sampled.it.each<[name: string, argv: string[], words: string]>([
  ['a mark in the prompt', ['-f', 'a.txt', 'R:', '-'], '--each-file reads no stdin, so a "-" in the prompt'],
  ['no mark', ['-f', 'a.txt', 'R:'], 'stdin has data, but --each-file asks only about the files of -f'],
  ['a path of stdin', ['-f', '/dev/stdin', 'R:'], '--each-file takes no file of stdin'],
])('data that is piped into a batch of files is refused before any request: %s', async (_, argv, words) => {
  const project = await createProject({ 'a.txt': 'alpha\n' });
  const run = await project.each(argv, 'PIPED\n');
  expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  expect(project.takeAsked()).toEqual([]);
});

sampled.it.each([
  'echo PIPED | $cli chat --each-file -f a.txt R:',
  '(sleep 1; echo PIPED) | timeout 30 $cli chat --each-file -f a.txt R:',
  'echo PIPED > ../piped; $cli chat --each-file -f a.txt R: < ../piped',
])('data that a shell gives a batch of files is refused: %s', async (line) => {
  const project = await createProject({ 'a.txt': 'alpha\n' });
  const run = await runInShell(project, line);
  expect(run).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('stdin has data'),
  });
  expect(project.takeAsked()).toEqual([]);
});

sampled.it.each([
  ['no data', ': | $cli chat --each-file -f a.txt R:', 1],
  ['data that are to be left alone', 'echo PIPED | $cli chat --each-file --no-stdin -f a.txt R:', 1],
  [
    'the lines of a loop',
    'printf "a.txt\\nb.txt\\n" | while read -r name; do $cli chat --each-file -f "$name" R:; done',
    2,
  ],
])(
  'a batch of files is asked where stdin has nothing for it: %s',
  { timeout: 30_000 },
  async (_, line, count) => {
    const project = await createProject({ 'a.txt': 'alpha\n', 'b.txt': 'beta\n' });
    expect(await runInShell(project, line)).toMatchObject({ code: 0, stderr: '' });
    expect(project.takeFiles()).toHaveLength(count);
  },
);

it('a batch of a folder leaves out what is no text, and ends well', async () => {
  const project = await createProject({
    'img/a.txt': 'alpha\n',
    'img/logo.png': png,
    // Nothing at its beginning says so.
    'img/late.bin': `${'x'.repeat(20_000)}\0`,
  });
  const argv = ['-f', 'img', '-o', 'out.jsonl', 'R:'];
  for (const count of [1, 0]) {
    const run = await project.each(argv);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toContain(
      'warning: 2 files are left out because they are not text files: img/late.bin, img/logo.png.\n',
    );
    expect(project.takeFiles()).toHaveLength(count);
  }
  const named = await project.each(['-f', 'img', '-f', 'img/logo.png', 'R:']);
  expect(named.code).toBe(2);
  expect(parseBatchLines(named.stdout)).toMatchObject([
    { type: 'reply', file: 'img/a.txt' },
    { type: 'failure', file: 'img/logo.png' },
  ]);
});

sampled.it.each<[argv: string[], words: string]>([
  [['-f', '*.pem'], 'no file of *.pem is sent; left out: 1 that looks like a file of secrets'],
  [['-f', 'img'], 'no file of img is sent; left out: 1 that is not a text file'],
  [['-f', 'a.txt', '-f', '*.pem'], 'to send a file of secrets, name it: -f key.pem'],
])('a batch of files of which none is left is refused: %j', async (argv, words) => {
  const project = await createProject({ 'a.txt': 'alpha\n', 'key.pem': 'key', 'img/logo.png': png });
  const run = await project.each([...argv, 'q']);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr.toLowerCase()).toContain(words.toLowerCase());
  expect(project.takeAsked()).toEqual([]);
});

const empty = {
  'a.txt': 'alpha\n',
  'ef.txt': '',
  'gap.txt': ' '.repeat(100),
  'none/x.txt': '\n',
  'none/y.txt': '',
};

it.each<[argv: string[], words: string]>([
  [['-f', 'ef.txt'], 'ef.txt is empty, so there is nothing to ask about'],
  [['-f', 'a.txt', '-f', 'ef.txt'], 'ef.txt is empty, so there is nothing to ask about'],
  [['-f', 'none'], 'no file of none is sent; left out: 2 that are empty'],
  [['-f', 'a.txt', '-f', 'none/*'], 'no file of none/* is sent; left out: 2 that are empty'],
  [['-f', 'ef.txt', 'gap.txt', '--'], 'no file of ef.txt is sent; left out: 1 that is empty'],
])('a batch is refused if what is named has nothing to ask about: %j', async (argv, words) => {
  const project = await createProject(empty);
  const run = await project.each([...argv, 'q']);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain(words);
  expect(run.stderr).toContain('Nothing was sent.');
  expect(project.takeAsked()).toEqual([]);
});

it('a batch leaves an empty file out that a shell lists among others', async () => {
  const project = await createProject(empty);
  const run = await runInShell(project, '$cli chat --each-file -f *.txt -- R:');
  expect(run).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('2 files are left out because they are empty: ef.txt, gap.txt.'),
  });
  expect(project.takeFiles()).toEqual(['a.txt']);
});

it('a folder without files among those that a shell lists does not stop a batch', async () => {
  const project = await createProject({ 'a.txt': 'alpha\n', 'z.txt': 'zeta\n' });
  mkdirSync(join(project.cwd, 'empty'));
  const run = await runInShell(project, '$cli chat --each-file -f * -- R:');
  expect(run).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('empty is left out: there is no file to send in it.'),
  });
  // Two are asked at once, so either may come first.
  expect(project.takeFiles().sort()).toEqual(['a.txt', 'z.txt']);
});

it('a file that cannot fit the model is a failed line that was never sent', async () => {
  const project = await createProject({
    'a.txt': 'alpha\n',
    'large.txt': 'The quick brown fox jumps over the lazy dog. '.repeat(60_000),
  });
  const run = await project.each(['-f', '*.txt', 'R:']);
  expect(run.code).toBe(9);
  expect(run.stderr).toMatch(/1 of 2 files were not answered; large\.txt: the prompt has ~[\d,]+ tokens/);
  expect(parseBatchLines(run.stdout)).toMatchObject([
    { type: 'reply', file: 'a.txt' },
    { type: 'failure', file: 'large.txt', error: { code: 'input_too_large' } },
  ]);
  expect(project.takeFiles()).toEqual(['a.txt']);
});
