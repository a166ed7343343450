import { stripVTControlCharacters } from 'node:util';
import { countLines } from '../describe-count.ts';
import type { MarkdownStream } from '../markdown/markdown-stream.ts';
import { cutToWidth } from '../terminal/cell-width.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { showControls, stripControls } from '../terminal-text.ts';
import { createAnswerSource } from './answer-source.ts';
import { type Columns, createColumns, toColumnWidth } from './columns.ts';
import { hang, indent, type Speaker, separator, toMark, toTextWidth, toWords } from './gutter.ts';
import type { Look } from './look.ts';

/** What is said, as it goes to the terminal. Finished lines are written once; the open end of an answer is drawn again and again. */
export type Transcript = {
  /** Adds painted lines of at most `textColumns` cells, as a block of their own under a mark. */
  print(lines: readonly string[]): void;
  /** Adds a prompt of the person, as `echo` if that is given. A view that shows all text as it is ignores `echo`. */
  printPrompt(prompt: string, echo?: string): void;
  /** Echoes a command. What is printed until `endCommand` hangs under it. */
  beginCommand(words: string): void;
  endCommand(): void;
  /** Adds lines about the attachments of a prompt right below it. */
  printDetails(lines: readonly { sentence: string; isWarning: boolean }[]): void;
  /** Adds a sentence of the program. Each next step stands on a line of its own below, and quiet facts come last. */
  notice(
    sentence: string,
    kind?: NoticeKind,
    more?: { steps: readonly string[]; facts?: string | undefined },
  ): void;
  /** How many cells a printed line may take. */
  readonly textColumns: number;
  /** Adds text of an answer, which is rendered once a frame. */
  addText(text: string): void;
  /** Adds to the model's reasoning. It is folded into one line, unless the person wants to see it. */
  addReasoning(text: string): void;
  /** Shows reasoning from now on, including that of the last answer; or folds it again. False, and nothing happens, if the last answer has none. */
  toggleReasoning(): boolean;
  /** What follows belongs to another conversation: the reasoning of the last answer is not shown any more. */
  forgetReasoning(): void;
  /** Ends the answer, which may be cut off. */
  endAnswer(): void;
  /** Adds a call and what hangs under it, marked and painted. It ends the answer before it, and stands together with other calls. */
  addCalls(layOut: () => readonly string[]): void;
  /** What goes on below the last line, marked and painted: it is drawn again and again. It ends the answer before it. */
  setLive(draw: ((maxRows: number) => readonly string[]) | undefined): void;
  /** Begins answers that stand beside one another until all have ended. Undefined if there is no room for them. */
  beginColumns(titles: readonly string[]): Columns | undefined;
  /** Renders the text that came since the last frame, and gives the open lines. */
  draw(maxRows: number): string[];
};

/** A plain notice is `dim`. */
export type NoticeKind = 'dim' | 'warning' | 'error';

type TranscriptOptions = {
  /** `layOut` gives the same lines for the width of a later time. */
  commit: (lines: readonly string[], layOut?: () => readonly string[]) => void;
  invalidate: () => void;
  look: () => Look;
  columns: () => number;
  createMarkdown: (columns: number) => MarkdownStream;
  /** Milliseconds. */
  now: () => number;
};

/** Between two answers that stand beside one another, in cells. */
const columnGap = 3;

