import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCacheFile } from './config/cache-file.ts';
import { findHome, toPaths } from './config/paths.ts';
import type { Context, Message } from './context.ts';
import { createIdentity } from './copilot/identity.ts';
import type { Env } from './env.ts';
import { CliError } from './errors.ts';
import { isOddName } from './is-inside.ts';
import { once } from './once.ts';
import type { GlobalFlags } from './program.ts';
import { openStoredState } from './stored-state.ts';
import { canOpenBrowser, openBrowser } from './terminal/browser.ts';
import { copyText } from './terminal/clipboard.ts';
import { paint } from './terminal/io.ts';
import { isInBackground, settleMs } from './terminal/job.ts';
import { createProcessIo } from './terminal/process-io.ts';
import { createPrompter } from './terminal/prompter.ts';
import { createWaits } from './terminal/waits.ts';
import { toOneLine } from './terminal-text.ts';

export type ProcessContextOptions = {
  version: string;
  flags: GlobalFlags;
  controller: AbortController;
  /** The environment together with a file. */
  env?: Env;
  /** Filled with the listeners that take Ctrl+C instead of ending the command. */
  interrupts: Interrupts;
};

/** Listeners for Ctrl+C. The last one is called. */
export type Interrupts = (() => void)[];

export function createProcessContext(
  process: NodeJS.Process,
  { version, flags, controller, interrupts, env = process.env }: ProcessContextOptions,
): Context {
  const { signal } = controller;
  const paths = toPaths(env);
  const closers: (() => void)[] = [];
  const now = Date.now;

  const io = createProcessIo(() => process, {
    env,
    colour: flags.colour,
    wantsPlainLines: () => stored.settings.get('screen-reader').value === 'on',
    signal,
    onBrokenOutput: (error) => controller.abort(error),
    beforeWrite: (text, stream) => waits.giveWay(text, stream),
  });
  let listener: ((message: Message) => void) | undefined;
  const waits = createWaits({
    isTerminal: io.stderr.isTerminal,
    isTaken: () => listener !== undefined,
    loadLine: async () => {
      const { createLiveLine } = await import('./terminal/live-line.ts');
      process.on('exit', waits.close);
      return createLiveLine({
        output: io.stderr,
        motion: stored.settings.get('motion').value !== 'reduced',
        now,
      });
    },
    now,
  });
  const say = (kind: Message['kind'], told: string): void => {
    // A sentence may contain file names and words of a service.
    const sentence = toOneLine(told);
    if (listener) {
      listener({ kind, sentence });
      return;
    }
    const label = kind === 'debug' ? 'debug:' : paint(io.stderr, 'yellow', `${kind}:`);
    void io.stderr.write(`${label} ${sentence}\n`).catch(() => {});
  };
  const warn = (sentence: string): void => say('warning', sentence);
  const notice = (sentence: string): void => {
    if (io.stderr.isTerminal) say('note', sentence);
  };
  const log = flags.debug ? (line: string) => say('debug', line) : undefined;

  const cwd = once(() => findCwd(process));
  const keyStore = once(async () => {
    const { openKeyStore } = await import('./key-store/open-key-store.ts');
    const canAsk = io.stderr.isTerminal && canOpenBrowser(env, process.platform);
    const onUnlock = (): void => notice('Unlock the key store in the window that it opens.');
    return openKeyStore({ env, signal, onUnlock: canAsk ? onUnlock : undefined });
  });
  const stored = openStoredState({
    env,
    signal,
    warn,
    named: findNamedAccount(flags, env),
    cwd,
    loadKeyStore: keyStore,
  });
  const identity = once(() => createIdentity(stored.settings, version));
  const prompter = once(() => createPrompter(io, signal));
  const connection = once(async () => {
    const { createConnection } = await import('./connection.ts');
    const created = createConnection({
      env,
      settings: stored.settings,
      record: stored.record,
      identity: identity(),
      endpointsFile: stored.endpointsFile,
      secrets: () => stored.secrets,
      openCache: (name) => createCacheFile(join(paths.cacheFolder, `${name}.json`)),
      now,
      signal,
      warn,
      notice,
      log,
      beginStep: waits.beginStep,
    });
    closers.push(created.close);
    return created;
  });

  return {
    version,
    io,
    env,
    get cwd() {
      return cwd();
    },
    // As Debian calls the home of users that have none.
    home: findHome(env) ?? '/nonexistent',
    signal,
    endAfter(milliseconds, reason) {
      // What it would end keeps the process alive.
      setTimeout(() => controller.abort(reason), milliseconds).unref();
    },
    now,
    get settings() {
      return stored.settings;
    },
    get record() {
      return stored.record;
    },
    get secrets() {
      return stored.secrets;
    },
    get credentials() {
      return stored.credentials;
    },
    get endpointsFile() {
      return stored.endpointsFile;
    },
    wantsPager: flags.pager,
    get prompter() {
      return prompter();
    },
    loadHttp: async () => (await connection()).http,
    async connect(github) {
      // The key store is read while the modules of the network load.
      if (!github && stored.credentials.findShadow() === undefined) stored.record.prefetch();
      return (await connection()).createClient(async () => github ?? stored.credentials.resolve());
    },
    connectToEndpoint: async (name) => (await connection()).connectToEndpoint(name),
    get userAgent() {
      return identity().userAgent;
    },
    copyText: (text, copySignal) => copyText(text, { terminal: io.stderr, env, signal: copySignal }),
    openUrl: openBrowser,
    canOpenUrl: io.stderr.isTerminal && canOpenBrowser(env, process.platform),
    configFolder: paths.configFolder,
    dataFolder: paths.dataFolder,
    templatesFolder: paths.templatesFolder,
    cacheFolder: paths.cacheFolder,
    clearCache() {
      try {
        rmSync(paths.cacheFolder, { recursive: true, force: true });
      } catch {
        warn(
          `${paths.cacheFolder} could not be removed; it holds lists of models, the compiled program and long outputs of commands.`,
        );
      }
    },
    warn,
    notice,
    beginWait: waits.begin,
    divertMessages(given) {
      listener = given;
      return () => {
        listener = undefined;
      };
    },
    onExit(exitListener) {
      process.on('exit', exitListener);
      return () => process.off('exit', exitListener);
    },
    onInterrupt(interruptListener) {
      interrupts.push(interruptListener);
      return () => {
        const index = interrupts.indexOf(interruptListener);
        if (index !== -1) interrupts.splice(index, 1);
      };
    },
    suspendProcess: process.platform === 'win32' ? undefined : () => suspend(process, signal),
    waitForTerminal: async () => {
      if (process.platform !== 'win32') await waitForTerminal(process, signal);
    },
    onJobControl({ onStop, onContinue }) {
      if (process.platform === 'win32') return () => {};
      process.on('SIGTSTP', onStop).on('SIGCONT', onContinue);
      return () => process.off('SIGTSTP', onStop).off('SIGCONT', onContinue);
    },
    close() {
      waits.close();
      for (const close of closers) close();
    },
  };
}

