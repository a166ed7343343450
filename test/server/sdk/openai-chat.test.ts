import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import {
  createOpenai,
  inTurn,
  models,
  parallelCalls,
  pixel,
  startSdkServer,
  thinkers,
  weatherSchema,
} from './clients.ts';

type Message = OpenAI.ChatCompletionMessageParam;

const tools: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'get_weather', description: 'Weather', parameters: weatherSchema } },
];
const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 7 };

describe.each(models)('chat.completions of the openai package with %s', (model) => {
  it('gets an answer', async () => {
    const server = await startSdkServer({ answer: { text: 'Grüße 🎉', usage } });
    const reply = await createOpenai(server).chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
    });
    expect(reply.object).toBe('chat.completion');
    expect(reply.id).not.toBe('');
    expect(reply.choices[0]?.message).toMatchObject({ role: 'assistant', content: 'Grüße 🎉' });
    expect(reply.choices[0]?.finish_reason).toBe('stop');
    expect(reply.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 7, total_tokens: 37 });
    expect(reply.usage?.prompt_tokens_details?.cached_tokens).toBe(10);
  });

  it('streams the same answer', async () => {
    const server = await startSdkServer({ answer: { text: ['Grü', 'ße ', '🎉'], usage } });
    const stream = createOpenai(server).chat.completions.stream({
      model,
      messages: [{ role: 'user', content: 'hi' }],
      stream_options: { include_usage: true },
    });
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    const reply = await stream.finalChatCompletion();
    expect(deltas.filter((delta) => delta !== '')).toEqual(['Grü', 'ße ', '🎉']);
    expect(reply.choices[0]?.message.content).toBe('Grüße 🎉');
    expect(reply.choices[0]?.finish_reason).toBe('stop');
    expect(reply.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 7 });
  });

  it.each(['finish', 'separate'] as const)(
    'gives every chunk an object, an id and a choice, usage %s',
    async (usagePlacement) => {
      const server = await startSdkServer({ answer: { text: 'a b', usagePlacement } });
      const stream = await createOpenai(server).chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'hi' }],
        stream: true,
      });
      for await (const chunk of stream) {
        expect(chunk.object).toBe('chat.completion.chunk');
        expect(chunk.id).not.toBe('');
        expect(chunk.choices).toHaveLength(1);
      }
    },
  );

  it.each(['whole', 'streamed'])('calls tools in parallel and over several rounds, %s', async (way) => {
    const answer = inTurn([
      { text: 'Let me look.', toolCalls: parallelCalls },
      { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Rom"}' }] },
      { text: 'Sunny everywhere.' },
    ]);
    const server = await startSdkServer({ answer });
    const { completions } = createOpenai(server).chat;
    const messages: Message[] = [{ role: 'user', content: 'Weather?' }];
    const called: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const body = { model, messages, tools };
      const reply =
        way === 'whole'
          ? await completions.create(body)
          : await completions.stream(body).finalChatCompletion();
      const [choice] = reply.choices;
      if (!choice) throw new Error('no choice');
      messages.push(choice.message);
      const calls = choice.message.tool_calls ?? [];
      expect(choice.finish_reason).toBe(calls.length > 0 ? 'tool_calls' : 'stop');
      for (const call of calls) {
        if (call.type !== 'function') throw new Error('no function');
        called.push(`${call.function.name} ${JSON.parse(call.function.arguments).city}`);
        messages.push({ role: 'tool', tool_call_id: call.id, content: 'sunny' });
      }
    }
    expect(called).toEqual(['get_weather Paris', 'get_weather Köln 🎉', 'get_weather Rom']);
    expect(messages.at(-1)).toMatchObject({ role: 'assistant', content: 'Sunny everywhere.' });
    const initiators = server.modelCalls().map(({ headers }) => headers['x-initiator']);
    expect(initiators).toEqual(['user', 'agent', 'agent']);
  });

  it('sends images', async () => {
    const server = await startSdkServer({ answer: { text: 'A pixel.' } });
    const url = `data:image/png;base64,${pixel}`;
    const reply = await createOpenai(server).chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    expect(reply.choices[0]?.message.content).toBe('A pixel.');
    expect(server.modelCalls()[0]?.headers['copilot-vision-request']).toBe('true');
    expect(JSON.stringify(server.readBody(0))).toContain(pixel);
  });

  it('asks for structured output, or says that the model has none', async () => {
    const server = await startSdkServer({ answer: { text: '{"city":"Rom"}' } });
    const { data, response } = await createOpenai(server)
      .chat.completions.parse({
        model,
        messages: [{ role: 'user', content: 'A city in JSON' }],
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'place', schema: weatherSchema, strict: true },
        },
      })
      .withResponse();
    expect(JSON.parse(data.choices[0]?.message.content ?? '')).toEqual({ city: 'Rom' });
    const isSent = JSON.stringify(server.readBody(0)).includes('"city":{"type":"string"}');
    expect(isSent || response.headers.has('x-copilot-cli-notice')).toBe(true);
  });

  it('ends for length, and says so', async () => {
    const server = await startSdkServer({ answer: { text: 'Once upon', finish: 'length' } });
    const { completions } = createOpenai(server).chat;
    const messages: Message[] = [{ role: 'user', content: 'A story' }];
    const reply = await completions.create({ model, messages, max_completion_tokens: 50 });
    const streamed = await completions.create({ model, messages, stream: true });
    const reasons: (string | null | undefined)[] = [];
    for await (const { choices } of streamed) reasons.push(choices[0]?.finish_reason);
    expect(reply.choices[0]?.finish_reason).toBe('length');
    expect(reasons.filter(Boolean)).toEqual(['length']);
  });
});

