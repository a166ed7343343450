import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createMarkdownStream } from '../../../src/markdown/markdown-stream.ts';
import type { BodyLine } from '../../../src/repl/calls/body.ts';
import { createCallView } from '../../../src/repl/calls/call-view.ts';
import { createLook, type Look } from '../../../src/repl/look.ts';
import { createTranscript } from '../../../src/repl/transcript.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';
import type { Preview, ToolEvent } from '../../../src/tools/tool.ts';
import { createScreen } from '../../emulator/screen.ts';
import { crowdedTexts } from '../../helpers/crowded-texts.ts';

const toLook = (level: 'none' | 'truecolor', motion = true): Look =>
  createLook({
    themeChoice: level === 'none' ? 'none' : 'dark',
    background: undefined,
    level,
    links: false,
    motion,
    statusFields: [],
  });

function open({ columns = 60, look = toLook('none'), diff = [] as BodyLine[] } = {}) {
  const lines: string[] = [];
  const paged: string[] = [];
  let at = 0;
  const now = () => at;
  const transcript = createTranscript({
    commit: (more) => lines.push(...more),
    invalidate: () => {},
    look: () => look,
    columns: () => columns,
    createMarkdown: (width) => createMarkdownStream({ ...look, columns: width }),
    now,
  });
  const view = createCallView({
    transcript,
    look: () => look,
    columns: () => columns,
    rows: () => 24,
    toDiff: ({ type }) => (type === 'diff' ? diff : undefined),
    page: (title) => paged.push(title),
    now,
  });
  return {
    transcript,
    view,
    lines,
    paged,
    wait: (seconds: number) => {
      at += seconds * 1000;
    },
    live: () => transcript.draw(12),
  };
}

const began = (index: number, summary: string, preview?: Preview): ToolEvent => ({
  type: 'tool-began',
  index,
  name: 'x',
  summary,
  ...(preview && { preview }),
});

const ended = (
  index: number,
  summary: string,
  more: Partial<Extract<ToolEvent, { type: 'tool-ended' }>> = {},
): ToolEvent => ({
  type: 'tool-ended',
  index,
  name: 'x',
  summary,
  state: 'done',
  parts: [{ type: 'text', text: 'one\ntwo\n' }],
  seconds: 0.2,
  ...more,
});

describe('a call', () => {
  it('is one line, with its time after a second and how it goes, and a final one once', () => {
    const { view, lines, live, wait } = open();
    view.take(began(0, 'bash npm test'));
    expect(live()).toEqual(['▸ bash npm test']);
    wait(3.4);
    view.take({ type: 'tool-progress', index: 0, sentence: '12 of 40 tests' });
    expect(live()).toEqual(['▸ bash npm test · 12 of 40 tests · 3 s']);
    expect(lines).toEqual([]);
    view.take(ended(0, 'bash npm test', { seconds: 61.5 }));
    expect(live()).toEqual([]);
    expect(lines).toEqual(['▸ bash npm test · 2 lines · 1 min 1 s · Ctrl+O shows it']);
  });

  it.each([
    ['failed', 'There is no file src/b.ts.', ['▸ view src/b.ts · failed', '⎿ There is no file src/b.ts.']],
    ['refused', 'The user said no.', ['▸ view src/b.ts · refused', '⎿ The user said no.']],
    ['stopped', 'The user stopped this call.', ['▸ view src/b.ts · stopped · Ctrl+O shows it']],
  ] as const)('that %s says so, and why', (state, text, expected) => {
    const { view, lines } = open();
    view.take(ended(0, 'view src/b.ts', { state, parts: [{ type: 'text', text }] }));
    expect(lines).toEqual(expected);
  });

  it('that failed says why between words, in three rows', () => {
    const { view, lines } = open({ columns: 24 });
    const text = 'The user does not allow this: the rule `write` of this folder denies it, and more.';
    view.take(ended(0, 'view a', { state: 'refused', parts: [{ type: 'text', text }] }));
    expect(lines.slice(1)).toEqual([
      '⎿ The user does not',
      '  allow this: the rule',
      '  `write` of this fold…',
    ]);
  });

  it('stands below what the model said, and the answer goes on with a mark of its own', () => {
    const { view, lines, transcript } = open();
    transcript.addText('Let me look.');
    view.take(began(0, 'view a'));
    view.take(ended(0, 'view a'));
    view.take(
      ended(1, 'view b', { parts: [{ type: 'image', source: { mediaType: 'image/png', data: '' } }] }),
    );
    transcript.addText('It is 42.');
    transcript.endAnswer();
    expect(lines).toEqual([
      '● Let me look.',
      '',
      '▸ view a · 2 lines · Ctrl+O shows it',
      '▸ view b · 1 image',
      '',
      '● It is 42.',
    ]);
  });

  it('beside others keeps its place, whichever ends first', () => {
    const { view, lines, live } = open();
    for (const [index, name] of ['a', 'b', 'c'].entries()) view.take(began(index, `view ${name}`));
    view.take(ended(1, 'view b'));
    expect(lines).toEqual([]);
    expect(live()).toEqual(['▸ view a', '▸ view b · 2 lines', '▸ view c']);
    view.take(ended(0, 'view a'));
    expect(lines).toEqual(['▸ view a · 2 lines · Ctrl+O shows it', '▸ view b · 2 lines']);
    expect(live()).toEqual(['▸ view c']);
    view.end();
    expect(lines.at(-1)).toBe('▸ view c · stopped');
  });

  it.each([
    ['a bell and colours', 'view \u001b[31m\u0007a', '▸ view [31ma'],
    ['a line feed', 'view a\nb', '▸ view a b'],
    ['a direction that turns', 'view \u202eab', '▸ view ab'],
    ['nothing to read', '\u200b', '▸ (no name)'],
  ])('is harmless with %s in its name', (_, summary, shown) => {
    const { view, live } = open();
    view.take(began(0, summary));
    expect(live()).toEqual([shown]);
  });

  it.each([40, 80, 120])('is one row of %i columns, and says how it went', (columns) => {
    const { view, lines, live } = open({ columns });
    const summary = `bash ${'漢字 '.repeat(40)}`;
    view.take(began(0, summary));
    view.take({ type: 'tool-progress', index: 0, sentence: 'x'.repeat(300) });
    expect(live()).toHaveLength(1);
    view.take(ended(0, summary, { state: 'refused', parts: [] }));
    expect(lines).toHaveLength(1);
    for (const line of [...lines, ...live()]) expect(cellWidth(line)).toBeLessThan(columns);
    expect(lines[0]).toContain('· not made');
  });

  it.each(crowdedTexts)('is one row on any terminal, whatever it is about: %s', async (_, text) => {
    const columns = 40;
    const { view, lines, live } = open({ columns });
    view.take(began(0, `bash ${text}`));
    view.take({ type: 'tool-progress', index: 0, sentence: `${text} more` });
    const running = live();
    view.take(ended(0, `bash ${text}`, { state: 'refused', parts: [{ type: 'text', text: `No ${text}` }] }));
    for (const counting of ['graphemes', 'code points'] as const) {
      const screen = createScreen({ columns, rows: 3, counting });
      const rows = [...running, ...lines];
      await screen.feed(rows.join('\r\n'));
      expect(screen.text()).toHaveLength(Math.max(3, rows.length));
      screen.dispose();
    }
  });

  it('is not drawn before it ends where nothing moves', () => {
    const { view, lines, live } = open({ look: toLook('none', false) });
    view.take(began(0, 'view a'));
    expect(live()).toEqual([]);
    view.take(ended(0, 'view a'));
    expect(lines).toHaveLength(1);
  });
});

