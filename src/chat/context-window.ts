import {
  type Conversation,
  findSystem,
  listAnswered,
  listBranch,
  type Turn,
} from '../conversation/conversation.ts';
import type { Instructions } from '../instructions/load-instructions.ts';
import { countPartTokens, tokensPerMessage } from '../tokens/request-tokens.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { separateSystem } from './say.ts';

export const contextKinds = [
  'system prompt',
  'instructions',
  'your words',
  'files',
  'images',
  'documents',
  'answers',
  'thinking',
] as const;
export type ContextKind = (typeof contextKinds)[number];

/** How many tokens there are of each kind, by our own reckoning. */
export type ContextShares = Record<ContextKind, number>;

/** Counts by kind what the model would see with the next prompt. */
export function countContext(
  conversation: Conversation,
  { counter, instructions }: { counter: TokenCounter; instructions: readonly Instructions[] },
): ContextShares {
  const shares = Object.fromEntries(contextKinds.map((kind) => [kind, 0])) as ContextShares;
  const branch = listBranch(conversation);
  const system = findSystem(branch) ?? '';
  // Otherwise everything counts as instructions.
  const parted = separateSystem(system, instructions) ?? { instructions: system, system: '' };
  shares.instructions = counter.count(parted.instructions);
  shares['system prompt'] = counter.count(parted.system);
  for (const turn of listAnswered(branch)) {
    shares[turn.role === 'user' ? 'your words' : 'answers'] += tokensPerMessage;
    for (const part of turn.parts) shares[toKind(part, turn)] += countPartTokens(part, counter);
  }
  return shares;
}

/** About how many tokens some turns have. */
export function countTurns(turns: readonly Turn[], counter: TokenCounter): number {
  const parts = turns.flatMap((turn) => turn.parts as readonly Turn['parts'][number][]);
  return parts.reduce((sum, part) => sum + countPartTokens(part, counter), turns.length * tokensPerMessage);
}

/** As `formatFiles` writes them. */
const fileText = /^File: [^\n]+\n`{3,}\n/;

function toKind(part: Turn['parts'][number], { role }: Turn): ContextKind {
  switch (part.type) {
    case 'image':
      return 'images';
    case 'document':
      return 'documents';
    case 'reasoning':
      return 'thinking';
    case 'tool-call':
      return 'answers';
    case 'text':
      if (role === 'assistant') return 'answers';
      return fileText.test(part.text) ? 'files' : 'your words';
    default:
      return part satisfies never;
  }
}
