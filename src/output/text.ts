import type { ChatEvent, FinishEvent, Usage } from '../dialects/chat-event.ts';
import { type Io, paint } from '../terminal/io.ts';
import { stripControls } from '../terminal-text.ts';
import { formatUsage } from './usage.ts';

type TextOptions = { showReasoning: boolean; showUsage: boolean };

/**
 * The reply on stdout as it arrives, byte for byte on a pipe and without control characters on a terminal, and one newline
 * where the text lacks its last one. Reasoning and usage go to stderr if they were asked for.
 */
export async function writeText(
  events: AsyncIterable<ChatEvent>,
  io: Io,
  options: TextOptions,
): Promise<FinishEvent | undefined> {
  const toShown = io.stdout.isTerminal ? stripControls : (text: string) => text;
  let lastText = '';
  let lastReasoning = '';
  let reasoningBlock = 0;
  let usage: Usage | undefined;
  let finish: FinishEvent | undefined;
  let isFinished = false;

  const endLine = async (text: string, output: Io['stdout']): Promise<void> => {
    if (text !== '' && !text.endsWith('\n')) await output.write('\n');
  };
  const endReasoning = async (): Promise<void> => {
    await endLine(lastReasoning, io.stderr);
    lastReasoning = '';
  };

  try {
    for await (const event of events) {
      switch (event.type) {
        case 'text-delta': {
          // Each await costs a turn of the event queue for each word, so await only if needed.
          if (lastReasoning !== '') await endReasoning();
          const shown = toShown(event.text);
          if (shown !== '') lastText = shown;
          await io.stdout.write(shown);
          break;
        }
        case 'reasoning-delta':
          // The seal of a block comes without text.
          if (!options.showReasoning || event.text === '') break;
          if (event.index !== reasoningBlock) await endReasoning();
          reasoningBlock = event.index;
          await io.stderr.write(
            paint(io.stderr, 'dim', io.stderr.isTerminal ? stripControls(event.text) : event.text),
          );
          lastReasoning = event.text;
          break;
        case 'usage':
          usage = event.usage;
          break;
        case 'finish':
          finish = event;
          isFinished = true;
          break;
        case 'start':
        case 'tool-call-delta':
          break;
        default:
          event satisfies never;
      }
    }
  } finally {
    await endReasoning();
    await endLine(lastText, io.stdout);
    // What was used was paid for, whatever came of it.
    if (options.showUsage && (usage || isFinished))
      await io.stderr.write(`${paint(io.stderr, 'dim', formatUsage(usage))}\n`);
  }
  return finish;
}
