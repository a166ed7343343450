import { type Exchange, type LeftOut, listExchanges } from '../../conversation/compaction.ts';
import type { Conversation, UserTurn } from '../../conversation/conversation.ts';
import { countLines, describeCount } from '../../describe-count.ts';
import { toOneLine } from '../../terminal-text.ts';
import { countPartTokens } from '../../tokens/request-tokens.ts';
import type { TokenCounter } from '../../tokens/token-counter.ts';

/** A paste or an attachment that takes much of the window. */
export type LargePart = LeftOut & {
  /** What it is, in a few words. */
  name: string;
  /** Which prompt it belongs to, from 1. */
  number: number;
  /** What leaving it out frees, about. */
  tokens: number;
};

/** Less than this is not worth a question, in tokens and as a share of the whole. */
const leastTokens = 500;
const leastShare = 0.15;

/** The largest first. */
export function findLargeParts(conversation: Conversation, all: number, counter: TokenCounter): LargePart[] {
  const least = Math.max(leastTokens, all * leastShare);
  return listExchanges(conversation)
    .flatMap((exchange, index) => listParts(exchange, index + 1, counter))
    .filter(({ tokens }) => tokens >= least)
    .sort((one, other) => other.tokens - one.tokens);
}

function listParts({ prompt }: Exchange, number: number, counter: TokenCounter): LargePart[] {
  return prompt.parts.map((part, index) => {
    const { name, note } = describePart(part, { isPrompt: index === 0, number });
    const tokens = countPartTokens(part, counter) - counter.count(note);
    return { turn: prompt.id, part: index, number, name, note, tokens };
  });
}

/** What stays of a prompt that is long itself, at its beginning and its end, in UTF-16 code units. */
const keptLength = 300;

function describePart(
  part: UserTurn['parts'][number],
  { isPrompt, number }: { isPrompt: boolean; number: number },
): { name: string; note: string } {
  const toNote = (name: string) => ({ name, note: `[Left out: ${name}]` });
  if (part.type === 'image') return toNote('an image');
  if (part.type === 'document') return toNote(toOneLine(part.title ?? 'a document').slice(0, 40));
  const { text } = part;
  const file = /^File: ([^\n]+)\n`{3,}\n/.exec(text)?.[1];
  if (file !== undefined) return toNote(file.slice(0, 40));
  const lines = describeCount(countLines(text), 'line');
  if (!isPrompt) return toNote(`a text of ${lines}`);
  const middle = text.slice(keptLength, -keptLength);
  const note = `${text.slice(0, keptLength)}\n[Left out: ${describeCount(countLines(middle), 'line')}]\n${text.slice(-keptLength)}`;
  return { name: `the middle of prompt ${number}, ${lines}`, note };
}
