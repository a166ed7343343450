import { setMaxListeners } from 'node:events';
import { isatty } from 'node:tty';
import { type Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { nameCommand, nameHelp, suggestFlag } from './command-words.ts';
import { addEnvFile } from './config/env-file.ts';
import type { Context } from './context.ts';
import { CliError, ClosedPipeError, describeError, InterruptedError, ProgramExit } from './errors.ts';
import { advise, run } from './hint.ts';
import { type FailureFormat, parseInvocation, readFailureFormat } from './invocation.ts';
import { toFailureJson } from './output/json.ts';
import { createProcessContext, type Interrupts } from './process-context.ts';
import { createProgram } from './program.ts';
import { maskSecrets } from './redact.ts';

/** Those that ask a process to end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How soon a second Ctrl+C must follow the first to end the process at once, in milliseconds. */
const impatienceMs = 2_000;

/** Runs the program as this process, and sets its exit code. Never throws. */
export async function main(process: NodeJS.Process): Promise<void> {
  const controller = new AbortController();
  // Every request that is under way listens.
  setMaxListeners(0, controller.signal);
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  const interrupts: Interrupts = [];
  const stopListening = listenToSignals(process, controller, interrupts);
  process.on('uncaughtException', (error) => endByMistake(process, controller, error));
  const argv = process.argv.slice(2);
  let context: Context | undefined;
  try {
    const invocation = parseInvocation(argv);
    const { envFile } = invocation.flags;
    context = createProcessContext(process, {
      version: packageJson.version,
      flags: invocation.flags,
      ...(envFile !== undefined && { env: await addEnvFile(process.env, envFile, controller.signal) }),
      controller,
      interrupts,
    });
    await runProgram(invocation.argv, context);
    await context.io.stdout.flush();
    controller.signal.throwIfAborted();
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = presentFailure(toCause(error, controller.signal), context?.io ?? process, {
      format: readFailureFormat(argv),
      debug: argv.includes('--debug'),
    });
  } finally {
    context?.close();
    stopListening();
    // Node resets the terminal when it ends, and aborts where there is none any more. The signal of a lost terminal ends it in order.
    if (!terminals.every((fd) => isatty(fd))) process.kill(process.pid, 'SIGHUP');
  }
}

async function runProgram(argv: string[], context: Context): Promise<void> {
  const { stdout, stderr } = context.io;
  const written: Promise<void>[] = [];
  const program = createProgram(context, {
    out: (text) => written.push(stdout.write(text)),
    err: (text) => written.push(stderr.write(text)),
  });
  let named: string[] = [];
  try {
    named = nameCommand(program, argv, context);
    await program.parseAsync(named, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw toUsageError(error, program, named);
  } finally {
    await Promise.all(written);
  }
}

/** The help that it names is that of the command which did not take the command line. */
function toUsageError(error: CommanderError, program: Command, argv: readonly string[]): CliError {
  const message = error.message.replace(/^error: /, '');
  const [, flag] = /^unknown option '([^']*)'$/.exec(message) ?? [];
  const meant = flag === undefined ? '' : suggestFlag(program, argv, flag);
  return new CliError('usage', message + meant, {
    hint: advise`See: ${run(nameHelp(program, argv))}`,
    cause: error,
  });
}

/** Whatever an abort made of the work that was under way, the reason of the abort is the cause. */
function toCause(error: unknown, signal: AbortSignal): unknown {
  const isOwn = error instanceof CliError || error instanceof ProgramExit;
  return signal.aborted && !isOwn ? signal.reason : error;
}

/** An output of the context, or a stream of the process where there is no context yet. */
type Sink = { write(text: string): unknown };

type Presentation = { format: FailureFormat; debug: boolean };

/** The only place that words a failure: one line on stderr, and the same as an object where stdout is JSON. */
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

/** Where nobody listens any more, nobody misses it. */
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
  return maskSecrets(stack + cause);
}

/** What nobody caught ends the command as any failure does, so that it can leave the terminal as it was; a second one ends the process. */
function endByMistake(process: NodeJS.Process, controller: AbortController, error: unknown): void {
  if (controller.signal.aborted)
    process.exit(presentFailure(error, process, { format: 'text', debug: false }));
  controller.abort(error);
}

/** The first signal asks the command to stop; a second Ctrl+C right after it does not ask. */
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
      if (signal === 'SIGINT' && Date.now() - interruptedAt < impatienceMs) process.exit(error.exitCode);
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
 * A library that cleans up at signals sends each on to the process once more, so that one Ctrl+C counts as two. Such libraries clean up
 * when the process ends, too, and that is enough.
 */
function keepOthersOut(process: NodeJS.Process): () => void {
  const remove = (event: string | symbol, listener: () => void): void => {
    const signal = signals.find((name) => name === event);
    // It is not there yet.
    if (signal) queueMicrotask(() => process.off(signal, listener));
  };
  process.on('newListener', remove);
  return () => process.off('newListener', remove);
}
