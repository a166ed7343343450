import { cutToWidth, padToWidth } from '../terminal/cell-width.ts';
import { type Output, paint, type Style } from '../terminal/io.ts';
import { createScreen } from '../terminal/screen.ts';
import { toOneLine } from '../terminal-text.ts';
import { logAnswer } from './log.ts';
import type { AnswerRecord, LiveAnswer, ServerLog } from './services.ts';
import {
  addCounts,
  type Counts,
  countAnswer,
  countTokens,
  createCounts,
  formatCounts,
  formatNumber,
} from './usage/counts.ts';

export type LiveView = {
  /** An answer has ended. */
  record(answer: AnswerRecord): void;
  /** Something else has changed: the answers in progress or the account. */
  changed(): void;
  /** Writes a line above the view; it stays when the view goes. */
  print(line: string): void;
  /** Takes the view away, and gives the terminal its cursor back. */
  stop(): Promise<void>;
};

type LiveViewOptions = {
  /** Stderr. */
  output: Output;
  /** The facts to draw, read for each drawing. */
  facts: () => Pick<LiveFacts, 'url' | 'account' | 'live'>;
  /** Gets the finished answers if nothing can be drawn. */
  log: ServerLog;
  now: () => number;
  /** Calls when the process ends without `stop`. */
  onExit: (listener: () => void) => () => void;
};

/** Between two drawings, in milliseconds. */
const drawMs = 250;
const shownAnswers = 10;
const restore = '\r\n\u001b[?25h';

/** Draws the server's activity at most four times a second, or writes log lines if the terminal cannot redraw. */
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
    // The seconds of running answers change by themselves.
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

/** A line for a terminal that is gone is lost. */
function write(output: Output, text: string): void {
  void output.write(text).catch(() => {});
}

export type LiveFacts = {
  url: string;
  account: string | undefined;
  totals: Counts;
  /** `tokens` is how many have come so far, if that is known. */
  live: readonly (LiveAnswer & { tokens?: number })[];
  /** The newest first. */
  finished: readonly AnswerRecord[];
};

type Row = {
  time: number;
  model: string;
  dialect: string;
  state: string;
  style: Style;
  seconds: string;
  tokens: string;
};

const widths = { time: 8, dialect: 10, state: 16, seconds: 8, tokens: 10 };
const gap = '  ';
const minModelWidth = 12;
const maxModelWidth = 40;

/** The painted rows of the view. All of them fit, and none is as wide as the terminal. */
function layOutLive(facts: LiveFacts, output: Output, now: number): string[] {
  const { url, account, totals, live, finished } = facts;
  const title = [url, account ?? 'not signed in'].map(toOneLine).join(gap);
  const room = Math.max(2, output.rows - 1 - 5);
  const shown = live.slice(0, live.length > room - 1 ? room - 2 : room - 1);
  const hidden = live.length - shown.length;
  const rest = room - shown.length - (hidden > 0 ? 1 : 0);
  const rows = (list: Row[]): string[] => list.map((row) => formatRow(row, output));
  const blocks = [
    [`${paint(output, 'bold', 'copilot-cli serve')}${gap}${cutToWidth(title, output.columns - 20)}`],
    [cutToWidth(formatCounts(totals), output.columns - 1)],
    live.length > 0 || finished.length > 0 ? [''] : [],
    live.length > 0 ? [paint(output, 'dim', 'Now')] : [],
    rows(shown.map((answer) => toLiveRow(answer, now))),
    hidden > 0 ? [paint(output, 'dim', `and ${hidden} more`)] : [],
    finished.length > 0 && rest > 0 ? [paint(output, 'dim', 'Before')] : [],
    rows(finished.slice(0, rest).map(toFinishedRow)),
  ];
  return blocks.flat();
}

function toLiveRow(
  { startedAt, model, dialect, state, tokens }: LiveFacts['live'][number],
  now: number,
): Row {
  return {
    time: startedAt,
    model,
    dialect,
    state,
    style: state === 'streaming' ? 'cyan' : 'dim',
    seconds: `${Math.max(0, Math.floor((now - startedAt) / 1000))} s`,
    tokens: tokens === undefined ? '' : formatNumber(tokens),
  };
}

function toFinishedRow(answer: AnswerRecord): Row {
  const { at, model, dialect, status, failure, milliseconds } = answer;
  const tokens = countTokens(countAnswer(answer));
  return {
    time: at,
    model,
    dialect,
    state: failure === undefined ? String(status) : `${status} ${failure}`,
    style: failure === undefined ? 'green' : 'red',
    seconds: `${(milliseconds / 1000).toFixed(1)} s`,
    tokens: tokens === 0 ? '' : formatNumber(tokens),
  };
}

/** The columns that are left out if the terminal is too narrow, in this order. */
const optional = ['dialect', 'time', 'tokens'] as const;

function formatRow(row: Row, output: Output): string {
  const shown = new Set<keyof typeof widths>(['time', 'dialect', 'state', 'seconds', 'tokens']);
  const measureRoom = (): number =>
    [...shown].reduce((room, name) => room - widths[name] - gap.length, output.columns - 1);
  for (const name of optional) if (measureRoom() < minModelWidth) shown.delete(name);
  const modelWidth = Math.min(maxModelWidth, Math.max(minModelWidth, measureRoom()));
  const show = (name: keyof typeof widths, cell: string): string[] => (shown.has(name) ? [cell] : []);
  const cells = [
    ...show('time', paint(output, 'dim', new Date(row.time).toTimeString().slice(0, widths.time))),
    toCell(row.model, modelWidth),
    ...show('dialect', toCell(row.dialect.replace('chat-completions', 'chat'), widths.dialect)),
    paint(output, row.style, toCell(row.state, widths.state)),
    row.seconds.padStart(widths.seconds),
    ...show('tokens', row.tokens.padStart(widths.tokens)),
  ];
  return cells.join(gap).trimEnd();
}

function toCell(text: string, width: number): string {
  return padToWidth(cutToWidth(toOneLine(text), width), width);
}
