import { type Turn, toPlainText, toPrompt } from '../conversation/conversation.ts';
import { countLines } from '../describe-count.ts';
import type { MarkdownStream } from '../markdown/markdown-stream.ts';
import type { ThemeRole } from '../terminal/theme.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { stripControls } from '../terminal-text.ts';
import type { Look } from './look.ts';

/** What is said, as it goes to the terminal. Finished lines are written once; the open end of an answer is drawn again and again. */
export type Transcript = {
  /** Adds painted lines as a block of their own. */
  print(lines: readonly string[]): void;
  /** Adds a prompt of the person. */
  printPrompt(prompt: string): void;
  /** Adds lines about its attachments right below. */
  printDetails(lines: readonly { sentence: string; isWarning: boolean }[]): void;
  /** Adds a sentence of the program. */
  notice(sentence: string, role?: ThemeRole): void;
  /** Adds text of an answer, which is rendered once a frame. */
  addText(text: string): void;
  /** Adds to the model's reasoning. It is folded into one line, unless the person wants to see it. */
  addReasoning(text: string): void;
  /** Shows reasoning from now on, including that of the last answer; or folds it again. */
  toggleReasoning(): void;
  /** Ends the answer, which may be cut off. */
  endAnswer(): void;
  /** Renders the text that came since the last frame, and gives the open lines. */
  draw(maxRows: number): string[];
};

type TranscriptOptions = {
  commit: (lines: readonly string[]) => void;
  invalidate: () => void;
  look: () => Look;
  columns: () => number;
  createMarkdown: (columns: number) => MarkdownStream;
  /** Milliseconds. */
  now: () => number;
};

const promptMark = '› ';

export function createTranscript({
  commit,
  invalidate,
  look,
  columns,
  createMarkdown,
  now,
}: TranscriptOptions): Transcript {
  let hasLines = false;
  let markdown: MarkdownStream | undefined;
  let pending = '';
  /** Whether a notice came in the middle of the answer. */
  let isInterrupted = false;
  let thinking: { startedAt: number } | undefined;
  let lastThoughts = '';
  let showsThoughts = false;

  function toThoughtLines(): string[] {
    const { theme } = look();
    return wrapText(stripControls(lastThoughts.trim()), columns()).map((line) => theme.paint('dim', line));
  }

  function endThinking(): void {
    if (!thinking) return;
    const seconds = Math.round((now() - thinking.startedAt) / 1000);
    thinking = undefined;
    // Encrypted reasoning has no text.
    if (lastThoughts.trim() === '') return;
    if (showsThoughts) addBlock(toThoughtLines());
    else addBlock([look().theme.paint('dim', `Thought for ${seconds} s · Ctrl+O shows it`)]);
  }

  function add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    hasLines = true;
    commit(lines);
    invalidate();
  }

  function addBlock(lines: readonly string[]): void {
    add(hasLines ? ['', ...lines] : lines);
    isInterrupted = markdown !== undefined;
  }

  /** Continues the answer below a notice. */
  function addAnswer(lines: readonly string[]): void {
    if (lines.length === 0) return;
    add(isInterrupted && lines[0] !== '' ? ['', ...lines] : lines);
    isInterrupted = false;
  }

  function render(): void {
    if (pending === '') return;
    endThinking();
    if (!markdown) {
      if (hasLines) add(['']);
      markdown = createMarkdown(columns());
    }
    const text = pending;
    pending = '';
    addAnswer(markdown.push(text));
  }

  return {
    print: addBlock,
    printPrompt(prompt) {
      const { theme } = look();
      const { shown, omitted } = shortenPrompt(prompt);
      const lines = wrapText(stripControls(shown), columns() - promptMark.length);
      addBlock([
        ...lines.map((line, index) => theme.paint('user', (index === 0 ? promptMark : '  ') + line)),
        ...(omitted === undefined ? [] : [theme.paint('dim', `  ${omitted}`)]),
      ]);
    },
    printDetails(details) {
      const { theme } = look();
      const indent = ' '.repeat(promptMark.length);
      add(
        details.flatMap(({ sentence, isWarning }) =>
          wrapText(stripControls(sentence), columns() - indent.length).map(
            (line) => indent + theme.paint(isWarning ? 'warning' : 'dim', line),
          ),
        ),
      );
    },
    notice(sentence, role = 'dim') {
      const { theme } = look();
      addBlock(wrapText(stripControls(sentence), columns()).map((line) => theme.paint(role, line)));
    },
    addText(text) {
      pending += text;
      invalidate();
    },
    addReasoning(text) {
      if (!thinking) {
        thinking = { startedAt: now() };
        lastThoughts = '';
      }
      lastThoughts += text;
      invalidate();
    },
    toggleReasoning() {
      showsThoughts = !showsThoughts;
      if (!showsThoughts) addBlock([look().theme.paint('dim', 'Reasoning is hidden from now on.')]);
      else if (!thinking && lastThoughts.trim() !== '') addBlock(toThoughtLines());
      else if (!thinking) addBlock([look().theme.paint('dim', 'Reasoning is shown from now on.')]);
      invalidate();
    },
    endAnswer() {
      endThinking();
      render();
      if (markdown) addAnswer(markdown.end());
      markdown = undefined;
      isInterrupted = false;
    },
    draw(maxRows) {
      render();
      if (thinking && showsThoughts) return toThoughtLines().slice(-maxRows);
      // Without motion, lines that still change are not drawn.
      const tail = look().motion ? (markdown?.tail(maxRows) ?? []) : [];
      return isInterrupted && tail.length > 0 && tail[0] !== '' ? ['', ...tail] : tail;
    },
  };
}