function findNamedAccount(flags: GlobalFlags, env: Env): { words: string; by: string } | undefined {
  if (flags.account !== undefined) return { words: flags.account, by: '--account' };
  const words = env.COPILOT_CLI_ACCOUNT?.trim();
  return words ? { words, by: 'COPILOT_CLI_ACCOUNT' } : undefined;
}

/** Throws CliError `usage` if the folder no longer exists. */
function findCwd(process: NodeJS.Process): string {
  let cwd: string;
  try {
    cwd = process.cwd();
  } catch (cause) {
    throw new CliError('usage', 'the folder that this command was started in no longer exists', {
      hint: 'Go to a folder that exists, for example with: cd ~',
      cause,
    });
  }
  if (!isOddName(cwd)) return cwd;
  throw new CliError('usage', `the name of the folder ${cwd} is not UTF-8`, {
    hint: 'Its path here would be that of another folder: rename it, or go to another one.',
  });
}

/** Time allowed for all threads to stop, in milliseconds. Without a parent shell the signal has no effect. */
const stopMs = 100;

async function suspend(process: NodeJS.Process, signal: AbortSignal): Promise<void> {
  await stopJob(process, 'SIGTSTP');
  await waitForTerminal(process, signal);
}

/** `bg` continues a stopped job in the background; so does a signal that ends it, which is handled only after that. */
async function waitForTerminal(process: NodeJS.Process, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && isInBackground()) {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    if (signal.aborted || !(await stopJob(process, 'SIGTTOU'))) return;
  }
}

/** Stops the whole job, so that the shell notices even if npx or a script started us. Resolves when the job continues, with false if it was not stopped. */
function stopJob(process: NodeJS.Process, signal: 'SIGTSTP' | 'SIGTTOU'): Promise<boolean> {
  return new Promise((resolve) => {
    // With a listener the process would not stop.
    const listeners = process.listeners(signal);
    process.removeAllListeners(signal);
    let isContinued = false;
    const goOn = (): void => {
      isContinued = true;
      settle();
    };
    const settle = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', goOn);
      // Signals that came while the job was stopped are handled first.
      setImmediate(() => {
        for (const listener of listeners) process.on(signal, listener);
        resolve(isContinued);
      });
    };
    // When a job continues, its timers fire before its signal handlers.
    const timer = setTimeout(() => setImmediate(() => !isContinued && settle()), stopMs);
    process.on('SIGCONT', goOn);
    process.kill(0, signal);
  });
}
