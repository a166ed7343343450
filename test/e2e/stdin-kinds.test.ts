import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { binary, type Cli, collect, createCli, parseOutput } from '../helpers/cli.ts';
import { describeOverlapping, onTestEnd } from '../helpers/overlapping.ts';
import { sampled } from '../helpers/sampled.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

type Outcome = { stdout: string; stderr: string; code: number | null };

type ShellOptions = { shell?: string; stdin?: 'ignore' | 'pipe' };

/** Starts a line of a shell; `$cli` is the program. A pipe on the shell's own stdin stays open and silent until the test ends. */
function startInShell(cli: Cli, line: string, { shell = 'bash', stdin = 'ignore' }: ShellOptions = {}) {
  const script = line.replaceAll('$cli', `'${process.execPath}' '${binary}'`);
  const child = spawn(shell, ['-c', script], { cwd: cli.home, env: cli.env, stdio: [stdin, 'pipe', 'pipe'] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const done = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ stdout: stdout(), stderr: stderr(), code }));
  });
  onTestEnd(() => void child.kill('SIGKILL'));
  return { child, done, stdout, stderr };
}

const runInShell = (cli: Cli, line: string, options?: ShellOptions): Promise<Outcome> =>
  startInShell(cli, line, options).done;

async function createSignedIn(): Promise<Cli> {
  const cli = await createCli();
  await cli.signIn();
  writeFileSync(join(cli.home, 'text'), 'from a file\n');
  writeFileSync(join(cli.home, 'empty'), '');
  writeFileSync(join(cli.home, 'ask.sh'), '$CLI chat words\ntrue\n');
  cli.env.CLI = `${process.execPath} ${binary}`;
  return cli;
}

const listShells = (): string[] =>
  ['bash', 'dash', 'zsh', 'ksh', 'fish'].filter((shell) =>
    ['/bin', '/usr/bin'].some((folder) => existsSync(join(folder, shell))),
  );

/** Runs a script for us in Node.js, which is what a test starts in a terminal. */
const onTerminal = `require('child_process').spawnSync('bash', ['on-terminal'], { stdio: 'inherit' })`;

const late = '(sleep 4; echo data)';

/** The writer is silent for longer than an inherited pipe may be. */
const lateLines: Record<string, string> = {
  'a pipeline': `${late} | $cli chat words`,
  'a process substitution': `$cli chat words < <(sleep 4; echo data)`,
  'a FIFO': `mkfifo fifo; ${late} > fifo & $cli chat words < fifo`,
  timeout: `${late} | timeout 30 $cli chat words`,
  nohup: `${late} | nohup $cli chat words`,
  'env and nice': `${late} | env A=1 nice $cli chat words`,
  'sh -c with one command': `${late} | sh -c '"$0" "$@"' $cli chat "words"`,
  'a function': `ask() { $cli chat words; true; }; ${late} | ask`,
  'a group behind another command': `${late} | { date > now; $cli chat words; true; }`,
  'a script that data was piped into': `${late} | bash ask.sh`,
  'a command substitution': `x=$(${late} | $cli chat words); echo "$x"`,
  'a wrapper in a wrapper': `${late} | timeout 30 env nice timeout 30 $cli chat words`,
};

