import type {
  AssistantMessage,
  CacheMark,
  ChatRequest,
  ImagePart,
  Message,
  TextPart,
  ToolChoice,
  ToolMessage,
} from '../../../src/dialects/chat-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import type { Random } from '../../helpers/random.ts';
import { able } from './models.ts';

export type RandomRequest = { request: ChatRequest; traits: ModelTraits };

/** A request whose every field the dialect has a word for, for a model that takes it. */
export function createRandomRequest(random: Random): RandomRequest {
  const traits = random.chance(0.5)
    ? { ...able, efforts: ['low', 'high'], maxThinkingBudget: undefined }
    : able;
  const messages = createHistory(random);
  const tools = Array.from({ length: random.integer(3) }, (_, index) => ({
    name: `tool_${index}`,
    parameters: { type: 'object', properties: { p: { type: random.pick(['string', 'number']) } } },
    ...(random.chance(0.5) ? { description: random.text(20) } : {}),
    ...(random.chance(0.3) ? { strict: random.chance(0.5) } : {}),
  }));
  // A budget for thinking goes neither with a tool that must be called nor with sampling.
  const isThinking = random.chance(0.5);
  const choices = isThinking ? (['auto', 'none'] as const) : (['required', { name: 'tool_0' }] as const);
  const request: ChatRequest = {
    model: 'able',
    messages,
    ...(tools.length > 0 ? { tools } : {}),
    ...(tools.length > 0 && random.chance(0.5) ? { toolChoice: random.pick<ToolChoice>(choices) } : {}),
    ...(tools.length > 0 && random.chance(0.5) ? { parallelToolCalls: random.chance(0.5) } : {}),
    ...createOptions(random, traits, isThinking),
  };
  return { request, traits };
}

function createOptions(random: Random, traits: ModelTraits, isThinking: boolean): Partial<ChatRequest> {
  const maybe = (fields: Partial<ChatRequest>): Partial<ChatRequest> => (random.chance(0.4) ? fields : {});
  const effort =
    traits.efforts.length > 0
      ? { effort: random.pick(traits.efforts) }
      : { budget: 1024 + random.integer(5000) };
  return {
    ...(isThinking ? maybe({ reasoning: effort }) : {}),
    ...(isThinking || traits.efforts.length > 0
      ? {}
      : maybe({ sampling: { temperature: random.integer(2), topP: 0.5, seed: random.integer(99) } })),
    ...maybe({ maxOutputTokens: 10_000 + random.integer(50_000) }),
    ...maybe({ stop: [`.${random.text(5)}`] }),
    ...maybe({
      responseFormat: random.pick([
        { type: 'json' },
        { type: 'json-schema', name: 'a', schema: { type: 'object' }, strict: true },
      ] as const),
    }),
    ...maybe({ user: random.text(10) }),
    ...maybe({ extras: { dialect: 'chat-completions', fields: { intent: true } } }),
  };
}

function createHistory(random: Random): Message[] {
  const messages: Message[] = [];
  const ids = { next: 0 };
  if (random.chance(0.5)) messages.push({ role: 'system', parts: [createText(random), createText(random)] });
  for (let turn = random.integer(3); turn >= 0; turn -= 1) {
    messages.push({ role: 'user', parts: createParts(random) });
    if (random.chance(0.7)) messages.push(...createTurn(random, ids));
  }
  return messages;
}

function createTurn(random: Random, ids: { next: number }): Message[] {
  const calls = Array.from({ length: random.integer(3) }, () => {
    ids.next += 1;
    const id = `call_${ids.next}`;
    return {
      type: 'tool-call' as const,
      id,
      name: 'tool_0',
      arguments: JSON.stringify({ p: random.text(9) }),
      ...mark(random),
    };
  });
  const opaque = random.chance(0.5) ? { opaque: `seal${random.integer(99)}` } : {};
  const thought = { type: 'reasoning' as const, text: `.${random.text(9)}`, ...opaque };
  const parts: AssistantMessage['parts'] = [
    ...(random.chance(0.5) ? [thought] : []),
    ...(random.chance(0.7) || calls.length === 0 ? [createText(random), createText(random)] : []),
    ...calls,
  ];
  const results = calls.map(({ id }) => createResult(random, id));
  return [{ role: 'assistant', parts }, ...(random.chance(0.5) ? results.reverse() : results)];
}

function createResult(random: Random, callId: string): ToolMessage {
  return { role: 'tool', callId, parts: createParts(random), isError: random.chance(0.3), ...mark(random) };
}

function createParts(random: Random): (TextPart | ImagePart)[] {
  const image: ImagePart = {
    type: 'image',
    source: { mediaType: 'image/png', data: 'AAAA' },
    ...mark(random),
  };
  return [createText(random), ...(random.chance(0.3) ? [image, createText(random)] : [])];
}

function createText(random: Random): TextPart {
  return { type: 'text', text: `.${random.text(12)}`, ...mark(random) };
}

function mark(random: Random): { cache?: CacheMark } {
  return random.chance(0.1) ? { cache: {} } : {};
}