export function createTranscript({
  commit,
  invalidate,
  look,
  columns,
  createMarkdown,
  now,
}: TranscriptOptions): Transcript {
  let hasLines = false;
  /** Whether a blank line stands last: an answer that has no words yet, or the end of a paragraph of it. */
  let endsBlank = false;
  let markdown: MarkdownStream | undefined;
  let pending = '';
  /** Whether the next line of the answer begins a part of it that has no mark yet. */
  let needsMark = true;
  /** Whether an earlier part of the answer has its mark. */
  let isContinued = false;
  let source = createAnswerSource();
  /** Whether a notice came in the middle of the answer. */
  let isInterrupted = false;
  /** Set while a command runs: whether something hangs under its echo already. */
  let echoed: { hasResult: boolean } | undefined;
  let beside: ReturnType<typeof createColumns> | undefined;
  let thinking: { startedAt: number } | undefined;
  let lastThoughts = '';
  let lastSeconds = 0;
  /** Whether the last thoughts belong to an answer that has ended. */
  let isOfEnded = false;
  let showsThoughts = false;
  /** Whether a call is the last thing that was added. */
  let isBehindCall = false;
  let drawLiveCalls: ((maxRows: number) => readonly string[]) | undefined;

  function wrapWords(speaker: Speaker, words: string): string[] {
    return toWords(speaker, stripControls(words), { look: look(), columns: columns() });
  }

  /** The words of the model are Markdown, and quiet as a whole. */
  function toThoughtLines(label: string, thoughts: string): string[] {
    const markdown = createMarkdown(toTextWidth(columns()));
    const lines = [...markdown.push(thoughts.trim()), ...markdown.end()].map(stripVTControlCharacters);
    return hang(
      'thinking',
      [label, ...lines].map((line) => look().theme.paint('dim', line)),
      look(),
    );
  }

  const describeThinking = (): string => `Thought for ${lastSeconds < 1 ? 'less than 1' : lastSeconds} s`;

  function endThinking(): void {
    if (!thinking) return;
    lastSeconds = Math.round((now() - thinking.startedAt) / 1000);
    thinking = undefined;
    // Encrypted reasoning has no text.
    if (lastThoughts.trim() === '') return;
    const label = describeThinking();
    const thoughts = lastThoughts;
    if (showsThoughts) addBlock(() => toThoughtLines(label, thoughts));
    else
      addBlock(() => hang('thinking', wrapWords('thinking', `${label}${separator}Ctrl+O shows it`), look()));
  }

  function add(layOut: () => readonly string[]): void {
    const lines = layOut();
    if (lines.length === 0) return;
    hasLines = true;
    endsBlank = lines.at(-1) === '';
    isBehindCall = false;
    commit(lines, layOut);
    invalidate();
  }

  function addBlock(layOut: () => readonly string[]): void {
    const isApart = hasLines && !endsBlank;
    add(() => (isApart ? ['', ...layOut()] : layOut()));
    isInterrupted = markdown !== undefined || beside !== undefined;
    needsMark = true;
  }

  /** Adds lines of the program. While a command runs they hang under its echo, without a gap. */
  function addOwn(speaker: 'notice' | 'warning' | 'error', layOut: () => readonly string[]): void {
    if (!echoed) {
      addBlock(() => hang(speaker, layOut(), look()));
      return;
    }
    const isPlain = speaker === 'notice';
    if (isPlain && echoed.hasResult) add(() => layOut().map(indent));
    else add(() => hang(isPlain ? 'result' : speaker, layOut(), look()));
    echoed.hasResult = true;
    isInterrupted = markdown !== undefined;
    needsMark = true;
  }

  /** Puts a mark before the first words of an answer, or of a part of it. A blank line above them stays one. */
  function markAnswer(
    lines: readonly string[],
    speaker: 'answer' | 'continued' | undefined = findMark(),
  ): string[] {
    const first = speaker === undefined ? -1 : lines.findIndex((line) => line !== '');
    return lines.map((line, index) =>
      speaker !== undefined && index === first ? toMark(speaker, look()) + line : indent(line),
    );
  }

  function findMark(): 'answer' | 'continued' | undefined {
    if (!needsMark) return undefined;
    return isContinued ? 'continued' : 'answer';
  }

  /** Continues the answer below a notice. */
  function addAnswer(lines: readonly string[], again: () => readonly string[] = () => lines): void {
    if (lines.length === 0) return;
    const speaker = findMark() ?? 'none';
    const isApart = isInterrupted;
    let isFirst = true;
    add(() => {
      const shown = isFirst ? lines : again();
      isFirst = false;
      const marked = speaker === 'none' ? shown.map(indent) : markAnswer(shown, speaker);
      return isApart && shown[0] !== '' ? ['', ...marked] : marked;
    });
    isInterrupted = false;
    needsMark &&= lines.every((line) => line === '');
    isContinued ||= !needsMark;
  }

  /** Adds the rows that are final in all columns. */
  function renderColumns(): void {
    if (!beside) return;
    const rows = beside.take();
    addAnswer(rows.map((row) => row.trimEnd()));
    if (beside.hasEnded) beside = undefined;
  }

  function render(): void {
    renderColumns();
    markdown?.resize(toTextWidth(columns()));
    if (pending === '') return;
    endThinking();
    if (!markdown) {
      // What a command says behind an answer does not hang under the command any more.
      echoed = undefined;
      if (hasLines && !endsBlank) add(() => ['']);
      markdown = createMarkdown(toTextWidth(columns()));
      source = createAnswerSource();
      if (isOfEnded) lastThoughts = '';
      needsMark = true;
      isContinued = false;
    }
    const text = pending;
    pending = '';
    const { push } = markdown;
    for (const piece of source.cut(text)) addPiece(piece, push(piece));
  }

  /** Adds the lines that were finished by the last piece of the answer. */
  function addPiece(piece: string, lines: readonly string[], isLast = false): void {
    const from = source;
    const place = from.add(piece, lines.length > 0, isLast);
    addAnswer(
      lines,
      place === undefined
        ? undefined
        : () => from.layOut(toTextWidth(columns()), createMarkdown)[place] ?? lines,
    );
  }

  function endAnswer(): void {
    endThinking();
    render();
    if (markdown) addPiece('', markdown.end(), true);
    markdown = undefined;
    isOfEnded = true;
    isInterrupted = false;
  }

  return {
    get textColumns() {
      return toTextWidth(columns());
    },
    print: (lines) => addOwn('notice', () => lines.flatMap((line) => wrapText(line, toTextWidth(columns())))),
    printPrompt(prompt, echo = prompt) {
      const { shown, omitted } = shortenPrompt(showControls(echo));
      echoed = undefined;
      addBlock(() => [
        ...hang('prompt', wrapWords('prompt', shown), look()),
        ...(omitted === undefined ? [] : wrapWords('result', omitted).map(indent)),
      ]);
    },
    printDetails(details) {
      for (const [index, { sentence, isWarning }] of details.entries()) {
        const speaker = isWarning ? 'warning' : 'result';
        add(() => {
          const lines = wrapWords(speaker, sentence);
          return isWarning || index === 0 ? hang(speaker, lines, look()) : lines.map(indent);
        });
      }
    },
    beginCommand(words) {
      addBlock(() => hang('prompt', wrapWords('prompt', words), look()));
      echoed = { hasResult: false };
    },
    endCommand() {
      echoed = undefined;
    },
    notice(sentence, kind = 'dim', { steps, facts } = { steps: [] }) {
      const speaker = kind === 'dim' ? 'notice' : kind;
      addOwn(speaker, () => [
        ...wrapWords(speaker, sentence),
        ...steps.flatMap((step) => wrapWords('nextStep', step)),
        ...(facts === undefined ? [] : wrapWords('result', facts)),
      ]);
    },
    addText(text) {
      pending += text;
      invalidate();
    },
    addReasoning(text) {
      if (!thinking) {
        thinking = { startedAt: now() };
        isOfEnded = false;
        lastThoughts = '';
      }
      lastThoughts += text;
      invalidate();
    },
    toggleReasoning() {
      if (!showsThoughts && !thinking && lastThoughts.trim() === '') return false;
      showsThoughts = !showsThoughts;
      const thoughts = lastThoughts;
      const label = describeThinking();
      if (!showsThoughts) addOwn('notice', () => wrapWords('notice', 'Thinking is hidden from now on.'));
      else if (!thinking) addBlock(() => toThoughtLines(label, thoughts));
      invalidate();
      return true;
    },
    forgetReasoning() {
      if (!thinking) lastThoughts = '';
    },
    endAnswer,
    addCalls(layOut) {
      endAnswer();
      if (isBehindCall) add(layOut);
      else addBlock(layOut);
      isBehindCall = true;
    },
    setLive(draw) {
      if (draw) endAnswer();
      drawLiveCalls = draw;
      invalidate();
    },
    beginColumns(titles) {
      const rule = ` ${look().theme.paint('dim', '│')} `;
      const width = toColumnWidth(titles.length, toTextWidth(columns()), columnGap);
      if (width === undefined) return undefined;
      echoed = undefined;
      beside = createColumns({
        titles: titles.map((title) => look().theme.paint('heading', cutToWidth(title, width))),
        width,
        rule,
        createMarkdown,
        onChange: invalidate,
      });
      if (hasLines) add(() => ['']);
      needsMark = true;
      isContinued = false;
      return beside;
    },
    draw(maxRows) {
      render();
      if (beside) return look().motion ? markAnswer(beside.tail(maxRows).map((row) => row.trimEnd())) : [];
      if (thinking && showsThoughts) return toThoughtLines('Thinking', lastThoughts).slice(-maxRows);
      // Without motion, lines that still change are not drawn.
      if (drawLiveCalls && look().motion) {
        const calls = drawLiveCalls(maxRows);
        return isBehindCall || !hasLines ? [...calls] : ['', ...calls];
      }
      const tail = markAnswer(look().motion ? (markdown?.tail(maxRows) ?? []) : []);
      return isInterrupted && tail.length > 0 && tail[0] !== '' ? ['', ...tail] : tail;
    },
  };
}

