import { randomUUID } from 'node:crypto';
import { createSeen, judge, judgeEnd, look, weigh } from '../../copilot/check-answer.ts';
import type { CopilotClient } from '../../copilot/client.ts';
import type { Model } from '../../copilot/model.ts';
import { isAnswering } from '../../copilot/model-choice.ts';
import { toUpstreamError } from '../../copilot/upstream-error.ts';
import type { ChatEvent, FinishEvent, Usage } from '../../dialects/chat-event.ts';
import { StreamError } from '../../dialects/dialect.ts';
import { toStopReason } from '../../dialects/messages/write-reply.ts';
import { readReply, readUsage } from '../../dialects/responses/read-reply.ts';
import { CliError } from '../../errors.ts';
import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { SseMessage } from '../../sse/decoder.ts';
import type { Answering } from '../answering.ts';
import { formatMessages } from '../event-stream.ts';
import type { Search } from './plan-answer.ts';

/** A search and what came of it; `results` is undefined if the search failed, and `text` then says why. */
type Found = {
  query: string;
  results: { url: string; title: string }[] | undefined;
  text: string;
  usage: Usage | undefined;
  stopReason: string;
};

/** Has the search done by a GPT of the account, and answers as Anthropic's API does, in one stream or in one piece. */
export function openSearch(
  search: Search,
  { client, answering, asked }: { client: CopilotClient; answering: Answering; asked: { model: Model } },
) {
  const run = async (): Promise<Found> => {
    const { found, model } = await searchWithSome(client, search, answering.ask.signal);
    if (model) {
      answering.setRoute('translated', '/responses');
      const outcome = found.results ? 'did' : 'was asked to, and failed';
      answering.notice(`${asked.model.id} cannot search the web through Copilot, so ${model.id} ${outcome}.`);
    }
    if (found.usage) answering.observe([{ type: 'usage', usage: found.usage }]);
    return found;
  };
  return {
    async *pieces(): AsyncGenerator<{ bytes: string }> {
      yield { bytes: formatMessages(toMessages(toReply(await run(), asked.model.id))) };
    },
    readWhole: async (): Promise<JsonObject> => toReply(await run(), asked.model.id),
  };
}

/** By client, so by account: who has searched, and who has refused to. */
const memory = new WeakMap<CopilotClient, { refused: Set<string>; searcher: string | undefined }>();

const maxTries = 3;

async function searchWithSome(
  client: CopilotClient,
  search: Search,
  signal: AbortSignal,
): Promise<{ found: Found; model?: Model }> {
  const known = memory.get(client) ?? { refused: new Set(), searcher: undefined };
  memory.set(client, known);
  const { models } = await client.fetchCatalogue({ fresh: false });
  const candidates = listCandidates(models).filter(({ id }) => !known.refused.has(id));
  const ordered = [
    ...candidates.filter(({ id }) => id === known.searcher),
    ...candidates.filter(({ id }) => id !== known.searcher),
  ];
  for (const model of ordered.slice(0, maxTries)) {
    try {
      const found = await searchWith(model, client, search, signal);
      if (found.results) known.searcher = model.id;
      return { found, model };
    } catch (error) {
      if (!isToolRefused(error)) throw error;
      known.refused.add(model.id);
    }
  }
  const found = { query: search.text, results: undefined, text: noSearcher, usage: undefined };
  return { found: { ...found, stopReason: 'end_turn' } };
}

const noSearcher = 'Web search is not available: no model of this Copilot account searches the web.';

/** Newer GPT models first: reports name these. */
function listCandidates(models: readonly Model[]): Model[] {
  const version = ({ id }: Model): number => Number(/^gpt-(\d+(?:\.\d+)?)/.exec(id)?.[1] ?? 0);
  return models
    .filter((model) => isAnswering(model) && model.endpoints.includes('/responses') && version(model) >= 5)
    .sort((a, b) => version(b) - version(a) || a.id.length - b.id.length);
}

/** "Invalid value: 'web_search'. Supported values are: …", and the like. */
function isToolRefused(error: unknown): boolean {
  return (
    error instanceof CliError && error.details.status === 400 && /web_search|\btools?\b/i.test(error.message)
  );
}

async function searchWith(
  model: Model,
  client: CopilotClient,
  { system, text, domains }: Search,
  signal: AbortSignal,
): Promise<Found> {
  const tool = {
    type: 'web_search',
    ...(domains.length > 0 && { filters: { allowed_domains: domains } }),
  };
  const body = {
    model: model.id,
    ...(system !== '' && { instructions: system }),
    input: text,
    tools: [tool],
    include: ['web_search_call.action.sources'],
    store: false,
    stream: false,
  };
  const headers = { ...model.requestHeaders, 'x-initiator': 'agent' };
  const reply = await client.fetchJson('/responses', body, { model, signal, headers });
  const { finish, failure } = judgeReply(reply);
  const found = readFound(reply, text);
  const usage = readUsage({ response: reply });
  const why =
    failure?.message ??
    (found.searched ? undefined : `${model.id} answered without a search of the web, or its search failed`);
  if (why === undefined) return { ...found, usage, stopReason: toStopReason(finish, false) };
  const words = [`Web search failed: ${why}.`, found.text].filter(Boolean).join('\n\n');
  return { query: found.query, results: undefined, text: words, usage, stopReason: 'end_turn' };
}

