import { expect, it } from 'vitest';
import { parseServer } from '../../../src/mcp/mcp-server.ts';
import { chooseServers } from '../../../src/repl/calls/ask-for-server.ts';

/** The lines that a person sees before a server of the folder is started. */
async function showServer(entry: Record<string, unknown>): Promise<string[]> {
  const lines: string[] = [];
  const app = {
    context: { signal: new AbortController().signal },
    dialogs: {
      approve: (asked: { body: readonly { text: string }[] }) => {
        lines.push(...asked.body.map(({ text }) => text));
        return Promise.resolve(undefined);
      },
    },
  };
  const server = parseServer('memory', entry, { kind: 'folder', path: '/w/.mcp.json' });
  await chooseServers(
    app as never,
    [server],
    () => Promise.resolve(),
    () => {},
  );
  return lines;
}

it.each<[string, Record<string, unknown>, string[]]>([
  [
    'variables and the folder of a program',
    {
      command: 'node',
      args: ['-p', '1'],
      env: { NODE_OPTIONS: '--import ./evil.mjs', LEVEL: 3 },
      cwd: './evil',
    },
    ['node -p 1', 'in the folder ./evil', 'with NODE_OPTIONS: --import ./evil.mjs', 'with LEVEL: 3'],
  ],
  [
    'headers, with the variables that they take',
    { url: 'https://a.example/mcp', headers: { X: '$'.concat('{AWS_SECRET_ACCESS_KEY}') } },
    ['https://a.example/mcp', 'with X: $'.concat('{AWS_SECRET_ACCESS_KEY}')],
  ],
  [
    'a value of several lines on one',
    { command: 'x', env: { A: 'b\nwith C: d' } },
    ['x', 'with A: b⟪U+000A⟫with C: d'],
  ],
  [
    'what hides in the folder and in values',
    { command: 'x', cwd: 'safe\u200b', env: { A: '--require ./safe\u200b/a.js', 'B\u2060': '\tc ' } },
    [
      'x',
      'in the folder safe⟪U+200B⟫',
      'with A: --require ./safe⟪U+200B⟫/a.js',
      'with B⟪U+2060⟫: ⟪U+0009⟫c⟪U+0020⟫',
    ],
  ],
  [
    'what hides in the command and its arguments, on one line',
    { command: 'no\u00adde', args: ['a\nin the folder safe', 'b\u202e', 'c\td', 'e  f'] },
    ["'no⟪U+00AD⟫de' 'a⟪U+000A⟫in the folder safe' 'b⟪U+202E⟫' 'c⟪U+0009⟫d' 'e  f'"],
  ],
  [
    'what hides in a URL and in headers',
    { url: 'https://a.example\u3164/mcp\nwith X: y', headers: { 'X\u200b': 'a\r\u200bb\u00a0' } },
    ['https://a.example⟪U+3164⟫/mcp⟪U+000A⟫with X: y', 'with X⟪U+200B⟫: a⟪U+000D⟫⟪U+200B⟫b⟪U+00A0⟫'],
  ],
  [
    'what looks like the name of a hidden character in another way than that',
    {
      command: 'sh',
      args: ['-c', 'echo ok # ⟪U+000A⟫ touch x'],
      env: { A: '⟪U+0020⟫c', 'B⟪U+200B⟫': '⇥' },
      cwd: '␣',
    },
    [
      "sh -c 'echo ok # ⟪U+27EA⟫U+000A⟫ touch x'",
      'in the folder ⟪U+2423⟫',
      'with A: ⟪U+27EA⟫U+0020⟫c',
      'with B⟪U+27EA⟫U+200B⟫: ⟪U+21E5⟫',
    ],
  ],
  [
    'where a name ends',
    { command: 'x', env: { 'A: B': 'c', A: 'B: c', "'A: B'": 'd', 'E:': ' f' } },
    ['x', "with 'A: B': c", 'with A: B: c', "with ''\\''A: B'\\''': d", 'with E:: ⟪U+0020⟫f'],
  ],
  ['nothing else if there is nothing else', { command: 'x', args: ['y z'] }, ["x 'y z'"]],
])('the question about a server of the folder shows %s', async (_, entry, expected) => {
  expect(await showServer(entry)).toEqual(expected);
});
