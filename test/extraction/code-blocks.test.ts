import { describe, expect, it } from 'vitest';
import { listCodeBlocks, selectCode } from '../../src/extraction/code-blocks.ts';
import { toFileNames } from '../../src/extraction/write-blocks.ts';
import { createRandom } from '../helpers/random.ts';

const join = (...lines: string[]): string => lines.join('\n');

describe('the code blocks of an answer', () => {
  it.each<[string, string, [language: string, text: string][]]>([
    ['no block', 'Just words, and `code` in them.', []],
    [
      'thinking with a block in it',
      join('<think>', '```js', 'draft', '```', '</think>', '```js', 'a', '```'),
      [['js', 'a\n']],
    ],
    [
      'thinking between the marks that a prompt asked for',
      join('<thinking>', '```js', 'draft', '```', '</thinking>', '```js', 'a', '```'),
      [['js', 'a\n']],
    ],
    ['thinking that does not end', join('<think>', '```js', 'draft', '```'), []],
    ['one block', join('Here:', '```ts', 'let a;', '```', 'Done.'), [['ts', 'let a;\n']]],
    ['a block without a language', join('```', 'x', '```'), [['', 'x\n']]],
    ['an empty block', join('```sh', '```'), [['sh', '']]],
    ['empty lines of code', join('```', '', 'a', '', '', '```'), [['', '\na\n\n\n']]],
    ['tildes', join('~~~ python', 'x = 1', '~~~'), [['python', 'x = 1\n']]],
    ['tildes around backticks', join('~~~', '```', 'x', '```', '~~~'), [['', '```\nx\n```\n']]],
    [
      'a longer fence around a shorter one',
      join('````md', '```js', 'a', '```', '````'),
      [['md', '```js\na\n```\n']],
    ],
    ['a closing fence that is longer', join('```', 'a', '`````', 'b'), [['', 'a\n']]],
    ['a closing fence with blanks after it', join('```', 'a', '```  \t', 'b'), [['', 'a\n']]],
    [
      'a fence with words, which closes nothing',
      join('```', 'a', '```js', 'b', '```'),
      [['', 'a\n```js\nb\n']],
    ],
    ['a last block that is not closed', join('```go', 'package a', ''), [['go', 'package a\n']]],
    ['a fence and nothing after it', '```go', [['go', '']]],
    ['an indented fence', join('  ```', '  a', '    b', ' c', '  ```'), [['', 'a\n  b\nc\n']]],
    ['a fence that is indented too far', join('words', '', '    ```', '    a', '    ```'), []],
    ['a closing fence that is indented too far', join('```', 'a', '    ```', '```'), [['', 'a\n    ```\n']]],
    [
      'a fence in a list',
      join('1.  Do:', '', '    ```sh', '    ls', '      -l', '    ```', '2.  Done'),
      [['sh', 'ls\n  -l\n']],
    ],
    [
      'a fence in a list in a list',
      join('- a', '  - b', '', '    ```js', '    x', '    ```'),
      [['js', 'x\n']],
    ],
    ['a fence on the line of the list mark', join('- ```js', '  x', '  ```'), [['js', 'x\n']]],
    [
      'a fence that is too deep for a list that has ended',
      join('- a', '', 'words', '', '    ```', '    x'),
      [],
    ],
    ['a quoted fence', join('> ```js', '> a', '>  b', '> ```'), [['js', 'a\n b\n']]],
    [
      'a quoted fence that ends with the quotation',
      join('> ```js', '> a', 'words', '```', 'b', '```'),
      [
        ['js', 'a\n'],
        ['', 'b\n'],
      ],
    ],
    ['a quotation inside a block', join('```', '> a', '```'), [['', '> a\n']]],
    ['three backticks in a line, which are no fence', join('```not a fence```', 'a'), []],
    ['a tilde fence with backticks in its words', join('~~~ a ``` b', 'x', '~~~'), [['a', 'x\n']]],
    ['two backticks', join('``', 'a', '``'), []],
    ['line ends of Windows', '```js\r\na\r\nb\r\n```\r\n', [['js', 'a\nb\n']]],
    ['attributes in braces', join('```{.python .numbered}', 'x', '```'), [['python', 'x\n']]],
    ['line numbers after the language', join('```js{1,3-4}', 'x', '```'), [['js', 'x\n']]],
    [
      'several blocks',
      join('```c++', 'a', '```', 'and', '```c#', 'b', '```'),
      [
        ['c++', 'a\n'],
        ['c#', 'b\n'],
      ],
    ],
  ])('are found: %s', (_, text, expected) => {
    expect(listCodeBlocks(text).map((block) => [block.language, block.text])).toEqual(expected);
  });

  it('take time that grows with the text, however hostile', () => {
    const hostile = [
      '`'.repeat(1_000_000),
      '> '.repeat(300_000),
      '- '.repeat(300_000),
      '```\n'.repeat(200_000),
    ];
    for (const text of [...hostile, ...hostile.map((line) => `\`\`\`a${'b'.repeat(500_000)}=\n${line}`)]) {
      const start = performance.now();
      listCodeBlocks(text);
      expect(performance.now() - start).toBeLessThan(3000);
    }
  });

  it('can be listed and named in any text', () => {
    const random = createRandom(11);
    const bits = [
      '```',
      '````',
      '~~~',
      '\n',
      '\r\n',
      ' ',
      '    ',
      '\t',
      '> ',
      '- ',
      '1. ',
      'js',
      'a.ts',
      '../',
    ];
    const more = ['title="', '// ', '`x.py`', '**', '# ', 'words', '漢', '\u0000', 'C:\\', '/', ':', '='];
    for (let round = 0; round < 5000; round += 1) {
      const text = Array.from({ length: random.integer(40) }, () => random.pick([...bits, ...more])).join('');
      const blocks = listCodeBlocks(text);
      const names = toFileNames(blocks);
      expect(new Set(names.map((name) => name.toLowerCase())).size, JSON.stringify(text)).toBe(blocks.length);
      const leaving = names.filter((name) => /^[/~]|\\|^[A-Za-z]:|(?:^|\/)\.\.?(?:\/|$)/.test(name));
      expect(leaving, JSON.stringify(text)).toEqual([]);
      for (const block of blocks) expect(block.text === '' || block.text.endsWith('\n')).toBe(true);
    }
  });

  it('stay the same up to the place where the answer was cut', () => {
    const text = join(
      'a',
      '```ts',
      'let a;',
      '```',
      '````md',
      '```',
      'x',
      '```',
      '````',
      '> ~~~',
      '> q',
      'end',
    );
    const whole = listCodeBlocks(text);
    for (let end = 0; end <= text.length; end += 1) {
      const found = listCodeBlocks(text.slice(0, end));
      expect(found.length).toBeLessThanOrEqual(whole.length);
      expect(found.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, found.length - 1)));
    }
  });
});