describeOverlapping('a pipe whose writer is silent for long', () => {
  it('is read to its end if it was made for the command, in the usual ways', () =>
    expectRead(['a pipeline', 'a process substitution', 'a FIFO', 'a function', 'a wrapper in a wrapper']));

  it(
    'is read to its end if it was made for the command, in every way',
    { tags: 'deep', timeout: 60_000 },
    () => expectRead(Object.keys(lateLines)),
  );

  async function expectRead(names: string[]): Promise<void> {
    const cli = await createSignedIn();
    const runs = await Promise.all(
      names.map(async (name) => [name, (await runInShell(cli, lateLines[name] ?? '')).stdout]),
    );
    const expected = names.map((name) => [name, 'You said: words\n\ndata\n']);
    expect(Object.fromEntries(runs)).toEqual(Object.fromEntries(expected));
  }

  sampled.it.each(listShells())('is read to its end in a pipeline of %s', async (shell) => {
    const cli = await createSignedIn();
    const line = `sh -c 'sleep 4; echo data' | $cli chat words`;
    const run = await runInShell(cli, shell === 'fish' ? line.replaceAll(/'(\/[^']*)'/g, '$1') : line, {
      shell,
    });
    expect(run).toEqual({ stdout: 'You said: words\n\ndata\n', stderr: '', code: 0 });
  });

  it('is waited for with a line on stderr that says how to do without', async () => {
    const cli = await createSignedIn();
    const { child, done, stderr } = startInShell(cli, 'mkfifo gate; (cat gate; echo data) | $cli chat words');
    const isSaid = new Promise<void>((resolve) => {
      child.stderr?.on('data', () => stderr().includes('\n') && resolve());
    });
    await isSaid;
    expect(stderr()).toBe(
      'warning: stdin is a pipe that has been silent for 5 s; waiting for its end. To ask without it, use --no-stdin.\n',
    );
    expect(cli.simulator.requests).toEqual([]);
    writeFileSync(join(cli.home, 'gate'), '');
    expect(await done).toMatchObject({ stdout: 'You said: words\n\ndata\n', code: 0 });
  });

  it.each([
    ['stops in a line', `$cli chat words`],
    ['stops behind a line', `$cli chat words -`],
    ['is all that is asked', `$cli chat`],
    ['may be meant for the prompt or not', `timeout 60 $cli chat words`],
  ])('is waited for with a line on stderr, once, if it begins and %s', async (what, command) => {
    const cli = await createSignedIn();
    const begin = what === 'stops in a line' ? 'printf beg' : 'echo beg';
    const { child, done, stderr } = startInShell(
      cli,
      `mkfifo gate next; (${begin}; cat next; echo in; cat gate; echo end) | ${command}`,
    );
    const isSaid = new Promise<void>((resolve) => {
      child.stderr?.on('data', () => stderr().includes('\n') && resolve());
    });
    await isSaid;
    expect(stderr()).toMatch(/^warning: stdin is a pipe that has been silent for 5 s; waiting for its end\./);
    expect(cli.simulator.requests).toEqual([]);
    writeFileSync(join(cli.home, 'next'), '');
    writeFileSync(join(cli.home, 'gate'), '');
    const run = await done;
    expect(run.stdout).toMatch(/beg\n?in\nend\n$/);
    expect(run.stderr.match(/silent/g)).toHaveLength(1);
  });

  it('is left alone if it is that of a script that a program runs, and JSON has a notice of it', async () => {
    const cli = await createSignedIn();
    const [text, json, lines] = await Promise.all([
      runInShell(cli, '$cli chat words; true', { stdin: 'pipe' }),
      runInShell(cli, '$cli chat --json words; true', { stdin: 'pipe' }),
      runInShell(cli, '$cli chat --jsonl words; true', { stdin: 'pipe' }),
    ]);
    const notice = /^stdin is an inherited pipe and stayed silent for 3 s/;
    expect(text).toMatchObject({ stdout: 'You said: words\n', code: 0 });
    expect(text.stderr).toMatch(/^warning: stdin is an inherited pipe/);
    expect(JSON.parse(json.stdout)).toMatchObject({ notices: [expect.stringMatching(notice)] });
    expect(JSON.parse(lines.stdout.split('\n')[0] ?? '')).toMatchObject({
      type: 'start',
      notices: [expect.stringMatching(notice)],
    });
  });

  it('is left alone in a loop that reads lines of it', async () => {
    const cli = await createSignedIn();
    const run = await runInShell(
      cli,
      '(echo one; sleep 10; echo two) | while read -r line; do $cli chat "$line"; done',
    );
    expect(run.stdout).toBe('You said: one\nYou said: two\n');
    expect(run.stderr).toMatch(/stayed silent for 3 s: the prompt is sent without it/);
    expect(run.code).toBe(0);
  });

  it('ends the command with 2, and no request, if it cannot be told for whom it was made', async () => {
    const cli = await createSignedIn();
    const { done, child } = cli.start(['chat', 'words'], { keepStdinOpen: true });
    const runs = await Promise.all([done, runInShell(cli, 'sleep 16 | bash ask.sh')]);
    child.stdin?.end();
    expect(runs[0]).toMatchObject({ stdout: '', code: 2 });
    for (const { stderr } of runs)
      expect(stderr).toMatch(
        /^copilot-cli: stdin is a pipe that stayed silent for 10 s.*"-".*--no-stdin\.$/m,
      );
    expect(cli.simulator.requests).toEqual([]);
  }, 30_000);

  it('ends the command with 2, and no request, if it is a FIFO that was opened to read and to write', async () => {
    const cli = await createSignedIn();
    const lines = [
      'mkfifo a; exec 0<>a; exec $cli chat words',
      'mkfifo b; $cli chat words 0<>b',
      'mkfifo c; exec 0<>c; timeout 30 $cli chat --json words',
      'mkfifo d; exec 0<>d; $cli chat words || exit 2',
      'mkfifo e; exec 0<>e; $cli chat -f text words',
    ];
    // A shell around it, as that of a person.
    const runs = await Promise.all(lines.map((line) => runInShell(cli, `bash -c "${line}"; exit $?`)));
    for (const { code, stderr } of runs) {
      expect(stderr).toMatch(/stdin is a pipe that stayed silent for 10 s.*"-".*--no-stdin\.$/m);
      expect(code).toBe(2);
    }
    expect(cli.simulator.requests).toEqual([]);
    const own = 'mkfifo f; exec 0<>f; $cli chat --no-stdin words';
    expect(await runInShell(cli, own)).toEqual({ stdout: 'You said: words\n', stderr: '', code: 0 });
  }, 40_000);

  it('is left alone at once with --no-stdin', async () => {
    const cli = await createSignedIn();
    const line = 'sleep 2 | while sleep 0; do $cli chat --no-stdin words; break; done';
    expect(await runInShell(cli, line)).toEqual({ stdout: 'You said: words\n', stderr: '', code: 0 });
  });
});

