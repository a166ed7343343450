import type { Output } from '../terminal/io.ts';
import { createScreen } from '../terminal/screen.ts';
import { type LiveFacts, layOutLive } from './live-rows.ts';
import { logAnswer } from './log-answer.ts';
import type { AnswerRecord, ServerLog } from './services.ts';
import { addCounts, type Counts, countAnswer, createCounts } from './usage/counts.ts';

export type LiveView = {
  /** An answer has ended. */
  record(answer: AnswerRecord): void;
  /** Something else has changed: what is live, the account. */
  changed(): void;
  /** Writes a line above the view; it stays when the view goes. */
  print(line: string): void;
  /** Takes the view away, and gives the terminal its cursor back. */
  stop(): Promise<void>;
};

export type LiveViewOptions = {
  /** Stderr. */
  output: Output;
  /** What is drawn; asked whenever something is drawn. */
  facts: () => Pick<LiveFacts, 'address' | 'account' | 'live'>;
  /** Takes what ended, where nothing can be drawn. */
  log: ServerLog;
  now: () => number;
  /** Calls when the process ends without `stop`. */
  onExit: (listener: () => void) => () => void;
};

/** Between two drawings, in milliseconds. */
const drawMs = 250;
const shownAnswers = 10;
const restore = '\r\n\u001b[?25h';

/** What the server does, in rows that are drawn over, four times a second at most; lines of the log where that cannot be. */
export function createLiveView(options: LiveViewOptions): LiveView {
  return options.output.canRedraw ? createDrawnView(options) : createPlainView(options);
}

function createPlainView({ output, log }: LiveViewOptions): LiveView {
  return {
    record: (answer) => logAnswer(log, answer),
    changed() {},
    print: (line) => write(output, `${line.replace(/\n$/, '')}\n`),
    stop: async () => {},
  };
}

function createDrawnView({ output, facts, now, onExit }: LiveViewOptions): LiveView {
  let totals: Counts = createCounts();
  let finished: AnswerRecord[] = [];
  let isDirty = false;
  let isOver = false;
  const screen = createScreen({
    draw: () => ({
      tail: [],
      panel: layOutLive({ ...facts(), totals, finished }, output, now()),
      cursor: undefined,
    }),
    size: () => output,
    write: (text) => output.write(text),
  });
  const timer = setInterval(() => {
    // Of what is live, the seconds change.
    if (!isDirty && facts().live.length === 0) return;
    isDirty = false;
    screen.invalidate();
  }, drawMs).unref();
  const stopListening = [output.onResize(() => screen.resize()), onExit(() => output.writeNow(restore))];
  screen.invalidate();

  return {
    record(answer) {
      totals = addCounts(totals, countAnswer(answer));
      finished = [answer, ...finished].slice(0, shownAnswers);
      isDirty = true;
    },
    changed() {
      isDirty = true;
    },
    print(line) {
      const whole = line.replace(/\n$/, '');
      if (isOver) write(output, `${whole}\n`);
      else screen.commit(whole.split('\n'));
    },
    async stop() {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      await screen.suspend();
      for (const stop of stopListening) stop();
    },
  };
}

/** Where the terminal is gone, nobody misses the line. */
function write(output: Output, text: string): void {
  void output.write(text).catch(() => {});
}
