import { stripControls } from '../../terminal-text.ts';
import type { Transcript } from '../transcript.ts';
import { type AnswerBlocks, createAnswerBlocks } from './answer-blocks.ts';

export type PlainTranscript = Transcript & {
  /** What the person has just typed stands on the terminal already. */
  noteTyped(prompt: string): void;
};

/** What has been said, as lines that say themselves what they are. */
export function createPlainTranscript(print: (lines: readonly string[]) => void): PlainTranscript {
  let answer: AnswerBlocks | undefined;
  let typed: string | undefined;

  return {
    noteTyped(prompt) {
      typed = prompt;
    },
    print,
    printPrompt(prompt) {
      if (prompt !== typed) print(`You: ${stripControls(prompt)}`.split('\n'));
      typed = undefined;
    },
    printDetails(details) {
      print(
        details.map(({ sentence, isWarning }) => (isWarning ? 'Warning: ' : '') + stripControls(sentence)),
      );
    },
    notice(sentence, role) {
      const label = role === 'error' ? 'Error: ' : role === 'warning' ? 'Warning: ' : '';
      print([label + stripControls(sentence)]);
    },
    addText(text) {
      if (!answer) print(['Answer:']);
      answer ??= createAnswerBlocks();
      print(answer.push(text));
    },
    addReasoning() {},
    toggleReasoning() {},
    endAnswer() {
      if (answer) print(answer.end());
      answer = undefined;
    },
    draw: () => [],
  };
}