/** How much of a conversation is printed again, in UTF-16 code units and turns: a few screens. */
const maxHistoryLength = 40_000;
export const maxTurns = 40;

/** Prints the end of a branch. `isWhole` is false if the branch has turns before these. */
export function printTurns(
  transcript: Transcript,
  turns: readonly Turn[],
  { isWhole }: { isWhole: boolean },
): void {
  const branch = turns.filter((turn) => toPlainText(turn) !== '');
  const shown = takeEnd(branch);
  if (!isWhole || shown.length < branch.length)
    transcript.notice('The conversation begins earlier; /export writes all of it to a file.');
  for (const turn of shown) {
    if (turn.role === 'user') transcript.printPrompt(toPrompt(turn));
    else {
      transcript.addText(toPlainText(turn));
      transcript.endAnswer();
      if (turn.failure !== undefined) transcript.notice(`This answer was cut off: ${turn.failure}`);
      // A program that was killed wrote no end.
      else if (turn.finish === undefined) transcript.notice('This answer was cut off.');
    }
  }
}

function takeEnd(branch: readonly Turn[]): readonly Turn[] {
  let length = 0;
  let first = branch.length;
  while (first > 0 && branch.length - first < maxTurns) {
    length += toPlainText(branch[first - 1] as Turn).length;
    if (length > maxHistoryLength && first < branch.length) break;
    first -= 1;
  }
  return branch.slice(first);
}

/** How much of a prompt is shown, in UTF-16 code units and lines. The rest was pasted, and nobody reads it again in the scrollback. */
const maxPromptLength = 4_000;
const maxPromptLines = 40;

/** The beginning of a prompt, and how much is left out, in words. `omitted` is undefined if nothing is. */
export function shortenPrompt(prompt: string): { shown: string; omitted: string | undefined } {
  const lines = prompt.slice(0, maxPromptLength).split('\n');
  if (prompt.length <= maxPromptLength && lines.length <= maxPromptLines)
    return { shown: prompt, omitted: undefined };
  const isCutInLine = lines.length <= maxPromptLines;
  // A cut line is left out, unless it is the only one.
  const shown = lines.slice(0, isCutInLine ? Math.max(1, lines.length - 1) : maxPromptLines).join('\n');
  const rest = prompt.slice(shown.length + 1);
  const count = countLines(rest);
  const more =
    lines.length > 1 ? `${count} more line${count === 1 ? '' : 's'}` : `${rest.length} more characters`;
  return { shown: shown.replace(/[\ud800-\udbff]$/, ''), omitted: `… ${more}` };
}
