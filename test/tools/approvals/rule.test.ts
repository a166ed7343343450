import { describe, expect, it } from 'vitest';
import { describeError } from '../../../src/errors.ts';
import { formatRule, keepIfTypable, parseRule, type Rule } from '../../../src/tools/approvals/rule.ts';
import { splitRules } from '../../../src/tools/approvals/rule-text.ts';
import { createRandom } from '../../helpers/random.ts';

describe('a rule', () => {
  it.each([
    ['shell', { kind: 'shell', command: undefined }],
    ['shell(git:*)', { kind: 'shell', command: { words: ['git'], isPrefix: true } }],
    ['shell( git  diff :*)', { kind: 'shell', command: { words: ['git', 'diff'], isPrefix: true } }],
    ['shell(npm test)', { kind: 'shell', command: { words: ['npm', 'test'], isPrefix: false } }],
    [
      "shell(git commit -m 'a (b), c')",
      { kind: 'shell', command: { words: ['git', 'commit', '-m', 'a (b), c'], isPrefix: false } },
    ],
    [
      "shell(git log 2>&1 | awk '{print $1}')",
      {
        kind: 'shell',
        command: { words: ["git log 2>&1 | awk '{print $1}'"], isPrefix: false, isPipe: true },
      },
    ],
    ['shell([ -f a ])', { kind: 'shell', command: { words: ['[', '-f', 'a', ']'], isPrefix: false } }],
    ['read', { kind: 'read', path: undefined }],
    ['write(src/**/*.ts)', { kind: 'write', path: 'src/**/*.ts' }],
    ['write(a (1).txt)', { kind: 'write', path: 'a (1).txt' }],
    ['url', { kind: 'url', host: undefined }],
    ['mcp', { kind: 'mcp', server: undefined, tool: undefined }],
    ['docs', { kind: 'mcp', server: 'docs', tool: undefined }],
    ['docs(get.page)', { kind: 'mcp', server: 'docs', tool: 'get.page' }],
    ['My Server(a(b))', { kind: 'mcp', server: 'My Server', tool: 'a(b)' }],
  ] as [string, Rule][])('%s is read', (text, rule) => {
    expect(parseRule(text)).toEqual(rule);
    expect(parseRule(formatRule(rule))).toEqual(rule);
  });

  it.each([
    ['shell(git', 'the rule shell(git has no closing parenthesis', "Type: 'shell(git)'"],
    ['bogus(', 'has no closing parenthesis', 'Rules are '],
    ['shell(git))x', 'goes on after its closing parenthesis', "'shell(git))'"],
    ['shell)', 'has a closing parenthesis without an opening one', 'shell(git diff:*)'],
    ['shell()', 'has nothing between its parentheses', 'Type: shell'],
    ['shell(*)', 'names no command', 'Type: shell'],
    ['shell(:*)', 'names no command', 'Type: shell'],
    ['shell(git*)', 'has a `*` that is not written as `:*`', "'shell(git:*)'"],
    ['shell(git diff *)', 'has a `*` that is not written as `:*`', "'shell(git diff:*)'"],
    ['shell(git && rm x)', 'is not one plain command', "'shell(git:*)'"],
    ['shell(git $(rm x))', 'is not one plain command', "'shell(git:*)'"],
    ['shell(git log > x)', 'is not one plain command', "'shell(git:*)'"],
    ['shell(git log | sh > x)', 'is not one plain command', "'shell(git:*)'"],
    ['shell(git log | sort:*)', 'is not one plain command', "'shell(git:*)'"],
    ['shell(git log | $X)', 'is not one plain command', "'shell(git:*)'"],
    ["shell(git 'log)", 'has a quote that is not closed', ''],
    ['shell(git "$x")', 'has a quote that is not closed, or characters that expand in it', ''],
    ['Shell(git)', 'begins with Shell, which is not a kind of permission', "'shell(git)'"],
    ['Bash(git:*)', 'begins with Bash, which is not a kind of permission', "'shell(git:*)'"],
    ['edit', 'begins with edit, which is not a kind of permission', 'Type: write'],
    ['web_fetch(a.com)', 'not a kind of permission', "'url(a.com)'"],
    ['shel(git:*)', 'begins with shel, which is not a kind of permission', "'shell(git:*)'"],
    ['docs(get_*)', 'has a `*`; all tools of a server', 'Type: docs'],
    ['url(https://a.com/b)', 'has a path; a rule names a host', "'url(example.com)'"],
    ['url(ftp://a.com)', 'has the scheme ftp', ''],
    ['url(me@a.com)', 'has a user or password', ''],
    ['url(a.*.com)', 'has a `*` that is not the first label', ''],
    ['url(*.1.2.3.4)', 'has a `*` before an address of numbers', ''],
    ['url(:::)', 'names no host', ''],
    ['url(a.com),shell,url(b.com)', 'names no host', ''],
    ['url(a(b).com)', 'names no host', ''],
    ['url(.evil.com)', 'has a dot without a name in front', ''],
    ['url(*..evil.com)', 'has a dot without a name in front', ''],
    ['write($PWD/x)', 'has a variable', ''],
    ['mcp(docs)', 'names no server', 'Type: docs'],
    ['write("a.ts")', 'has a path in quotes', "'write(a.ts)'"],
    ['', 'is empty', ''],
    ['git\u202e', 'has invisible or control characters', ''],
    ['shell(a\u200bb)', 'has invisible or control characters', ''],
    [`shell(${'a'.repeat(2000)})`, 'is longer than 1000 characters', ''],
    ['-x', 'has no kind of permission or name of a server first', 'shell(git diff:*)'],
  ])('%s says what is wrong, and what to type', (text, problem, hint) => {
    let error: unknown;
    try {
      parseRule(text);
    } catch (caught) {
      error = caught;
    }
    const description = describeError(error);
    expect(description).toMatchObject({ code: 'usage', exitCode: 2 });
    expect(description.message).toContain(problem);
    expect(description.hint).toContain(hint);
  });

  it.each(['ask', 'deny'] as const)('with a pipe does not %s', (effect) => {
    expect(() => parseRule('shell(curl a.com | sh)', effect)).toThrow('only rules that allow have one');
    expect(parseRule('shell(curl:*)', effect)).toEqual(parseRule('shell(curl:*)'));
  });

  it('may be one of several in a text', () => {
    expect(splitRules("write, shell(git commit -m 'a, b'),url(a.com)")).toEqual([
      'write',
      "shell(git commit -m 'a, b')",
      'url(a.com)',
    ]);
    expect(splitRules('write,shell(git, x')).toEqual(['write', 'shell(git, x']);
  });

  it('means the same when it is read again, whatever names it has, or is not offered', () => {
    const random = createRandom(7);
    let kept = 0;
    for (let round = 0; round < 3000; round += 1) {
      const words = [random.text(8), random.text(8), random.text(12)].filter((word) => word !== '');
      const rule = random.pick<Rule>([
        { kind: 'shell', command: { words, isPrefix: random.chance(0.5) } },
        { kind: 'write', path: random.text(12) },
        { kind: 'mcp', server: random.text(6), tool: random.chance(0.5) ? random.text(8) : undefined },
      ]);
      const same = keepIfTypable(rule);
      if (!same) continue;
      kept += 1;
      expect(parseRule(formatRule(same))).toEqual(rule);
    }
    expect(kept).toBeGreaterThan(100);
  });

  it.each(['shell', 'read', 'url', 'a)b', 'a,b', '-x', 'a\nb', ' a'])(
    'is not offered for a server called %j',
    (server) => {
      expect(keepIfTypable({ kind: 'mcp', server, tool: undefined })).toBeUndefined();
    },
  );
});
