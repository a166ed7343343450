import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binary, type Cli, createCli, isDeepTest, parseOutput, type Run } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

const chatPath = '/chat/completions';

async function createShell(): Promise<Cli & { folder: string; bash(script: string): Promise<Run> }> {
  const cli = await createCli();
  await cli.signIn();
  const folder = join(cli.home, 'work');
  const bin = join(cli.home, 'bin');
  mkdirSync(folder);
  mkdirSync(bin);
  const shim = join(bin, 'copilot-cli');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' -- '${binary}' "$@"\n`);
  chmodSync(shim, 0o755);
  const env = { ...cli.env, PATH: `${bin}:${cli.env.PATH}` };
  const bash = (script: string): Promise<Run> => {
    const needsShell = isDeepTest() || !isPlain.test(script);
    return needsShell
      ? runBash(script, folder, env)
      : cli.runHere(script.split(' ').slice(1), { cwd: folder });
  };
  return { ...cli, folder, bash };
}

/** The program and words that mean the same to every shell; `bin/copilot-cli.js` answers the ones with `help`. */
const isPlain = /^copilot-cli(?!.*help)(?: [\w.:=/-]+)*$/;

async function runBash(script: string, cwd: string, env: Record<string, string>): Promise<Run> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', script], { cwd, env }, (_, stdout, stderr) =>
      resolve({ stdout, stderr, code: child.exitCode, milliseconds: 0 }),
    );
    child.stdin?.end();
  });
}

/** The words that the model was sent, without the instructions. */
function readSaid(cli: Cli): string[] {
  return cli.simulator.requestsTo(chatPath).map(({ body }) => {
    const { messages } = body as { messages: { role: string; content: unknown }[] };
    const user = messages.findLast(({ role }) => role === 'user');
    const { content } = user ?? {};
    return typeof content === 'string'
      ? content
      : (content as { text?: string }[]).map(({ text }) => text ?? '').join('|');
  });
}

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

describe.runIf(hasBash)('in a shell', () => {
  sampled.it.each([
    ['copilot-cli mpc'],
    ['copilot-cli doktor'],
    ['copilot-cli diagnose'],
    ['copilot-cli auth login'],
    ['copilot-cli session list'],
    ['copilot-cli log in'],
    ['copilot-cli status.'],
    ['copilot-cli resume'],
    ['copilot-cli history </dev/null'],
    ['copilot-cli /model'],
    ['copilot-cli "?"'],
    ['copilot-cli chta'],
    ['copilot-cli whoami'],
    ['copilot-cli mcp ad'],
    ['copilot-cli -m kimi-k2.7-code version'],
    ['copilot-cli --no-color completions bash'],
    ['echo data | copilot-cli list'],
    ['copilot-cli --usage confg list'],
    ['echo list | xargs copilot-cli session'],
  ])('%s is no paid prompt, and ends with 2', async (script) => {
    const cli = await createShell();
    const run = await cli.bash(script);
    // xargs has an exit code of its own.
    expect(run).toMatchObject({ code: script.includes('xargs') ? 123 : 2, stdout: '' });
    expect(run.stderr).toMatch(/command/);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('eval of a completion for no shell runs nothing', async () => {
    const cli = await createShell();
    cli.simulator.state.answer = { ...cli.simulator.state.answer, text: ['touch ruined'] };
    const run = await cli.bash('eval "$(copilot-cli completions bash)"; ls');
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('did you mean "copilot-cli completion"?');
    expect(cli.simulator.requests).toEqual([]);
  });

  sampled.it.each([
    ['copilot-cli -- version', 'version'],
    ['copilot-cli chat version', 'version'],
    ['copilot-cli chat auth login', 'auth login'],
    ['copilot-cli "auth login"', 'auth login'],
    ['copilot-cli hello', 'hello'],
    ['echo diff | copilot-cli explain', 'explain\n\ndiff'],
    ['copilot-cli chat -- help', 'help'],
    ['copilot-cli chat -x write a fizzbuzz in go', 'write a fizzbuzz in go'],
    ['copilot-cli chat -x go on', 'go on'],
    ['copilot-cli chat -x=go write a fizzbuzz', 'write a fizzbuzz'],
    ['copilot-cli chat -x go -- write a fizzbuzz', 'write a fizzbuzz'],
  ])('%s sends all of its words', async (script, said) => {
    const cli = await createShell();
    await cli.bash(script);
    expect(readSaid(cli).map((text) => text.trim())).toEqual([said]);
  });

  it('the suggested command is one that works', async () => {
    const cli = await createShell();
    for (const words of ['session list', '--json confg list', 'ls', 'whoami', 'verison', 'sessions rm']) {
      const { stderr } = await cli.bash(`copilot-cli ${words}`);
      const [, meant = ''] = /did you mean "([^"]+)"/.exec(stderr) ?? [];
      expect(meant).toMatch(/^copilot-cli /);
      expect(await cli.bash(`${meant} --help`)).toMatchObject({ code: 0 });
      const [, prompt = ''] = /To send it as a prompt: (.+)/.exec(stderr) ?? [];
      if (prompt !== '') expect(await cli.bash(prompt)).toMatchObject({ code: 0 });
    }
  });

  it('help as the only word behind a command prints its help', async () => {
    const cli = await createShell();
    for (const command of ['chat', 'sessions', 'config set', 'chat --json -m x'])
      expect((await cli.bash(`copilot-cli ${command} help`)).stdout).toMatch(
        new RegExp(`^Usage: copilot-cli ${command.split(' -')[0]} `),
      );
    expect(cli.simulator.requests).toEqual([]);
  });
});

