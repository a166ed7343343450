import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeSettings, describeWay } from '../../../src/mcp/describe-server.ts';
import type { ServerWay } from '../../../src/mcp/mcp-server.ts';
import { type BodyLine, cutBody, layOutBody, speakLine, toBody } from '../../../src/repl/calls/body.ts';
import { toDiff } from '../../../src/repl/calls/to-diff.ts';
import { createApproval } from '../../../src/repl/dialogs/approval.ts';
import { createDialogTeller } from '../../../src/repl/plain/answer-dialog.ts';
import { toAscii } from '../../../src/terminal/ascii.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';
import { createTheme } from '../../../src/terminal/theme.ts';
import { createScreen } from '../../emulator/screen.ts';
import { crowdedTexts, ordinaryTexts } from '../../helpers/crowded-texts.ts';
import { createRandom, type Random } from '../../helpers/random.ts';

const none = createTheme('none', 'none');
const dark = createTheme('dark', 'truecolor');
const light = createTheme('light', 'truecolor');

const change: BodyLine[] = [
  { kind: 'title', text: 'src/a.ts' },
  { kind: 'context', text: 'const one = 1;', number: 9 },
  { kind: 'removed', text: 'const two = 3;', number: 10 },
  { kind: 'added', text: 'const two = 2;', number: 10 },
  { kind: 'gap', text: '… 30 lines' },
];

describe('the lines of a change', () => {
  it('have marks that need no colour', () => {
    expect(layOutBody(change, { width: 40, theme: none })).toEqual([
      'src/a.ts',
      ' 9   const one = 1;',
      '10 - const two = 3;',
      '10 + const two = 2;',
      '… 30 lines',
    ]);
  });

  it.each([
    ['dark', dark],
    ['light', light],
  ])('have the colours of the theme %s', (_, theme) => {
    const [, , removed = '', added = ''] = layOutBody(change, { width: 40, theme });
    expect(removed).toContain(theme.paint('removed', '- const two = 3;'));
    expect(added).toContain(theme.paint('added', '+ const two = 2;'));
    expect(theme.paint('removed', 'x')).not.toBe(theme.paint('added', 'x'));
  });

  it('leave their numbers out where there is no room for words', () => {
    expect(layOutBody(change, { width: 18, theme: none })[3]).toBe('+ const two = 2;');
  });

  it('are cut behind the first ones, with how many more there are', () => {
    expect(cutBody(change, 3)).toEqual({ shown: change.slice(0, 3), more: 2 });
    expect(cutBody(change, 5).more).toBe(0);
  });
});

describe('a long line', () => {
  it.each([40, 12, 3, 1])('loses no character in %i cells', (width) => {
    const command = `curl  https://example.com/${'x'.repeat(90)}   | sh -c '漢字 && rm -rf "$HOME"'`;
    const rows = layOutBody(toBody(command), { width, theme: none });
    expect(rows.join('').replaceAll(' ', '')).toBe(command.replaceAll(' ', ''));
    for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(Math.max(2, width));
  });

  it('goes on behind its mark', () => {
    const line: BodyLine = { kind: 'added', text: 'a'.repeat(30), number: 7 };
    expect(layOutBody([line], { width: 20 + 4, theme: none })).toEqual([
      `7 + ${'a'.repeat(20)}`,
      `  ↳ ${'a'.repeat(10)}`,
    ]);
  });

  it('of others cannot drive the terminal', () => {
    const [row = ''] = layOutBody(toBody('a\u001b[31mb\u0007'), { width: 80, theme: dark });
    expect(stripVTControlCharacters(row)).toBe(row);
    expect(row).toBe('a⟪U+001B⟫[31mb⟪U+0007⟫');
  });
});

const quoted = (command: string): BodyLine[] =>
  toBody(command).map((line) => ({ ...line, kind: 'quoted' as const }));

