import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isModelEntry } from '../simulator/copilot/model-entry.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { Learned } from './checks.ts';
import { type Exchange, startRecorder } from './recorder.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

/** A simulator, and the built `serve` in front of it. */
export type World = {
  simulator: Simulator;
  /** Where agents find the server: `http://127.0.0.1:PORT`. */
  url: string;
  /** What agents sent to the server, in order. */
  exchanges: Exchange[];
  /** What the server has learned of the models so far. */
  learned: Learned;
  /** The GitHub token that the account has. */
  githubToken: string;
  /** Everything below it is deleted at the end. */
  folder: string;
  /** Runs the built program, signed in, with the given home. */
  runOurs(argv: string[], home: string): Promise<ProgramRun>;
  /** What the server has logged so far. */
  logged(): string;
  close(): Promise<void>;
};

const binary = join(process.cwd(), 'bin', 'copilot-cli.js');
const githubToken = 'gho_judge0123456789abcdefghijklmnopqrstuv';
const setUpLimitMs = 60_000;

/** Starts both, for an account with every model switched on. */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-agents-'));
  const simulator = await startSimulator({ account: { plan: 'paid-requests' } });
  simulator.state.account.githubTokens[githubToken] = {};
  // GitHub's own client gives up on a list with entries that make no sense.
  const models = simulator.state.catalogue.filter(isModelEntry);
  for (const model of models) {
    if (model.policy) model.policy.state = 'enabled';
    // GitHub's own client offers nothing that pickers hide.
    if (model.capabilities.type === 'chat') model.model_picker_enabled = true;
  }
  simulator.state.catalogue = models;
  const toOurEnv = (home: string): Record<string, string> => ({
    ...createHomeEnv(home),
    ...simulator.env(),
    GITHUB_COPILOT_TOKEN: githubToken,
    LOG_LEVEL: 'debug',
  });
  const serverHome = join(folder, 'server');
  mkdirSync(serverHome);
  const child = spawn(process.execPath, [binary, 'serve', '--port', '0'], {
    env: toOurEnv(serverHome),
    cwd: serverHome,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  const recorder = await startRecorder(await readUrl(child, log));
  return {
    simulator,
    url: recorder.url,
    exchanges: recorder.exchanges,
    learned: new Set(),
    githubToken,
    folder,
    runOurs: (argv, home) =>
      runProgram([process.execPath, binary, ...argv], {
        cwd: home,
        env: toOurEnv(home),
        limitMs: setUpLimitMs,
      }),
    logged: () => log.join('\n'),
    async close() {
      await recorder.close();
      if (child.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await simulator.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** An environment with nothing of this machine but PATH. */
export function createHomeEnv(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    COPILOT_CLI_CREDENTIAL_STORE: 'file',
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
  };
}

function readUrl(child: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stderr === null) throw new Error('the server has no stderr');
    createInterface(child.stderr).on('line', (line) => {
      log.push(line);
      const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (url !== undefined && line.includes('listening')) resolve(url);
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`the server ended: ${log.join('\n')}`)));
  });
}
