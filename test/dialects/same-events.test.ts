import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseModels, toTraits } from '../../src/copilot/model.ts';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import type { ChatRequest, DialectName, Message } from '../../src/dialects/chat-request.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import type { ModelTraits } from '../../src/dialects/model-traits.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { openSimulator } from '../simulator/test-client.ts';
import { askSimulator } from './ask-simulator.ts';
import { joinEvents, toAssistantMessage } from './joined-events.ts';
import { prices, scenarios } from './same-scenarios.ts';

/** The same request is asked of each. */
const routes: { dialect: Dialect; model: string }[] = [
  { dialect: chatCompletions, model: 'claude-sonnet-4.6' },
  { dialect: chatCompletions, model: 'gpt-5-mini' },
  { dialect: responses, model: 'gpt-5.4-mini' },
  { dialect: messages, model: 'claude-sonnet-4.6' },
];

type Events = readonly object[];

/** What a dialect does not carry, to the model or back, by its row in docs/design/dialects.md. */
type Loss = {
  row: string;
  dialects: DialectName[];
  toModel?: (request: ChatRequest) => ChatRequest;
  fromModel?: (events: Events) => Events;
};

const losses: Loss[] = [
  {
    row: 'the name and the strictness of a schema',
    dialects: ['messages'],
    toModel(request) {
      if (request.responseFormat?.type !== 'json-schema') return request;
      const { strict: _, ...format } = request.responseFormat;
      return { ...request, responseFormat: { ...format, name: 'reply' } };
    },
  },
  {
    row: 'a request to show the thinking',
    dialects: ['chat-completions'],
    toModel(request) {
      const { summary: _, ...reasoning } = request.reasoning ?? {};
      return request.reasoning ? { ...request, reasoning } : request;
    },
  },
  {
    row: 'the fact that nothing was written to a cache',
    dialects: ['chat-completions', 'responses'],
    fromModel: (events) => events.map(withoutZero),
  },
];

/** A count of 0 is not told. */
function withoutZero(event: object): object {
  const { usage } = event as { usage?: { cacheWriteTokens?: number } };
  return usage?.cacheWriteTokens === 0
    ? { ...event, usage: { ...usage, cacheWriteTokens: undefined } }
    : event;
}

function loseOnTheWay(dialect: Dialect, request: ChatRequest, events: Events) {
  let carried = { request, events };
  for (const { dialects, toModel, fromModel } of losses) {
    if (!dialects.includes(dialect.name)) continue;
    carried = {
      request: toModel?.(carried.request) ?? carried.request,
      events: fromModel?.(carried.events) ?? carried.events,
    };
  }
  return carried;
}

const architecture = readFileSync(new URL('../../docs/design/dialects.md', import.meta.url), 'utf8');

async function openWorld(model: string): Promise<{ simulator: Simulator; traits: ModelTraits }> {
  const simulator = await openSimulator();
  const { catalogue } = simulator.state;
  const entry = catalogue.find((candidate) => typeof candidate === 'object' && candidate.id === model);
  const { models } = parseModels([entry]);
  if (!entry || !models[0]) throw new Error(`the catalogue lacks ${model}`);
  Object.assign(entry, { billing: { token_prices: { batch_size: 1e6, default: prices } } });
  return { simulator, traits: toTraits(models[0]) };
}

/** What a conversation keeps of a reply: the message, and results of the calls in it. */
function toReply(events: readonly ChatEvent[], model: string): Message[] {
  const message = toAssistantMessage(events, model);
  const results = message.parts.flatMap((part): Message[] =>
    part.type === 'tool-call'
      ? [{ role: 'tool', callId: part.id, parts: [{ type: 'text', text: part.name }], isError: false }]
      : [],
  );
  return [message, ...results];
}

/** What the model was asked, as it arrived. */
function readRequest(simulator: Simulator, dialect: Dialect): ChatRequest {
  const arrived = simulator.requestsTo(dialect.path).at(-1);
  return normalise(dialect.readRequest(arrived?.body).request);
}

/** The names of models are of the route, no dialect has one beside a thought, and a tool is strict only where it says so. */
function normalise(request: ChatRequest): ChatRequest {
  const messages = request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, parts: message.parts.map((part) => ({ ...part, model: undefined })) }
      : message,
  );
  const tools = request.tools?.map((tool) => ({ strict: false, ...tool }));
  return { ...request, model: '', messages, tools } as ChatRequest;
}

it('what is lost on the way stands in the table of the documents', () => {
  const rows = architecture.split('\n').map((line) => line.split('|')[1]?.trim());
  expect(rows).toEqual(expect.arrayContaining(losses.map(({ row }) => row)));
});

describe.each(scenarios)('$name', ({ turns }) => {
  it.each(routes)('is the same over $dialect.path by $model', async ({ dialect, model }) => {
    for (const stream of [true, false]) {
      const { simulator, traits } = await openWorld(model);
      let reply: Message[] = [];
      for (const { ask, answer, events } of turns) {
        simulator.state.answer = answer;
        const request = ask(reply);
        const answered = await askSimulator(simulator, request, { dialect, traits, stream });
        const carried = loseOnTheWay(dialect, request, events);
        expect(joinEvents(answered)).toEqual(carried.events);
        expect(readRequest(simulator, dialect)).toEqual(normalise(carried.request));
        reply = toReply(answered, model);
      }
    }
  });
});