const preview: Preview = { type: 'diff', files: [{ path: '/a', before: 'x', after: 'y' }] };
const lineOf = (number: number): BodyLine => ({ kind: 'added', text: `line ${number}`, number });

describe('a change that was made', () => {
  it('hangs under its call, in the colours of the theme', () => {
    const diff: BodyLine[] = [
      { kind: 'removed', text: 'x', number: 1 },
      { kind: 'added', text: 'y', number: 1 },
    ];
    const look = toLook('truecolor');
    const { view, lines } = open({ diff, look });
    view.take(began(0, 'edit a', preview));
    view.take(ended(0, 'edit a', { changes: [{ path: '/a', before: 'x', after: 'y' }] }));
    expect(lines.map(stripVTControlCharacters)).toEqual(['▸ edit a', '  1 - x', '  1 + y']);
    expect(lines[1]).toContain(look.theme.paint('removed', '- x'));
    expect(lines[2]).toContain(look.theme.paint('added', '+ y'));
  });

  it('is cut if it is long, and Ctrl+O shows all of it', () => {
    const diff = Array.from({ length: 40 }, (_, index) => lineOf(index + 1));
    const { view, lines, paged } = open({ diff });
    view.take(began(0, 'create a', preview));
    view.take(ended(0, 'create a', { changes: [{ path: '/a', before: undefined, after: 'y' }] }));
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)).toBe('  … 28 more lines · Ctrl+O shows all');
    expect(view.openNewest()).toBe(true);
    expect(paged).toEqual(['create a']);
    expect(view.openNewest()).toBe(false);
  });

  it('is not shown if it was not made', () => {
    const { view, lines } = open({ diff: [lineOf(1)] });
    view.take(began(0, 'edit a', preview));
    view.take(ended(0, 'edit a', { state: 'failed', parts: [{ type: 'text', text: 'No.' }] }));
    expect(lines).toEqual(['▸ edit a · failed', '⎿ No.']);
  });
});

describe('Ctrl+O', () => {
  it('opens the newest result, then the one before it, and nothing once the model has thought again', () => {
    const { view, lines } = open();
    view.take(ended(0, 'view a'));
    view.take(ended(1, 'view b', { parts: [{ type: 'text', text: 'three' }] }));
    const before = lines.length;
    view.openNewest();
    view.openNewest();
    expect(lines.slice(before)).toEqual(['▸ view b', '⎿ three', '▸ view a', '⎿ one', '  two']);
    view.take(ended(2, 'view c'));
    view.forget();
    expect(view.openNewest()).toBe(false);
  });

  it('shows the escape sequences of a result as text', () => {
    const { view, lines } = open();
    view.take(ended(0, 'view a', { parts: [{ type: 'text', text: '\u001b[2Jgone\u202e' }] }));
    view.openNewest();
    expect(lines.at(-1)).toBe('⎿ ⟪U+001B⟫[2Jgone⟪U+202E⟫');
  });

  it('pages a result that is longer than half of the screen', () => {
    const { view, lines, paged } = open();
    view.take(ended(0, 'view a', { parts: [{ type: 'text', text: 'x\n'.repeat(13) }] }));
    const before = lines.length;
    view.openNewest();
    expect(paged).toEqual(['view a']);
    expect(lines).toHaveLength(before);
  });
});
