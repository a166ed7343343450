import type { CopilotClient } from '../copilot/client.ts';
import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import { type ChatRequest, createTextMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { selectCode } from '../extraction/code-blocks.ts';
import { toUsageJson } from '../output/usage.ts';
import { gatherReply, holdReply, readText } from '../output/whole-reply.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';
import { followSchema } from './follow-schema.ts';

export type BatchAnswerOptions = {
  checker: SchemaChecker | undefined;
  extract: { language?: string | undefined; last: boolean } | undefined;
  /** One attempt at a request. */
  ask: (request: ChatRequest, options: { isRepair: boolean }) => ReturnType<CopilotClient['ask']>;
};

/** What the answer to one request cost, whether or not it could be used, and the fields of its record or why it could not. */
export type BatchAnswer = { usage: Usage | undefined } & (
  | { fields: Record<string, unknown> }
  | { error: unknown }
);

/** Asks once, and once more if the answer does not follow the schema. Never throws. */
export async function askForRecord(
  request: ChatRequest,
  { checker, extract, ask }: BatchAnswerOptions,
): Promise<BatchAnswer> {
  let usage: Usage | undefined;
  let last: { request: ChatRequest; text: string } = { request, text: '' };

  /** What failed at its end was paid for, too. */
  async function* count(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
    for await (const event of events) {
      if (event.type === 'usage') usage = addUsage(usage, event.usage);
      yield event;
    }
  }

  async function* askOnce(repairPrompt?: string): AsyncGenerator<ChatEvent> {
    const isRepair = repairPrompt !== undefined;
    const next = isRepair ? addRepair(last, repairPrompt) : request;
    const events = yield* holdReply(count(ask(next, { isRepair })));
    last = { request: next, text: readText(events) };
    yield* events;
  }

  try {
    const events = await gatherReply(checker ? followSchema(checker, askOnce) : askOnce());
    const text = readText(events);
    return {
      usage,
      fields: {
        text,
        ...(checker && { value: JSON.parse(text) }),
        ...(extract && { code: selectText(text, extract) }),
        finish_reason: events.find((event) => event.type === 'finish')?.reason ?? null,
        usage: toUsageJson(usage),
      },
    };
  } catch (error) {
    return { usage, error };
  }
}

function addRepair(
  { request, text }: { request: ChatRequest; text: string },
  repairPrompt: string,
): ChatRequest {
  const messages = [createTextMessage('assistant', text), createTextMessage('user', repairPrompt)];
  return { ...request, messages: [...request.messages, ...messages] };
}

function selectText(text: string, { language, last }: NonNullable<BatchAnswerOptions['extract']>): string {
  try {
    return selectCode(text, { ...(language !== undefined && { language }), last });
  } catch (error) {
    throw error instanceof CliError ? error.withData({ text }) : error;
  }
}

/** What several answers used, whoever gave them; a count that one of them lacks is that of the others. */
export function addUsage(sum: Usage | undefined, one: Usage | undefined): Usage | undefined {
  if (!sum || !one) return sum ?? one;
  const add = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? (a ?? b) : Number((a + b).toPrecision(12));
  const estimated = add(sum.estimatedCredits, one.estimatedCredits);
  const premiumRequests = add(sum.premiumRequests, one.premiumRequests);
  return {
    inputTokens: add(sum.inputTokens, one.inputTokens),
    cachedInputTokens: add(sum.cachedInputTokens, one.cachedInputTokens),
    cacheWriteTokens: add(sum.cacheWriteTokens, one.cacheWriteTokens),
    outputTokens: add(sum.outputTokens, one.outputTokens),
    reasoningTokens: add(sum.reasoningTokens, one.reasoningTokens),
    credits: add(sum.credits, one.credits),
    ...(estimated !== undefined && { estimatedCredits: estimated }),
    ...(premiumRequests !== undefined && { premiumRequests }),
    ...(one.answeredBy !== undefined && { answeredBy: one.answeredBy }),
  };
}
