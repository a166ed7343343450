import { encodeKey, type KeyEncoding } from './keys.ts';
import { type Exit, openPseudoTerminal, type TerminalWrite } from './pseudo-terminal.ts';
import { createScreen, type Screen, type ScreenOptions } from './screen.ts';

/** A text or pattern is looked for in the visible rows, joined by newlines. */
export type Expectation = string | RegExp | ((rows: string[]) => boolean);

export type WaitOptions = { timeoutMs?: number };

/** A program in a pseudo-terminal, and the terminal that a person would see and type into. */
export type Emulator = Omit<Screen, 'feed' | 'dispose' | 'resize'> & {
  readonly pid: number;
  /** `performance.now()` just before the program was started. */
  readonly startedAt: number;
  /** Everything that the program wrote, read by read; times are those of `performance.now()`. */
  readonly writes: readonly TerminalWrite[];
  /** All that was written and is on the screen by now, as text. */
  output(): string;
  /**
   * Resolves with the visible rows when they are as expected, never in the middle of a synchronized update. Rejects
   * with the screen after ten seconds or `timeoutMs`, and when the program ends without it.
   */
  waitForScreen(expected: Expectation, options?: WaitOptions): Promise<string[]>;
  /** Sends characters as they are. */
  type(text: string): void;
  /**
   * Presses keys one by one: `enter`, `shift+enter`, `ctrl+c`, `up`, `a`. They are encoded as the program has asked the
   * terminal for, or as `encoding` says.
   */
  press(key: string, encoding?: KeyEncoding): void;
  /** Pastes a text, between marks where the program has asked for them. */
  paste(text: string): void;
  /** Changes the size of the window, and tells the program. */
  resize(columns: number, rows: number): void;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the program has ended and its last bytes are on the screen. */
  readonly exit: Promise<Exit>;
  /** The exit code, where `exit` has the signal as well. */
  readonly exitCode: Promise<number>;
  /** Kills the program, and resolves when it is gone. */
  close(): Promise<void>;
};

export type EmulatorOptions = Partial<Omit<ScreenOptions, 'onAnswer'>> & {
  /** The program to start; Node if left out. */
  program?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** What stands on the screen before the program starts: the command line in a shell, for example. */
  startText?: string;
  /** How long the answers of the terminal are under way, as over a slow connection, in milliseconds. */
  answerDelayMs?: number;
};

const patienceMs = 10_000;

/** Starts Node, or another program, with these arguments in an emulated terminal of 80 columns and 24 rows. */
export function openEmulator(argv: string[], options: EmulatorOptions = {}): Emulator {
  const { program, env = {}, cwd, startText = '', columns = 80, rows = 24, ...others } = options;
  const { answerDelayMs = 0, ...screenOptions } = others;
  const watchers = new Set<() => void>();
  /** How many writes the screen has taken. */
  let shown = 0;
  const screen = createScreen({
    ...screenOptions,
    columns,
    rows,
    onAnswer: (bytes) => {
      if (answerDelayMs === 0) pty.write(bytes);
      else setTimeout(() => pty.write(bytes), answerDelayMs);
    },
  });
  void screen.feed(startText);
  const pty = openPseudoTerminal({
    ...(program !== undefined && { program }),
    argv,
    env,
    columns,
    rows,
    ...(cwd !== undefined && { cwd }),
    onWrite: ({ text }) => void screen.feed(text, onShown).then(wake),
  });
  let hasEnded = false;
  const exit = pty.exit.then(async (end) => {
    await screen.feed('');
    hasEnded = true;
    wake();
    return end;
  });

  function onShown(): void {
    shown += 1;
  }

  function wake(): void {
    for (const watcher of watchers) watcher();
  }

  function waitForScreen(
    expected: Expectation,
    { timeoutMs = patienceMs }: WaitOptions = {},
  ): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        watchers.delete(check);
        finish();
      };
      const fail = (reason: string): void =>
        settle(() => reject(new Error(`${describe(expected)} ${reason}; the screen is:\n${frame(screen)}`)));
      const check = (): void => {
        if (screen.modes().synchronizedUpdate && !hasEnded) return;
        const visible = screen.screen();
        if (matches(visible, expected)) settle(() => resolve(visible));
        else if (hasEnded) fail('did not come before the program ended');
      };
      const timer = setTimeout(() => fail(`did not come in ${timeoutMs} ms`), timeoutMs);
      watchers.add(check);
      check();
    });
  }

  return {
    ...screen,
    get columns() {
      return screen.columns;
    },
    get rows() {
      return screen.rows;
    },
    pid: pty.pid,
    startedAt: pty.startedAt,
    writes: pty.writes,
    output: () =>
      pty.writes
        .slice(0, shown)
        .map(({ text }) => text)
        .join(''),
    waitForScreen,
    type: (text) => pty.write(text),
    press(key, encoding) {
      const { keyEncoding, applicationCursor } = screen.modes();
      pty.write(encodeKey(key, { encoding: encoding ?? keyEncoding, applicationCursor }));
    },
    paste(text) {
      pty.write(
        screen.modes().bracketedPaste ? `\u001b[200~${text}\u001b[201~` : text.replace(/\r?\n/g, '\r'),
      );
    },
    resize(newColumns, newRows) {
      screen.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    signal: pty.signal,
    exit,
    exitCode: exit.then(({ code }) => code),
    async close() {
      await pty.close();
      await exit;
      screen.dispose();
    },
  };
}

function matches(rows: string[], expected: Expectation): boolean {
  if (typeof expected === 'function') return expected(rows);
  const text = rows.join('\n');
  return typeof expected === 'string' ? text.includes(expected) : text.search(expected) >= 0;
}

function describe(expected: Expectation): string {
  return typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
}

function frame(screen: Screen): string {
  const edge = '─'.repeat(screen.columns);
  return [edge, ...screen.screen(), edge].join('\n');
}
