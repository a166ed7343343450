import { addUsage, type FinishEvent, type Usage } from '../dialects/chat-event.ts';
import type { MarkdownStream } from '../markdown/markdown-stream.ts';
import { type Io, type Output, paint } from '../terminal/io.ts';
import { createScreen } from '../terminal/screen.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { stripControls } from '../terminal-text.ts';
import type { RunEvent } from '../tools/rounds.ts';
import { writeUsage } from './usage.ts';

type RenderedOptions = {
  showReasoning: boolean;
  showUsage: boolean;
  markdown: MarkdownStream;
  /** Passes sentences for stderr to the listener. Returns the function that stops this. */
  divertMessages: (listener: (message: { sentence: string }) => void) => () => void;
  /** Calls the listener if the process ends early. */
  onExit: (listener: () => void) => () => void;
};

/** Where rendered lines go. */
type View = {
  addText(text: string): void | Promise<void>;
  /** What is printed next follows the text so far. */
  endText(): void | Promise<void>;
  /** Prints other lines between those of the answer. */
  print(lines: string[]): void;
  close(): Promise<void>;
};

/** Renders the reply as Markdown: on a terminal as it arrives, elsewhere block by block. Shows reasoning and usage on request. */
export async function writeRendered(
  events: AsyncIterable<RunEvent>,
  io: Io,
  options: RenderedOptions,
): Promise<FinishEvent | undefined> {
  const { showReasoning, showUsage } = options;
  let view: View | undefined;
  // Until there is something to show, waits have the terminal.
  const openView = (): View => {
    view ??= io.stdout.isTerminal
      ? createTerminalView(io.stdout, options)
      : createPlainView(io.stdout, options);
    return view;
  };
  let reasoning = '';
  let usage: Usage | undefined;
  let finish: FinishEvent | undefined;

  const printReasoning = async (): Promise<void> => {
    const text = reasoning.trim();
    reasoning = '';
    if (text === '') return;
    if (!io.stderr.isTerminal) await io.stderr.write(`${text}\n`);
    else
      openView().print(
        wrapText(stripControls(text), io.stdout.columns).map((line) => paint(io.stderr, 'dim', line)),
      );
  };

  try {
    for await (const event of events) {
      switch (event.type) {
        case 'reasoning-delta':
          if (showReasoning) reasoning += event.text;
          break;
        case 'text-delta':
          await printReasoning();
          await openView().addText(event.text);
          break;
        case 'usage':
          usage = addUsage(usage, event.usage);
          break;
        case 'finish':
          finish = event;
          break;
        case 'tool-began':
        case 'tool-ended':
          await printReasoning();
          await view?.endText();
          break;
        case 'start':
        case 'tool-call-delta':
        case 'tool-progress':
          break;
        default:
          event satisfies never;
      }
    }
  } finally {
    await printReasoning();
    await view?.close();
    if (showUsage && (usage || finish)) await writeUsage(io.stderr, usage);
  }
  return finish;
}

const showCursor = '\u001b[?25h';

function createTerminalView(stdout: Output, { markdown, divertMessages, onExit }: RenderedOptions): View {
  let pending = '';
  const flush = (): void => {
    const text = pending;
    pending = '';
    if (text !== '') screen.commit(markdown.push(text));
  };
  const screen = createScreen({
    draw: () => {
      flush();
      return { tail: markdown.tail(stdout.rows), panel: [], cursor: undefined };
    },
    write: (text) => stdout.write(text),
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
  });
  const stops = [
    divertMessages(({ sentence }) => screen.commit(wrapText(sentence, stdout.columns))),
    stdout.onResize(screen.resize),
    onExit(() => stdout.writeNow(showCursor)),
  ];
  return {
    addText(text) {
      pending += text;
      screen.invalidate();
    },
    endText() {
      flush();
      screen.commit(markdown.end());
    },
    print: screen.commit,
    async close() {
      flush();
      screen.commit(markdown.end());
      await screen.suspend();
      for (const stop of stops) stop();
    },
  };
}

function createPlainView(stdout: Output, { markdown }: RenderedOptions): View {
  const write = async (lines: readonly string[]): Promise<void> => {
    if (lines.length > 0) await stdout.write(`${lines.join('\n')}\n`);
  };
  return {
    addText: (text) => write(markdown.push(text)),
    endText: () => write(markdown.end()),
    print: (lines) => void write(lines),
    close: () => write(markdown.end()),
  };
}