describe.runIf(hasBash)('files that a shell lists behind -f', () => {
  async function createFiles() {
    const shell = await createShell();
    for (const name of ['a.txt', 'b.txt', 'c d.txt', 'README'])
      writeFileSync(join(shell.folder, name), `text of ${name}\n`);
    mkdirSync(join(shell.folder, 'src'));
    writeFileSync(join(shell.folder, 'src', 'e.txt'), 'text of e.txt\n');
    return shell;
  }
  const texts = (said: string): string[] => [...said.matchAll(/text of (.+)/g)].map(([, name = '']) => name);
  const words = (said: string): string => said.split(/\|?(?:\n\n)?File: /)[0]?.trim() ?? '';

  sampled.it.each<[script: string, said: string, files: string[]]>([
    ['chat -f *.txt "summarise"', 'summarise', ['a.txt', 'b.txt', 'c d.txt']],
    ['chat "summarise" -f *.txt', 'summarise', ['a.txt', 'b.txt', 'c d.txt']],
    ['chat -f *.txt -m kimi-k2.7-code summarise them', 'summarise them', ['a.txt', 'b.txt', 'c d.txt']],
    ['-f *.txt "summarise"', 'summarise', ['a.txt', 'b.txt', 'c d.txt']],
    ['chat -f a.txt README "compare"', 'compare', ['a.txt', 'README']],
    ['chat -f a.txt -- README', 'README', ['a.txt']],
    ['chat -f a.txt what is README', 'what is README', ['a.txt']],
    ['chat -f * "summarise"', 'summarise', ['README', 'a.txt', 'b.txt', 'c d.txt', 'e.txt']],
    ['chat -f a.txt src "explain"', 'src explain', ['a.txt']],
    ['chat -f a.txt src/ "explain"', 'explain', ['a.txt', 'e.txt']],
    ['chat -f a.txt -f b.txt "explain"', 'explain', ['a.txt', 'b.txt']],
  ])('belong to it up to the first word that is no file: %s', async (script, said, files) => {
    const cli = await createFiles();
    expect(await cli.bash(`copilot-cli ${script}`)).toMatchObject({ code: 0 });
    const [sent = ''] = readSaid(cli);
    expect(words(sent)).toBe(said);
    expect(texts(sent).sort()).toEqual([...files].sort());
  });

  it('are no prompt by themselves', async () => {
    const cli = await createFiles();
    const run = await cli.bash('copilot-cli chat -f *.txt');
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('there is no prompt, only files');
    expect(cli.simulator.requests).toEqual([]);
  });

  it('go along with what is piped in', async () => {
    const cli = await createFiles();
    expect(await cli.bash('echo summarise | copilot-cli chat -f *.txt')).toMatchObject({ code: 0 });
    expect(words(readSaid(cli)[0] ?? '')).toBe('summarise');
  });

  it('belong to the flag behind run, too', async () => {
    const cli = await createFiles();
    writeFileSync(join(cli.folder, 'ask.md'), 'Compare these.\n');
    expect(await cli.bash('copilot-cli run ask.md -f *.txt')).toMatchObject({ code: 0 });
    const [sent = ''] = readSaid(cli);
    expect(words(sent)).toBe('Compare these.');
    expect(texts(sent)).toHaveLength(3);
  });

  it('are named on a terminal', async () => {
    const cli = await createFiles();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'chat', '-f', 'a.txt', 'b.txt', 'src', 'hi'],
      env: cli.env,
      cwd: cli.folder,
      columns: 200,
    });
    await terminal.waitFor(/Taken as files: b\.txt\. "--" before the prompt ends the list\./);
    await terminal.waitFor(/src is a word of the prompt; for the folder of this name: -f src\//);
    expect(await terminal.exitCode).toBe(0);
  });

  it('a language in front of other words is said to be one of them on a terminal', async () => {
    const cli = await createFiles();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'chat', '-x', 'python', 'function', 'please'],
      env: cli.env,
      columns: 200,
    });
    await terminal.waitFor(/python is a word of the prompt; for code in python alone: -x=python/);
    await terminal.exitCode;
    expect(readSaid(cli)).toEqual(['python function please']);
  });
});

