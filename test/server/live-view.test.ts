import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLiveView, type LiveFacts, type LiveView } from '../../src/server/live-view.ts';
import { createServerLog } from '../../src/server/log.ts';
import type { Output } from '../../src/terminal/io.ts';
import { createXterm } from '../emulator/xterm.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';
import { createAnswer } from './answers.ts';

const start = Date.parse('2026-07-01T12:00:00Z');
const toTime = (at: number): string => new Date(at).toTimeString().slice(0, 8);

type Live = LiveFacts['live'][number];

/** A view in an emulated terminal, whose clock and timers move when the test moves them. */
function createView({ columns = 80, rows = 24 } = {}) {
  vi.useFakeTimers({
    now: start,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  onTestFinished(() => void vi.useRealTimers());
  const terminal = createXterm({ cols: columns, rows, scrollback: 1000 });
  const size = { columns, rows };
  const written: string[] = [];
  const exits = new Set<() => void>();
  let resized = (): void => {};
  const write = (text: string): Promise<void> => {
    written.push(text);
    return new Promise((resolve) => terminal.write(text, resolve));
  };
  const output: Output = {
    isTerminal: true,
    canRedraw: true,
    colour: false,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    onResize(listener) {
      resized = listener;
      return () => {};
    },
    write,
    writeNow: (text) => void write(text),
    flush: async () => {},
  };
  const facts: { url: string; account: string | undefined; live: Live[] } = {
    url: 'http://127.0.0.1:4141',
    account: 'octocat',
    live: [],
  };
  const view: LiveView = createLiveView({
    output,
    facts: () => facts,
    log: () => {
      throw new Error('nothing is logged where it is drawn');
    },
    now: Date.now,
    onExit(listener) {
      exits.add(listener);
      return () => exits.delete(listener);
    },
  });
  const { active } = terminal.buffer;
  return {
    view,
    facts,
    written,
    exits,
    resize(newColumns: number, newRows: number) {
      terminal.resize(newColumns, newRows);
      Object.assign(size, { columns: newColumns, rows: newRows });
      resized();
    },
    /** What stands in the terminal half a second later. */
    async read(): Promise<string[]> {
      await vi.advanceTimersByTimeAsync(500);
      vi.useRealTimers();
      await write('');
      vi.useFakeTimers({ now: Date.now(), toFake: [] });
      const lines = Array.from({ length: active.length }, (_, row) =>
        active.getLine(row)?.translateToString(true),
      );
      return lines.join('\n').trimEnd().split('\n');
    },
  };
}

const streaming = (live: Partial<Live> = {}): Live => ({
  id: 'req_1',
  caller: 'canary',
  model: 'claude-sonnet-5',
  dialect: 'messages',
  startedAt: start - 12_400,
  state: 'streaming',
  ...live,
});

describe('the live view', () => {
  it('shows the account, the URL, the totals, and running and finished answers', async () => {
    const { view, facts, read } = createView();
    facts.live.push(
      streaming({ tokens: 1204 }),
      streaming({ model: 'gpt-5.2', dialect: 'chat-completions', state: 'queued' }),
    );
    view.record(createAnswer());
    view.record(
      createAnswer({
        at: start + 1000,
        dialect: 'responses',
        failure: 'rate_limited',
        status: 429,
        usage: undefined,
      }),
    );
    expect(await read()).toEqual([
      'copilot-cli serve  http://127.0.0.1:4141  octocat',
      '2 requests, 1 failed, 120 tokens, 0.5 credits',
      '',
      'Now',
      `${toTime(start - 12_400)}  claude-sonnet-5    messages    streaming             12 s       1,204`,
      `${toTime(start - 12_400)}  gpt-5.2            chat        queued                12 s`,
      'Before',
      `${toTime(start + 1000)}  claude-sonnet-5    responses   429 rate_limited     0.8 s`,
      `${toTime(start)}  claude-sonnet-5    messages    200                  0.8 s         120`,
    ]);
  });

  it('keeps the last ten, and no caller', async () => {
    const { view, facts, read, written } = createView();
    facts.live.push(streaming());
    for (let at = 0; at < 15; at += 1)
      view.record(createAnswer({ model: `model-${at}`, caller: 'canary', session: 'canary' }));
    const lines = await read();
    expect(lines.filter((line) => line.includes('model-')).map((line) => line.split(/\s+/)[1])).toEqual(
      Array.from({ length: 10 }, (_, at) => `model-${14 - at}`),
    );
    expect(written.join('')).not.toContain('canary');
  });

  it('draws four times a second at most, and only rows that changed', async () => {
    const { view, facts, written } = createView();
    facts.live.push(streaming({ startedAt: start }));
    await vi.advanceTimersByTimeAsync(300);
    written.length = 0;
    for (let step = 0; step < 100; step += 1) {
      view.changed();
      view.record(createAnswer({ usage: undefined }));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(written.length).toBeGreaterThan(1);
    expect(written.length).toBeLessThanOrEqual(4);
    expect(written.join('')).not.toContain('copilot-cli serve');
  });

  it('writes nothing while nothing happens', async () => {
    const { written } = createView();
    await vi.advanceTimersByTimeAsync(300);
    const { length } = written;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(length);
  });

  it('fits a small terminal, and says how much it does not show', async () => {
    const { view, facts, read } = createView({ columns: 50, rows: 10 });
    for (let at = 0; at < 9; at += 1) facts.live.push(streaming({ model: `a-model-with-a-long-name-${at}` }));
    view.record(createAnswer());
    const lines = await read();
    expect(lines.length).toBeLessThanOrEqual(9);
    expect(lines[0]).toMatch(/^copilot-cli serve/);
    expect(lines).toContain('and 7 more');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(50);
    expect(lines.find((line) => line.includes('…'))).toMatch(/^a-model-with-a-long-… {2}streaming/);
  });

  it('is drawn again when the terminal has another size', async () => {
    const { view, read, resize } = createView();
    view.record(createAnswer());
    resize(60, 20);
    expect((await read()).filter((line) => line.startsWith('copilot-cli serve'))).toHaveLength(1);
  });

  it('keeps lines above it, disappears without a trace, and then writes lines as they come', async () => {
    const { view, read, written, exits } = createView();
    view.print('a warning\n');
    await vi.advanceTimersByTimeAsync(300);
    vi.useRealTimers();
    await view.stop();
    view.print('the end');
    expect(written.join('').lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      written.join('').lastIndexOf('\u001b[?25l'),
    );
    expect(exits.size).toBe(0);
    vi.useFakeTimers({ toFake: [] });
    expect(await read()).toEqual(['a warning', 'the end']);
  });

  it('gives the cursor back if the process ends abruptly', () => {
    const { exits, written } = createView();
    for (const exit of exits) exit();
    expect(written.at(-1)).toContain('\u001b[?25h');
  });

  it('shows foreign names on one line, without control characters', async () => {
    const { facts, read } = createView();
    facts.live.push(streaming({ model: 'a\nb\u001b[31mc' }));
    expect(await read()).toEqual(expect.arrayContaining([expect.stringContaining('a b[31mc')]));
  });
});

describe('the live view on a terminal that cannot redraw', () => {
  it('is lines of the log', async () => {
    const memory = createMemoryIo();
    const { stderr: output } = memory.io;
    const { log, flush } = createServerLog({
      level: 'info',
      isTerminal: false,
      write: (lines) => void output.write(lines),
      now: () => start,
    });
    const facts = () => ({ url: '', account: undefined, live: [] });
    const view = createLiveView({ output, facts, log, now: () => start, onExit: () => () => {} });
    view.changed();
    view.record(createAnswer());
    flush();
    view.print('a line');
    await view.stop();
    const [first = '', second] = memory.stderr().split('\n');
    expect(JSON.parse(first)).toMatchObject({ event: 'stream_end', model: 'claude-sonnet-5' });
    expect(second).toBe('a line');
    expect(memory.stderr()).not.toContain('\u001b');
  });
});
