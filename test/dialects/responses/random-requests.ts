import type {
  AssistantMessage,
  ChatRequest,
  ImagePart,
  Message,
  ResponseFormat,
  TextPart,
  ToolChoice,
  ToolDefinition,
  UserMessage,
} from '../../../src/dialects/chat-request.ts';
import type { Random } from '../../helpers/random.ts';

/** A request that this dialect carries whole: what it changes is not among it. */
export function createRandomRequest(random: Random): ChatRequest {
  const request: ChatRequest = { model: 'gpt-5.4-mini', messages: createMessages(random) };
  if (random.chance(0.5)) {
    request.tools = Array.from({ length: 1 + random.integer(3) }, (_, index) => createTool(random, index));
    if (random.chance(0.5))
      request.toolChoice = random.pick<ToolChoice>(['auto', 'none', 'required', { name: 'tool_0' }]);
    if (random.chance(0.5)) request.parallelToolCalls = random.chance(0.5);
  }
  if (random.chance(0.3))
    request.reasoning = random.pick([
      { effort: 'low' },
      { summary: 'auto' as const },
      { effort: 'high', summary: 'detailed' as const },
    ]);
  if (random.chance(0.3)) request.maxOutputTokens = 16 + random.integer(1000);
  if (random.chance(0.3)) request.responseFormat = createFormat(random);
  if (random.chance(0.3)) request.user = random.text(5);
  if (random.chance(0.3)) request.metadata = { [random.text(3)]: random.text(5) };
  if (random.chance(0.3))
    request.extras = {
      dialect: 'responses',
      fields: random.pick([
        { truncation: 'auto' },
        { include: ['x'] },
        { text: { verbosity: 'low' } },
        { top_logprobs: 1, tools: [{ type: 'web_search' }] },
      ]),
    };
  return request;
}

/** Turns that follow each other as they do in life: each call has its result, and assistants do not speak twice in a row. */
function createMessages(random: Random): Message[] {
  const messages: Message[] = [createUserMessage(random)];
  let calls = 0;
  for (let turn = random.integer(4); turn > 0; turn -= 1) {
    if (random.chance(0.2)) messages.push({ role: 'system', parts: [createText(random)] });
    const assistant = createAssistantMessage(random, () => `call_${calls++}`);
    messages.push(assistant);
    const isCalled = assistant.parts.filter((part) => part.type === 'tool-call');
    for (const { id } of isCalled)
      messages.push({ role: 'tool', callId: id, parts: [createText(random)], isError: random.chance(0.2) });
    messages.push(createUserMessage(random));
  }
  return random.chance(0.3)
    ? [{ role: 'system', parts: [createText(random), createText(random)] }, ...messages]
    : messages;
}

function createUserMessage(random: Random): UserMessage {
  const parts: UserMessage['parts'] = [createText(random)];
  if (random.chance(0.2)) parts.push(createImage(random));
  if (random.chance(0.1))
    parts.push({
      type: 'document',
      mediaType: 'application/pdf',
      data: 'JVBE',
      title: `${random.text(4)}.txt`,
    });
  if (random.chance(0.2)) parts.push(createText(random));
  return { role: 'user', parts };
}

function createAssistantMessage(random: Random, createId: () => string): AssistantMessage {
  const parts = Array.from({ length: 1 + random.integer(4) }, (): AssistantMessage['parts'][number] => {
    if (random.chance(0.4)) return createText(random);
    if (random.chance(0.4)) return { type: 'reasoning', text: random.text(8), opaque: `S${random.text(12)}` };
    return {
      type: 'tool-call',
      id: createId(),
      name: random.pick(['read', 'write_2']),
      arguments: JSON.stringify({ a: random.text(9) }),
    };
  });
  return { role: 'assistant', parts };
}

function createText(random: Random): TextPart {
  return { type: 'text', text: random.text(20) };
}

function createImage(random: Random): ImagePart {
  return { type: 'image', source: { mediaType: random.pick(['image/png', 'image/webp']), data: 'AAAA' } };
}

function createTool(random: Random, index: number): ToolDefinition {
  const tool: ToolDefinition = {
    name: `tool_${index}`,
    parameters: { type: 'object', properties: { [random.text(4)]: { type: 'array', items: {} } } },
    strict: random.chance(0.5),
  };
  return random.chance(0.5) ? { ...tool, description: random.text(10) } : tool;
}

function createFormat(random: Random): ResponseFormat {
  const schema: ResponseFormat = { type: 'json-schema', name: 'n', schema: { type: 'object' } };
  return random.pick<ResponseFormat>([
    { type: 'text' },
    { type: 'json' },
    schema,
    { ...schema, strict: true, description: random.text(6) },
  ]);
}
