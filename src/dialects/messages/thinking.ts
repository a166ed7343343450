import type { ChatRequest } from '../chat-request.ts';
import type { ModelTraits } from '../dialect.ts';
import type { Block, ThinkingField, Turn } from './wire.ts';

type Context = {
  request: ChatRequest;
  traits: ModelTraits;
  maxTokens: number;
  messages: readonly Turn[];
  notices: Set<string>;
};

/** What the service allows as the smallest budget, where the catalogue names none. */
const smallestBudget = 1024;

/** How much of the largest budget an effort is worth, on models that know budgets only. */
const effortShares: ReadonlyMap<string, number> = new Map([
  ['minimal', 0],
  ['low', 0.1],
  ['medium', 0.25],
  ['high', 0.5],
  ['xhigh', 1],
  ['max', 1],
]);
const usualShare = 0.25;

export type ThinkingPlan = { thinking?: ThinkingField; effort?: string };

/**
 * Newer models think as much as they see fit and take an effort; older ones take a budget of tokens. Left out, a model does
 * not think; the effort `none` asks for that.
 */
export function planThinking(context: Context): ThinkingPlan {
  const { reasoning } = context.request;
  if (!reasoning || reasoning.effort === 'none') return {};
  const thinking = isThinkingPossible(context) ? chooseThinking(context) : undefined;
  const effort = chooseEffort(context);
  return { ...(thinking ? { thinking } : {}), ...(effort === undefined ? {} : { effort }) };
}

function chooseEffort({ request, traits, notices }: Context): string | undefined {
  const effort = request.reasoning?.effort;
  if (effort === undefined || traits.efforts.includes(effort)) return effort;
  const accepted = traits.efforts.length === 0 ? 'takes none' : `takes ${traits.efforts.join(', ')}`;
  notices.add(`The effort ${effort} is left out: ${traits.id} ${accepted}.`);
  return undefined;
}

function isThinkingPossible({ request, notices }: Context): boolean {
  const { toolChoice, tools } = request;
  const isForced =
    tools !== undefined && tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object');
  if (isForced) notices.add('Thinking is left out: Claude cannot think where it must call a tool.');
  return !isForced;
}

function chooseThinking(context: Context): ThinkingField | undefined {
  const { request, traits, notices } = context;
  if (traits.adaptiveThinking) return chooseAdaptive(request, traits, notices);
  if (traits.maxThinkingBudget !== undefined) return chooseBudget(context, traits.maxThinkingBudget);
  notices.add(`Thinking is left out: ${traits.id} has none that can be turned on.`);
  return undefined;
}

function chooseAdaptive(request: ChatRequest, traits: ModelTraits, notices: Set<string>): ThinkingField {
  if (request.reasoning?.budget !== undefined) {
    notices.add(`The thinking budget is left out: ${traits.id} sees for itself how much to think.`);
  }
  // Unasked, the newest models show no thinking, only its signature.
  return { type: 'adaptive', ...(request.reasoning?.summary ? { display: 'summarized' } : {}) };
}

function chooseBudget({ request, traits, maxTokens, messages, notices }: Context, largest: number) {
  const smallest = traits.minThinkingBudget ?? smallestBudget;
  const most = Math.min(largest, maxTokens - 1);
  if (most < smallest) {
    notices.add(`Thinking is left out: it needs ${smallest} tokens of the ${maxTokens} of the reply.`);
    return undefined;
  }
  if (isAmidUnsignedCalls(messages)) {
    notices.add('Thinking is left out until the tool calls that began without it are done.');
    return undefined;
  }
  const { budget, effort } = request.reasoning ?? {};
  const wanted = budget ?? largest * (effortShares.get(effort ?? '') ?? usualShare);
  const budgetTokens = Math.max(smallest, Math.min(most, Math.floor(wanted)));
  if (budget !== undefined && budget !== budgetTokens) {
    notices.add(
      `The thinking budget is ${budgetTokens} tokens: ${traits.id} takes ${smallest} to ${most} here.`,
    );
  }
  return { type: 'enabled' as const, budget_tokens: budgetTokens };
}

/**
 * With a budget, the service wants the assistant's turns that lead up to a tool's result to have begun with thinking. Those
 * that another model wrote have lost theirs.
 */
function isAmidUnsignedCalls(messages: readonly Turn[]): boolean {
  const asked = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content[0]?.type !== 'tool_result',
  );
  const calling = messages.slice(asked + 1).filter(({ role }) => role === 'assistant');
  return (
    calling.length > 0 && !calling.some(({ content: [first] }) => first !== undefined && isThought(first))
  );
}

function isThought({ type }: Block): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}