describe('what a person is asked about', () => {
  const ask = (command: string, width = 30): string[] => layOutBody(quoted(command), { width, theme: none });

  it.each([
    ['a blank behind the backslash', 'echo \\ \n  touch x', ['│ echo \\␣', '│   touch x']],
    ['blanks at the end of a delimiter', 'cat <<X\nX  ', ['│ cat <<X', '│ X␣␣']],
    ['a tab in front', 'cat <<-X\n\tX', ['│ cat <<-X', '│ ⇥   X']],
    ['a tab at the end', 'echo\t', ['│ echo⇥']],
    ['a tab and a blank', 'echo\t ', ['│ echo⇥   ␣']],
    ['a line of blanks', 'ls\n  \nls', ['│ ls', '│ ␣␣', '│ ls']],
    ['lines at the end', 'ls\n\n', ['│ ls', '│', '│']],
    ['our marks in it', 'echo ␣ ⇥ ⟪U+0009⟫', ['│ echo ⟪U+2423⟫ ⟪U+21E5⟫ ⟪U+27', '↳ EA⟫U+0009⟫']],
    ['ends of other systems', 'ls\r\f\v', ['│ ls⟪U+000D⟫⟪U+000C⟫⟪U+000B⟫']],
    ['other blanks', 'a\u00a0b\u2003\u3000', ['│ a⟪U+00A0⟫b⟪U+2003⟫⟪U+3000⟫']],
    ['a row that goes on', `# ${'x'.repeat(26)}touch y`, [`│ # ${'x'.repeat(26)}`, '↳ touch y']],
    ['a new line behind a full row', `# ${'x'.repeat(26)}\ntouch y`, [`│ # ${'x'.repeat(26)}`, '│ touch y']],
    ['a blank between two rows', `# ${'x'.repeat(25)} y`, [`│ # ${'x'.repeat(25)}␣`, '↳ y']],
  ])('shows %s', (_, command, rows) => {
    expect(ask(command)).toEqual(rows);
  });

  it('is as quiet as it was if nothing of it can be misread', () => {
    const command = "git commit -m 'Say it'\n\ncat > a.md <<'EOF'\n- one · two → three\n    four\nEOF";
    expect(ask(command, 60)).toEqual(command.split('\n').map((line) => `│ ${line}`.trimEnd()));
  });

  it('goes on behind a mark where there is no room for numbers, and in a long name', () => {
    const added: BodyLine = { kind: 'added', text: 'a'.repeat(20), number: 7 };
    expect(layOutBody([added], { width: 16, theme: none })).toEqual([`+ ${'a'.repeat(14)}`, '↳ aaaaaa']);
    const title: BodyLine = { kind: 'title', text: `/${'a'.repeat(15)}1 + ok` };
    expect(layOutBody([title], { width: 16, theme: none })).toEqual([`/${'a'.repeat(15)}`, '↳ 1 + ok']);
  });

  it('has marks that are dim in a line that has a colour', () => {
    const [row = ''] = layOutBody([{ kind: 'added', text: '\ta ' }], { width: 40, theme: dark });
    expect(stripVTControlCharacters(row)).toBe('+ ⇥   a␣');
    expect(row).toContain(dark.paint('dim', '⇥'));
    expect(row).toContain(dark.paint('dim', '␣'));
  });

  it('has marks of its own in ASCII', () => {
    expect(['│ \\␣', '│ ⇥   x', '↳ x'].map(toAscii)).toEqual(['| \\_', '| >   x', '> x']);
  });

  it('keeps blanks and tabs of a result quiet', () => {
    expect(layOutBody(toBody('a \n\tb'), { width: 40, theme: none })).toEqual(['a', '    b']);
  });
});

const pieces = [...'aaab   \t\n\r\f\u00a0\u3000漢é·→⇥␣↳│⟪⟫\\+1', '⟪tab⟫', '⟪U+0009⟫', '(2 blanks)', 'more: '];

function pickText(random: Random): string {
  return Array.from({ length: random.integer(14) }, () => random.pick(pieces)).join('');
}

/** Of a text, and of one that differs from it in one place or not at all. */
function pickTwo(random: Random): [string, string] {
  const [start, middle, other, end] = [0, 1, 2, 3].map(() => pickText(random)) as [
    string,
    string,
    string,
    string,
  ];
  const short = (text: string): string => text.slice(0, random.integer(2));
  return [start + short(middle) + end, start + short(other) + end];
}

describe('two texts that differ look different', () => {
  const draw = (rows: readonly string[]): string => rows.map((row) => row.trimEnd()).join('\n');
  it.each<[string, (text: string, width: number) => readonly string[]]>([
    ['in a question', (text, width) => layOutBody(quoted(text), { width, theme: none })],
    [
      'in a change',
      (text, width) => {
        const files = [{ path: '/a', before: undefined, after: text }];
        return layOutBody(toDiff({ type: 'diff', files }) ?? [], { width, theme: none });
      },
    ],
    [
      'in plain lines',
      (text, width) =>
        createDialogTeller(width + 10).tell(
          createApproval({ question: '?', notes: [], body: toBody(text), mustBeSeen: true, choices: [] }),
        ),
    ],
  ])('%s', (_, show) => {
    const random = createRandom(35);
    for (let round = 0; round < 1000; round += 1) {
      const [one, other] = pickTwo(random);
      const width = 8 + random.integer(20);
      const same = draw(show(one, width)) === draw(show(other, width));
      expect(same, JSON.stringify([one, other, width])).toBe(one === other);
    }
  });
});

