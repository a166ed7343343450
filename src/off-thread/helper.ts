import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, type ErrorCode } from '../errors.ts';
import type { Hint } from '../hint.ts';

/**
 * Does one kind of work beside the program, so that the program goes on hearing signals and deadlines, and can end the work in the middle:
 * for libraries that may take forever for what somebody else wrote. The jobs stand in `worker.ts`.
 */
export type Helper<Input, Output> = {
  /** Throws the reason of the signal, CliError `input_too_large` when the time is over, or what the job throws. */
  run(input: Input, options: { signal: AbortSignal | undefined; maxMs: number }): Promise<Output>;
  close(): void;
};

export type HelperOptions = {
  job: string;
  /** A thread cannot be ended while it is in native code; a process can, and takes nothing down with it if it crashes. */
  place: 'thread' | 'process';
};

/** What goes to a helper, and what comes back. */
export type Order = { job: string; input: unknown };
export type Result =
  | { type: 'done'; output: unknown }
  | { type: 'failed'; message: string; code: ErrorCode | undefined; hint: Hint | undefined };

/** More than any page or schema needs, in megabytes: a job that eats memory ends, and not the program. */
const maxHeapMegabytes = 2048;

type Place = {
  send(order: Order): void;
  onResult(listener: (result: Result) => void): void;
  onEnd(listener: (error: Error) => void): void;
  hold(isHeld: boolean): void;
  end(): void;
};

/** It starts with the first run, and not again after a run that was ended. */
export function createHelper<Input, Output>({ job, place }: HelperOptions): Helper<Input, Output> {
  let started: Place | undefined;
  const close = (): void => {
    started?.end();
    started = undefined;
  };
  return {
    async run(input, { signal, maxMs }) {
      signal?.throwIfAborted();
      started ??= place === 'thread' ? startThread() : startProcess();
      const helper = started;
      let stop = (): void => {};
      try {
        const result = await new Promise<Result>((resolve, reject) => {
          const onAbort = (): void => reject(signal?.reason);
          const timer = setTimeout(() => reject(createSlowError(maxMs)), maxMs);
          signal?.addEventListener('abort', onAbort);
          stop = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', onAbort);
          };
          helper.onResult(resolve);
          helper.onEnd(reject);
          helper.hold(true);
          helper.send({ job, input });
        });
        if (result.type === 'failed') throw toError(result);
        helper.hold(false);
        return result.output as Output;
      } catch (error) {
        close();
        throw error;
      } finally {
        stop();
      }
    },
    close,
  };
}

/** One run of a helper that is not needed any more afterwards. */
export async function runBeside<Input, Output>(
  input: Input,
  options: HelperOptions & { signal: AbortSignal | undefined; maxMs: number },
): Promise<Output> {
  const helper = createHelper<Input, Output>(options);
  try {
    return await helper.run(input, options);
  } finally {
    helper.close();
  }
}

/** Beside the chunks of the bundle, and beside the rooms of the source. */
function findEntry(): URL {
  return new URL(`../worker${extname(import.meta.url)}`, import.meta.url);
}

function startThread(): Place {
  // Not imported above: a prompt needs no thread, and Node takes a while to load these modules.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(findEntry(), { resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes } });
  return {
    send: (order) => worker.postMessage(order),
    onResult: (listener) => void worker.removeAllListeners('message').on('message', listener),
    onEnd(listener) {
      worker.removeAllListeners('error').on('error', listener);
      worker.removeAllListeners('exit').on('exit', () => listener(new Error('the thread ended')));
    },
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

function startProcess(): Place {
  const { fork } = process.getBuiltinModule('node:child_process');
  const child: ChildProcess = fork(fileURLToPath(findEntry()), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    send: (order) => void child.send(order),
    onResult: (listener) => void child.removeAllListeners('message').on('message', listener as never),
    onEnd(listener) {
      child.removeAllListeners('error').on('error', listener);
      child.removeAllListeners('exit').on('exit', () => listener(new Error('the process ended')));
    },
    hold: (isHeld) => hold(child, isHeld),
    end: () => void child.kill('SIGKILL'),
  };
}

function hold(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function createSlowError(maxMs: number): CliError {
  return new CliError('input_too_large', `it took longer than ${maxMs / 1000} s`);
}

function toError({ message, code, hint }: Extract<Result, { type: 'failed' }>): Error {
  return code === undefined ? new Error(message) : new CliError(code, message, { hint });
}
