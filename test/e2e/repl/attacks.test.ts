import { describe, expect, it } from 'vitest';
import { createXterm } from '../../emulator/xterm.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

const attacks = [
  '\u001b]52;c;c3RvbGVu\u0007',
  '\u009d52;c;c3RvbGVu\u009c',
  '\u001b]0;another title\u0007',
  '\u001b]2;another title\u001b\\',
  '\u001b[2J\u001b[3J\u001b[H',
  '\u009b2J\u009b1;1H',
  '\u001b[10A\u001b[2Kwritten over',
  '\u001b[?1049h\u001b[?1000h\u001b[?25l',
  '\u001bc\u001b7\u001b8\u001bM',
  '\u001bP+q544e\u001b\\',
  '\u001b_Gi=1;AAAA\u001b\\',
  '\u001b[6n\u001b[c\u001b]11;?\u0007',
  'bell \u0007 backspace \b\b\b return \rwritten over',
  '\u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007',
  '\u001b[31;5mred and blinking',
  'half of one \u001b',
  '[2J the other half \u001b]',
  '0;another title\u0007',
];
const code = '```js\nif (admin\u202e\u2066 /* user */ \u2069) {}\n```';
const hostile = [
  ...attacks,
  ...attacks.map((attack) => `- \`${attack}\``),
  code,
  `[a](https://x.example/\u0007\u001b]0;t\u0007)`,
].join('\n\n');

/** What the chat itself may send to a terminal. */
const own =
  /\u001b\[[\d;]*m|\u001b\[\?(?:2026|25|2004)[hl]|\u001b\[\d*[ABC]|\u001b\[[KJ]|\u001b\]8;[^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[>4(?:;1)?m|\u001b\[>1u|\u001b\[<u|\u001b\[\?u|\u001b\[\?2004\$p|\u001b\]11;\?\u0007|\u001b\[c|\r|\n/g;

describe('a model', () => {
  sampled.it.each([[1], [7], [10_000]])(
    'cannot reach the terminal with text that comes in pieces of %i',
    async (deltaLength) => {
      const { chat, say } = await startRepl({
        columns: 100,
        simulator: {
          answer: { text: `${hostile}\n\nThat was all.`, deltaLength, reasoning: attacks.join(' ') },
        },
      });
      const questions = chat.output();
      say('attack me');
      await chat.waitForScreen(/ {2}That was all\.\n\n─ kimi-k2\.7-code .*\n› Ask a follow-up/);
      chat.press('ctrl+o');
      await chat.waitForScreen(/half of one/);
      expect(chat.output().replace(own, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      // The terminal was asked at the start, and never again.
      for (const question of ['\u001b]11;?', '\u001b[c'])
        expect(chat.output().split(question)).toHaveLength(questions.split(question).length);
      expect(chat.modes()).toMatchObject({ alternateScreen: false, mouse: 'none', cursorVisible: true });
      const rows = chat.text();
      expect(rows[0]).toMatch(/^· copilot-cli /);
      expect(rows.filter((row) => row === '› attack me')).toHaveLength(1);
      // What is dangerous in code can be seen.
      expect(rows.join('\n')).toMatch(/if \(admin\S*202[eE]\S*/);
      expect(await listEvents(chat.output())).toEqual([]);
    },
  );

  it('or a service that refuses cannot reach it with an error', async () => {
    const { cli, chat, say } = await startRepl();
    cli.simulator.faults.add({
      path: '/chat/completions',
      status: 400,
      body: { error: { message: `before ${attacks.join(' ')} after`, code: '\u001b[2J' } },
    });
    say('hello');
    await chat.waitForScreen('before');
    expect(chat.output().replace(own, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(await listEvents(chat.output())).toEqual([]);
  });

  it('cannot do it through what is pasted, kept and shown again', { tags: 'deep' }, async () => {
    const { cli, chat, waitForAnswer } = await startRepl({ simulator: { answer: { text: hostile } } });
    chat.paste(attacks.join(' ').replaceAll('\u001b', ''));
    chat.press('enter');
    await waitForAnswer(/\[a\]|x\.example/);
    const again = await startRepl({ cli, argv: ['-m', 'kimi-k2.7-code', '--continue'] });
    expect(again.chat.output().replace(own, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(await listEvents(again.chat.output())).toEqual([]);
  });
});

/** What a terminal would do besides showing text. */
async function listEvents(output: string): Promise<string[]> {
  const events: string[] = [];
  const terminal = createXterm({ cols: 100, rows: 24 });
  terminal.onTitleChange((title) => events.push(`title ${title}`));
  terminal.onBell(() => events.push('bell'));
  terminal.parser.registerOscHandler(52, (data) => {
    events.push(`clipboard ${data}`);
    return true;
  });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  terminal.dispose();
  return events;
}
