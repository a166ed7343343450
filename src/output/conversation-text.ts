import type { Conversation } from '../conversation/conversation.ts';
import { paint } from '../terminal/colour.ts';
import type { Output } from '../terminal/io.ts';
import { stripControls } from '../terminal-text.ts';
import { formatAge } from './age.ts';
import { type Block, type Passage, toTranscript } from './transcript.ts';

/** A conversation to read: who said what and when. `now` is in milliseconds. */
export async function writeConversation(
  output: Output,
  conversation: Conversation,
  now: number,
): Promise<void> {
  const { id, title, updatedAt, passages } = toTranscript(conversation);
  const toTime = (time: string): string => (output.isTerminal ? formatAge(time, now) : time);
  const toParagraph = ({ name, at, blocks }: Passage): string => {
    const heading = paint(output, 'cyan', `${name}, ${toTime(at)}:`);
    return [heading, ...blocks.flatMap(describeBlock)].join('\n');
  };
  const heading = `${paint(output, 'bold', title)}\n${paint(output, 'dim', `${id}, ${toTime(updatedAt)}`)}`;
  const text = [
    heading,
    ...passages.map((passage) => toParagraph(output.isTerminal ? disarm(passage) : passage)),
  ];
  await output.write(`${text.join('\n\n')}\n`);
}

/** Thinking is left out, as `chat` leaves it out. */
function describeBlock(block: Block): string[] {
  switch (block.type) {
    case 'text':
      return [block.text.replace(/\n$/, '')];
    case 'image':
    case 'document':
      return [`[${block.label}]`];
    case 'call':
      return [`[called ${block.name} with ${block.arguments}]`];
    case 'cut':
      return [`[cut off: ${block.reason}]`];
    case 'reasoning':
      return [];
    default:
      return block satisfies never;
  }
}

/** Before the colours are put in: they are controls, too. */
function disarm(passage: Passage): Passage {
  const blocks = passage.blocks.map((block): Block => {
    if (block.type === 'text') return { ...block, text: stripControls(block.text) };
    return block.type === 'call' ? { ...block, arguments: stripControls(block.arguments) } : block;
  });
  return { ...passage, blocks };
}
