import { addUsage, type FinishEvent, type Usage } from '../dialects/chat-event.ts';
import { type Io, paint } from '../terminal/io.ts';
import { stripControls } from '../terminal-text.ts';
import type { RunEvent } from '../tools/rounds.ts';
import { writeUsage } from './usage.ts';

type TextOptions = { showReasoning: boolean; showUsage: boolean };

/** Writes the reply as it arrives, without control characters on a terminal. Ends it with a newline. On request, stderr gets reasoning and usage. */
export async function writeText(
  events: AsyncIterable<RunEvent>,
  io: Io,
  options: TextOptions,
): Promise<FinishEvent | undefined> {
  const toShown = io.stdout.isTerminal ? stripControls : (text: string) => text;
  let lastText = '';
  let lastReasoning = '';
  let reasoningBlock = 0;
  let usage: Usage | undefined;
  let finish: FinishEvent | undefined;

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
          // Await only if needed: each await costs a turn of the event queue for each word.
          if (lastReasoning !== '') await endReasoning();
          const shown = toShown(event.text);
          if (shown !== '') lastText = shown;
          await io.stdout.write(shown);
          break;
        }
        case 'reasoning-delta':
          // A block's seal has no text.
          if (!options.showReasoning || event.text === '') break;
          if (event.index !== reasoningBlock) await endReasoning();
          reasoningBlock = event.index;
          await io.stderr.write(
            paint(io.stderr, 'dim', io.stderr.isTerminal ? stripControls(event.text) : event.text),
          );
          lastReasoning = event.text;
          break;
        case 'usage':
          usage = addUsage(usage, event.usage);
          break;
        case 'finish':
          finish = event;
          break;
        case 'tool-began':
        case 'tool-ended':
          // What is said of it comes on a line of its own.
          await endReasoning();
          await endLine(lastText, io.stdout);
          lastText = '';
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
    await endReasoning();
    await endLine(lastText, io.stdout);
    if (options.showUsage && (usage || finish)) await writeUsage(io.stderr, usage);
  }
  return finish;
}