sampled.it.each([
  ['focus=errors', 'Look for errors.'],
  ['focus=errors and be short', 'Look for errors.\n\nand be short'],
  ['-p focus=errors other=x', 'Look for errors.\n\nother=x'],
])('run takes a value as the hint says: %s', async (words, said) => {
  const cli = await createShell();
  writeFileSync(
    join(cli.folder, 'x.md'),
    '---\ninputs:\n  focus:\n    description: what to look for\n    required: true\n---\nLook for {{focus}}.\n',
  );
  const without = await cli.runHere(['run', 'x.md'], { cwd: cli.folder });
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('Add: focus=TEXT') });
  expect((await cli.runHere(['run', 'x.md', ...words.split(' ')], { cwd: cli.folder })).code).toBe(0);
  expect(readSaid(cli)).toEqual([said]);
});

sampled.it.each([
  [
    ['sessions', 'list', '--jsn'],
    "unknown flag '--jsn'; did you mean --json? See: copilot-cli sessions list --help",
  ],
  [['chat', '--modle', 'x'], "unknown flag '--modle'; did you mean --model? See: copilot-cli chat --help"],
  [
    ['chat', '- one\n- two'],
    'a text that begins with a dash is taken for a flag: - one - two. Put -- before a text that begins with a dash. See: copilot-cli chat --help',
  ],
  [['status', '--frobnicate'], "unknown flag '--frobnicate'. See: copilot-cli status --help"],
  [
    ['config', 'set', 'model'],
    "missing required argument 'value'. For example: copilot-cli config set model gpt-5-mini. See: copilot-cli config set --help",
  ],
  [['hi', 'there', '--frobnicate'], "unknown flag '--frobnicate'. See: copilot-cli chat --help"],
  [['status', '--colour', 'never'], 'did you mean --color?'],
])('a wrong flag names the help of its command: %j', async (argv, words) => {
  const cli = await createCli();
  const run = await cli.runHere(argv);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain(words);
});

it('an error is an object where JSON is wanted', async () => {
  const cli = await createCli();
  const run = await cli.run(['--json', 'extension']);
  expect(run.code).toBe(2);
  expect(parseOutput(run).error).toMatchObject({
    code: 'usage',
    message: 'extension is not a command of copilot-cli',
  });
});
