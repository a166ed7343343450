import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/markdown/markdown-stream.ts';
import { paintedOptions, renderPainted, renderPlain } from './render.ts';

/** What may be in a painted line beside text: our own colours, and our own links with plain addresses. */
const own = /\u001b\[(?:\d+;?)+m|\u001b\]8;;(?:(?:https?|mailto|file):[\u0021-\u007e]*)?\u0007/gi;

const payloads = [
  '\u001b[2J',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u001b]52;c;aGk=\u0007',
  '\u001b]8;;http://evil.example\u0007',
  '\u001bP1$r\u001b\\',
  '\u001bc',
  '\u001b',
  '\u009b2J',
  '\u009d0;t\u009c',
  '\u0090q',
  '\u0007',
  '\u0008\u0008',
  '\r',
  '\u000b',
  '\u000c',
  '\u0000',
  '\u007f',
  '\u0085',
  '&#27;[2J',
  '&#x1b;]0;t&#7;',
  '&#155;2J',
  '&#13;',
  '&#x202e;',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u061c',
  '%1b%5b2J',
  '\u2028',
  '\ud83d',
];

/** Where in a document the payload `@` stands. */
const places = [
  '@',
  '# @',
  '- @',
  '1. @',
  '> @',
  '| @ | b |\n|---|---|\n| c@ | d |',
  '```@\n@\n```',
  '    @',
  '`@`',
  '**@**',
  '~~@~~',
  '[@](https://x.example/@)',
  '[a](<@>)',
  '[a](https://x.example "@")',
  '![@](https://x.example/@)',
  '<https://x.example/@>',
  'https://x.example/@',
  '[r@]: https://x.example/@\n\n[r@]',
  '<div>@</div>',
  '<b @>',
  '<!-- @ -->',
  '\\@',
  '```diff\n+@\n```',
  '```ts\nconst a = "@"; // @\n```',
  '- [ ] @',
  'a\n@\n===',
  'a@b.example',
  '[^@]: @',
];

describe('what a model could write to drive the terminal', () => {
  it.each(places)('drives nothing from %j', (place) => {
    const wild = payloads.flatMap((payload) => {
      const painted = renderMarkdown(place.replaceAll('@', payload), paintedOptions);
      const left = painted.map((line) => line.replace(own, ''));
      return left.filter((line) =>
        /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028]|\p{Surrogate}/u.test(
          line,
        ),
      );
    });
    expect(wild).toEqual([]);
  });

  it('leaves no colour and no link open at the end of a line', () => {
    const text =
      '**bold _and `code` in [a long link](https://x.example) ~~of many~~ words_ that go on** '.repeat(4);
    for (const line of renderMarkdown(text, { ...paintedOptions, columns: 24 })) {
      const links = line.match(/\u001b\]8;;[^\u0007]*\u0007/g) ?? [];
      expect(links.length % 2).toBe(0);
      expect(links.at(-1) ?? '\u001b]8;;\u0007').toBe('\u001b]8;;\u0007');
      for (const [on, off] of [
        ['1', '22'],
        ['3', '23'],
        ['4', '24'],
        ['9', '29'],
        ['3\\d', '39'],
      ])
        if (new RegExp(`\u001b\\[${on}m`).test(line))
          expect(line.lastIndexOf(`\u001b[${off}m`)).toBeGreaterThan(
            line.search(new RegExp(`\u001b\\[${on}m`)),
          );
    }
  });
});

describe('characters that turn the direction of text', () => {
  it('are named in code', () => {
    expect(renderPlain('`a\u202eb`')).toBe('`a⟪U+202E⟫b`');
    expect(renderPlain('```js\nif (a\u2066) {} // \u200b\n```').split('\n')[1]).toBe(
      'if (a⟪U+2066⟫) {} // ⟪U+200B⟫',
    );
    expect(renderPainted('`a\u202eb`')).toContain('␛[33m⟪U+202E⟫␛[39m');
    expect(renderPlain('```\n\u{e0041}\n```')).toContain('⟪U+E0041⟫');
  });

  it('are taken out of text and URLs', () => {
    expect(renderPlain('a\u202eb [c](https://x.example/\u2067d)')).toBe('ab c (https://x.example/d)');
  });
});

describe('a link', () => {
  it.each([
    ['https://x.example/a b', '[t](<https://x.example/a b>)', '␛]8;;https://x.example/a%20b␇'],
    ['https://x.example/ü', '[t](https://x.example/ü)', '␛]8;;https://x.example/%C3%BC␇'],
    ['mailto:a@x.example', '<a@x.example>', '␛]8;;mailto:a@x.example␇'],
    ['file:///a', '[t](file:///a)', '␛]8;;file:///a␇'],
  ])('to %s can be clicked', (_, text, sequence) => {
    expect(renderPainted(text)).toContain(sequence);
  });

  it.each([
    'javascript:alert(1)',
    'vscode://a',
    'data:text/html,a',
    '/etc/passwd',
    '#a',
    'ssh://x',
    `https://x.example/${'a'.repeat(3_000)}`,
  ])('to %s is text', (target) => {
    const painted = renderPainted(`[t](${target})`, 4_000);
    expect(painted).not.toContain('␛]8');
    expect(painted).toContain(`(${target})`);
  });

  it('shows where it leads if its text names another place', () => {
    expect(renderPainted('[https://bank.example](https://evil.example)')).toContain('(https://evil.example)');
    expect(renderPainted('[bank.example](https://evil.example)')).toContain('(https://evil.example)');
    expect(renderPainted('[the bank](https://bank.example)')).not.toContain('(');
    expect(renderPainted('[bank.example](https://bank.example/)')).not.toContain('(');
  });
});
