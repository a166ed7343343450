import type { ChatRequest } from '../chat-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import type { Block, ThinkingField, Turn } from './wire.ts';

type Context = {
  request: ChatRequest;
  traits: ModelTraits;
  messages: readonly Turn[];
  notices: Set<string>;
};

export type ThinkingPlan = { thinking?: ThinkingField; effort?: string };

/** Left out, a model does not think. */
export function planThinking(context: Context): ThinkingPlan {
  const { reasoning } = context.request;
  if (!reasoning || reasoning.effort === 'none') return {};
  const thinking = isForced(context) ? undefined : chooseThinking(context);
  return {
    ...(thinking && { thinking }),
    ...(reasoning.effort !== undefined && { effort: reasoning.effort }),
  };
}

function isForced({ request: { toolChoice, tools }, notices }: Context): boolean {
  const forced = tools !== undefined && (toolChoice === 'required' || typeof toolChoice === 'object');
  if (forced) notices.add('Thinking is left out: Claude cannot think where it must call a tool.');
  return forced;
}

function chooseThinking({ request, traits, messages, notices }: Context): ThinkingField | undefined {
  const { budget, summary } = request.reasoning ?? {};
  // Unasked, the newest models show no thinking, only its signature.
  if (traits.adaptiveThinking) return { type: 'adaptive', ...(summary && { display: 'summarized' }) };
  if (budget === undefined) {
    if (traits.maxThinkingBudget === undefined)
      notices.add(`Thinking is left out: ${traits.id} has none that can be turned on.`);
    return undefined;
  }
  if (isAmidUnsignedCalls(messages)) {
    notices.add('Thinking is left out until the tool calls that began without it are done.');
    return undefined;
  }
  return { type: 'enabled', budget_tokens: budget };
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
