import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Secure } from '../simulator/host.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { keepsNoCode, lendKeptCode } from './kept-code.ts';
import { findTest, onTestEnd } from './overlapping.ts';
import { runHere } from './run-here.ts';

export const binary = fileURLToPath(new URL('../../bin/copilot-cli.js', import.meta.url));

/** Every secret that a test plants contains this word, and no output or file but the credentials may. */
export const canary = 'CANARY';
export const githubToken = `ghu_${canary}0123456789abcdefghijklmnop`;

/** Answers on `/chat/completions` alone; tests of the choice of a model set the variable to nothing. */
export const chatModel = 'kimi-k2.7-code';

export type Run = { stdout: string; stderr: string; code: number | null; milliseconds: number };

export type RunOptions = {
  cwd?: string;
  env?: Record<string, string>;
  /** What is piped in; stdin is /dev/null where it is left out. */
  stdin?: string | Uint8Array;
};

export type Cli = {
  simulator: Simulator;
  /** Where everything that the program stores goes. */
  home: string;
  env: Record<string, string>;
  credentialsFile: string;
  /** Starts the built program, and waits for its end. */
  run(argv: string[], options?: RunOptions): Promise<Run>;
  /**
   * What `run` gives, for a test of what a command reads, sends and prints, and not of signals, pipes and processes: the built
   * program runs in this process, which saves most of the time. Every fourth deep test, such as a row of a table, starts the program.
   */
  runHere(argv: string[], options?: RunOptions): Promise<Run>;
  /** Starts the program and leaves it to the test; `done` gives what `run` gives. */
  start(
    argv: string[],
    options?: RunOptions & { keepStdinOpen?: boolean },
  ): { child: ChildProcess; done: Promise<Run> };
  /** Leaves the files that `login` does, without a process, so that a test can begin with somebody who is signed in. */
  signIn(): Promise<void>;
  /** The account in force and its Copilot token, in the form of version 1 of the file, which the program still reads. */
  readCredentials(): OldCredentials;
};

/** The built program with a home of its own and a simulator to talk to. Both go when the test ends. */
export async function createCli(simulatorOptions: SimulatorOptions = {}, secure?: Secure): Promise<Cli> {
  const device = {
    interval: 0.05,
    slowDownStep: 0.05,
    grantedToken: githubToken,
    ...simulatorOptions.device,
  };
  const simulator = await startSimulator({ ...simulatorOptions, device }, secure);
  const home = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  const credentialsFile = join(home, 'config', 'copilot-cli', 'credentials.json');
  const env: Record<string, string> = {
    // Nothing of the machine's own sign-ins, proxies and colours may get in.
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    // Nothing may get into the machine's own key store.
    COPILOT_CLI_CREDENTIAL_STORE: 'file',
    ...keepsNoCode,
    GITHUB_COPILOT_MODEL: chatModel,
    ...simulator.env(),
  };

  onTestEnd(async () => {
    await simulator.close();
    expectNoCanaryInFiles(home, credentialsFile);
    rmSync(home, { recursive: true, force: true });
  });

  const start: Cli['start'] = (argv, { env: extra = {}, stdin, cwd, keepStdinOpen = false } = {}) => {
    expectBuiltProgram();
    const startedAt = performance.now();
    const hasStdin = stdin !== undefined || keepStdinOpen;
    const child = spawn(process.execPath, [binary, ...argv], {
      env: { ...env, ...extra },
      ...(cwd !== undefined && { cwd }),
      stdio: [hasStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => {});
    if (stdin !== undefined) child.stdin?.write(stdin);
    if (!keepStdinOpen) child.stdin?.end();
    const output = { stdout: collect(child.stdout), stderr: collect(child.stderr) };
    const done = new Promise<Run>((resolve) => {
      child.on('close', (code) => {
        const run = {
          stdout: output.stdout(),
          stderr: output.stderr(),
          code,
          milliseconds: performance.now() - startedAt,
        };
        expectNoSecret(run.stdout + run.stderr);
        resolve(run);
      });
    });
    return { child, done };
  };
  const run: Cli['run'] = (argv, runOptions) => start(argv, runOptions).done;

  const here: Cli['runHere'] = async (argv, options = {}) => {
    if (isDeepTest() && isChosen()) return run(argv, options);
    expectBuiltProgram();
    const { env: extra = {}, stdin, cwd = process.cwd() } = options;
    const startedAt = performance.now();
    const ended = await runHere({ argv, env: { ...env, ...extra }, cwd, stdin });
    expectNoSecret(ended.stdout + ended.stderr);
    return { ...ended, milliseconds: performance.now() - startedAt };
  };

  return {
    simulator,
    home,
    env,
    credentialsFile,
    start,
    run,
    runHere: here,
    async signIn() {
      const { account, device } = simulator.state;
      account.githubTokens[device.grantedToken] ??= {};
      // Loaded here, for many tests sign nobody in.
      const { storeSignIn } = await import('./sign-in.ts');
      await storeSignIn(env, device.grantedToken);
      lendKeptCode(home, env);
      simulator.requests.length = 0;
    },
    readCredentials: () => toOldCredentials(JSON.parse(readFileSync(credentialsFile, 'utf8'))),
  };
}

export type OldCredentials = { login?: Record<string, unknown>; access: Record<string, unknown> };

type StoredSecret = { value: string; about: Record<string, unknown> };

function toOldCredentials({
  current,
  secrets = {},
}: {
  current?: string;
  secrets?: Record<string, StoredSecret>;
}): OldCredentials {
  const tokens = Object.entries(secrets).filter(([name]) => name.startsWith('copilot:'));
  const access = Object.fromEntries(
    tokens.map(([name, { value }]) => [name.slice('copilot:'.length), JSON.parse(value)]),
  );
  const account = secrets[`account:${current}`];
  if (!account) return { access };
  const { refresh, key, access: own } = JSON.parse(account.value);
  return { login: { ...account.about, refresh }, access: key ? { ...access, [key]: own } : access };
}

/** Every fourth test, and the same ones in each run. */
function isChosen(): boolean {
  return [...findTest().fullName].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 4 === 0;
}

export function isDeepTest(): boolean {
  return findTest().tags.includes('deep');
}

function expectBuiltProgram(): void {
  const message = 'a file that starts the program is listed in vitest.config.ts';
  expect(process.env.TEST_WITHOUT_PROGRAM, message).toBe(undefined);
}

export function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Neither a planted secret nor a Copilot token of the simulator. */
export function expectNoSecret(text: string): void {
  expect(text).not.toContain(canary);
  expect(text).not.toMatch(/tid=[0-9a-f]{4}/);
}

function expectNoCanaryInFiles(folder: string, except: string): void {
  const real = existsSync(except) ? realpathSync(except) : except;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // Since Node 22, a link to a folder is read, too: what it leads to is looked at where it lies.
    if (entry.isFile() && realpathSync(path) !== real)
      expect(readFileSync(path, 'utf8'), path).not.toContain(canary);
  }
}

export type JsonOutput = Record<string, unknown> & { error?: Record<string, unknown> };

export function parseOutput(run: Run): JsonOutput {
  return JSON.parse(run.stdout);
}
