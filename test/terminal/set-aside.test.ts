import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { findProgram } from '../../src/find-program.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';
import { sampled } from '../helpers/sampled.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

const shells = ['bash', 'zsh -f', 'dash', 'busybox sh'].filter((shell) =>
  findProgram(shell.split(' ')[0] ?? '', { env: process.env }),
);

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'set-aside-'));
  await build({
    stdin: {
      contents: `import { appendFileSync } from 'node:fs';
import { findStdinOrigin } from './src/terminal/stdin-origin.ts';
const { kind, isShared } = findStdinOrigin();
appendFileSync(process.env.SEEN, kind === 'script' ? 'commands\\n' : isShared ? 'lines\\n' : 'data\\n');`,
      resolveDir: process.cwd(),
    },
    outfile: join(folder, 'ask.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
  });
  writeFileSync(
    join(folder, 'ask'),
    `#!${process.execPath}\nrequire(${JSON.stringify(join(folder, 'ask.cjs'))});\n`,
    {
      mode: 0o755,
    },
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;

/** A folder for one run, and what `$ask` in it is told about its stdin, once a call. */
function prepareRun(): { cwd: string; env: Record<string, string>; seen: () => string[] } {
  made += 1;
  const cwd = join(folder, String(made));
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'lines'), 'l1\n');
  const file = join(cwd, 'seen');
  const env = {
    PATH: process.env.PATH ?? '',
    ask: join(folder, 'ask'),
    SEEN: file,
    PS1: 'ready ',
    TERM: 'dumb',
  };
  const seen = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  return { cwd, env, seen };
}

