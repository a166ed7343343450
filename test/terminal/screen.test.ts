import headless from '@xterm/headless';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createScreen, type Live, type Screen } from '../../src/terminal/screen.ts';
import { createRandom } from '../helpers/random.ts';
import { itRepeats } from '../helpers/sampled.ts';

type Fixture = {
  screen: Screen & { setLive(changes: Partial<Live>): void };
  /** Everything in the terminal, scrollback first, without blank rows at the end. */
  read(): Promise<string[]>;
  written: string[];
  cursor(): { row: number; column: number };
  resize(columns: number, rows: number): void;
  /** The same in a terminal that takes rows back from the scrollback as soon as there is room, as tmux and VTE do. */
  grow(columns: number, rows: number): Promise<void>;
};

function createFixture(columns = 20, rows = 6): Fixture {
  const terminal = new headless.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const size = { columns, rows };
  const written: string[] = [];
  let live: Live = { tail: [], panel: [], cursor: undefined };
  const screen = createScreen({
    draw: () => live,
    size: () => size,
    write: (text) => {
      written.push(text);
      return new Promise((resolve) => terminal.write(text, resolve));
    },
  });
  const { active } = terminal.buffer;
  const put = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
  function resize(newColumns: number, newRows: number): void {
    terminal.resize(newColumns, newRows);
    Object.assign(size, { columns: newColumns, rows: newRows });
    screen.resize();
  }
  return {
    screen: {
      ...screen,
      setLive(changes) {
        live = { ...live, ...changes };
        screen.invalidate();
      },
    },
    written,
    async read() {
      await screen.settled();
      const lines = Array.from({ length: active.length }, (_, row) =>
        active.getLine(row)?.translateToString(true),
      );
      return lines.join('\n').trimEnd().split('\n');
    },
    cursor: () => ({ row: active.baseY + active.cursorY, column: active.cursorX }),
    resize,
    async grow(newColumns, newRows) {
      const line = active.baseY + active.cursorY;
      // This one does so only if the cursor is in its last row.
      await put(`\u001b[${size.rows}H`);
      terminal.resize(size.columns, newRows);
      await put(`\u001b[${line - active.baseY + 1}H`);
      resize(newColumns, newRows);
    },
  };
}

