import { countLines, describeCount } from '../../describe-count.ts';
import { joinTexts, type PromptText, sliceText, toData, toTyped } from '../../prompt-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import { findPasted } from './line-terminal.ts';
import { maxShownLength } from './plain-transcript.ts';

export type HeldLines = {
  readonly text: PromptText;
  /** Whether the last lines were pasted. */
  readonly isPaste: boolean;
  put(text: PromptText): void;
  /** The next line goes on behind this one. Behind a backslash it begins a new line. */
  begin(said: PromptText): void;
  /** The line ends of a paste send nothing. */
  paste(pasted: PromptText): void;
  /** Gives all that is held, with what was said behind it. */
  take(said: PromptText): PromptText;
  drop(): void;
  /** What the next line goes on behind. Empty if nothing is held. */
  describe(): string[];
  /** What the next Enter sends, if it was pasted. */
  describePaste(): string;
};

/** What the person has entered and not sent: lines that end with a backslash, pasted lines, and a line that was begun before another program came. */
export function createHeldLines(): HeldLines {
  let text = toTyped('');
  let isPaste = false;

  function drop(): void {
    text = toTyped('');
    isPaste = false;
  }

  return {
    get text() {
      return text;
    },
    get isPaste() {
      return isPaste;
    },
    put(next) {
      text = next;
    },
    begin(said) {
      const isContinued = said.text.endsWith('\\');
      const pieces = isContinued ? [sliceText(said, 0, said.text.length - 1), toData('\n')] : [said];
      text = joinTexts([text, ...pieces]);
      isPaste = false;
    },
    paste(pasted) {
      text = joinTexts([text, findPasted(pasted), toData('\n')]);
      isPaste = true;
    },
    take(said) {
      const whole = joinTexts([text, said]);
      drop();
      return whole;
    },
    drop,
    describe: () =>
      text.text === ''
        ? []
        : [`Your next line goes on behind: ${toOneLine(text.text.slice(0, maxShownLength))}`],
    describePaste() {
      const count = countLines(text.text.trimEnd());
      return `Pasted: ${describeCount(count, 'line')}. Enter sends it, Ctrl+C drops it.`;
    },
  };
}
