import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { binary, createCli } from '../helpers/cli.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';
import { sampled } from '../helpers/sampled.ts';

const shells = Object.entries({
  bash: 'bash',
  dash: 'dash',
  zsh: 'zsh',
  busybox: 'busybox sh',
  fish: 'fish',
}).filter(([name]) => ['/bin', '/usr/bin'].some((folder) => existsSync(join(folder, name))));

/** Runs a line in a folder with the scripts; `$cli` is the program. */
async function runLine(line: string, scripts: Record<string, string> = {}) {
  const cli = await createCli();
  await cli.signIn();
  const program = `${process.execPath} ${binary}`;
  for (const [name, text] of Object.entries(scripts)) {
    const mode = 0o755;
    writeFileSync(join(cli.home, name), text.replaceAll('$cli', program), { mode });
  }
  return new Promise<{ stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      'bash',
      ['-c', line.replaceAll('$cli', program)],
      { cwd: cli.home, env: cli.env, timeout: 60_000 },
      (_, stdout, stderr) => resolve({ stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const toScript = (shell: string, text: string): string => `#!/usr/bin/env -S ${shell}\n${text}\n`;
const loop = 'while read -r l; do\n  $cli chat "w $l"\ndone';
const fishLoop = 'while read -l l\n  $cli chat "w $l"\nend';
const substituting = 'while read -r l; do echo "$l: $($cli chat "w $l")"; done';
const notice =
  /^warning: what is on stdin is sent with the prompt\. If stdin belongs to the script or loop .*--no-stdin\.\n$/;
const taken = { stdout: expect.stringMatching(/l2\nl3\n$/), stderr: expect.stringMatching(notice) };
const lines = String.raw`printf 'l1\nl2\nl3\n'`;

describeOverlapping('a script that data is piped into', () => {
  sampled.it.each(shells.map(([name, shell]) => [name, shell] as const))(
    'gets a warning if it reads lines of it: %s',
    async (name, shell) => {
      const text = name === 'fish' ? fishLoop : loop;
      expect(await runLine(`${lines} | ./each.sh`, { 'each.sh': toScript(shell, text) })).toEqual(taken);
    },
  );

  sampled.it.each<[name: string, line: string, script: string]>([
    ['though it has flags as those of a shell', `${lines} | ./each.sh -c one`, toScript('bash', loop)],
    ['in a command substitution', `${lines} | ./each.sh`, toScript('bash', substituting)],
    ['named as an argument', `${lines} | dash each.sh one two`, substituting],
    ['behind -c', `${lines} | sh -c 'while read -r l; do $cli chat "w $l"; done'`, ''],
    ['behind timeout', `${lines} | timeout 50 ./each.sh`, toScript('dash', loop)],
    ['in another folder by then', `${lines} | bash ./each.sh`, `cd /\n${loop}`],
    ['in a script of that script', `${lines} | bash ./outer.sh`, toScript('zsh', loop)],
    ['in a group of commands', `${lines} | { true; ./each.sh; }`, toScript('bash', loop)],
    [
      'in a loop around the script',
      `${lines} | while read -r l; do ./each.sh; done`,
      toScript('dash', '$cli chat w\ntrue'),
    ],
    [
      'through a pipeline',
      `${lines} | ./each.sh`,
      toScript('dash', 'while read -r l; do $cli chat "w $l" | cat; done'),
    ],
    ['in a function', `${lines} | ./each.sh`, toScript('busybox sh', `each() {\n${loop}\n}\neach`)],
  ])('gets a warning if it reads lines of it %s', async (_, line, script) => {
    const run = await runLine(line, { 'each.sh': script, 'outer.sh': 'true\n./each.sh\ntrue\n' });
    expect(run.stdout).toMatch(/l2\nl3\n$/);
    expect(run.stderr).toMatch(/^warning: what is on stdin is sent with the prompt\. If stdin belongs to/m);
  });

  sampled.it.each(shells.map(([name, shell]) => [name, shell] as const))(
    'is silent if it reads no lines of it: %s',
    async (name, shell) => {
      const others =
        name === 'fish'
          ? 'set x (date)\nfor f in a b\n  true\nend'
          : 'x=$(date)\nwhile read -r l; do true; done < script.sh\nls | while read -r l; do true; done';
      const script = toScript(
        shell,
        `# read it\n${others}\n$cli chat 'words;
read'\ntrue`,
      );
      expect(await runLine('echo data | ./script.sh', { 'script.sh': script })).toEqual({
        stdout: 'You said: words;\nread\n\ndata\n',
        stderr: '',
      });
    },
  );
});

describeOverlapping('a program that pipes data into a command', () => {
  sampled.it.each<[line: string]>([
    ["split -l 2 --filter='$cli chat w >&2 | cat' lines"],
    ["split -l 2 --filter='$cli chat w >&2' lines"],
    ["cat lines | split -l 2 --filter='true; $cli chat w >&2; true'"],
    ["tar cf all.tar lines && tar xf all.tar --to-command='$cli chat w >&2; true'"],
  ])('is known to read no lines of it: %s', async (line) => {
    const { stderr } = await runLine(line, { lines: 'l1\nl2\n' });
    expect(stderr).toBe('You said: w\n\nl1\nl2\n');
  });
});

const ofFish = shells.some(([name]) => name === 'fish')
  ? ([
      ['a loop', `cat lines | ${fishLoop.replaceAll('\n', '; ')}`, taken],
      ['a block', 'cat lines | begin; read -l l; $cli chat "w $l"; end', taken],
      ['a function', `function each; ${fishLoop.replaceAll('\n', '; ')}; end; cat lines | each`, taken],
      ['a loop with another pipeline', 'cat lines | while read -l l; $cli chat "w $l" | cat; end', taken],
      ['a plain pipeline', 'echo data | $cli chat words', 'You said: words\n\ndata\n'],
      [
        'a pipeline behind a loop',
        `for x in a b; true; end; echo data | $cli chat words; true`,
        'You said: words\n\ndata\n',
      ],
      [
        'a function without read',
        'function ask; $cli chat words; end; echo data | ask',
        'You said: words\n\ndata\n',
      ],
      [
        'a pipeline in a loop',
        'cat one | while read -l l; echo data | $cli chat words; end',
        'You said: words\n\ndata\n',
      ],
    ] as const)
  : [];

describeOverlapping('a pipe of fish', () => {
  sampled.it.each(
    ofFish.flatMap(([name, line, result]) => [
      [name, '-c', line, result] as const,
      [name, 'a file', line, result] as const,
    ]),
  )('gets a warning if lines of it are read, and none otherwise: %s, %s', async (_, where, line, result) => {
    const scripts = { lines: 'l1\nl2\nl3\n', one: 'l1\n', 'x.fish': line, 'line.sh': `fish -c '${line}'` };
    const run = await runLine(where === '-c' ? 'bash line.sh' : 'fish x.fish', scripts);
    expect(run).toEqual(typeof result === 'string' ? { stdout: result, stderr: '' } : result);
  });
});
