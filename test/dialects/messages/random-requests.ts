import type { ChatRequest, Message, ToolCallPart, ToolMessage } from '../../../src/dialects/chat-request.ts';
import type { Random } from '../../helpers/random.ts';

/** A text that is not blank. */
const createText = (random: Random) => `x${random.text(12)}`;

export function createJson(random: Random, depth = 0): unknown {
  const kind = random.integer(depth > 2 ? 3 : 5);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind === 1) return random.integer(1e6) / 8;
  if (kind <= 3) return random.text(8);
  const size = random.integer(3);
  if (kind === 4) return Array.from({ length: size }, () => createJson(random, depth + 1));
  return createJsonObject(random, depth);
}

export function createJsonObject(random: Random, depth = 0): Record<string, unknown> {
  const entries = Array.from({ length: random.integer(3) }, () => [
    createText(random),
    createJson(random, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** A request that the dialect carries as it is: what it cannot say, or says otherwise, does not occur. */
export function createPlainRequest(random: Random): ChatRequest {
  let marks = 4;
  let ids = 0;

  function mark(): object {
    if (marks === 0 || random.chance(0.8)) return {};
    marks -= 1;
    return { cache: random.pick([{}, { ttl: '5m' }, { ttl: '1h' }]) };
  }

  const text = () => ({ type: 'text' as const, text: createText(random), ...mark() });
  const image = (marked = true) => ({
    type: 'image' as const,
    source: { mediaType: 'image/png', data: 'iVBO' },
    ...(marked ? mark() : {}),
  });
  const list = <T>(create: () => T, least = 1): T[] =>
    Array.from({ length: least + random.integer(2) }, create);

  function createUser(): Message {
    const document = () => ({
      type: 'document' as const,
      mediaType: 'application/pdf',
      data: 'JVBE',
      title: random.text(5),
      ...mark(),
    });
    return { role: 'user', parts: list(() => random.pick([text, text, image, document])()) };
  }

  function createCall(): ToolCallPart {
    ids += 1;
    const args = JSON.stringify(createJsonObject(random));
    return { type: 'tool-call', id: `call-${ids}`, name: 'read', arguments: args, ...mark() };
  }

  function createAnswer(): Message[] {
    const thought = () => ({ type: 'reasoning' as const, text: random.text(9), opaque: createText(random) });
    const withheld = () => ({ ...thought(), text: '', redacted: true });
    const parts = list(() => random.pick([text, text, createCall, thought, withheld])());
    const calls = parts.filter((part) => part.type === 'tool-call');
    return [{ role: 'assistant', parts }, ...calls.map(({ id }) => createResult(id))];
  }

  function createResult(callId: string): ToolMessage {
    const isError = random.chance(0.2);
    const said = () => ({ type: 'text' as const, text: createText(random) });
    const parts = isError ? list(said) : list(() => random.pick([said, () => image(false)])(), 0);
    return { role: 'tool', callId, parts, isError, ...mark() };
  }

  const messages: Message[] = random.chance(0.5) ? [{ role: 'system', parts: list(text) }] : [];
  for (let turns = random.integer(3); turns > 0; turns -= 1) {
    messages.push(createUser(), ...createAnswer());
    while (messages.at(-1)?.role === 'tool' && random.chance(0.5)) messages.push(...createAnswer());
  }
  // A turn of results may be the last; an answer is not.
  if (messages.at(-1)?.role !== 'tool' || random.chance(0.5)) messages.push(createUser());
  return {
    model: 'claude-sonnet-4.6',
    messages,
    maxOutputTokens: 1 + random.integer(60_000),
    ...createOptions(random),
  };
}

function createOptions(random: Random): Partial<ChatRequest> {
  const thinks = random.chance(0.5);
  const effort = random.pick([{}, { effort: 'low' }, { effort: 'max' }]);
  const schema = { type: 'object', properties: { [createText(random)]: { type: 'string' } } };
  const maybe = (fields: Partial<ChatRequest>) => (random.chance(0.4) ? fields : {});
  return {
    ...(thinks ? { reasoning: { ...effort, ...(random.chance(0.5) ? { summary: 'auto' } : {}) } } : {}),
    ...(thinks ? {} : maybe({ sampling: random.pick([{ temperature: 0.5 }, { topP: 0.5, topK: 4 }]) })),
    ...maybe({ stop: [createText(random)] }),
    ...maybe({ user: random.text(5) }),
    ...maybe({ responseFormat: { type: 'json-schema', name: 'reply', schema } }),
    ...maybe({ extras: { dialect: 'messages', fields: { service_tier: random.text(4) } } }),
    ...maybe({
      tools: [
        {
          name: 'read',
          description: random.text(9),
          parameters: schema,
          ...random.pick([{}, { strict: true }]),
        },
      ],
      ...random.pick<Partial<ChatRequest>>([
        {},
        { toolChoice: 'none' },
        { toolChoice: 'auto', parallelToolCalls: false },
        thinks ? {} : { toolChoice: { name: 'read' } },
      ]),
    }),
  };
}

/** A request of any shape that the types allow. */
export function createWildRequest(random: Random): ChatRequest {
  const texts = () => ({
    type: 'text' as const,
    text: random.text(3),
    ...(random.chance(0.3) ? { cache: {} } : {}),
  });
  const ids = ['a', 'a', 'b:1', 'b_1', '', 'ü'.repeat(70)];
  const create: (() => Message)[] = [
    () => ({ role: 'system', parts: [texts()] }),
    () => ({ role: 'user', parts: random.chance(0.2) ? [] : [texts(), texts()] }),
    () => ({
      role: 'assistant',
      parts: Array.from({ length: random.integer(4) }, () =>
        random.pick([
          texts,
          () => ({
            type: 'reasoning' as const,
            text: 'Hm',
            ...random.pick([{}, { opaque: 's' }, { opaque: 's', redacted: true }]),
          }),
          () => ({
            type: 'tool-call' as const,
            id: random.pick(ids),
            name: 'read',
            arguments: random.pick(['{"a":1}', '', '{"a', '[]']),
          }),
        ])(),
      ),
    }),
    () => ({
      role: 'tool',
      callId: random.pick(ids),
      parts: random.chance(0.5) ? [texts()] : [],
      isError: random.chance(0.5),
    }),
  ];
  const messages = Array.from({ length: random.integer(8) }, () => random.pick(create)());
  return {
    ...createOptions(random),
    model: 'claude-sonnet-4.6',
    messages,
    maxOutputTokens: random.integer(99_999),
  };
}
