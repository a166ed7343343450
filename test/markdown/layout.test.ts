import { describe, expect, it } from 'vitest';
import { renderPainted, renderPlain } from './render.ts';

type Case = [what: string, text: string, columns: number, lines: string[]];

describe('text', () => {
  it.each<Case>([
    ['breaks between words', 'one two three four', 9, ['one two', 'three', 'four']],
    ['breaks words that are too long', 'a bcdefghijklmnop q', 8, ['a', 'bcdefghi', 'jklmnop', 'q']],
    ['breaks between Chinese characters', '中文没有空格', 8, ['中文没有', '空格']],
    ['does not begin a line with a full stop', '中文没有。空', 8, ['中文没', '有。空']],
    ['breaks no emoji', '👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 8, ['👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧']],
    ['keeps the line ends of its author', 'a\nb  \nc\\\nd<br>e', 20, ['a', 'b', 'c', 'd', 'e']],
    [
      'has its references decoded, but not in code',
      '&lt;&amp;&copy;&#228;&#xe4;&nope; `&lt;`',
      40,
      ['<&©ää&nope; `&lt;`'],
    ],
    ['has its escapes taken away', '\\*a\\* \\# \\&amp;', 40, ['*a* # &amp;']],
    ['shows HTML', '<b>a</b> <!-- c -->', 40, ['<b>a</b> <!-- c -->']],
    ['shows a footnote', 'a[^1]\n\n[^1]: The note.', 40, ['a[^1]', '', '[^1]: The note.']],
    [
      'shows an image by its text and address',
      '![a cat](http://x.example/c.png)',
      60,
      ['image: a cat (http://x.example/c.png)'],
    ],
    [
      'shows an address once',
      '<http://x.example> http://y.example [http://z.example](http://z.example)',
      80,
      ['http://x.example http://y.example http://z.example'],
    ],
    ['keeps the marks of what would look the same without', '~~a~~ `b` **c** _d_', 80, ['~~a~~ `b` c d']],
  ])('%s', (_, text, columns, lines) => {
    expect(renderPlain(text, columns).split('\n')).toEqual(lines);
  });

  it('knows a reference from its definition on, and shows the definition', () => {
    expect(renderPlain('[a]\n\n[a]: http://x.example\n\n[a] and [text][A]').split('\n')).toEqual([
      '[a]',
      '',
      '[a]: http://x.example',
      '',
      'a (http://x.example) and text (http://x.example)',
    ]);
  });
});

describe('a list', () => {
  it.each<Case>([
    [
      'hangs its lines under its text',
      '- one two three\n10. four five six',
      10,
      ['• one two', '  three', '', '10. four', '    five', '    six'],
    ],
    [
      'has other marks at other depths',
      '- a\n  - b\n    - c\n      - d',
      20,
      ['• a', '  ◦ b', '    ▪ c', '      • d'],
    ],
    ['goes on counting', '7. a\n7. b\n1. c', 20, ['7. a', '8. b', '9. c']],
    [
      'goes on counting after code that is not indented',
      '1. a\n```\nb\n```\n2. c',
      20,
      ['1. a', '', '────────────────────', 'b', '────────────────────', '', '2. c'],
    ],
    [
      'is as loose as it was written',
      '- a\n- b\n\n- c\n\n  d\n  > e',
      20,
      ['• a', '• b', '', '• c', '', '  d', '  │ e'],
    ],
    ['shows what is done', '- [ ] a\n- [x] b\n1. [X] c', 20, ['[ ] a', '[x] b', '', '1. [x] c']],
    ['is another one after another mark', '- a\n* b', 20, ['• a', '', '• b']],
    ['shows empty items', '-\n- a\n-', 20, ['•', '• a', '•']],
    ['is no list for a number that begins a line of text', 'born in\n1984. ok', 20, ['born in', '1984. ok']],
  ])('%s', (_, text, columns, lines) => {
    expect(renderPlain(text, columns).split('\n')).toEqual(lines);
  });

  it('leaves room for text however deep it is', () => {
    const text = Array.from({ length: 30 }, (_, depth) => `${'  '.repeat(depth)}- word${depth}`).join('\n');
    const lines = renderPlain(text, 20).split('\n');
    expect(lines.filter((line) => /word\d+$/.test(line)).length).toBeGreaterThan(14);
    expect(lines.join('')).toContain('word29');
  });
});

describe('a quotation', () => {
  it.each<Case>([
    ['has a bar at every line', '> one two three\n>\n> four', 10, ['│ one two', '│ three', '│', '│ four']],
    ['goes on with lazy lines', '> a\nb', 10, ['│ a', '│ b']],
    ['holds others', '> a\n> > b\n> - c', 20, ['│ a', '│', '│ │ b', '│', '│ • c']],
  ])('%s', (_, text, columns, lines) => {
    expect(renderPlain(text, columns).split('\n')).toEqual(lines);
  });
});

describe('a table', () => {
  it.each<Case>([
    [
      'aligns its columns',
      '|a|b|c|\n|:-|:-:|-:|\n|x|yyy|z|\n|xx|y|zzz|',
      40,
      ['a  │  b  │   c', '───┼─────┼────', 'x  │ yyy │   z', 'xx │  y  │ zzz'],
    ],
    ['knows wide characters', '|a|b|\n|-|-|\n|中文|x|', 40, ['a    │ b', '─────┼──', '中文 │ x']],
    [
      'wraps its cells, and then has rules between rows',
      '|a|b|\n|-|-|\n|one two three|four five six|\n|x|y|',
      21,
      [
        'a         │ b',
        '──────────┼─────────',
        'one two   │ four five',
        'three     │ six',
        '──────────┼─────────',
        'x         │ y',
      ].map((line) => line.replace('──────────┼─────────', '──────────┼──────────').slice(0, 21)),
    ],
    [
      'is a list where it is too narrow',
      '|name|value|\n|-|-|\n|first of all|one two three|\n|b||',
      16,
      ['name: first of', '  all', 'value: one two', '  three', '', 'name: b', 'value: –'],
    ],
    [
      'has the cells that its head has',
      '|a|b|\n|-|-|\n|1|\n|1|2|3|',
      40,
      ['a │ b', '──┼──', '1 │  ', '1 │ 2'],
    ],
    [
      'takes a bar after a backslash into a cell',
      '|a|b|\n|-|-|\n|`x\\|y`|z|',
      40,
      ['a     │ b', '──────┼──', '`x|y` │ z'],
    ],
  ])('%s', (_, text, columns, lines) => {
    expect(
      renderPlain(text, columns)
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(lines.map((line) => line.trimEnd()));
  });
});

describe('code', () => {
  const rule = '─'.repeat(24);

  it.each<Case>([
    ['stands as it is between rules', '```\n  a  b\n\n    c\n```', 30, [rule, '  a  b', '', '    c', rule]],
    [
      'has what stands after its fence above it',
      '```ts src/a.ts\na\n```',
      30,
      [`── ts src/a.ts ${'─'.repeat(9)}`, 'a', rule],
    ],
    [
      'has no more of that than fits',
      `\`\`\`${'x'.repeat(50)}\na\n\`\`\``,
      30,
      [`── ${'x'.repeat(25)} ─`, 'a', rule],
    ],
    ['has its tabs as blanks', '```\n\ta\tb\n```', 30, [rule, '    a   b', rule]],
    [
      'breaks at a blank near the end of the width, and hangs the rest',
      `\`\`\`\n${'abc '.repeat(10)}\n\`\`\``,
      30,
      [rule, 'abc abc abc abc abc abc abc', '  abc abc abc ', rule],
    ],
    [
      'breaks inside a word where no blank is near the end',
      `\`\`\`\nab ${'x'.repeat(40)} c\n\`\`\``,
      30,
      [rule, `ab ${'x'.repeat(27)}`, `  ${'x'.repeat(13)} c`, rule],
    ],
    [
      'hangs the rest under its own indentation, and wide characters, too',
      `\`\`\`\n    ${'漢字 '.repeat(8)}\n\`\`\``,
      30,
      [rule, `    ${'漢字 '.repeat(5).trimEnd()}`, `      ${'漢字 '.repeat(3)}`, rule],
    ],
    [
      'breaks at a blank that would be the first cell of the next row',
      `\`\`\`\n${'x'.repeat(30)} y\n\`\`\``,
      30,
      [rule, 'x'.repeat(30), '  y', rule],
    ],
    ['may be indented', '    a\n\n      b\n\nc', 30, [rule, 'a', '', '  b', rule, '', 'c']],
    ['ends with the text', '~~~\na', 30, [rule, 'a', rule]],
    [
      'may hold fences',
      '````md\n```\na\n```\n````',
      30,
      [`── md ${'─'.repeat(18)}`, '```', 'a', '```', rule],
    ],
  ])('%s', (_, text, columns, lines) => {
    expect(renderPlain(text, columns).split('\n')).toEqual(lines);
  });

  it.each([
    'ts',
    'JS',
    'py',
    'sh',
    'yml',
    'c++',
    'c#',
    'rs',
    'golang',
    'toml',
    'html',
    'Dockerfile',
    'sql',
    'kt',
    'ps1',
    'tex',
    'python:app.py',
    '{.js}',
  ])('of %s is painted', (language) => {
    const code = 'class return "text" 12 = <a b="c"> FROM x\nkey: "value"\n\\a{b} % # // x';
    const lines = renderPainted(`\`\`\`${language}\n${code}\n\`\`\``).split('\n').slice(1, -1);
    expect(lines.join('')).toContain('␛[3');
    expect(lines.join('\n').replace(/␛\[\d+m/g, '')).toBe(code);
  });

  it.each(['', 'nothing-we-know', 'text'])('of %j is not', (language) => {
    expect(renderPainted(`\`\`\`${language}\nclass return "text"\n\`\`\``).split('\n')[1]).toBe(
      'class return "text"',
    );
  });

  it('stays what it was begun as over many lines', () => {
    const lines = renderPainted('```js\n/* one\ntwo\nthree */ let a = `x\ny`;\n```').split('\n').slice(1, -1);
    expect(lines).toEqual([
      '␛[2m␛[3m/* one␛[23m␛[22m',
      '␛[2m␛[3mtwo␛[23m␛[22m',
      '␛[2m␛[3mthree */␛[23m␛[22m ␛[35mlet␛[39m a = ␛[32m`x␛[39m',
      '␛[32my`␛[39m;',
    ]);
  });

  it('of a diff shows what comes and what goes', () => {
    const lines = renderPainted('```diff\n--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n```')
      .split('\n')
      .slice(1, -1);
    expect(lines).toEqual([
      '␛[2m--- a␛[22m',
      '␛[2m+++ b␛[22m',
      '␛[35m@@ -1 +1 @@␛[39m',
      '␛[31m-old␛[39m',
      '␛[32m+new␛[39m',
      ' same',
    ]);
  });
});

describe('blocks', () => {
  it.each<Case>([
    [
      'are apart',
      '# a\nb\n***\n```\nc\n```\n| d |\n|---|',
      4,
      ['# a', '', 'b', '', '────', '', '────', 'c', '────', '', 'd', '─'],
    ],
    [
      'have headings of six levels',
      '# a\n\n## b ##\n\n###### c\n\nd\n=\n\ne\n-',
      9,
      ['# a', '', '## b', '', '###### c', '', '# d', '', '## e'],
    ],
    ['of HTML are text', '<div>\n*a*\n</div>\n\n*b*', 20, ['<div>', '*a*', '</div>', '', 'b']],
    ['of nothing are nothing', '\n \n\t\n', 20, ['']],
  ])('%s', (_, text, columns, lines) => {
    expect(
      renderPlain(text, Math.max(8, columns))
        .split('\n')
        .map((line) => (columns < 8 ? line.slice(0, columns) : line)),
    ).toEqual(lines);
  });
});
