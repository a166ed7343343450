import { once } from '../once.ts';

/** The words of a wait. A function is called for each frame, so that it can count. */
export type WaitLabel = string | (() => string);

export type Wait = {
  /** Changes the label and restarts the clock. */
  say(label: WaitLabel): void;
  end(): void;
};

export type WaitOptions = {
  /** The line stays below other output. If false, the first output on stdout ends the wait. */
  stays?: boolean;
  /** Called before each frame. False leaves the terminal to another program of the pipeline. */
  isFree?: () => boolean;
};

type Waits = {
  begin(label: WaitLabel, options?: WaitOptions): Wait;
  /** A step of another caller's wait, shown only while that wait is open. Returns the function that ends it. */
  beginStep(label: WaitLabel): () => void;
  /** Erases the line, because `text` is about to be written. */
  giveWay(text: string, stream: 'stdout' | 'stderr'): void;
  /** Ends all waits, because the process ends. */
  close(): void;
};

/** One line that is redrawn and then erased. */
export type LiveLine = {
  readonly frameMs: number;
  draw(shown: { label: WaitLabel; since: number }): void;
  erase(): void;
};

type WaitsOptions = {
  isTerminal: boolean;
  /** Whether something else draws on the terminal now. */
  isTaken: () => boolean;
  /** Loads the drawing code, which most commands end without. */
  loadLine: () => Promise<LiveLine>;
  now: () => number;
};

const unseenWait: Wait = { say: () => {}, end: () => {} };

type OpenWait = { label: WaitLabel; since: number; stays: boolean; isFree: () => boolean };

/** Shows the latest wait until it ends or gives way to output. */
export function createWaits({ isTerminal, isTaken, loadLine, now }: WaitsOptions): Waits {
  const open: OpenWait[] = [];
  const load = once(loadLine);
  let line: LiveLine | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** When the silence began. */
  let silentSince = Number.NEGATIVE_INFINITY;
  let endedAt = Number.NEGATIVE_INFINITY;
  let isAtLineStart = true;
  let isDrawing = false;

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    // A wait must not keep the process alive.
    timer = setTimeout(() => void draw().catch(() => {}), Math.max(0, delayMs)).unref();
  }

  async function draw(): Promise<void> {
    const loaded = await load();
    line = loaded;
    const current = open.at(-1);
    if (!current) return;
    const quietLeft = silentSince + quietMs - now();
    if (quietLeft > 0) return schedule(quietLeft);
    if (isAtLineStart && !isTaken() && current.isFree()) asOwn((drawer) => drawer.draw(current));
    schedule(loaded.frameMs);
  }

  /** The line need not give way to itself. */
  function asOwn(work: (line: LiveLine) => void): void {
    if (!line) return;
    isDrawing = true;
    work(line);
    isDrawing = false;
  }

  function close(wait: OpenWait): void {
    const index = open.indexOf(wait);
    if (index === -1) return;
    open.splice(index, 1);
    if (open.length > 0) return;
    clearTimeout(timer);
    endedAt = now();
    asOwn((drawer) => drawer.erase());
  }

  function begin(label: WaitLabel, { stays = false, isFree = () => true }: WaitOptions = {}): Wait {
    if (!isTerminal) return unseenWait;
    const wait: OpenWait = { label, since: now(), stays, isFree };
    if (open.length === 0) {
      // A wait that follows another at once belongs to the same silence.
      if (wait.since - endedAt > quietMs) silentSince = wait.since;
      schedule(silentSince + quietMs - wait.since);
    }
    open.push(wait);
    return {
      say(next) {
        wait.label = next;
        wait.since = now();
      },
      end: () => close(wait),
    };
  }

  return {
    begin,
    beginStep: (label) => (open.length === 0 ? () => {} : begin(label).end),
    giveWay(text, stream) {
      if (isDrawing) return;
      isAtLineStart = text.endsWith('\n');
      if (open.length === 0) return;
      asOwn((drawer) => drawer.erase());
      if (stream === 'stdout') for (const wait of open.filter(({ stays }) => !stays)) close(wait);
      silentSince = now();
    },
    close: () => {
      for (const wait of [...open]) close(wait);
    },
  };
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Shorter waits are not shown, because a flash helps nobody. In milliseconds. */
export const quietMs = 300;
/** In milliseconds. */
export const spinnerMs = 200;

export function spinnerFrame(now: number): string {
  return frames[Math.floor(now / spinnerMs) % frames.length] ?? '';
}
