import { describe, expect, it, onTestFinished } from 'vitest';
import { createScreen, type Screen, type ScreenOptions } from './screen.ts';

async function show(bytes: string, options: Partial<ScreenOptions> = {}): Promise<Screen> {
  const screen = createScreen({ columns: 20, rows: 4, ...options });
  onTestFinished(() => screen.dispose());
  await screen.feed(bytes);
  return screen;
}

describe('the rows', () => {
  it('are those that are visible, those above them, and all', async () => {
    const screen = await show('one\r\ntwo  \r\nthree\r\nfour\r\nfive\r\n');
    expect(screen.screen()).toEqual(['three', 'four', 'five', '']);
    expect(screen.scrollback()).toEqual(['one', 'two']);
    expect(screen.text()).toEqual(['one', 'two', 'three', 'four', 'five', '']);
  });

  it('can be joined where the terminal wrapped them', async () => {
    const screen = await show('0123456789 123456789 wrapped\r\nnext');
    expect(screen.text()).toEqual(['0123456789 123456789', ' wrapped', 'next', '']);
    expect(screen.text({ joinWrapped: true })).toEqual(['0123456789 123456789 wrapped', 'next', '']);
  });

  it('above the screen are gone after ESC[3J', async () => {
    const screen = await show(`${'line\r\n'.repeat(10)}\u001b[3J`);
    expect(screen.scrollback()).toEqual([]);
  });

  it('flow into a narrower window', async () => {
    const screen = await show('0123456789abcdef\r\n');
    screen.resize(10, 4);
    expect(screen.screen().slice(0, 2)).toEqual(['0123456789', 'abcdef']);
  });
});

describe('a cell', () => {
  it('has its colours and styles', async () => {
    const screen = await show('\u001b[1;3;4;31;48;5;200mA\u001b[0;2;7;9;38;2;1;2;255mB\u001b[0mC');
    expect(screen.cell(0, 0)).toEqual({
      text: 'A',
      width: 1,
      foreground: 1,
      background: 200,
      bold: true,
      italic: true,
      underline: true,
      strikethrough: false,
      dim: false,
      inverse: false,
    });
    expect(screen.cell(0, 1)).toMatchObject({
      foreground: '#0102ff',
      dim: true,
      inverse: true,
      strikethrough: true,
    });
    expect(screen.cell(0, 2)).toMatchObject({ foreground: 'default', background: 'default', bold: false });
    expect(screen.cell(0, 3).text).toBe(' ');
    expect(() => screen.cell(0, 20)).toThrow('row 0, column 20');
  });

  it.each(['漢', '👩‍💻', '🇩🇪', '👍🏽', '1️⃣', '⚠️'])('is two columns wide for %s', async (text) => {
    const screen = await show(`${text}x`);
    expect([screen.cell(0, 0), screen.cell(0, 1), screen.cell(0, 2)]).toMatchObject([
      { text, width: 2 },
      { text: '', width: 0 },
      { text: 'x', width: 1 },
    ]);
  });
});

describe('the modes', () => {
  it('are those of a terminal that nobody touched', async () => {
    const screen = await show('text');
    expect(screen.cursor()).toEqual({ row: 0, column: 4, visible: true });
    expect(screen.modes()).toEqual({
      bracketedPaste: false,
      cursorVisible: true,
      alternateScreen: false,
      applicationCursor: false,
      focusReports: false,
      mouse: 'none',
      synchronizedUpdate: false,
      keyEncoding: 'legacy',
    });
  });

  it.each([
    ['\u001b[?2004h', { bracketedPaste: true }],
    ['\u001b[?25l', { cursorVisible: false }],
    ['\u001b[?25l\u001b[?25h', { cursorVisible: true }],
    ['\u001b[?1049h', { alternateScreen: true }],
    ['\u001b[?1h', { applicationCursor: true }],
    ['\u001b[?1004h', { focusReports: true }],
    ['\u001b[?1000h', { mouse: 'vt200' }],
    ['\u001b[?2026h', { synchronizedUpdate: true }],
    ['\u001b[>4;2m', { keyEncoding: 'legacy' }],
    ['\u001b[>1u', { keyEncoding: 'legacy' }],
  ])('follow %j', async (bytes, expected) => {
    expect((await show(bytes)).modes()).toMatchObject(expected);
  });

  it.each([
    ['\u001b[>4;1m', 'modify-other-keys-1'],
    ['\u001b[>4;2m', 'modify-other-keys-2'],
    ['\u001b[>4;2m\u001b[>4m', 'legacy'],
  ])('of a terminal with modifyOtherKeys follow %j', async (bytes, keyEncoding) => {
    expect((await show(bytes, { keyboard: 'modify-other-keys' })).modes()).toMatchObject({ keyEncoding });
  });

  it.each([
    ['\u001b[>1u', 'kitty'],
    ['\u001b[>1u\u001b[<u', 'legacy'],
    ['\u001b[>1u\u001b[>5u\u001b[<u', 'kitty'],
    ['\u001b[=1u', 'kitty'],
    ['\u001b[=1u\u001b[=1;3u', 'legacy'],
    ['\u001b[<9u', 'legacy'],
  ])('of a terminal with the kitty protocol follow %j', async (bytes, keyEncoding) => {
    expect((await show(bytes, { keyboard: 'kitty' as const })).modes()).toMatchObject({ keyEncoding });
  });
});

describe('the answers', () => {
  it.each([
    ['where the cursor is', '\u001b[6n', {}, ['\u001b[1;1R']],
    ['what it is', '\u001b[c', {}, ['\u001b[?1;2c']],
    ['nothing about a background that it does not tell', '\u001b]11;?\u0007', {}, []],
    [
      'its background',
      '\u001b]11;?\u0007',
      { background: '#1e1e2f' },
      ['\u001b]11;rgb:1e1e/1e1e/2f2f\u001b\\'],
    ],
    ['nothing about a protocol that it does not know', '\u001b[?u', {}, []],
    [
      'the flags of the kitty protocol',
      '\u001b[>1u\u001b[?u',
      { keyboard: 'kitty' as const },
      ['\u001b[?1u'],
    ],
  ])('say %s', async (_, question, options, expected) => {
    const answers: string[] = [];
    await show(question, { ...options, onAnswer: (bytes) => answers.push(bytes) });
    expect(answers).toEqual(expected);
  });
});
