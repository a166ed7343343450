import { describe, expect, it } from 'vitest';
import { createReplCli, listSaid, placeholder, sizes, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

const answer = `# Title

A paragraph with **bold** words and a [link](https://example.com/page), long enough for two rows.

- one
- two
  - nested

| Name | Count |
| :--- | ----: |
| 漢字 |    12 |
| b    |     3 |

\`\`\`ts
const total = 1;
\`\`\`

分布式系统必须在一致性和可用性之间做出选择。日本語の文章は空白なしで続きます。
`;

const transcripts: Record<number, string[]> = {
  120: [
    '  A paragraph with bold words and a link (https://example.com/page), long enough for two rows.',
    '  分布式系统必须在一致性和可用性之间做出选择。日本語の文章は空白なしで続きます。',
  ],
  80: [
    '  A paragraph with bold words and a link (https://example.com/page), long enough',
    '  for two rows.',
    '  分布式系统必须在一致性和可用性之间做出选择。日本語の文章は空白なしで続きます。',
  ],
  40: [
    '  A paragraph with bold words and a link',
    '  (https://example.com/page), long',
    '  enough for two rows.',
    '  分布式系统必须在一致性和可用性之间做出',
    '  选择。日本語の文章は空白なしで続きま',
    '  す。',
  ],
};

describe('an answer', () => {
  sampled.it.each(sizes)(
    'is laid out for $columns columns and $rows rows, and stays in the scrollback',
    async (size) => {
      const owner = await createReplCli({ answer: { text: answer, deltaLength: 5, tokensPerSecond: 300 } });
      await owner.run(['config', 'set', 'status-line', 'model,tokens']);
      const { cli, chat, say, waitForAnswer } = await startRepl({
        ...size,
        cli: owner,
        argv: ['--use', 'none'],
      });
      say('show me');
      await waitForAnswer('す。');
      await chat.waitForScreen(/す。\n\n─ .* out .*\n› Ask a follow-up/);
      const paragraphs = transcripts[size.columns] ?? [];
      const chinese = paragraphs.findIndex((row) => row.startsWith('  分'));
      const rows = chat.text();
      expect(rows.slice(rows.indexOf('› show me'), -1).filter((row) => row !== '')).toEqual([
        '› show me',
        '● Title',
        ...paragraphs.slice(0, chinese),
        '  • one',
        '  • two',
        '    ◦ nested',
        '  Name │ Count',
        '  ─────┼──────',
        '  漢字 │    12',
        '  b    │     3',
        expect.stringMatching(/^ {2}── ts ─+$/),
        '  const total = 1;',
        expect.stringMatching(/^ {2}─+$/),
        ...paragraphs.slice(chinese),
        expect.stringMatching(/^─ kimi-k2\.7-code · \d+ in · \d+ out ─/),
        ...(placeholder.test(rows.at(-1) ?? '') ? [] : [expect.stringMatching(placeholder)]),
      ]);
      expect(listSaid(cli)).toEqual(['show me', answer]);
    },
  );

  it('has its styles on the screen', async () => {
    const { chat, say, waitForAnswer } = await startRepl({
      simulator: { answer: { text: answer } },
      env: { COLORTERM: 'truecolor' },
    });
    say('show me');
    await waitForAnswer('す。');
    const cellOf = (text: string) => {
      const row = chat.screen().findIndex((line) => line.includes(text));
      return chat.cell(row, chat.screen()[row]?.indexOf(text) ?? 0);
    };
    expect(cellOf('bold words')).toMatchObject({ text: 'b', bold: true });
    expect(cellOf('words and')).toMatchObject({ bold: false });
    expect(cellOf('const total').foreground).not.toEqual(cellOf('total = 1').foreground);
  });

  it('follows what was said before, and each thing said is one request of the person', {
    tags: 'deep',
  }, async () => {
    const { cli, say, waitForAnswer } = await startRepl();
    say('the first');
    await waitForAnswer('You said: the first');
    say('the second');
    await waitForAnswer('You said: the second');
    expect(listSaid(cli)).toEqual(['the first', 'You said: the first', 'the second', 'You said: the second']);
    const requests = cli.simulator.requestsTo('/chat/completions');
    expect(requests.map(({ headers }) => headers['x-initiator'])).toEqual(['user', 'user']);
    expect(JSON.stringify(requests[1]?.body)).toContain('You said: the first');
  });
});