describeOverlapping('data on a pipe that was inherited', () => {
  sampled.it.each<[name: string, line: string]>([
    ['a script', '$cli chat words; true'],
    ['a command that a program runs', '$cli chat words'],
  ])('goes along: %s', async (_, line) => {
    const cli = await createSignedIn();
    const { child, done } = startInShell(cli, line, { stdin: 'pipe' });
    child.stdin?.end('data\n');
    expect(await done).toMatchObject({ stdout: 'You said: words\n\ndata\n', code: 0 });
  });

  it('is said to be gone for the loop that it was taken from', async () => {
    const cli = await createSignedIn();
    const line = 'printf \'one\\ntwo\\n\' | while read -r line; do $cli chat --json "$line"; done';
    const run = await runInShell(cli, line);
    expect(JSON.parse(run.stdout)).toMatchObject({
      text: 'You said: one\n\ntwo',
      notices: [expect.stringMatching(/^stdin belongs to the script or loop/)],
    });
    expect(run.stderr).toMatch(/^warning: stdin belongs to the script or loop.*--no-stdin\.\n$/);
  });
});

/** What a shell can make of stdin. */
const kinds = {
  'a closed stdin': '$cli ARGV <&-',
  '/dev/null': '$cli ARGV </dev/null',
  'a file': '$cli ARGV <text',
  'an empty file': '$cli ARGV <empty',
  'a here-document': '$cli ARGV <<END\nfrom a file\nEND',
  'a pipe that ends': "echo 'from a file' | $cli ARGV",
  'an empty pipe': 'true | $cli ARGV',
  'a blank pipe': 'echo | $cli ARGV',
} as const;

const both = 'You said: words\n\nfrom a file\n';
const alone = 'You said: words\n';
const emptyNotice =
  'stdin is empty: the prompt is sent without it. Where that makes no sense, put "-" behind the prompt: then nothing is sent.';
const empty = new RegExp(`^warning: ${emptyNotice}\n$`);
const quiet = /^$/;

