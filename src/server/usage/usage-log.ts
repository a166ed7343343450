import { join } from 'node:path';
import { createJsonFile } from '../../config/json-file.ts';
import { describeError } from '../../errors.ts';
import type { UsageLog } from '../services.ts';
import {
  createUsageState,
  foldState,
  formatState,
  mergeStates,
  parseState,
  toUsageState,
  type UsageState,
} from './usage-state.ts';

/** A usage log that lasts. */
export type KeptUsageLog = UsageLog & {
  /** The counts of all servers of this folder. */
  read(): Promise<UsageState>;
  /** Forgets these sessions; without names, everything. Throws CliError `config` if the file cannot be written. */
  forget(ids?: readonly string[]): Promise<void>;
  /** Writes the rest. Never throws. */
  close(): Promise<void>;
};

type UsageLogOptions = {
  /** The data folder; the counts are in its `usage.json`. */
  folder: string;
  now: () => number;
  /** Gets a sentence, once, if the file was broken or cannot be written. */
  onNotice: (sentence: string) => void;
};

const flushMs = 1_000;

/** Counts in memory and adds to the file at most once a second. After a failed write, the next answer tries again. */
export function createUsageLog({ folder, now, onNotice }: UsageLogOptions): KeptUsageLog {
  // To wait for the disk would hold up every stream.
  const file = createJsonFile({ path: join(folder, 'usage.json'), onNotice, isDurable: false });
  let pending: UsageState | undefined;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isBroken = false;

  function add(state: UsageState): void {
    pending = pending ? foldState(mergeStates(pending, state)) : state;
    // The timer does not keep the process alive: `close` writes the rest.
    timer ??= setTimeout(() => void flush(), flushMs).unref();
  }

  async function flush(): Promise<void> {
    while (writing) await writing;
    clearTimeout(timer);
    timer = undefined;
    if (!pending) return;
    const counted = pending;
    pending = undefined;
    writing = change((state) => mergeStates(state, counted))
      .then(
        () => {
          isBroken = false;
        },
        (error) => {
          pending = pending ? mergeStates(counted, pending) : counted;
          if (!isBroken) onNotice(`Usage cannot be saved: ${describeError(error).message}`);
          isBroken = true;
        },
      )
      .finally(() => {
        writing = undefined;
      });
    await writing;
  }

  function change(toNext: (state: UsageState) => UsageState): Promise<void> {
    return file.update((content) => formatState(foldState(toNext(parseState(content)))));
  }

  function readFile(): UsageState {
    try {
      return parseState(file.read());
    } catch {
      // The next write sets the broken file aside and says so.
      return createUsageState();
    }
  }

  return {
    record: (answer) => add(toUsageState(answer)),
    recordQuota: (snapshot) => add(createUsageState({ quota: { at: now(), snapshot } })),
    async read() {
      await flush();
      return pending ? mergeStates(readFile(), pending) : readFile();
    },
    async forget(ids) {
      await flush();
      const isForgotten = (id: string): boolean => ids === undefined || ids.includes(id);
      const keep = (state: UsageState): UsageState =>
        ids === undefined
          ? createUsageState({ quota: state.quota })
          : { ...state, sessions: new Map([...state.sessions].filter(([id]) => !isForgotten(id))) };
      await change(keep);
      if (pending) pending = keep(pending);
    },
    close: flush,
  };
}
