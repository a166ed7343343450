import {
  type Conversation,
  findSystem,
  isSummary,
  listAnswered,
  type Turn,
} from '../conversation/conversation.ts';
import { listBranch, toMessages } from '../conversation/current-branch.ts';
import type { ToolDefinition } from '../dialects/chat-request.ts';
import type { Instructions } from '../instructions/load-instructions.ts';
import {
  countMessageTokens,
  countPartTokens,
  countToolTokens,
  tokensPerMessage,
} from '../tokens/request-tokens.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { separateSystem } from './say.ts';

export const contextKinds = [
  'system prompt',
  'instructions',
  'tools',
  'summary',
  'your words',
  'files',
  'images',
  'documents',
  'answers',
  'thinking',
  'results of tools',
] as const;
export type ContextKind = (typeof contextKinds)[number];

/** How many tokens there are of each kind, by our own reckoning. */
export type ContextShares = Record<ContextKind, number>;

/** The tools that the model gets with a prompt, and what it is told about them. */
export type OfferedTools = { definitions: readonly ToolDefinition[]; note: string };

export type CountOptions = {
  counter: TokenCounter;
  instructions: readonly Instructions[];
  tools?: OfferedTools | undefined;
};

/** Counts by kind what the model would see with the next prompt. */
export function countContext(
  conversation: Conversation,
  { counter, instructions, tools }: CountOptions,
): ContextShares {
  const shares = Object.fromEntries(contextKinds.map((kind) => [kind, 0])) as ContextShares;
  const branch = listBranch(conversation);
  const system = findSystem(branch) ?? '';
  // Otherwise everything counts as instructions.
  const parted = separateSystem(system, instructions) ?? { instructions: system, system: '' };
  shares.instructions = counter.count(parted.instructions);
  shares['system prompt'] = counter.count(parted.system);
  if (tools) shares.tools = countToolTokens(tools.definitions, counter) + counter.count(tools.note);
  /** The id of the prompt that stands before a summary. */
  let summary = '';
  for (const turn of listAnswered(branch)) {
    shares['results of tools'] += countResults(turn, counter);
    const isOfSummary = isSummary(turn) || turn.parent === summary;
    if (isSummary(turn)) summary = turn.id;
    const toShare = (kind: ContextKind): ContextKind => (isOfSummary ? 'summary' : kind);
    shares[toShare(turn.role === 'user' ? 'your words' : 'answers')] += tokensPerMessage;
    for (const part of turn.parts) shares[toShare(toKind(part, turn))] += countPartTokens(part, counter);
  }
  return shares;
}

/** About how many tokens some turns have. */
export function countTurns(turns: readonly Turn[], counter: TokenCounter): number {
  const parts = turns.flatMap((turn) => turn.parts as readonly Turn['parts'][number][]);
  const results = turns.reduce((sum, turn) => sum + countResults(turn, counter), 0);
  return parts.reduce(
    (sum, part) => sum + countPartTokens(part, counter),
    results + turns.length * tokensPerMessage,
  );
}

/** Of what the calls of an answer gave, as the model gets it. */
function countResults(turn: Turn, counter: TokenCounter): number {
  if (turn.role === 'user' || (!turn.results && turn.left === undefined)) return 0;
  const results = toMessages([turn]).filter(({ role }) => role === 'tool');
  return results.reduce((sum, message) => sum + countMessageTokens(message, counter), 0);
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