const answer = '```js\na\n```\n\n```py\nb\n```\n\n```JavaScript\nc\n```\n\n```\nd\n```\n\n```sh\ne\n```\n';

describe('the code that is taken from an answer', () => {
  it.each([
    ['all of it', {}, 'a\n\nb\n\nc\n\nd\n\ne\n'],
    ['the last block', { last: true }, 'e\n'],
    ['a language by one name', { language: 'js' }, 'a\n\nc\n'],
    ['a language by another', { language: 'javascript' }, 'a\n\nc\n'],
    ['a language in capitals', { language: 'Python' }, 'b\n'],
    ['a shell by the name of another', { language: 'bash' }, 'e\n'],
    ['the last block of a language', { language: 'js', last: true }, 'c\n'],
  ])('is %s', (_, selection, expected) => {
    expect(selectCode(answer, selection)).toBe(expected);
  });

  it('is a language that we do not know, by its own name', () => {
    expect(selectCode('```Zig\nx\n```', { language: 'zig' })).toBe('x\n');
  });

  it.each([
    ['no block', 'Sorry.', {}, 'the answer has no code block', 'Ask for one in the prompt.'],
    ['no block and a language', 'Sorry.', { language: 'ts' }, 'the answer has no code block', 'Ask for one'],
    [
      'no such language',
      answer,
      { language: 'ts' },
      'the answer has no code block in ts',
      'js, py, JavaScript, none',
    ],
  ])('fails with exit code 11 if there is %s', (_, text, selection, message, hint) => {
    expect(() => selectCode(text, selection)).toThrowError(
      expect.objectContaining({ code: 'schema', exitCode: 11, message, hint: expect.stringContaining(hint) }),
    );
  });
});
