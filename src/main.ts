import { setMaxListeners } from 'node:events';
import { isatty } from 'node:tty';
import { type Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { isFoundName } from './chat/shell-words.ts';
import { nameCommand, nameHelp, suggestFlag } from './command-words.ts';
import { addEnvFile } from './config/env-file.ts';
import type { Context } from './context.ts';
import { CliError, ClosedPipeError, describeError, InterruptedError, ProgramExit } from './errors.ts';
import { advise, joinHints, run } from './hint.ts';
import { toFailureJson } from './output/json.ts';
import { createProcessContext, type Interrupts } from './process-context.ts';
import {
  createProgram,
  type FailureFormat,
  parseInvocation,
  readFailureFormat,
  readTimeoutMs,
  refuseFlagsOfFiles,
} from './program.ts';
import { maskSecrets } from './redact.ts';
import { isInBackground } from './terminal/job.ts';
import { showControls } from './terminal-text.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A second Ctrl+C within this time ends the process at once, in milliseconds. */
const impatienceMs = 2_000;

/** A closing terminal and a parent process may each send the same signal. A second one within this time is ignored, in milliseconds. */
const echoMs = 100;

/** Runs the program in this process, and sets its exit code. Never throws. */
export async function main(process: NodeJS.Process): Promise<void> {
  const controller = new AbortController();
  // Every running request listens.
  setMaxListeners(0, controller.signal);
  // Else Node opens its debugger to whoever sends this signal, such as a command that a model runs: tokens could be read there.
  process.on('SIGUSR1', () => {});
  // Else it ends us at a file that may not grow further, with no word. The write then fails, which is said.
  if (process.platform !== 'win32') process.on('SIGXFSZ', () => {});
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  const interrupts: Interrupts = [];
  const stopListening = listenToSignals(process, controller, interrupts);
  process.on('uncaughtException', (error) => endByMistake(process, controller, error));
  const argv = process.argv.slice(2);
  let context: Context | undefined;
  try {
    refuseFlagsOfFiles(argv, (name) => isFoundName(name, '.'));
    const invocation = parseInvocation(argv);
    const { envFile } = invocation.flags;
    const warnings: string[] = [];
    context = createProcessContext(process, {
      version: packageJson.version,
      flags: invocation.flags,
      ...(envFile !== undefined && {
        env: await addEnvFile(process.env, envFile, {
          signal: controller.signal,
          timeoutMs: readTimeoutMs(argv),
          onWarning: (sentence) => warnings.push(sentence),
        }),
      }),
      controller,
      interrupts,
    });
    warnings.forEach(context.warn);
    await runProgram(invocation.argv, context);
    await context.io.stdout.flush();
    controller.signal.throwIfAborted();
    process.exitCode = 0;
    if (wantsUpdateNotice(context))
      await (await import('./doctor/update-notice.ts')).tellNewerRelease(context);
  } catch (error) {
    process.exitCode = presentFailure(toCause(error, controller.signal), context?.io ?? process, {
      format: readFailureFormat(argv),
      debug: argv.includes('--debug'),
    });
  } finally {
    context?.close();
    const isDelivered = context === undefined || (await deliver(context));
    stopListening();
    // Pending output that nobody reads would keep the process alive.
    if (!isDelivered) process.exit(toExitCode(controller.signal.reason) ?? process.exitCode);
    // Node resets the terminal when it ends, and crashes if the terminal is gone. The signal of a lost terminal ends it in order.
    if (!terminals.every((fd) => isatty(fd))) process.kill(process.pid, 'SIGHUP');
    if (terminals.includes(0)) endInBackground(process, controller.signal.reason);
  }
}

/** Only if the person has asked for it, and looks at the terminal. */
function wantsUpdateNotice({ io, env, settings }: Context): boolean {
  const isTracked = !env.DO_NOT_TRACK || env.DO_NOT_TRACK === '0';
  if (!io.stderr.isTerminal || env.CI || !isTracked) return false;
  try {
    return settings.get('update-notice').value === 'on';
  } catch {
    // The settings are not valid, and the command needed none.
    return false;
  }
}

/** In the background, the reset of the terminal would stop the process until `fg`. A signal that nobody listens to ends it without. */
function endInBackground(process: NodeJS.Process, reason: unknown): void {
  if (!(reason instanceof InterruptedError) || !isInBackground()) return;
  process.removeAllListeners(reason.signal);
  process.kill(process.pid, reason.signal);
}

/** Waits until all output has left the process. False if the command is ended meanwhile and nobody reads. */
async function deliver({ io }: Context): Promise<boolean> {
  try {
    await Promise.all([io.stdout.flush(), io.stderr.flush()]);
    return true;
  } catch {
    return false;
  }
}

const toExitCode = (reason: unknown): number | undefined =>
  reason instanceof CliError ? reason.exitCode : undefined;

async function runProgram(argv: string[], context: Context): Promise<void> {
  const { stderr } = context.io;
  const written: Promise<void>[] = [];
  // Help, or the version.
  let told = '';
  const program = createProgram(context, {
    out: (text) => {
      told += text;
    },
    err: (text) => written.push(stderr.write(text)),
  });
  let named: string[] = [];
  try {
    named = nameCommand(program, argv, context);
    if (named.some((word) => word === '--help' || word === '-h'))
      (await import('./help/lay-out-help.ts')).layOutHelp(program);
    await program.parseAsync(named, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw await toUsageError(error, program, named);
  } finally {
    await Promise.all(written);
    if (told !== '')
      await (await import('./output/paged.ts')).writePaged(context, (output) => output.write(told));
  }
}

/** Says what to type instead, if that can be known, and refers to the help of the command that refused the command line. */
async function toUsageError(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
): Promise<CliError> {
  // Commander speaks of options; the help and the docs call them flags.
  const message = error.message
    .replace(/^error: /, '')
    .replace(/^(unknown )?option '/, "$1flag '")
    .replace(/ argument missing$/, ' needs a value');
  const [, flag] = /^unknown flag '(.*)'$/s.exec(message) ?? [];
  const meant = flag === undefined ? '' : suggestFlag(program, argv, flag);
  const seeHelp = advise`See: ${run(nameHelp(program, argv))}`;
  // No flag has blanks in its name: it is a text, such as a list or a diff.
  if (flag !== undefined && /\s/.test(flag))
    return new CliError('usage', `a text that begins with a dash is taken for a flag: ${flag.slice(0, 40)}`, {
      hint: joinHints('Put -- before a text that begins with a dash.', seeHelp),
      cause: error,
    });
  const isAboutWords = ['commander.missingArgument', 'commander.excessArguments'].includes(error.code);
  if (!isAboutWords) return new CliError('usage', message + meant, { hint: seeHelp, cause: error });
  const { describeWords } = await import('./refused-words.ts');
  const { problem, hint } = describeWords(program, argv, message);
  return new CliError('usage', problem, { hint: joinHints(hint, seeHelp), cause: error });
}

/** After an abort, report the reason of the abort, whatever error it caused. */
function toCause(error: unknown, signal: AbortSignal): unknown {
  const isOwn = error instanceof CliError || error instanceof ProgramExit;
  return signal.aborted && !isOwn ? signal.reason : error;
}

/** An output of the context, or a stream of the process before there is a context. */
type Sink = { write(text: string): unknown };

type Presentation = { format: FailureFormat; debug: boolean };

/** The only place that prints a failure: one line on stderr, and the same as an object if stdout is JSON. */
function presentFailure(
  error: unknown,
  { stdout, stderr }: { stdout: Sink; stderr: Sink },
  { format, debug }: Presentation,
): number {
  if (error instanceof ClosedPipeError) return 0;
  if (error instanceof ProgramExit) return error.exitCode;
  const description = describeError(error);
  const hint = description.hint === undefined ? '' : ` ${description.hint}`;
  if (format !== 'text') tell(stdout, toFailureJson(description, format));
  tell(stderr, `copilot-cli: ${toSentence(description.message)}${hint}\n`);
  if (debug) tell(stderr, `${describeStack(error)}\n`);
  return description.exitCode;
}

/** If nobody reads the output, nothing is lost. */
function tell(sink: Sink, text: string): void {
  Promise.resolve(sink.write(text)).catch(() => {});
}

function toSentence(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

function describeStack(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause =
    error instanceof Error && error.cause !== undefined ? `\ncaused by ${describeStack(error.cause)}` : '';
  return showControls(maskSecrets(stack + cause));
}

/** An uncaught error ends the command like any failure, so that the terminal is restored. A second one ends the process. */
function endByMistake(process: NodeJS.Process, controller: AbortController, error: unknown): void {
  if (controller.signal.aborted)
    process.exit(presentFailure(error, process, { format: 'text', debug: false }));
  controller.abort(error);
}

/** The first signal asks the command to stop. A second one ends the process. */
function listenToSignals(
  process: NodeJS.Process,
  controller: AbortController,
  interrupts: Interrupts,
): () => void {
  let interruptedAt = Number.NEGATIVE_INFINITY;
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      const taker = interrupts.at(-1);
      if (signal === 'SIGINT' && taker) {
        taker();
        return;
      }
      const error = new InterruptedError(signal);
      const sinceLast = Date.now() - interruptedAt;
      const isImpatient = signal === 'SIGINT' && sinceLast < impatienceMs;
      const isSecond = controller.signal.reason instanceof InterruptedError && sinceLast > echoMs;
      if (isImpatient || isSecond) {
        endInBackground(process, error);
        process.exit(error.exitCode);
      }
      interruptedAt = Date.now();
      controller.abort(error);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  const stopGuarding = keepOthersOut(process);
  return () => {
    stopGuarding();
    for (const stop of listeners) stop();
  };
}

/**
 * Removes signal listeners of libraries. They send each signal to the process again, so one Ctrl+C would count twice. They also clean up at
 * exit, which is enough.
 */
function keepOthersOut(process: NodeJS.Process): () => void {
  const remove = (event: string | symbol, listener: () => void): void => {
    const signal = signals.find((name) => name === event);
    // The listener is not added yet.
    if (signal) queueMicrotask(() => process.off(signal, listener));
  };
  process.on('newListener', remove);
  return () => process.off('newListener', remove);
}