describeOverlapping('stdin', () => {
  sampled.it.each<[kind: keyof typeof kinds, stdout: string, stderr: RegExp]>([
    ['a closed stdin', alone, quiet],
    ['/dev/null', alone, quiet],
    ['a file', both, quiet],
    ['an empty file', alone, empty],
    ['a here-document', both, quiet],
    ['a pipe that ends', both, quiet],
    ['an empty pipe', alone, empty],
    ['a blank pipe', alone, empty],
  ])('with a prompt and %s', async (kind, stdout, stderr) => {
    const cli = await createSignedIn();
    const run = await runInShell(cli, kinds[kind].replace('ARGV', 'chat words'));
    expect(run).toMatchObject({ stdout, code: 0 });
    expect(run.stderr).toMatch(stderr);
  });

  it.each<[argv: string[], obstacle: string]>([
    [['run', './ask.md'], 'the prompt template ask needs text on stdin'],
    [['run', 'ask.md'], 'Pipe it in, as with: copilot-cli run ask.md < FILE'],
    [['chat', '-t', './ask.md'], 'Pipe it in, as with: copilot-cli run ./ask.md < FILE'],
    [['chat', '-f', 'nowhere.txt', '--', 'words'], 'nowhere.txt'],
    [['chat', '-m', 'no-such-model', 'words'], 'no-such-model'],
    [['chat', 'words', '-f', 'empty', '-a', 'nowhere.png'], 'nowhere.png'],
    [['chat', '-f', 'empty'], 'there is no prompt, and nothing in the files'],
    [['chat', '--session', 'none', '--fork', 'words'], 'there is no conversation none'],
  ])('with nothing in it and a prompt that cannot be sent says only why not: %j', async (argv, obstacle) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'ask.md'), 'Explain this.\n\n{{stdin}}\n');
    const run = await cli.runHere(argv, { cwd: cli.home, stdin: '' });
    expect(run.stdout).toBe('');
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toContain(obstacle);
    expect(run.stderr).not.toMatch(/is sent/);
  });

  sampled.it.each(Object.keys(kinds) as (keyof typeof kinds)[])(
    'without a prompt and with %s',
    async (kind) => {
      const cli = await createSignedIn();
      const hasText = ['a file', 'a here-document', 'a pipe that ends'].includes(kind);
      expect(await runInShell(cli, kinds[kind].replace('ARGV', 'chat'))).toMatchObject(
        hasText ? { stdout: 'You said: from a file\n', code: 0 } : { stdout: '', code: 2 },
      );
    },
  );

  sampled.it.each(Object.keys(kinds) as (keyof typeof kinds)[])('with a mark for it and %s', async (kind) => {
    const cli = await createSignedIn();
    const hasText = ['a file', 'a here-document', 'a pipe that ends'].includes(kind);
    const run = await runInShell(cli, kinds[kind].replace('ARGV', 'chat words -'));
    if (hasText) expect(run).toMatchObject({ stdout: both, code: 0 });
    else {
      expect(run).toMatchObject({ stdout: '', code: 2 });
      expect(run.stderr).toMatch(
        /^copilot-cli: stdin is empty, but the prompt uses it \("-"\)\. Nothing was sent\./,
      );
      expect(cli.simulator.requests).toEqual([]);
    }
  });

  it('that is empty is a notice in JSON', async () => {
    const cli = await createSignedIn();
    const run = await cli.run(['chat', '--json', 'words'], { stdin: '' });
    expect(parseOutput(run).notices).toEqual([emptyNotice]);
    const usual = await cli.run(['chat', '--json', 'words']);
    expect(parseOutput(usual).notices).toEqual([]);
  });
});

