import { describe, expect, it } from 'vitest';
import { keyBindings } from '../../../src/repl/composer/key-bindings.ts';
import { createSlashCommands } from '../../../src/repl/slash/commands.ts';
import { createKeySheet, createLineKeySheet } from '../../../src/repl/slash/key-sheet.ts';
import { layoutGroup, layoutSheet } from '../../../src/repl/slash/sheet.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';
import { createTheme } from '../../../src/terminal/theme.ts';
import { createTestRepl } from '../../helpers/repl-app.ts';

const theme = createTheme('none', 'none');

describe('the sheet of keys', () => {
  it.each([
    [120, 14],
    [78, 20],
  ])('fits into one screen of %i cells and %i lines', (width, lines) => {
    const sheet = layoutSheet(createKeySheet(), { width, theme, isSpoken: false });
    expect(sheet.length).toBeLessThanOrEqual(lines);
    expect(Math.max(...sheet.map(cellWidth))).toBeLessThanOrEqual(width);
  });

  it('of vi mode stands in two columns too, in which a long label wraps', () => {
    const lines = createKeySheet(keyBindings, { isVi: true }).flatMap(({ rows }) => [rows, ...rows]).length;
    const sheet = layoutSheet(createKeySheet(keyBindings, { isVi: true }), {
      width: 78,
      theme,
      isSpoken: false,
    });
    expect(sheet.length).toBeLessThanOrEqual(lines / 2 + 2);
    expect(Math.max(...sheet.map(cellWidth))).toBeLessThanOrEqual(78);
    const words = Array.from({ length: 12 }, (_, at): [string, string] => [
      `/${at}`,
      'what it does, in six words',
    ]);
    expect(layoutSheet([{ title: 'T', rows: words }], { width: 56, theme, isSpoken: false })).toHaveLength(
      13,
    );
  });

  it('names a key of every command that has one', () => {
    const keys = createKeySheet().flatMap(({ rows }) => rows.map(([text]) => text));
    const commands = keyBindings.filter((binding) => binding.keys.length > 0);
    const pairs = keys.flatMap((text) => text.split(', ')).length;
    expect(pairs).toBeGreaterThanOrEqual(commands.length);
  });

  it('lists a command that has no group by its own words', () => {
    const own = { keys: ['f5'], command: 'clear' as const, description: 'Clear the prompt' };
    expect(createKeySheet([...keyBindings, own]).at(-1)).toEqual({
      title: 'More',
      rows: [['F5', 'Clear the prompt']],
    });
  });

  it('begins with the keys of vi where they are on', () => {
    const titles = (isVi: boolean) => createKeySheet(keyBindings, { isVi }).map(({ title }) => title);
    expect(titles(true)).toEqual(['Vi mode', ...titles(false)]);
    expect(titles(false)).not.toContain('Vi mode');
  });

  it('is one column for a screen reader, and in 38 cells, where long words hang', () => {
    const spoken = layoutSheet(createKeySheet(), { width: 120, theme, isSpoken: true });
    expect(spoken.some((line) => /Enter .*Ctrl/.test(line))).toBe(false);
    const narrow = layoutGroup(
      { title: 'T', rows: [['/a', 'one two three four five six seven']] },
      { width: 20, theme },
    );
    expect(narrow).toEqual(['T', '/a  one two three', '    four five six', '    seven']);
  });
});

describe('what has no room beside its name', () => {
  const rows = [
    ['/short', 'what it does'],
    ['/a-prompt-of-a-server:with-a-long-name', 'tells what it does in some words'],
  ] as const;

  it.each([
    [38, ['T', '/short               what it does', rows[1][0], '  tells what it does in some words']],
    [
      78,
      [
        'T',
        '/short                                  what it does',
        `${rows[1][0]}  tells what it does in some words`,
      ],
    ],
    [
      24,
      [
        'T',
        '/short',
        '  what it does',
        '/a-prompt-of-a-server:wi',
        'th-a-long-name',
        '  tells what it does in',
        '  some words',
      ],
    ],
  ])('stands below it: in %i cells', (width, lines) => {
    expect(layoutGroup({ title: 'T', rows }, { width, theme })).toEqual(lines);
  });

  it.each([24, 40, 79, 80, 81])('is not broken by the edge of %i columns', async (columns) => {
    const path = '.github/instructions/of-the-frontend.instructions.md';
    const { run, take } = await createTestRepl({
      columns,
      files: { [path]: '---\napplyTo: "**"\n---\nUse tabs.', 'AGENTS.md': 'Be brief.' },
      answer: { text: 'An answer.' },
    });
    await run('hello');
    take();
    await run('/context');
    const context = take();
    expect(context).toMatch(/^\[█*░+\] ~\S+ %$/m);
    expect(context).toMatch(/^free(?:\n {2}| +)~\d+ +\d+ %$/m);
    await run('/instructions');
    const lines = take().split('\n');
    const at = lines.findIndex((line) => line.startsWith('AGENTS.md'));
    expect([lines[at], lines[at + 1]].join('\n')).toMatch(/^AGENTS\.md(?:\n {2}| +)~\d+ tokens/);
    expect(lines.filter((line) => line.startsWith('~'))).toEqual([]);
    for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(columns - 2);
  });
});

describe('the help in plain lines', () => {
  it('names no key that the terminal keeps to itself', () => {
    const keys = createLineKeySheet().flatMap(({ rows }) => rows.map(([text]) => text));
    expect(keys).toEqual(['Enter', 'Ctrl+C', 'Ctrl+D', '\\ Enter', '/', '@', '!', '?']);
  });

  it('lists only commands that change something there, and no keys of lists', async () => {
    const { run, take } = await createTestRepl({ isSpoken: true });
    await run('/help');
    const commands = take();
    expect(commands).toContain('/edit');
    expect(commands).not.toMatch(/\/(?:vim|theme|status-line)\b/);
    await run('?');
    expect(take()).not.toMatch(/Esc|Alt\+|Ctrl\+[^CD]|Up/);
    for (const name of ['edit', 'model', 'queue', 'keys']) await run(`/help ${name}`);
    expect(take()).not.toMatch(/Esc|In the list|keys\.json/);
  });

  it.each(
    createSlashCommands({ templatesFolder: '' }).map(({ name, details = [] }) => [name, details.join(' ')]),
  )('says of /%s nothing about keys', (name, details) => {
    if (name !== 'vim') expect(details).not.toMatch(/\b(?:Esc|Tab|Ctrl|Alt|Shift|Enter|Delete|Left)\b/);
  });
});

describe('a command in a list', () => {
  it.each(
    createSlashCommands({ templatesFolder: '' }).map(({ name, label, description }) => [
      name,
      label ?? description,
    ]),
  )('/%s says what it does in 24 cells: %s', (_, label) => {
    expect(cellWidth(label)).toBeLessThanOrEqual(24);
  });
});
