import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { binary, type Cli, collect, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';

const template = `#!/usr/bin/env -S copilot-cli run
---
description: Says hello
model: kimi-k2.7-code
system: You greet in {{language}}.
inputs:
  name:
  language: English
---
Greet {{name}}.
`;

async function createWithTemplate(): Promise<Cli & { path: string }> {
  const cli = await createCli();
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = 'gpt-5-mini';
  const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'greet.md');
  writeFileSync(path, template);
  return { ...cli, path };
}

const readBody = (cli: Cli): unknown => cli.simulator.requestsTo('/chat/completions')[0]?.body;

const greeting = [
  { role: 'system', content: 'You greet in English.' },
  { role: 'user', content: 'Greet Ann.' },
];

sampled.it.each([
  ['by its name', (_: string) => ['chat', '-t', 'greet', '-p', 'name=Ann']],
  ['by its path', (path: string) => ['chat', '-t', path, '-p', 'name=Ann']],
  ['as what is run', (path: string) => ['run', path, '-p', 'name=Ann']],
])('a prompt file is asked %s', async (_, toArgv) => {
  const cli = await createWithTemplate();
  expect(await cli.runHere(toArgv(cli.path))).toMatchObject({
    stdout: 'You said: Greet Ann.\n',
    stderr: '',
    code: 0,
  });
  expect(readBody(cli)).toMatchObject({ messages: greeting });
});

it('a prompt file that is executable runs like a program, with what is piped in', async () => {
  const cli = await createWithTemplate();
  const shims = join(cli.home, 'bin');
  mkdirSync(shims);
  symlinkSync(binary, join(shims, 'copilot-cli'));
  chmodSync(cli.path, 0o755);
  const env = { ...cli.env, PATH: `${shims}${delimiter}${cli.env.PATH}` };
  const child = spawn(cli.path, ['-p', 'name=Ann', 'Be', 'kind.'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end('A list\n');
  const stdout = collect(child.stdout);
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, stdout()]).toEqual([0, 'You said: Greet Ann.\n\nA list\n\nBe kind.\n']);
});

sampled.it.each([
  [['chat', '-t', 'greet'], 'needs a value for name'],
  [['chat', '-t', 'greet', '-p', 'nam=Ann'], 'Did you mean name=Ann?'],
  [['chat', '-t', 'great', '-p', 'name=Ann'], 'There are: greet'],
  [['run', 'nowhere.md'], 'nowhere.md cannot be read'],
  [['chat', '-t', 'greet', '-p', 'Ann'], '--param is name=value'],
])('%j is refused, and nothing is asked', async (argv, words) => {
  const cli = await createWithTemplate();
  const run = await cli.runHere(argv);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain(words);
  expect(cli.simulator.requests).toEqual([]);
});

sampled.it.each<[given: string, argv: string[], sentences: string[]]>([
  ['twice', ['-p', 'name=Bob', '-p', 'name=Ann'], ['name has more than one value, and "Ann" is used.']],
  ['by a word, too', ['-p', 'name=Ann', 'name=Bob'], ['name has more than one value, and "Ann" is used.']],
  ['as words', ['name=Bob', 'name=Ann'], ['name has more than one value, and "Ann" is used.']],
  [
    'three times, and another twice',
    ['-p', 'name=', '-p', 'language=Latin', '-p', 'name=Bob', '-p', 'name=Ann', '-p', 'language=English'],
    [
      'name has more than one value, and "Ann" is used.',
      'language has more than one value, and "English" is used.',
    ],
  ],
  ['twice in the same words', ['-p', 'name=Ann', '-p', 'name=Ann'], []],
])('a value that is given %s is the last one, and the person hears of it', async (_, argv, sentences) => {
  const cli = await createWithTemplate();
  const run = await cli.runHere(['chat', '--json', '-t', 'greet', ...argv]);
  expect(run).toMatchObject({ code: 0, stderr: sentences.map((one) => `warning: ${one}\n`).join('') });
  expect(parseOutput(run).notices).toEqual(sentences);
  expect(readBody(cli)).toMatchObject({ messages: greeting });
});

it('an option that takes one value has the last one', async () => {
  const cli = await createWithTemplate();
  const argv = [
    '-m',
    'gpt-5.4-mini',
    '-s',
    'One.',
    '-m',
    'kimi-k2.7-code',
    '-s',
    'Two.',
    '--no-instructions',
    'hi',
  ];
  expect(await cli.runHere(['chat', ...argv])).toMatchObject({ code: 0, stderr: '' });
  expect(readBody(cli)).toMatchObject({
    messages: [
      { role: 'system', content: 'Two.' },
      { role: 'user', content: 'hi' },
    ],
  });
});