describeOverlapping('the lines of a loop that the command takes away', () => {
  sampled.it.each([
    ['a file', 'while read -r l; do $cli chat --json "q $l"; done < lines'],
    ['a here-document', 'while read -r l; do $cli chat --json "q $l"; done <<E\na\nb\nc\nE'],
    ['a process substitution', 'while read -r l; do $cli chat --json "q $l"; done < <(cat lines)'],
    ['a pipe', 'cat lines | while read -r l; do $cli chat --json "q $l"; done'],
  ])('are told, where it reads %s', async (_, line) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'lines'), 'a\nb\nc\n');
    const run = await runInShell(cli, line);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('stdin belongs to the script or loop');
    expect(JSON.parse(run.stdout).notices).toEqual([expect.stringContaining('--no-stdin')]);
  });

  const loop = 'while read -r l; do $cli chat --json "q $l"; done';
  const others: [name: string, line: string][] = [
    ['a file', `${loop} < lines`],
    ['a process substitution', `${loop} < <(cat lines)`],
    ['a pipe', `cat lines | ${loop}`],
    ['a pipe, in a function', `ask() { ${loop}; true; }; cat lines | ask`],
    ['a pipe, in a subshell', `cat lines | (${loop})`],
    [
      'a pipe, and pipes the answer on',
      `cat lines | while read -r l; do $cli chat --json "q $l" | cat; done`,
    ],
  ];
  const lines = [
    ...(listShells().includes('zsh') ? others.map(([name, line]) => ['zsh', name, line] as const) : []),
    ...others.map(([name, line]) => ['bash', name, `shopt -s lastpipe; ${line}`] as const),
    ...(listShells().includes('ksh') ? others.map(([name, line]) => ['ksh', name, line] as const) : []),
  ];
  sampled.it.each(lines)('are told in a script of %s, where it reads %s', async (shell, _, line) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'lines'), 'a\nb\nc\n');
    writeFileSync(join(cli.home, 'loop'), line.replaceAll('$cli', `'${process.execPath}' '${binary}'`));
    for (const run of await Promise.all([
      runInShell(cli, line, { shell }),
      runInShell(cli, `${shell} loop`),
    ])) {
      expect(run.code).toBe(0);
      expect(run.stderr).toContain('stdin belongs to the script or loop');
      expect(JSON.parse(run.stdout).notices).toEqual([expect.stringContaining('--no-stdin')]);
    }
  });

  it('are not said to be taken where it cannot be known that there is a loop', async () => {
    const cli = await createSignedIn();
    const run = await runInShell(cli, '$cli chat --json words <<END\nfrom a file\nEND\ntrue', {
      shell: 'dash',
    });
    expect(JSON.parse(run.stdout)).toMatchObject({
      text: 'You said: words\n\nfrom a file',
      notices: [expect.stringMatching(/^what is on stdin is sent with the prompt\. If stdin belongs to/)],
    });
  });

  sampled.it.each([
    `echo data | zsh -f -c '"$0" "$@"; true' $cli chat words`,
    `echo data | zsh -f -c '{ "$0" "$@"; }; true' $cli chat words`,
    `ask() { zsh -f -c '"$0" "$@"; true' "$@"; }; echo data | ask $cli chat words`,
    `echo data | bash -c '"$0" "$@"; true' $cli chat words`,
  ])('are nothing that is said where a shell has read nothing: %s', async (line) => {
    const cli = await createSignedIn();
    const expected = { stdout: 'You said: words\n\ndata\n', stderr: '', code: 0 };
    expect(await runInShell(cli, line)).toEqual(expected);
    // On a terminal zsh keeps more files open.
    const script = line
      .replaceAll('$cli', `'${process.execPath}' '${binary}'`)
      .replace('words', 'words 2>err >out');
    writeFileSync(join(cli.home, 'on-terminal'), script);
    await startProgramInTerminal({ argv: ['-e', onTerminal], env: cli.env, cwd: cli.home }).exitCode;
    expect(['out', 'err'].map((name) => readFileSync(join(cli.home, name), 'utf8'))).toEqual([
      expected.stdout,
      '',
    ]);
  });

  it('are told by a batch, too', async () => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'lines'), 'a\nb\nc\n');
    const run = await runInShell(cli, 'while read -r l; do $cli chat --each-line "e $l"; done < lines');
    expect(run.stderr).toContain('belong to the script or loop');
  });

  it('are no matter where the whole file is for the command', async () => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'lines'), 'a\nb\nc\n');
    expect(await runInShell(cli, '$cli chat q < lines')).toMatchObject({ code: 0, stderr: '' });
    expect(await runInShell(cli, '$cli chat --each-line q < lines')).toMatchObject({ code: 0, stderr: '' });
  });
});

