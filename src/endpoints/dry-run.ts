import { prepareRequest } from '../copilot/ask.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { dialectPaths } from '../dialects/dialect-paths.ts';
import { maskHeaders } from '../redact.ts';
import { adapt } from './adaptation.ts';
import type { Endpoint } from './endpoint.ts';
import { findDialect, toPublicDialect } from './endpoint-dialect.ts';
import { createCustomModel } from './endpoint-models.ts';
import { toUrl } from './send.ts';

/** A body before and after the changes of an endpoint. */
type Change = { before: unknown; after: unknown };

export type DryRun = {
  method: 'POST';
  url: string;
  /** Values that may be secret are masked; the key is not looked up. */
  headers: Record<string, string>;
  request: Change;
  answer: Change;
};

/** What an endpoint would be sent for a model, and what would be read of its answer. Bodies that are not given are made up. */
export async function describeDryRun(
  endpoint: Endpoint,
  { model: id, request, answer }: { model: string; request: unknown; answer: unknown },
): Promise<DryRun> {
  const model = createCustomModel(endpoint, id);
  const dialect = toPublicDialect(findDialect(endpoint.dialect), () => id);
  const asked = { ...sampleRequest, model: model.id };
  const loadRoutes = async () => ({ find: () => undefined, remember: () => {} });
  const before =
    request ?? (await prepareRequest(asked, { model }, { dialects: [dialect], loadRoutes })).body;
  const reply = answer ?? dialect.writeReply(sampleReply, { model: id, id: 'sample', created: 0 });
  return {
    method: 'POST',
    url: toUrl(endpoint.url, dialectPaths[endpoint.dialect]),
    headers: maskHeaders(endpoint.headers),
    request: { before, after: adapt(before, endpoint.request) },
    answer: { before: reply, after: adapt(reply, endpoint.answer) },
  };
}

const sampleRequest: ChatRequest = {
  model: '',
  messages: [
    { role: 'system', parts: [{ type: 'text', text: 'Answer in one word.' }] },
    { role: 'user', parts: [{ type: 'text', text: 'What is the capital of France?' }] },
  ],
  maxOutputTokens: 100,
  sampling: { temperature: 0 },
};

const sampleReply: readonly ChatEvent[] = [
  { type: 'start', id: 'sample', model: undefined },
  { type: 'text-delta', text: 'Paris' },
  {
    type: 'usage',
    usage: {
      inputTokens: 20,
      outputTokens: 1,
      cachedInputTokens: undefined,
      cacheWriteTokens: undefined,
      reasoningTokens: undefined,
      credits: undefined,
    },
  },
  { type: 'finish', reason: 'stop' },
];