describe.each(thinkers)('thinking in chat.completions with %s', (model) => {
  it.each(['whole', 'streamed'])('is shown, and taken back with its seal, %s', async (way) => {
    const answer = inTurn([
      { reasoning: 'I must look.', toolCalls: parallelCalls.slice(0, 1) },
      { text: 'Sunny.' },
    ]);
    const server = await startSdkServer({ answer });
    const { completions } = createOpenai(server).chat;
    const messages: Message[] = [{ role: 'user', content: 'Weather?' }];
    const body = { model, messages, tools, reasoning_effort: 'high' as const };
    const message = way === 'whole' ? await askWhole(body) : await askStreamed(body);
    if (model !== 'gpt-5.3-codex') expect(message.reasoning_text).toBe('I must look.');
    expect(message.reasoning_opaque).toBeTruthy();
    const calls = message.tool_calls ?? [];
    messages.push(
      message,
      ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'sunny' })),
    );
    const next = await completions.create(body);
    expect(next.choices[0]?.message.content).toBe('Sunny.');
    const sent = JSON.stringify(server.readBody(1));
    // What the caller holds may be wrapped; what the model gets is its own seal.
    expect(sent).toMatch(/"(?:reasoning_opaque|encrypted_content|signature)":"[^"]{20,}"/);

    async function askWhole(request: typeof body) {
      const reply = await completions.create(request);
      return reply.choices[0]?.message as Thinking;
    }

    async function askStreamed(request: typeof body) {
      const thinking: Thinking = { role: 'assistant', content: null };
      const stream = await completions.create({ ...request, stream: true });
      for await (const { choices } of stream) {
        const delta = (choices[0]?.delta ?? {}) as Thinking;
        if (delta.reasoning_text)
          thinking.reasoning_text = (thinking.reasoning_text ?? '') + delta.reasoning_text;
        if (delta.reasoning_opaque) thinking.reasoning_opaque = delta.reasoning_opaque;
        for (const call of delta.tool_calls ?? []) addCall(thinking, call);
      }
      return thinking;
    }
  });
});

type Thinking = OpenAI.ChatCompletionAssistantMessageParam & {
  reasoning_text?: string;
  reasoning_opaque?: string;
  tool_calls?: OpenAI.ChatCompletionMessageFunctionToolCall[];
};

function addCall(message: Thinking, delta: OpenAI.ChatCompletionMessageFunctionToolCall): void {
  message.tool_calls ??= [];
  const call = message.tool_calls[0];
  if (call) call.function.arguments += delta.function.arguments;
  else message.tool_calls.push(structuredClone(delta));
}