describeOverlapping('a stdin that holds the commands of the shell', () => {
  const lines = 'echo first\n$CLI chat --json words\necho last\n';

  sampled.it.each([
    'cat script | bash',
    'bash <script',
    'cat script | bash -s one',
    'cat script | env bash',
    'sed "s/.CLI.*/( & )/" script | bash',
    'cat script | bash -',
    'cat script | env A=1 nice bash --',
    'cat script | bash +',
    'cat script | bash --norc -eo pipefail -',
    'cat script | bash /dev/stdin one',
    'cat script | bash /proc/self/fd/0',
    'cat script | bash -e /dev/fd/0 one',
    'bash - < script',
    'bash /dev/stdin < script',
    `bash -c 'source /dev/stdin' < script`,
    'cat script | setsid -w bash --norc -i 2>&-',
    'sed "s/.CLI.*/{ & ; } 2> err/" script | bash',
    'sed "s/.CLI.*/f() { & ; }; f > out; cat out/" script | bash',
    'sed "s/.CLI.*/for m in one; do & ; done > out; cat out/" script | bash -s',
    'sed "s/.CLI.*/exec 200> lock; & /" script | bash',
  ])('is left to it: %s', async (line) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'script'), lines);
    const { stdout, stderr, code } = await runInShell(cli, line);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^first\n\{[\s\S]*\}\nlast\n$/);
    expect(stdout).toContain('"text": "You said: words"');
  });

  it('is left to it on a terminal, which some shells keep open', async () => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'script'), '$CLI chat words >> out 2>> err\necho last >> out\n');
    const lines = ['bash', 'bash -', 'bash --norc -i', 'bash /dev/stdin one']
      .map((shell) => `cat script | ${shell}`)
      .join('\n');
    writeFileSync(join(cli.home, 'on-terminal'), lines);
    await startProgramInTerminal({ argv: ['-e', onTerminal], env: cli.env, cwd: cli.home }).exitCode;
    const [out, err] = ['out', 'err'].map((name) => readFileSync(join(cli.home, name), 'utf8'));
    expect({ out, err }).toEqual({ out: 'You said: words\nlast\n'.repeat(4), err: '' });
  });

  const takers = [
    'x=$($CLI chat --json words)\necho "$x"',
    'if x=$($CLI chat --json words); then echo "$x"; fi',
    'echo "`$CLI chat --json words`"',
    'f() { echo "$($CLI chat --json words)"; }\nf',
    'x=$(echo "$($CLI chat --json words)")\necho "$x"',
    'x=$(timeout 60 $CLI chat --json words)\necho "$x"',
  ];
  const taken = [
    'cat script | bash',
    'cat script | zsh',
    'zsh < script',
    'cat script | zsh -s -- a b',
  ].flatMap((line) => takers.map((taker): [string, string] => [line, taker]));

  sampled.it.each(taken)('is left to it where it takes the answer: %s, %s', async (line, taker) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'script'), `setopt shwordsplit 2>&-\n${taker}\necho last\n`);
    const { stdout, stderr, code } = await runInShell(cli, line);
    expect({ stderr: stderr.replace(/^.*setopt.*\n/, ''), code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^\{[\s\S]*\}\nlast\n$/);
    expect(stdout).toContain('"text": "You said: words"');
  });

  const execs = [
    'echo first\nexec $CLI chat --json words\necho last\n',
    'if true; then\n  exec $CLI chat --json words\nfi\necho last\n',
    'f() { exec $CLI chat --json words; }\nf\necho last\n',
    'x=1; exec timeout 60 $CLI chat --json words\nmore text of it',
    'exec 3>&1\ntest "$x" = 1 || exec $CLI chat --json words\n# a remark\n',
  ];
  const files = ['bash < script', 'bash -s one < script', 'env bash < script', 'zsh < script'];

  sampled.it.each(files.flatMap((line) => execs.map((commands): [string, string] => [line, commands])))(
    'is not sent behind exec: %s, %j',
    async (line, commands) => {
      const cli = await createSignedIn();
      writeFileSync(join(cli.home, 'script'), `setopt shwordsplit 2>&-\n${commands}`);
      const { stdout, stderr, code } = await runInShell(cli, line);
      expect(stderr.replace(/^.*setopt.*\n/, '')).toMatch(
        /^warning: stdin is the rest of the script .* is not sent\./,
      );
      expect(stdout).toContain('"text": "You said: words"');
      expect(code).toBe(0);
    },
  );

  sampled.it.each([
    [
      'the lines behind one that was read',
      '{ read -r head; exec $cli chat words; } < data',
      'data',
      'How exec works\nthe body\n',
    ],
    [
      'lines behind a redirection',
      '{ read -r head; exec $cli chat words; } < data',
      'data',
      'exec > log\nthe body\n',
    ],
    ['a file of its own', 'exec $cli chat words < data', 'data', 'exec make it\nthe body\n'],
    ['what a mark asks for', 'bash < script', 'script', 'exec $CLI chat words -\nthe body\n'],
  ])('is data behind exec: %s', async (_, line, name, content) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, name), content);
    const { stdout } = await runInShell(cli, line);
    expect(stdout).toMatch(/^You said: words\n\n[\s\S]*the body\n$/);
  });

  sampled.it.each([
    ['bash < script', '$CLI chat --each-line Say:'],
    ['cat script | bash', '$CLI chat --each-line Say:'],
    ['cat script | bash', '$CLI login --with-token'],
    ['cat script | bash -', '$CLI chat --each-line Say:'],
    ['cat script | bash /dev/stdin one', '$CLI login --with-token'],
    ['bash /dev/stdin < script', '$CLI chat --each-line Say:'],
    ['bash < script', '$CLI endpoints add mine --url http://127.0.0.1:9/v1 --key'],
    ['bash < script', 'exec $CLI chat --each-line Say:'],
    ['cat script | bash', '{ $CLI chat --each-line Say:; } > out'],
    ['cat script | bash', 'f() { $CLI login --with-token; }; f > out'],
    ['bash < script', 'true; exec 200> lock; $CLI chat --each-line Say:'],
  ])('is no data for a command that lives on it: %s, %s', async (line, command) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'script'), `${command}\necho last $?\n`);
    const { stdout, stderr, code } = await runInShell(cli, line);
    expect(stderr).toContain('stdin is the script that runs this command');
    if (command.startsWith('exec')) expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    else expect(stdout).toBe('last 2\n');
  });

  it('is no data for a template in a block whose output is redirected', async () => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'ask.md'), 'About: {{stdin}}\n');
    writeFileSync(join(cli.home, 'script'), '{ $CLI run ask.md; } > out\necho last\n');
    const { stdout } = await runInShell(cli, 'cat script | bash');
    expect(stdout).toBe('last\n');
    expect(readFileSync(join(cli.home, 'out'), 'utf8')).not.toContain('last');
  });

  sampled.it.each([
    ['a here-document', 'done <<E\na\nb\nE'],
    ['a process substitution', 'done < <(cat text text)'],
    ['a here-document, and an output of its own', 'done > out <<E\na\nb\nE'],
    ['a here-string', "done <<< $'a\\nb'"],
  ])('is not taken for the lines of a loop that reads %s, and their loss is told', async (_, end) => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'script'), `while read -r l; do $CLI chat "q $l"; ${end}\necho last\n`);
    const { stdout, stderr } = await runInShell(cli, 'cat script | bash');
    expect(stdout).toMatch(/last\n$/);
    expect(stderr).toMatch(/^warning: what is on stdin is sent with the prompt\. If stdin belongs to/);
  });

  it('is no prompt', async () => {
    const cli = await createSignedIn();
    writeFileSync(join(cli.home, 'script'), '$CLI chat\necho last\n');
    const { stdout, stderr } = await runInShell(cli, 'cat script | bash');
    expect(stderr).toContain('there is no prompt');
    expect(stdout).toBe('last\n');
  });

  sampled.it.each([
    'cat script | bash -',
    'cat script | dash',
    'cat script | zsh -',
    'bash /dev/stdin < script',
  ])(
    'is not taken for the file that a command, a function or the rest of the script has: %s',
    async (line) => {
      const cli = await createSignedIn();
      writeFileSync(
        join(cli.home, 'script'),
        'setopt shwordsplit 2>&-\n$CLI chat one < text\nf() { $CLI chat two; }; f < text\nexec < text; $CLI chat three\n',
      );
      const { stdout } = await runInShell(cli, line);
      const said = ['one', 'two', 'three'].map((word) => `You said: ${word}\n\nfrom a file\n`);
      expect(stdout).toBe(said.join(''));
    },
  );

  it('is data where a mark asks for it, or a loop in it has other lines', async () => {
    const cli = await createSignedIn();
    writeFileSync(
      join(cli.home, 'script'),
      'while true; do $CLI chat words; break; done < text\n$CLI chat words -\nmore\n',
    );
    const { stdout } = await runInShell(cli, 'cat script | bash');
    expect(stdout).toBe('You said: words\n\nfrom a file\nYou said: words\n\nmore\n');
  });
});

