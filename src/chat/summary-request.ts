import type { Exchange } from '../conversation/compaction.ts';
import type { Turn } from '../conversation/conversation.ts';
import { toMessages } from '../conversation/current-branch.ts';
import type { Model } from '../copilot/model.ts';
import { cutMiddle } from '../cut-middle.ts';
import { type ChatRequest, createTextMessage, type Message } from '../dialects/chat-request.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';

export type SummaryOptions = {
  model: Model;
  /** The current system prompt; a cached conversation begins with it. */
  system: string | undefined;
  /** The person's words about what matters most. */
  focus: string;
  counter: TokenCounter;
};

/** The input's share of the window; the summary gets the rest. */
const inputShare = 0.7;
const smallestCut = 200;

/** Asks for a summary of exchanges. To fit the window, leaves out images, documents and the middles of long texts. */
export function createSummaryRequest(exchanges: readonly Exchange[], options: SummaryOptions): ChatRequest {
  const { model, system, focus, counter } = options;
  const turns = exchanges.flatMap((exchange) => exchange.turns);
  const create = (shown: readonly Turn[]): ChatRequest => ({
    model: model.id,
    messages: [
      ...(system ? [createTextMessage('system', system)] : []),
      ...toMessages(shown.map(withoutSystem)),
      createTextMessage('user', composeSummaryPrompt(focus)),
    ],
  });
  const window = model.promptTokens ?? model.contextTokens ?? Number.POSITIVE_INFINITY;
  const fits = (request: ChatRequest): boolean => countRequestTokens(request, counter) <= window * inputShare;
  let request = create(turns);
  for (let length = 64_000; !fits(request) && length >= smallestCut; length /= 2)
    request = create(turns.map((turn) => shorten(turn, length)));
  return request;
}

function composeSummaryPrompt(focus: string): string {
  const wanted = focus === '' ? '' : `\n\nWhat matters most: ${focus}`;
  return (
    'Sum up our conversation so far. From now on you will see your summary in place of it, so keep what is needed to go on: what I asked ' +
    'for, what was decided and why, names, numbers, paths, commands and code that still matter, what is done and what is open. Leave ' +
    'out what is settled and said twice. Answer with the summary alone, in the language we speak.' +
    wanted
  );
}

/** The system prompt is sent once. */
function withoutSystem(turn: Turn): Turn {
  if (turn.role !== 'user') return turn;
  const { system: _, ...rest } = turn;
  return rest;
}

type Part = Message['parts'][number];

function shorten(turn: Turn, length: number): Turn {
  const cut = (parts: readonly Part[]): Part[] =>
    parts.flatMap((part): Part[] => {
      if (part.type === 'reasoning') return [];
      if (part.type === 'text')
        return [{ type: 'text', text: cutMiddle(part.text, { length }, (left) => `… ${left} characters …`) }];
      return part.type === 'tool-call' ? [part] : [{ type: 'text', text: `[${part.type}]` }];
    });
  const results = turn.role === 'assistant' ? turn.results : undefined;
  return {
    ...turn,
    parts: cut(turn.parts),
    ...(results && {
      results: results.map((one) => ({ ...one, ...(one.parts && { parts: cut(one.parts) }) })),
    }),
  } as Turn;
}