/** Pipes a script into a shell, whose outputs are sockets. */
async function pipeScript(line: string, script: string): Promise<string[]> {
  const { cwd, env, seen } = prepareRun();
  writeFileSync(join(cwd, 'script'), `${script}\ntrue\n`);
  const child = spawn('bash', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
  await new Promise((resolve) => child.on('close', resolve));
  return seen();
}

const blocks = [
  '{ $ask; } > out',
  '{ $ask; } 2> err',
  '{ $ask; } >> out',
  '{ $ask; } > out 2>&1',
  '{ $ask; } 2>&1',
  '{ $ask; } 3>&1 > out',
  '{ $ask; } 5< lines',
  'for m in one; do $ask; done > out',
  'if $ask; then true; fi 2> err',
  'f() { $ask; }; f > out',
  'f() { $ask; }; f 2> /dev/null',
  'f() { $ask; }; f 2>&1',
  'f() { x=$($ask); }; f > out',
  'f() { $ask | cat; }; f > out',
  'f() { { $ask; } 2> err; }; f > out',
  'eval "$ask" > out',
  '( { $ask; true; } > out; true ) 2> err',
  'exec 9> lock; { $ask; } > out',
  'cat lines | while read -r l; do break; done; { $ask; } > out',
  'while read -r l; do break; done < lines; { $ask; } > out',
];
const numbered = [
  'exec 200> lock; $ask',
  'exec 200>> lock; $ask',
  'exec 200< lines; $ask',
  'exec 200<> lock; { $ask; } > out',
  'exec 19> log; $ask',
];
const bashForms = [
  'exec {fd}> lock; $ask',
  'exec {fd}< lines; $ask',
  'exec {fd}<> lock; { $ask; } > out',
  'coproc cat; $ask',
  'coproc { while read -r l; do echo; done; }; { $ask; } > out',
  'exec 19> log; BASH_XTRACEFD=19; set -x; { $ask; } > out',
  'f() { $ask; }; f > >(cat)',
  'f() { $ask; }; f <(cat lines)',
  'f() { $ask; }; f &> out',
  'exec > >(tee log); { $ask; } 2>&1',
  'shopt -s lastpipe; cat lines | while read -r l; do :; done; { $ask; } > out',
];
const zshForms = [
  'exec {fd}> lock; $ask',
  'coproc cat; $ask',
  'f() { $ask; }; f &> out',
  'f() { $ask; }; f > a > b',
];

const listForms = (
  shell: string,
  forms: readonly string[],
  bash: readonly string[],
  zsh: readonly string[],
) => [...forms, ...(shell === 'bash' ? bash : []), ...(shell.startsWith('zsh') ? zsh : [])];

const left = shells.flatMap((shell) =>
  [
    ...listForms(shell, blocks, bashForms, zshForms),
    ...(shell === 'bash' || shell === 'busybox sh' ? numbered : []),
  ].map((form): [string, string] => [`cat script | ${shell}`, form]),
);
const started: [string, string][] = [
  'bash < script',
  'bash - < script',
  'cat script | bash -s one',
  'cat script | bash /dev/stdin',
  'cat script | bash 200> lock',
  'cat script | bash 200< lines',
  'cat script | { cat lines > more; bash; } 19< lines',
  'cat script | (bash) 200<> lock',
  'cat script | env bash',
  'cat script | bash 2>&1 | cat',
  'cat script | while true; do bash; break; done > more',
].map((line) => [line, '{ $ask; } > out']);

describeOverlapping('a script on stdin', () => {
  // dash has read all of a short script before it runs it.
  sampled.it.each([...left, ...started])('is left to its shell: %s, %s', async (line, form) => {
    expect(await pipeScript(line, form)).toEqual(['commands']);
  });
});

const loops = [
  'while read -r l; do $ask; done < lines',
  'while read -r l; do $ask; done > out < lines',
  'while read -r l; do $ask; done < lines > out 2>&1',
  'while read -r l; do $ask; done <<E\na\nE',
  '{ $ask; } <<E\na\nE',
  'f() { $ask; }; f < lines',
  'f() { $ask; }; f > out < lines',
  'f() { { $ask; } > out; }; f < lines',
  '{ $ask; } <> lines',
  'while read -r l; do { $ask; } > out; done < lines',
  'mkfifo fifo; cat lines > fifo & while read -r l; do $ask; done < fifo',
];
const bashLoops = [
  'while read -r l; do $ask; done < <(cat lines)',
  'while read -r l; do { $ask; } > out; done < <(cat lines)',
  'while read -r l; do ( $ask; true ); done < <(cat lines)',
  'while read -r l; do $ask; done <<< word',
  'exec 200> lock; while read -r l; do $ask; done < <(cat lines)',
  'coproc cat; while read -r l; do $ask; done < <(cat lines)',
  'while read -r l; do while read -r l; do $ask; done < <(cat lines); done < <(cat lines)',
  'shopt -s lastpipe; cat lines | while read -r l; do $ask; done',
];
const zshLoops = [
  'while read -r l; do $ask; done < <(cat lines)',
  'while read -r l; do { $ask; } > out; done < <(cat lines)',
  'while read -r l; do $ask; done <<< word',
  'cat lines | while read -r l; do $ask; done',
];
const data = shells.flatMap((shell) =>
  listForms(shell, loops, bashLoops, zshLoops).map((form): [string, string] => [
    `cat script | ${shell}`,
    form,
  ]),
);
const startedLoops: [string, string][] = [
  'bash < script',
  'cat script | bash -s one',
  'cat script | bash /dev/stdin',
  'cat script | bash 200> lock',
  'cat script | bash 2>&1 | cat',
].map((line) => [line, 'while read -r l; do $ask; done < <(cat lines)']);

describeOverlapping('the stdin of a loop or block in a script on stdin', () => {
  sampled.it.each([...data, ...startedLoops])('is not taken for the script: %s, %j', async (line, form) => {
    expect(await pipeScript(line, form)).toEqual(['lines']);
  });
});

describeOverlapping('on a terminal', () => {
  const forms = ['{ $ask; } > out', '{ $ask; } 2>&1', '{ $ask; } > out 2> err'];
  // In zsh nothing tells a terminal that was stdin from one that was an output and is another output now.
  const rows = shells.flatMap((shell) =>
    forms
      .filter((form) => shell !== 'zsh -f' || !form.includes('>&'))
      .map((form): [string, string] => [shell, form]),
  );
  sampled.it.each(rows)('a script on stdin is left to its shell: %s, %s', async (shell, form) => {
    const { cwd, env, seen } = prepareRun();
    writeFileSync(join(cwd, 'script'), `${form}\ntrue\n`);
    const line = `cat script | ${shell}; true`;
    await startProgramInTerminal({ program: 'bash', argv: ['-c', line], env, cwd }).exitCode;
    expect(seen()).toEqual(['commands']);
  });

  const typed = [
    'while read -r l; do $ask; done <<E\na\nE\n',
    'while read -r l; do $ask; done > out <<E\na\nE\n',
    '{ $ask; } > out 2>&1 <<E\na\nE\n',
    '( { $ask; } <<E\na\nE\n)\n',
  ];
  const prompts = ['bash --norc', 'bash --norc -i', 'zsh -f', 'dash', 'busybox sh'].filter((shell) =>
    shells.some((one) => one.split(' ')[0] === shell.split(' ')[0]),
  );
  const typedRows = prompts.flatMap((shell) => typed.map((form): [string, string] => [shell, form]));
  sampled.it.each(typedRows)('a prompt has other commands than a loop: %s, %j', async (shell, form) => {
    const { cwd, env, seen } = prepareRun();
    const [program = '', ...argv] = shell.split(' ');
    const terminal = startProgramInTerminal({ program, argv, env, cwd });
    await terminal.waitFor(/ready /);
    terminal.type(form.replaceAll('\n', '\r'));
    await vi.waitFor(() => expect(seen()).toHaveLength(1), { timeout: 10_000 });
    expect(seen()).not.toContain('commands');
  });
});