/** How much of a prompt is shown, in UTF-16 code units and lines. The rest was pasted, and nobody reads it again in the scrollback. */
const maxPromptLength = 4_000;
const maxPromptLines = 40;

/** The beginning of a prompt, and how much is left out, in words. `omitted` is undefined if nothing is. */
export function shortenPrompt(
  prompt: string,
  most = { lines: maxPromptLines, length: maxPromptLength },
): { shown: string; omitted: string | undefined } {
  const lines = prompt.slice(0, most.length).split('\n');
  if (prompt.length <= most.length && lines.length <= most.lines)
    return { shown: prompt, omitted: undefined };
  const isCutInLine = lines.length <= most.lines;
  // A cut line is left out, unless it is the only one.
  const shown = lines.slice(0, isCutInLine ? Math.max(1, lines.length - 1) : most.lines).join('\n');
  const rest = prompt.slice(shown.length + 1);
  const count = countLines(rest);
  const more =
    lines.length > 1 ? `${count} more line${count === 1 ? '' : 's'}` : `${rest.length} more characters`;
  return { shown: shown.replace(/[\ud800-\udbff]$/, ''), omitted: `… ${more}` };
}

/** The same transcript, of which nothing is printed before `flush` if `isHeld`. */
export function holdPrints(transcript: Transcript, isHeld: boolean): { held: Transcript; flush: () => void } {
  const printed: (() => void)[] = [];
  const hold = (name: 'print' | 'notice' | 'beginCommand') => ({
    value: (...args: never[]): void => {
      const print = (): void => (transcript[name] as (...words: never[]) => void)(...args);
      if (isHeld) printed.push(print);
      else print();
    },
  });
  return {
    held: Object.create(transcript, {
      print: hold('print'),
      notice: hold('notice'),
      beginCommand: hold('beginCommand'),
    }),
    flush: () => printed.splice(0).forEach((print) => void print()),
  };
}