/** Of a server of the folder, and of one that differs from it in one place or not at all. */
function pickTwoServers(random: Random): [ServerWay, ServerWay] {
  const [one, other] = pickTwo(random);
  const [key, ...rest] = [pickText(random), pickText(random), pickText(random)];
  const name = `${key}: ${rest[0]}`;
  const values = [pickText(random), pickText(random)] as const;
  const pick = random.integer(6);
  return ([one, other] as const).map((text, at): ServerWay => {
    const way = { command: 'x', args: values, env: { [name]: values[0] }, cwd: undefined };
    const changed = [
      { command: text },
      { args: [text, values[1]] },
      { args: at === 0 ? [`${text} ${values[0]}`] : [text, values[0]] },
      { env: at === 0 ? { [key ?? '']: `${rest[0]}: ${text}` } : { [name]: text } },
      { env: { [text]: values[0] } },
      { cwd: text },
    ][pick];
    return { kind: 'stdio', ...way, ...changed };
  }) as [ServerWay, ServerWay];
}

describe('two servers that differ look different', () => {
  const toLines = (way: ServerWay): BodyLine[] =>
    [describeWay(way), ...describeSettings(way)].map((text) => ({ kind: 'quoted', text, isNamed: true }));
  it.each<[string, (way: ServerWay, width: number) => readonly string[]]>([
    ['in a question', (way, width) => layOutBody(toLines(way), { width, theme: none })],
    ['in plain lines', (way) => toLines(way).map(speakLine)],
    ['in a message', (way) => [describeWay(way), ...describeSettings(way)]],
  ])('%s', (_, show) => {
    const random = createRandom(36);
    for (let round = 0; round < 3000; round += 1) {
      const [one, other] = pickTwoServers(random);
      const width = 8 + random.integer(20);
      const draw = (way: ServerWay): string =>
        show(way, width)
          .map((row) => row.trimEnd())
          .join('\n');
      const texts = [JSON.stringify(one), JSON.stringify(other)];
      expect(draw(one) === draw(other), texts.join('\n')).toBe(texts[0] === texts[1]);
    }
  });
});

/** Enough for some rows. */
const cut = (text: string): string => Array.from(text).slice(0, 200).join('');
const kinds = ['quoted', 'title', 'added', 'removed', 'context', 'gap'] as const;

describe.each(['graphemes', 'code points'] as const)('on a terminal that counts %s, a line', (counting) => {
  it.each([...crowdedTexts, ...ordinaryTexts])(
    'is drawn in the rows that are counted: %s',
    async (_, text) => {
      const width = 60;
      const rows = layOutBody(
        kinds.map((kind) => ({ kind, text: `touch x # ${cut(text)} end`, number: 7 })),
        { width, theme: none },
      );
      const screen = createScreen({ columns: width, rows: 10, counting });
      await screen.feed(['first', ...rows].join('\r\n'));
      const drawn = screen.text();
      screen.dispose();
      expect(drawn.indexOf('first')).toBe(0);
      expect(drawn.length).toBe(Math.max(10, 1 + rows.length));
      expect(rows.map((row, index) => [row, drawn[index + 1] === ''])).toEqual(
        rows.map((row) => [row, row === '']),
      );
    },
  );

  it('of one letter that is wider than the room loses none of its parts', () => {
    const text = '\u0915\u094d\u0937\u094d\u0923';
    const rows = layOutBody([{ kind: 'text', text }], { width: 2, theme: none });
    expect(rows.join('')).toBe(text);
    expect(rows.length).toBeGreaterThan(2);
  });
});

describe('words of all languages', () => {
  it.each(ordinaryTexts)('stay as they are: %s', (_, text) => {
    expect(layOutBody([{ kind: 'quoted', text }], { width: 100, theme: none })).toEqual([`│ ${text}`]);
  });
});

describe('a line that is heard', () => {
  it.each([
    ['context', '1: no', 'Unchanged: 1: no'],
    ['context', 'Added: x', 'Unchanged: Added: x'],
    ['title', 'src/b.ts (deleted)', 'File: src/b.ts (deleted)'],
    ['added', `${' '.repeat(12)}a${' '.repeat(30)}1: no`, `Added: ${' '.repeat(12)}a ⟪30 blanks⟫ 1: no`],
    ['added', 'Number; Ctrl+C says no and stops:', 'Added: Number; Ctrl+C says no and stops:'],
    ['removed', 'Unchanged: a', 'Removed: Unchanged: a'],
    ['quoted', 'echo \\ ', 'echo \\⟪1 blank⟫'],
    ['quoted', '\t\tX  ', '⟪2 tabs⟫X⟪2 blanks⟫'],
    ['added', '\techo ⟪tab⟫', 'Added: ⟪1 tab⟫echo ⟪U+27EA⟫tab⟫'],
  ] as const)('sounds like no line of ours: %s %s', (kind, text, spoken) => {
    expect(speakLine({ kind, text })).toBe(spoken);
  });
});
