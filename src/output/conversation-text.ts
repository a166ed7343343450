import type { Conversation } from '../conversation/conversation.ts';
import type { FoundTurn } from '../conversation/store.ts';
import type { Summary } from '../conversation/summaries.ts';
import { describeCount } from '../describe-count.ts';
import { type Output, paint } from '../terminal/io.ts';
import { stripControls, toOneLine } from '../terminal-text.ts';
import { formatAge } from './age.ts';
import { toKind } from './conversation-json.ts';
import { type Block, describeResult, type Passage, toTranscript } from './passages.ts';
import { writeTable } from './table.ts';

/** Prints who said what and when. `now` is in milliseconds. */
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

/** Leaves out thinking, as `chat` does. */
function describeBlock(block: Block): string[] {
  switch (block.type) {
    case 'text':
      return [block.text.replace(/\n$/, '')];
    case 'image':
    case 'document':
      return [`[${block.label}]`];
    case 'call':
      return [`[called ${block.name} with ${block.arguments}]`];
    case 'result':
      return [`[${describeResult(block)}${block.text === undefined ? '' : ` ${foldResult(block.text)}`}]`];
    case 'cut':
      return [`[cut off: ${block.reason}]`];
    case 'reasoning':
      return [];
    default:
      return block satisfies never;
  }
}

/** Results may be whole files. */
function foldResult(text: string): string {
  const [first = '', ...others] = text.trim().split('\n');
  const beginning = first.length > longestResultLine ? `${first.slice(0, longestResultLine)}…` : first;
  return others.length === 0 ? beginning : `${beginning} (+${describeCount(others.length, 'line')})`;
}

const longestResultLine = 200;

/** Before colours are added, because they are controls, too. */
function disarm(passage: Passage): Passage {
  const blocks = passage.blocks.map((block): Block => {
    if (block.type === 'text') return { ...block, text: stripControls(block.text) };
    if (block.type === 'result')
      return { ...block, ...(block.text !== undefined && { text: stripControls(block.text) }) };
    return block.type === 'call' ? { ...block, arguments: stripControls(block.arguments) } : block;
  });
  return { ...passage, blocks };
}

export function writeConversationTable(output: Output, summaries: Summary[], now: number): Promise<void> {
  return writeTable(
    output,
    [
      { title: 'ID', read: ({ id }) => id },
      { title: 'TITLE', read: ({ title }) => title, isFlexible: true },
      { title: 'TURNS', read: ({ turns }) => String(turns), align: 'right' },
      { title: 'MODEL', read: ({ model }) => model ?? '' },
      {
        title: 'UPDATED',
        read: ({ updatedAt }) => (output.isTerminal ? formatAge(updatedAt, now) : updatedAt),
      },
      { title: 'KIND', read: toKind },
    ],
    summaries,
  );
}

/** A terminal gets two lines a turn, with the match in bold; a pipe gets one tab-separated line. */
export function writeFoundTurns(output: Output, found: FoundTurn[], now: number): Promise<void> {
  if (output.isTerminal) return output.write(found.map((one) => describeFound(output, one, now)).join('\n'));
  return writeTable(
    output,
    [
      { title: 'ID', read: ({ summary }) => summary.id },
      { title: 'ROLE', read: ({ turn }) => turn.role },
      { title: 'TIME', read: ({ turn }) => turn.at },
      { title: 'TEXT', read: ({ snippet: { before, match, after } }) => before + match + after },
    ],
    found,
  );
}

function describeFound(output: Output, { summary, turn, snippet }: FoundTurn, now: number): string {
  const speaker = turn.role === 'user' ? 'you' : turn.model;
  const place = [summary.id, summary.title, speaker, formatAge(turn.at, now)].map(toOneLine);
  // Clean each piece by itself, and keep the blanks at its ends.
  const [before, match, after] = [snippet.before, snippet.match, snippet.after].map(toPiece);
  return `${paint(output, 'dim', place.filter(Boolean).join(', '))}\n${before}${paint(output, 'bold', match ?? '')}${after}\n`;
}

function toPiece(text: string): string {
  const line = toOneLine(text);
  return `${/^\s/.test(text) ? ' ' : ''}${line}${/\s$/.test(text) ? ' ' : ''}`;
}
