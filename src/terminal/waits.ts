import { once } from '../once.ts';

/** What is waited for, in words. A function is asked each time the line is drawn, so that it can count. */
export type WaitLabel = string | (() => string);

/** Something that a person waits for. */
export type Wait = {
  /** From now on, the wait is for something else. */
  say(label: WaitLabel): void;
  end(): void;
};

export type WaitOptions = {
  /** The line stays below what is printed meanwhile. Without this, the first output on stdout ends the wait. */
  stays?: boolean;
  /** Asked before each drawing: false leaves the terminal to another program of the pipeline. */
  isFree?: () => boolean;
};

type Waits = {
  begin(label: WaitLabel, options?: WaitOptions): Wait;
  /** A step of a wait that somebody else began; shown only while that wait is open. Gives the function that ends it. */
  beginStep(label: WaitLabel): () => void;
  /** Takes the line away, because `text` is about to be written. */
  giveWay(text: string, stream: 'stdout' | 'stderr'): void;
  /** Takes the line away for good: the process ends. */
  close(): void;
};

/** One line on a terminal that is drawn again and again, and leaves nothing behind. */
export type LiveLine = {
  /** How long one drawing stands, in milliseconds. */
  readonly frameMs: number;
  draw(shown: { label: WaitLabel; since: number }): void;
  erase(): void;
};

type WaitsOptions = {
  /** Whether there is a terminal that shows it. */
  isTerminal: boolean;
  /** Whether somebody else draws on the terminal now. */
  isTaken: () => boolean;
  /** Loads what draws: most commands end before it is needed. */
  loadLine: () => Promise<LiveLine>;
  now: () => number;
};

const unseenWait: Wait = { say: () => {}, end: () => {} };

type OpenWait = { label: WaitLabel; since: number; stays: boolean; isFree: () => boolean };

/** Shows the wait that was begun last, until it ends or gives way to output. */
export function createWaits({ isTerminal, isTaken, loadLine, now }: WaitsOptions): Waits {
  const open: OpenWait[] = [];
  const load = once(loadLine);
  let line: LiveLine | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** When the person began to wait. */
  let silentSince = Number.NEGATIVE_INFINITY;
  let endedAt = Number.NEGATIVE_INFINITY;
  let isAtLineStart = true;
  let isDrawing = false;

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    // A wait alone keeps no process alive.
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

  /** What the line itself writes needs nobody to give way. */
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
      // One wait right behind another is the same silence.
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

/** A shorter wait is not shown: what only flashes helps nobody. In milliseconds. */
export const quietMs = 300;
/** How long each picture of the spinner stands, in milliseconds. */
export const spinnerMs = 200;

/** The picture of the spinner at this time. */
export function spinnerFrame(now: number): string {
  return frames[Math.floor(now / spinnerMs) % frames.length] ?? '';
}