describe('the screen', () => {
  it('keeps finished lines above what is live', async () => {
    const { screen, read } = createFixture();
    screen.setLive({ tail: ['open'], panel: ['> hello', 'footer'], cursor: { row: 0, column: 7 } });
    screen.commit(['first', 'second']);
    expect(await read()).toEqual(['first', 'second', 'open', '> hello', 'footer']);
  });

  it("stands the terminal's cursor in the panel", async () => {
    const { screen, read, cursor } = createFixture();
    screen.setLive({ tail: ['open'], panel: ['> hello', 'footer'], cursor: { row: 0, column: 4 } });
    await read();
    expect(cursor()).toEqual({ row: 1, column: 4 });
    screen.setLive({ cursor: { row: 0, column: 5 } });
    await read();
    expect(cursor()).toEqual({ row: 1, column: 5 });
  });

  it('moves what is finished into the scrollback, whole and once', async () => {
    const { screen, read, written } = createFixture();
    screen.setLive({ panel: ['panel'] });
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    screen.commit(lines);
    expect(await read()).toEqual([...lines, 'panel']);
    expect(written.join('').split('line 7').length).toBe(2);
  });

  it('does not write again what the tail showed already', async () => {
    const { screen, read, written } = createFixture();
    screen.setLive({ tail: ['one', 'two'], panel: ['panel'] });
    await read();
    screen.commit(['one', 'two']);
    screen.setLive({ tail: ['three'] });
    expect(await read()).toEqual(['one', 'two', 'three', 'panel']);
    expect(written.join('').split('one').length).toBe(2);
  });

  it('shows the end of a tail that is too long', async () => {
    const { screen, read } = createFixture(20, 6);
    screen.setLive({ tail: ['1', '2', '3', '4', '5', '6', '7'], panel: ['panel', 'footer'] });
    expect(await read()).toEqual(['5', '6', '7', 'panel', 'footer']);
  });

  it('writes nothing if nothing changed', async () => {
    const { screen, read, written } = createFixture();
    screen.setLive({ panel: ['panel'] });
    await read();
    const { length } = written;
    screen.setLive({ panel: ['panel'] });
    await read();
    expect(written).toHaveLength(length);
  });

  it('gives the terminal away without a trace, and comes back', async () => {
    const { screen, read } = createFixture();
    screen.commit(['finished']);
    screen.setLive({ tail: ['open'], panel: ['panel'], cursor: { row: 0, column: 0 } });
    await read();
    await screen.suspend();
    expect(await read()).toEqual(['finished']);
    screen.commit(['meanwhile']);
    screen.resume();
    expect(await read()).toEqual(['finished', 'meanwhile', 'open', 'panel']);
  });

  it('draws nothing after it was suspended, also if that was asked for in the middle of a frame', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const written: string[] = [];
    let live: Live = { tail: [], panel: ['one'], cursor: undefined };
    let finishFrame = (): void => {};
    const screen = createScreen({
      draw: () => live,
      size: () => ({ columns: 20, rows: 6 }),
      write: (text) => {
        written.push(text);
        return new Promise((resolve) => {
          finishFrame = resolve;
        });
      },
    });
    screen.invalidate();
    vi.runAllTimers();
    expect(written).toHaveLength(1);
    const suspended = screen.suspend();
    live = { ...live, panel: ['two'] };
    screen.invalidate();
    finishFrame();
    await vi.waitFor(() => expect(written).toHaveLength(2));
    finishFrame();
    await suspended;
    vi.runAllTimers();
    expect(written).toHaveLength(2);
    screen.resume();
    vi.runAllTimers();
    expect(written[2]).toContain('two');
  });

  it.each([
    ['narrower', 10, 6],
    ['wider', 40, 6],
    ['lower', 20, 4],
    ['higher', 20, 12],
    ['narrower and lower', 12, 5],
  ])('leaves no debris when the terminal becomes %s', async (_, columns, rows) => {
    const { screen, read, resize } = createFixture();
    const finished = ['a finished line here', 'short'];
    screen.commit(finished);
    screen.setLive({ tail: ['the tail is twenty w'], panel: ['a status, twenty wid', '> draft'] });
    screen.setLive({ cursor: { row: 1, column: 7 } });
    await read();
    resize(columns, rows);
    screen.setLive({ tail: ['tail'], panel: ['status', '> draft'] });
    const text = (await read()).join('\n');
    expect(text.replaceAll('\n', '')).toBe('a finished line hereshorttailstatus> draft');
  });

  it.each([
    [
      'higher',
      [
        [20, 4],
        [20, 12],
      ],
    ],
    [
      'narrower and lower, then wider and higher',
      [
        [11, 5],
        [30, 14],
      ],
    ],
    [
      'lower and lower, then higher',
      [
        [15, 5],
        [9, 3],
        [40, 20],
      ],
    ],
  ] as const)('leaves no debris of what a low window moved into the scrollback: %s', async (_, sizes) => {
    const { screen, read, resize, grow } = createFixture(20, 10);
    const rows = Array.from({ length: 7 }, (_, index) => `row ${index} of the list x`);
    const list = [...rows, 'find ›'];
    screen.commit(['a finished line']);
    screen.setLive({ panel: list, cursor: { row: 7, column: 2 } });
    await read();
    let last = 10;
    for (const [columns, rows] of sizes) {
      if (rows < last) resize(columns, rows);
      else await grow(columns, rows);
      last = rows;
      const panel = list.slice(-Math.max(1, rows - 2));
      screen.setLive({ panel, cursor: { row: panel.length - 1, column: 2 } });
      await read();
    }
    expect(await read()).toEqual(['a finished line', ...list]);
  });

  it('keeps what was finished while the window was low', async () => {
    const { screen, read, resize } = createFixture(20, 10);
    const list = Array.from({ length: 8 }, (_, index) => `row ${index}`);
    screen.setLive({ panel: list, cursor: { row: 7, column: 2 } });
    await read();
    resize(20, 4);
    screen.setLive({ panel: ['> draft'], cursor: { row: 0, column: 2 } });
    await read();
    screen.commit(['one', 'two', 'three']);
    await read();
    resize(20, 20);
    screen.invalidate();
    const lines = await read();
    expect(lines.slice(-4)).toEqual(['one', 'two', 'three', '> draft']);
  });

  it('erases a row from its first cell on before it writes a shorter one, and draws nothing while the size changes', async () => {
    const { screen, written, read, resize } = createFixture();
    screen.setLive({ tail: ['a long line'], panel: ['> draft'] });
    await read();
    screen.setLive({ tail: ['short'] });
    await read();
    expect(written.at(-1)).toContain('\r\u001b[Kshort\u001b[K');
    const count = written.length;
    for (let columns = 19; columns > 12; columns -= 1) {
      resize(columns, 6);
      screen.setLive({ tail: [`at ${columns}`] });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(written).toHaveLength(count);
    expect((await read()).join('\n')).toBe('at 13\n> draft');
  });

  itRepeats(60, 'shows the same whatever the order of changes', async (rounds) => {
    const random = createRandom(20261121);
    for (let round = 0; round < rounds; round += 1) {
      const { screen, read } = createFixture(12, 5);
      const committed: string[] = [];
      let tail: string[] = [];
      let panel: string[] = ['panel'];
      const lines = (most: number): string[] =>
        Array.from(
          { length: random.integer(most) },
          () => 'x'.repeat(random.integer(12)) + random.integer(9),
        ).map((line) => line.slice(-12));
      for (let step = 0; step < 8; step += 1) {
        const done = random.integer(2) === 0 ? tail : lines(8);
        committed.push(...done);
        screen.commit(done);
        tail = lines(6);
        panel = lines(3).concat('panel');
        screen.setLive({ tail, panel, cursor: random.integer(1) ? { row: 0, column: 1 } : undefined });
        if (random.integer(1)) await screen.settled();
      }
      const live = [...(panel.length < 4 ? tail.slice(-(4 - panel.length)) : []), ...panel.slice(-4)];
      expect(await read()).toEqual([...committed, ...live]);
    }
  });
});
