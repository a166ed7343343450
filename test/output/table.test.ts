import { describe, expect, it } from 'vitest';
import { type Column, writeFields, writeTable } from '../../src/output/table.ts';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { createMemoryIo, type MemoryIoOptions } from '../helpers/memory-io.ts';

type Row = { name: string; size: string; note: string };

const columns: Column<Row>[] = [
  { title: 'NAME', read: ({ name }) => name },
  { title: 'SIZE', read: ({ size }) => size, align: 'right' },
  { title: 'NOTE', read: ({ note }) => note },
];
const rows: Row[] = [
  { name: 'a', size: '12345', note: 'first' },
  { name: 'longer', size: '7', note: '' },
];

async function write(options: MemoryIoOptions, shown = rows): Promise<string> {
  const { io, stdout } = createMemoryIo(options);
  await writeTable(io.stdout, columns, shown);
  return stdout();
}

describe('a table on a pipe', () => {
  it('is tab-separated, without a heading', async () => {
    expect(await write({})).toBe('a\t12345\tfirst\nlonger\t7\t-\n');
  });

  it('keeps every column, however narrow the terminal nearby is', async () => {
    expect(await write({ columns: 3 })).toContain('12345\tfirst');
  });

  it('is nothing if there are no rows', async () => {
    expect(await write({}, [])).toBe('');
  });

  it('has as many lines and columns as it should, whatever the cells hold', async () => {
    expect(await write({}, [{ name: 'a\tb\nc', size: '\u001b[31m1\u0007', note: 'x\r\ny' }])).toBe(
      'a b c\t[31m1\tx y\n',
    );
  });
});

