import { describe, expect, it } from 'vitest';
import { createAnswerBlocks, createPlainTranscript } from '../../../src/repl/plain/plain-transcript.ts';

const answer =
  'One paragraph\nof two lines.\n\n- a list\n- of two\n\n  ```ts\n  const a = 1;\n\n  const b = 2;\n  ```\nThe end.';

describe('the blocks of an answer', () => {
  it('come when they are complete, code in one piece', () => {
    const blocks = createAnswerBlocks();
    expect(blocks.push('One paragraph\nof two')).toEqual([]);
    expect(blocks.push(' lines.\n\n- a')).toEqual(['One paragraph', 'of two lines.', '']);
    expect(blocks.push(' list\n\n```ts\nconst a = 1;\n\n')).toEqual(['- a list', '']);
    expect(blocks.push('const b = 2;\n```')).toEqual([]);
    expect(blocks.push('\n')).toEqual(['```ts', 'const a = 1;', '', 'const b = 2;', '```']);
    expect(blocks.push('The end.')).toEqual([]);
    expect(blocks.end()).toEqual(['The end.']);
  });

  it('are the answer, however it was cut', () => {
    for (let length = 1; length < answer.length; length += 1) {
      const blocks = createAnswerBlocks();
      const lines: string[] = [];
      for (let at = 0; at < answer.length; at += length)
        lines.push(...blocks.push(answer.slice(at, at + length)));
      expect([...lines, ...blocks.end()].join('\n')).toBe(answer);
    }
  });

  it('end with the rest of a code block that was cut off, and can be used again', () => {
    const blocks = createAnswerBlocks();
    blocks.push('```\ncut');
    expect(blocks.end()).toEqual(['```', 'cut']);
    expect(blocks.push('next\n\n')).toEqual(['next', '']);
  });

  it('cannot drive the terminal', () => {
    const blocks = createAnswerBlocks();
    expect(blocks.push('a\u001b]0;title\u0007b\r\u009b2J\n\n')).toEqual(['a]0;titleb2J', '']);
  });
});

describe('what is said in plain lines', () => {
  it('wraps between words if it is ours, and stays as it is if it is the model’s', () => {
    const lines: string[] = [];
    const transcript = createPlainTranscript((more) => lines.push(...more), 20);
    const words = 'the other answer stays as it is';
    transcript.notice(words, 'warning', { steps: [words], facts: words });
    transcript.printDetails([{ sentence: words, isWarning: false }]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(20);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(
      `Warning: ${[words, words, words, words].join(' ')}`,
    );
    lines.splice(0);
    transcript.addText(words);
    transcript.endAnswer();
    expect(lines).toEqual(['Answer:', words]);
  });
});