describeOverlapping('a stdin that cannot be read', () => {
  const socket = (type: string): string =>
    `perl -MSocket -e 'socketpair($a,$b,AF_UNIX,${type},0); syswrite($a,"data"); open(STDIN,"<&",$b); exec(@ARGV)'`;

  sampled.it.each([
    ['a socket of datagrams', `${socket('SOCK_DGRAM')} $cli chat words`],
    ['a socket of packets', `${socket('SOCK_SEQPACKET')} $cli chat words`],
    ['a socket of datagrams that a mark stands for', `${socket('SOCK_DGRAM')} $cli chat words -`],
    ['a socket of packets as the prompt', `${socket('SOCK_SEQPACKET')} $cli chat`],
    [
      'a socket of the network',
      `perl -MSocket -e 'socket($a,AF_INET,SOCK_DGRAM,0); open(STDIN,"<&",$a); exec(@ARGV)' $cli chat words`,
    ],
    ['a file that is only written to', '$cli chat words 0>out'],
    ['that of a batch of files', `${socket('SOCK_DGRAM')} $cli chat --each-file -f text words`],
  ])('ends the command with 2 and names --no-stdin: %s', async (_, line) => {
    const cli = await createSignedIn();
    const run = await runInShell(cli, line);
    expect(run).toMatchObject({ stdout: '', code: 2 });
    expect(run.stderr).toMatch(/^copilot-cli: stdin cannot be read\. Nothing was sent\. .*--no-stdin\.\n$/);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('is left alone with --no-stdin', async () => {
    const cli = await createSignedIn();
    const run = await runInShell(cli, `${socket('SOCK_DGRAM')} $cli chat --no-stdin words`);
    expect(run).toEqual({ stdout: 'You said: words\n', stderr: '', code: 0 });
  });

  it('is said to come from nohup, on a terminal', async () => {
    const cli = await createSignedIn();
    const argv = [process.execPath, binary, 'chat', 'words'];
    const start = (more: string[]): Promise<number> =>
      startProgramInTerminal({
        argv: [
          '-e',
          `process.exitCode = require('child_process').spawnSync('nohup', ${JSON.stringify([...argv, ...more])}, { stdio: 'inherit' }).status`,
        ],
        env: cli.env,
        cwd: cli.home,
      }).exitCode;
    const readOutput = (): string => readFileSync(join(cli.home, 'nohup.out'), 'utf8');
    expect(await start([])).toBe(2);
    expect(readOutput()).toMatch(
      /^copilot-cli: stdin cannot be read: nohup has closed it\. .*--no-stdin\.\n$/,
    );
    expect(await start(['--no-stdin'])).toBe(0);
    expect(readOutput()).toMatch(/You said: words\n$/);
  });
});

describeOverlapping('a stdout that the shell closed', () => {
  sampled.it.each([
    ['of one command', 'bash', '$cli chat words >&-; true'],
    ['of a script', 'dash', 'exec >&-; $cli chat words; true'],
    ['in a pipeline', 'bash', 'echo data | $cli chat words >&- && true; true'],
    ['with JSON', 'zsh', '$cli chat --json words >&-; true'],
    ['of a batch', 'bash', 'echo one | $cli chat --each-line words >&-; true'],
  ])('ends the command before anything is paid: %s', async (_, shell, line) => {
    const cli = await createSignedIn();
    const run = await runInShell(cli, line, { shell });
    expect(run.stderr).toMatch(
      /^copilot-cli: stdout is closed, so the answer would be lost\. Nothing was sent\./m,
    );
    expect(cli.simulator.requests).toEqual([]);
  });

  it('gives exit code 2', async () => {
    const run = await runInShell(await createSignedIn(), '$cli chat words >&-; echo $? >&2');
    expect(run.stderr).toMatch(/\n2\n$/);
  });

  it.each([
    '$cli chat words >/dev/null; true',
    '$cli chat --dry-run words >&-; true',
    '(echo one | $cli chat --each-line -o out.jsonl words >&-; true)',
  ])('is no matter where nothing is lost: %s', async (line) => {
    expect(await runInShell(await createSignedIn(), line)).toMatchObject({ stderr: '' });
  });

  it('is not seen in a /dev/null that a program gives to a shell', async () => {
    const cli = await createSignedIn();
    const line = `'${process.execPath}' '${binary}' chat words; echo $? > code`;
    const child = spawn('bash', ['-c', line], { cwd: cli.home, env: cli.env, stdio: 'ignore' });
    await new Promise((resolve) => child.on('close', resolve));
    expect(readFileSync(join(cli.home, 'code'), 'utf8')).toBe('0\n');
  });
});