/** How a reply ended, and why it is no use if it holds no words. Throws if the service failed or broke it off. */
function judgeReply(reply: JsonObject): { finish: FinishEvent; failure: CliError | undefined } {
  const seen = createSeen();
  let finish: FinishEvent = { type: 'finish', reason: 'other' };
  for (const event of readEvents(reply)) {
    if (event.type === 'finish') finish = event;
    else look(event, seen);
  }
  weigh(seen);
  const broken = judgeEnd(finish);
  if (broken) throw broken;
  const isPartial = seen.hasText && finish.reason === 'content-filter';
  return { finish, failure: isPartial ? undefined : judge(finish, seen, false) };
}

function readEvents(reply: JsonObject): ChatEvent[] {
  try {
    return readReply(reply);
  } catch (error) {
    if (error instanceof StreamError)
      throw toUpstreamError(200, { code: error.code, message: error.message }, {});
    throw new CliError('truncated', 'the answer of the model that searches is not complete', {
      cause: error,
    });
  }
}

type Searched = Pick<Found, 'query' | 'text'> & {
  results: { url: string; title: string }[];
  searched: boolean;
};

function readFound(reply: JsonObject, asked: string): Searched {
  const output = (Array.isArray(reply.output) ? reply.output : []).filter(isObject);
  const calls = output.filter(({ type }) => type === 'web_search_call');
  const actions = calls.map(({ action }) => toObject(action));
  const parts = output.flatMap(({ content }) => (Array.isArray(content) ? content.map(toObject) : []));
  const cited = parts.flatMap(({ annotations }) =>
    Array.isArray(annotations) ? annotations.map(toObject) : [],
  );
  const sources = actions.flatMap(({ sources: list }) => (Array.isArray(list) ? list.map(toObject) : []));
  const results = new Map<string, string>();
  for (const { url, title } of [...cited, ...sources]) {
    const address = toText(url);
    if (address !== undefined && !results.has(address)) results.set(address, toText(title) ?? address);
  }
  const words = parts.map(({ text, refusal }) => toText(text) ?? toText(refusal) ?? '');
  return {
    query: actions.map(({ query }) => toText(query)).find((query) => query !== undefined) ?? asked,
    results: [...results].map(([url, title]) => ({ url, title })),
    searched: results.size > 0 || calls.some(({ status }) => status !== 'failed'),
    text: words.filter(Boolean).join('\n\n'),
  };
}

/** A message as Anthropic's API gives it after a search. Source: its documentation of the web search tool. */
function toReply({ query, results, text, usage, stopReason }: Found, model: string) {
  const id = `srvtoolu_${randomUUID().replaceAll('-', '')}`;
  const content = results
    ? results.map((result) => ({
        type: 'web_search_result',
        ...result,
        encrypted_content: '',
        page_age: null,
      }))
    : { type: 'web_search_tool_result_error', error_code: 'unavailable' };
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [
      { type: 'server_tool_use', id, name: 'web_search', input: { query } },
      { type: 'web_search_tool_result', tool_use_id: id, content },
      { type: 'text', text },
    ],
    stop_reason: stopReason,
    stop_sequence: null,
    usage: {
      input_tokens: (usage?.inputTokens ?? 0) - (usage?.cachedInputTokens ?? 0),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: usage?.cachedInputTokens ?? 0,
      output_tokens: usage?.outputTokens ?? 0,
      server_tool_use: { web_search_requests: results ? 1 : 0 },
    },
  };
}

/** The same message as a stream. */
function toMessages(reply: ReturnType<typeof toReply>): SseMessage[] {
  const { content, stop_reason, stop_sequence, usage, ...head } = reply;
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage };
  const events = [
    { type: 'message_start', message: start },
    ...content.flatMap((block, index) => [
      { type: 'content_block_start', index, content_block: toOpening(block) },
      ...toDeltas(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage },
    { type: 'message_stop' },
  ];
  return events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
}

type Block = ReturnType<typeof toReply>['content'][number];

function toOpening(block: Block): JsonObject {
  if ('input' in block) return { ...block, input: {} };
  return 'text' in block ? { ...block, text: '' } : block;
}

function toDeltas(block: Block): JsonObject[] {
  if ('input' in block) return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
  return 'text' in block ? [{ type: 'text_delta', text: block.text }] : [];
}