describe('a table on a terminal', () => {
  const terminal = { stdoutIsTerminal: true };

  it('has a heading, aligned columns and no blanks at line ends', async () => {
    expect(await write(terminal)).toBe(
      ['NAME     SIZE  NOTE', 'a       12345  first', 'longer      7', ''].join('\n'),
    );
  });

  it('has a bold heading if colour is wanted', async () => {
    const [heading, first] = (await write({ ...terminal, colour: true })).split('\n');
    expect(heading).toBe('\u001b[1mNAME     SIZE  NOTE\u001b[22m');
    expect(first).toBe('\u001b[36ma     \u001b[39m  12345  first');
  });

  describe('with a column of texts', () => {
    const wide: Column<Row>[] = [
      ...columns.slice(0, 2),
      { title: 'NOTE', read: ({ note }) => note, isBelow: true },
    ];
    const draw = async (width: number, shown: Row[]): Promise<string[]> => {
      const { io, stdout } = createMemoryIo({ ...terminal, columns: width });
      await writeTable(io.stdout, wide, shown);
      return stdout().trimEnd().split('\n');
    };

    it('shows it beside the others if the whole table fits', async () => {
      expect(await draw(20, rows)).toEqual(['NAME     SIZE  NOTE', 'a       12345  first', 'longer      7']);
    });

    it('shows it whole below each row otherwise, wrapped, and nothing for an empty one', async () => {
      expect(
        await draw(19, [{ name: 'a', size: '1', note: 'three words below, and more' }, ...rows]),
      ).toEqual([
        'NAME     SIZE',
        'a           1',
        '  three words',
        '  below, and more',
        'a       12345',
        '  first',
        'longer      7',
      ]);
    });

    it('shows columns without room below, too, with their names', async () => {
      expect(await draw(10, rows)).toEqual([
        'NAME',
        'a',
        '  size',
        '  12345',
        '  first',
        'longer',
        '  size 7',
      ]);
    });

    it('is a field like the others on a pipe', async () => {
      const { io, stdout } = createMemoryIo({});
      await writeTable(io.stdout, wide, rows);
      expect(stdout()).toBe('a\t12345\tfirst\nlonger\t7\t-\n');
    });
  });

  it.each<[width: number, heading: string]>([
    [20, 'NAME     SIZE  NOTE'],
    [19, 'NAME     SIZE'],
    [13, 'NAME     SIZE'],
    [12, 'NAME'],
    [1, 'NAME'],
  ])('leaves out the last columns that do not fit into %i, and names them', async (width, heading) => {
    const text = await write({ ...terminal, columns: width });
    expect(text.split('\n')[0]).toBe(heading);
    const omitted = ['NAME', 'SIZE', 'NOTE'].filter((title) => !heading.includes(title));
    const [named = ''] = text.match(/^\+.*\n/m) ?? [];
    expect(named).toBe(
      ['', `+1 column, see --json: ${omitted}\n`, `+2 columns, see --json: ${omitted.join(', ')}\n`][
        omitted.length
      ],
    );
    for (const line of text.replace(named, '').split('\n'))
      expect(line.length).toBeLessThanOrEqual(Math.max(width, 6));
  });

  it('cuts a flexible column before it leaves others out, and never a character in two', async () => {
    const { io, stdout } = createMemoryIo({ ...terminal, columns: 34 });
    const flexible = columns.map((column, index) => ({ ...column, isFlexible: index === 0 }));
    const name = `${'x'.repeat(19)}😀${'y'.repeat(40)}`;
    await writeTable(io.stdout, flexible, [{ name, size: '12345', note: 'last' }]);
    const [heading = '', line] = stdout().split('\n');
    expect(heading).toMatch(/^NAME +SIZE {2}NOTE$/);
    expect(line).toBe(`${'x'.repeat(19)}…   12345  last`);
  });

  it('aligns by what a terminal shows, and cuts between characters', async () => {
    const { io, stdout } = createMemoryIo({ ...terminal, columns: 36 });
    const flexible = columns.map((column, index) => ({ ...column, isFlexible: index === 0 }));
    const names = ['世界', 'e\u0301te\u0301', '👩‍👩‍👧', 'ascii', '世'.repeat(30), '👩‍👩‍👧'.repeat(30)];
    await writeTable(
      io.stdout,
      flexible,
      names.map((name) => ({ name, size: '1', note: 'last' })),
    );
    const [heading = '', ...lines] = stdout().trimEnd().split('\n');
    const [at, sizeAt] = [heading.indexOf('NOTE'), heading.indexOf('SIZE')];
    expect(lines.map((line) => cellWidth(line.slice(0, line.indexOf('last'))))).toEqual(names.map(() => at));
    expect(lines.slice(-2)).toEqual([
      `${'世'.repeat(11)}… ${' '.repeat(sizeAt - 24)}   1  last`,
      `${'👩‍👩‍👧'.repeat(11)}… ${' '.repeat(sizeAt - 24)}   1  last`,
    ]);
  });

  it('says where the columns are that do not fit, if that is not JSON', async () => {
    const { io, stdout } = createMemoryIo({ ...terminal, columns: 8 });
    await writeTable(io.stdout, columns, rows, { whole: '!copilot-cli usage' });
    expect(stdout()).toContain('\n+2 columns, see !copilot-cli usage: SIZE, NOTE\n');
  });

  it('gives what is left to the columns that can be cut', async () => {
    const { io, stdout } = createMemoryIo({ ...terminal, columns: 44 });
    const flexible = columns.map((column) => ({ ...column, isFlexible: true }));
    await writeTable(io.stdout, flexible, [{ name: 'n'.repeat(60), size: '1', note: 'note' }]);
    expect(stdout().split('\n')[1]).toBe(`${'n'.repeat(31)}…     1  note`);
  });

  it.each([
    ['vision,reasoning,tools,structured-output', 'vision,reasoning,…'],
    ['averylongwordbeforethefirst,comma', 'averylongwordbefore…'],
    ['words, with blanks, are no list', 'words, with blanks,…'],
  ])('cuts a list between its items: %s', async (name, shown) => {
    const { io, stdout } = createMemoryIo({ ...terminal, columns: 26 });
    const flexible = columns.slice(0, 2).map((column, index) => ({ ...column, isFlexible: index === 0 }));
    await writeTable(io.stdout, flexible, [{ name, size: '1', note: '' }]);
    expect(stdout().split('\n')[1]).toBe(`${shown.padEnd(20)}     1`);
  });

  it('is its heading if there are no rows', async () => {
    expect(await write(terminal, [])).toBe('NAME  SIZE  NOTE\n');
  });
});

describe('fields', () => {
  it('stand in two columns, without the unknown ones', async () => {
    const { io, stdout } = createMemoryIo();
    await writeFields(io.stdout, [
      ['Account', 'octocat'],
      ['A much longer name', undefined],
      ['Host', 'github.com'],
    ]);
    expect(stdout()).toBe('Account  octocat\nHost     github.com\n');
  });

  it('are one line each, and powerless', async () => {
    const { io, stdout } = createMemoryIo({ stdoutIsTerminal: true, colour: true });
    await writeFields(io.stdout, [['Plan', 'a\nb\u001b[2J']]);
    expect(stdout()).toBe('\u001b[1mPlan\u001b[22m  a b[2J\n');
  });

  it('are nothing if nothing is known', async () => {
    const { io, stdout } = createMemoryIo();
    await writeFields(io.stdout, [['Plan', undefined]]);
    expect(stdout()).toBe('');
  });
});
