import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createMarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { createLook } from '../../src/repl/look.ts';
import { createTranscript, type Transcript } from '../../src/repl/transcript.ts';
import { cellWidth } from '../../src/terminal/cell-width.ts';

const plainLook = createLook({
  themeChoice: 'none',
  background: undefined,
  level: 'none',
  links: false,
  motion: true,
  statusFields: [],
});

type Shown = { transcript: Transcript; lines: string[] };

function start({ look = plainLook, size = { columns: 40 } } = {}): Shown {
  const lines: string[] = [];
  let seconds = 0;
  const transcript = createTranscript({
    commit: (more) => lines.push(...more),
    invalidate: () => {},
    look: () => look,
    columns: () => size.columns,
    createMarkdown: (width) => createMarkdownStream({ ...look, columns: width }),
    now: () => {
      seconds += 2;
      return seconds * 1000;
    },
  });
  return { transcript, lines };
}

function answer(transcript: Transcript, text: string): void {
  transcript.addText(text);
  transcript.endAnswer();
}

const long = 'one two three four five six seven eight nine ten eleven twelve';

describe('the gutter', () => {
  it('tells without colour who speaks, and hangs every line under its mark', () => {
    const { transcript, lines } = start();
    transcript.printPrompt(long);
    transcript.addReasoning('Hm.');
    answer(transcript, `# Counting\n\n${long}\n\n- ${long}\n`);
    transcript.notice(long);
    transcript.notice(long, 'warning');
    transcript.notice(long, 'error', {
      steps: [`Type /retry, and ${long}.`, '/status'],
      facts: 'request id 1',
    });
    expect(lines).toEqual([
      '› one two three four five six seven',
      '  eight nine ten eleven twelve',
      '',
      '✻ Thought for 2 s · Ctrl+O shows it',
      '',
      '● # Counting',
      '',
      '  one two three four five six seven',
      '  eight nine ten eleven twelve',
      '',
      '  • one two three four five six seven',
      '    eight nine ten eleven twelve',
      '',
      '· one two three four five six seven',
      '  eight nine ten eleven twelve',
      '',
      '! one two three four five six seven',
      '  eight nine ten eleven twelve',
      '',
      '✗ one two three four five six seven',
      '  eight nine ten eleven twelve',
      '  Type /retry, and one two three four',
      '  five six seven eight nine ten eleven',
      '  twelve.',
      '  /status',
      '  request id 1',
    ]);
  });

  it('marks the rest of an answer below a notice as the same one, and only its first line', () => {
    const { transcript, lines } = start();
    transcript.addText('one\n\ntwo\n\nth');
    transcript.draw(10);
    transcript.notice('Asking again.');
    transcript.addText('ree\n\nfour');
    expect(transcript.draw(10)).toEqual(['', '  four']);
    transcript.endAnswer();
    expect(lines).toEqual(['● one', '', '  two', '', '· Asking again.', '', '⋮ three', '', '  four']);
  });

  it.each([
    [
      'a command',
      ['› /queue', '⎿ Nothing waits.'],
      (transcript: Transcript) => {
        transcript.beginCommand('/queue');
        transcript.notice('Nothing waits.');
        transcript.endCommand();
      },
    ],
    [
      'thinking',
      ['✻ Thought for 2 s · Ctrl+O shows it'],
      (transcript: Transcript) => {
        transcript.addReasoning('Hm.');
      },
    ],
    [
      'two notices',
      ['! One.', '', '! Two.'],
      (transcript: Transcript) => {
        transcript.notice('One.', 'warning');
        transcript.notice('Two.', 'warning');
      },
    ],
  ] as const)(
    'goes on with the same answer below %s, and begins the next one with its own mark',
    (_, shown, interrupt) => {
      const { transcript, lines } = start();
      transcript.addText('one\n\n');
      transcript.draw(10);
      interrupt(transcript);
      transcript.addText('two');
      expect(transcript.draw(10)).toEqual(['', '⋮ two']);
      transcript.endAnswer();
      answer(transcript, 'another');
      expect(lines).toEqual(['● one', '', ...shown, '', '⋮ two', '', '● another']);
    },
  );

  it('begins an answer with its mark if a notice came before its first line', () => {
    const { transcript, lines } = start();
    transcript.addText('on');
    transcript.draw(10);
    transcript.notice('Asking again.');
    answer(transcript, 'e');
    expect(lines).toEqual(['· Asking again.', '', '● one']);
  });

  it('shows on demand the thinking of the last answer, without its marks, and never that of one before', () => {
    const { transcript, lines } = start({
      look: createLook({ ...plainLook, themeChoice: 'dark', level: '16' }),
    });
    const plain = (): string[] => lines.map((line) => stripVTControlCharacters(line));
    transcript.addReasoning('**Weighing** `it`\n\n- one\n- two');
    answer(transcript, 'first');
    transcript.toggleReasoning();
    expect(plain().slice(4)).toEqual(['✻ Thought for 2 s', '  Weighing it', '', '  • one', '  • two']);
    transcript.toggleReasoning();
    answer(transcript, 'second');
    expect(transcript.toggleReasoning()).toBe(false);
    expect(plain().at(-1)).toBe('● second');
  });

  it('follows the width of the window from the next paragraph on', () => {
    const size = { columns: 40 };
    const { transcript, lines } = start({ size });
    transcript.addText(`${long}\n\n`);
    transcript.draw(10);
    size.columns = 20;
    answer(transcript, `- ${long}\n\n${long}`);
    expect(lines.slice(0, 4)).toEqual([
      '● one two three four five six seven',
      '  eight nine ten eleven twelve',
      '',
      '  • one two three',
    ]);
    expect(lines.filter((line) => cellWidth(line) > 20)).toHaveLength(2);
  });

  it('marks the open end of an answer of which no line is finished', () => {
    const { transcript, lines } = start();
    transcript.addText('still one par');
    expect(transcript.draw(10)).toEqual(['● still one par']);
    expect(lines).toEqual([]);
    transcript.addText('agraph');
    expect(transcript.draw(10)).toEqual(['● still one paragraph']);
  });

  it('hangs what a command prints under its echo, with one mark and no gap', () => {
    const { transcript, lines } = start();
    transcript.beginCommand('/model haiku');
    transcript.notice('From now on claude-haiku-4.5 answers, with no effort.');
    transcript.print(['a', '', 'b']);
    transcript.notice('Its price is not known.', 'warning');
    transcript.endCommand();
    transcript.notice('Stopped.');
    expect(lines).toEqual([
      '› /model haiku',
      '⎿ From now on claude-haiku-4.5 answers,',
      '  with no effort.',
      '  a',
      '',
      '  b',
      '! Its price is not known.',
      '',
      '· Stopped.',
    ]);
  });

  it('hangs the attachments of a prompt under it', () => {
    const { transcript, lines } = start();
    transcript.printPrompt('Read @a and @b');
    transcript.printDetails([
      { sentence: 'a, 12 lines', isWarning: false },
      { sentence: 'c: 2 files, ~40 tokens', isWarning: false },
      { sentence: 'b: no such file', isWarning: true },
    ]);
    expect(lines).toEqual([
      '› Read @a and @b',
      '⎿ a, 12 lines',
      '  c: 2 files, ~40 tokens',
      '! b: no such file',
    ]);
  });

  it('labels the thinking that it shows', () => {
    const { transcript, lines } = start();
    transcript.addReasoning('First this,\nthen that.');
    transcript.toggleReasoning();
    expect(transcript.draw(10)).toEqual(['✻ Thinking', '  First this,', '  then that.']);
    answer(transcript, 'Done.');
    transcript.toggleReasoning();
    transcript.toggleReasoning();
    expect(lines).toEqual([
      '✻ Thought for 2 s',
      '  First this,',
      '  then that.',
      '',
      '● Done.',
      '',
      '· Thinking is hidden from now on.',
      '',
      '✻ Thought for 2 s',
      '  First this,',
      '  then that.',
    ]);
  });

  it('breaks printed lines that are too wide, so that none leaves the gutter', () => {
    const { transcript, lines } = start({ size: { columns: 20 } });
    transcript.print(['heading', `${'x'.repeat(15)} ${'y'.repeat(10)}`]);
    expect(lines).toEqual(['· heading', `  ${'x'.repeat(15)}`, `  ${'y'.repeat(10)}`]);
  });

  it.each([12, 40, 80, 120])(
    'leaves no line wider than %i columns, and none with a stray blank',
    (columns) => {
      const { transcript, lines } = start({ size: { columns } });
      for (const text of [
        long,
        `${'x'.repeat(columns)} ${'y'.repeat(columns * 2)}`,
        '中文没有空格'.repeat(20),
      ]) {
        transcript.printPrompt(text);
        transcript.notice(text, 'error', { steps: [text] });
        answer(transcript, text);
      }
      for (const line of lines) {
        expect(cellWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).toMatch(/^$|^(?:[^\s] | {2})\S/u);
        expect(line).toBe(line.trimEnd());
      }
    },
  );

  it('puts the colour of a prompt on its mark alone', () => {
    const look = createLook({ ...plainLook, level: '16', themeChoice: 'dark' });
    const { transcript, lines } = start({ look });
    transcript.printPrompt('hello');
    answer(transcript, 'hi');
    expect(lines).toEqual([
      '\u001b[1m\u001b[36m›\u001b[39m\u001b[22m \u001b[2mhello\u001b[22m',
      '',
      '\u001b[35m●\u001b[39m hi',
    ]);
  });
});
