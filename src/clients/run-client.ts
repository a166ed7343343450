import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { parse } from 'node:path';
import type { Env } from '../env.ts';
import { CliError, InterruptedError } from '../errors.ts';
import { createMissingProgramError, findProgram } from '../find-program.ts';
import { isLoopback } from '../loopback.ts';
import {
  listAiderVariables,
  listClaudeVariables,
  listCodexArguments,
  listCodexVariables,
  listOpencodeVariables,
} from './coding-agents.ts';
import { listOpenWebuiVariables } from './other-clients.ts';
import { type ClientFacts, toKey, toOpenaiUrl, type Variable } from './setup.ts';

type RunClientOptions = {
  facts: ClientFacts;
  /** The environment to start with. */
  env: Env;
  cwd: string;
  /** Whatever ends us ends the program. SIGTERM and SIGHUP are passed on. */
  signal: AbortSignal;
  /** As in a context. A terminal also sends Ctrl+C to the program, which decides what to do with it. */
  onInterrupt(listener: () => void): () => void;
};

/**
 * Runs a program with our stdin, stdout and stderr. Resolves with its exit code, or with 128 plus the signal's number. Throws CliError
 * `usage` with a shell's exit codes: 127 if it does not exist, 126 if it cannot be executed.
 */
export async function runClient(
  argv: readonly string[],
  { facts, env, cwd, signal, onInterrupt }: RunClientOptions,
): Promise<number> {
  const [program = ''] = argv;
  if (program === '')
    throw new CliError('usage', 'there is no program to run', { hint: 'Name it after --.' });
  signal.throwIfAborted();
  const { arguments: own, env: childEnv } = prepareChild(argv, facts, env);
  const stopIgnoring = onInterrupt(() => {});
  try {
    const path = findProgram(program, { env: childEnv });
    if (path === undefined) throw createMissingProgramError(program);
    return await follow(spawn(path, own, { cwd, env: childEnv, stdio: 'inherit', argv0: program }), signal);
  } catch (error) {
    throw toUsageError(program, cwd, error);
  } finally {
    stopIgnoring();
  }
}

/** Rejects if it did not start. */
function follow(child: ChildProcess, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const handOn = (): void => void child.kill(toSignal(signal.reason));
    signal.addEventListener('abort', handOn, { once: true });
    child.on('error', (error) => {
      // The error may also be about a signal that could not be sent: the program still runs then.
      if (child.pid === undefined) reject(error);
    });
    child.on('exit', (code, endedBy) => {
      signal.removeEventListener('abort', handOn);
      resolve(code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]));
    });
  });
}

function toSignal(reason: unknown): NodeJS.Signals {
  const isHangup = reason instanceof InterruptedError && reason.exitCode === 128 + constants.signals.SIGHUP;
  return isHangup ? 'SIGHUP' : 'SIGTERM';
}

function toUsageError(program: string, cwd: string, error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code === 'ENOENT' && !existsSync(cwd)) {
    return new CliError('usage', `the folder ${cwd} is no longer there`, { exitCode: 126, cause: error });
  }
  if (code === 'ENOENT') {
    return new CliError('usage', `there is no program ${program}`, {
      hint: 'Install it, or name its path.',
      exitCode: 127,
      cause: error,
    });
  }
  if (code === undefined || error instanceof CliError) return error;
  return new CliError('usage', `${program} cannot be run (${code})`, { exitCode: 126, cause: error });
}

type Child = {
  arguments: string[];
  env: Env;
};

type Needs = {
  variables: Variable[];
  /** Variables that would override ours, and are left out. */
  unset?: string[];
  /** Arguments before the person's own. */
  arguments?: string[];
};

/** The needs of known programs, by file name. */
const programs: Record<string, (facts: ClientFacts) => Needs> = {
  claude: (facts) => ({
    variables: listClaudeVariables(facts),
    unset: [
      'ANTHROPIC_API_KEY',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_USE_FOUNDRY',
    ],
  }),
  codex: (facts) => ({
    variables: [...listCodexVariables(facts), { name: 'OPENAI_BASE_URL', value: toOpenaiUrl(facts) }],
    arguments: listCodexArguments(facts),
  }),
  opencode: (facts) => ({ variables: listOpencodeVariables(facts) }),
  aider: (facts) => ({ variables: listAiderVariables(facts) }),
  'open-webui': (facts) => ({ variables: listOpenWebuiVariables(facts) }),
};

/** The arguments and the environment with which a program uses the server. Unknown programs get the variables that SDKs read. */
export function prepareChild(argv: readonly string[], facts: ClientFacts, env: Env): Child {
  const [program = '', ...own] = argv;
  const name = parse(program.replaceAll('\\', '/')).base.replace(/\.(?:exe|cmd|bat|ps1|js)$/i, '');
  const describe = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const { variables, unset = [], arguments: ours = [] } = (describe ?? describeSdks)(facts);
  const dropped = new Set(unset);
  const inherited = Object.entries(env).filter(([variable]) => !dropped.has(variable));
  const added = [...variables, ...passProxy(facts, env)].map(({ name: key, value }) => [key, value]);
  return { arguments: [...ours, ...own], env: Object.fromEntries([...inherited, ...added]) };
}

function describeSdks(facts: ClientFacts): Needs {
  const { baseUrl } = facts;
  const key = toKey(facts);
  return {
    variables: [
      { name: 'OPENAI_BASE_URL', value: toOpenaiUrl(facts) },
      { name: 'OPENAI_API_BASE', value: toOpenaiUrl(facts) },
      { name: 'OPENAI_API_KEY', value: key },
      { name: 'ANTHROPIC_BASE_URL', value: baseUrl },
      { name: 'ANTHROPIC_API_KEY', value: key },
      { name: 'ANTHROPIC_AUTH_TOKEN', value: key },
    ],
  };
}

/** Requests to this machine must not go through a proxy. */
function passProxy({ baseUrl }: ClientFacts, env: Env): Variable[] {
  const { hostname } = new URL(baseUrl);
  const hasProxy = Object.entries(env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && value);
  if (!hasProxy || !isLoopback(hostname)) return [];
  return ['NO_PROXY', 'no_proxy'].map((name) => {
    const others = env[name] ?? env.NO_PROXY ?? env.no_proxy;
    return { name, value: [others, hostname.replace(/^\[|\]$/g, '')].filter(Boolean).join(',') };
  });
}
