// Runs the unmodified command-line tool against the simulated GitHub and Copilot of the tests.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findLastUserText } from '../test/simulator/answer/user-text.ts';
import { toRecord } from '../test/simulator/json.ts';
import { startSimulator } from '../test/simulator/simulator.ts';

const binary = join(process.cwd(), 'bin', 'copilot-cli.js');
const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
const approvalMs = 2_000;
const notice =
  'This is a demo. GitHub and Copilot are played by a simulator on this machine:\n' +
  'nothing leaves it, no account is needed, and the answers are not a model’s.\n';

const examples = [
  'status',
  'models',
  'chat "explain the CAP theorem in two sentences"',
  '"a prompt without a command"',
  'chat --json --usage "hello"',
];

const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-demo-'));
const simulator = await startSimulator({
  device: { interval: 1, expiresIn: 899, approveAfterMs: approvalMs },
  answer: (request) => ({
    text: `(The simulator answers.) You asked: ${findLastUserText(toRecord(request.body)).trim()}\nHere a model would answer, word by word, as these words arrive.\n`,
    deltaDelayMs: 25,
  }),
});

// Ctrl+C is for the program that runs in the demo; the demo itself ends after it, and cleans up.
process.on('SIGINT', () => {});

try {
  console.log(notice);
  process.exitCode = await (isTerminal ? visit() : show());
} finally {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
}

/** For a person: sign in, then a shell in which copilot-cli is the real one and GitHub is not. */
async function visit(): Promise<number> {
  const code = await run('login', '--no-browser');
  if (code !== 0) return code;
  const shell = process.env.SHELL ?? (process.platform === 'win32' ? 'cmd.exe' : '/bin/sh');
  console.log('\nYou are in a shell of its own. Try these, and leave with: exit\n');
  for (const line of examples) console.log(`  copilot-cli ${line}`);
  console.log('');
  await start(shell, [], { stdin: 'inherit' });
  console.log('The demo has ended; what it stored is deleted.');
  return 0;
}

/** For a pipe: the main job from end to end. */
async function show(): Promise<number> {
  for (const step of [['login'], ['status'], ['models'], ['chat']]) {
    const piped = step[0] === 'chat' ? 'Why is the sky blue?\n' : undefined;
    console.log(
      `$ ${piped ? 'echo "Why is the sky blue?" | ' : ''}copilot-cli ${piped ? '' : step.join(' ')}`.trimEnd(),
    );
    const code = await (piped === undefined ? run(...step) : runWithInput(piped));
    if (code !== 0) return code;
    console.log('');
  }
  return 0;
}

function run(...argv: string[]): Promise<number> {
  return start(process.execPath, [binary, ...argv], { stdin: isTerminal ? 'inherit' : 'ignore' });
}

function runWithInput(text: string): Promise<number> {
  return start(process.execPath, [binary], { stdin: 'pipe', text });
}

function start(
  command: string,
  argv: string[],
  input: { stdin: 'inherit' | 'ignore' | 'pipe'; text?: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { stdio: [input.stdin, 'inherit', 'inherit'], env: toEnvironment() });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
    child.stdin?.end(input.text);
  });
}

/** The simulator is reached through documented variables only. Tokens of the visitor stay out. */
function toEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:GITHUB_|COPILOT_|GH_)/;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  return {
    ...own,
    ...simulator.env(),
    XDG_CONFIG_HOME: join(folder, 'config'),
    COPILOT_CLI_CREDENTIAL_STORE: 'file',
    XDG_CACHE_HOME: join(folder, 'cache'),
    PATH: `${createShim()}${delimiter}${process.env.PATH ?? ''}`,
  };
}

/** A folder for PATH in which `copilot-cli` is this checkout's. */
function createShim(): string {
  const shims = join(folder, 'bin');
  const created = mkdirSync(shims, { recursive: true });
  if (created === undefined) return shims;
  if (process.platform === 'win32') writeFileSync(join(shims, 'copilot-cli.cmd'), `@node "${binary}" %*\r\n`);
  else symlinkSync(binary, join(shims, 'copilot-cli'));
  return shims;
}
