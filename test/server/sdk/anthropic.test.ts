import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import {
  createAnthropic,
  inTurn,
  models,
  parallelCalls,
  pixel,
  startSdkServer,
  thinkers,
  weatherSchema,
} from './clients.ts';

type Body = Anthropic.MessageCreateParamsNonStreaming;

const tools: Anthropic.Tool[] = [
  { name: 'get_weather', description: 'Weather', input_schema: weatherSchema },
];
const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 7 };
const says = (content: string): Anthropic.MessageParam => ({ role: 'user', content });

/** Both ways of the package to the same message. */
async function ask(client: Anthropic, way: string, body: Body): Promise<Anthropic.Message> {
  return way === 'whole' ? client.messages.create(body) : client.messages.stream(body).finalMessage();
}

describe.each(models)('messages of the Anthropic package with %s', (model) => {
  it.each(['whole', 'streamed'])('get an answer, %s', async (way) => {
    const server = await startSdkServer({ answer: { text: ['Grü', 'ße ', '🎉'], usage } });
    const reply = await ask(createAnthropic(server), way, {
      model,
      max_tokens: 100,
      system: 'Be brief.',
      messages: [says('hi')],
    });
    expect(reply).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    expect(reply.content).toMatchObject([{ type: 'text', text: 'Grüße 🎉' }]);
    expect(reply.usage).toMatchObject({ input_tokens: 20, cache_read_input_tokens: 10, output_tokens: 7 });
  });

  it.each(['whole', 'streamed'])('call tools in parallel and over several rounds, %s', async (way) => {
    const answer = inTurn([
      { text: 'Let me look.', toolCalls: parallelCalls },
      { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Rom"}' }] },
      { text: 'Sunny everywhere.' },
    ]);
    const server = await startSdkServer({ answer });
    const client = createAnthropic(server);
    const messages: Anthropic.MessageParam[] = [says('Weather?')];
    const called: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { content, stop_reason } = await ask(client, way, { model, max_tokens: 100, messages, tools });
      const calls = content.filter((block) => block.type === 'tool_use');
      expect(stop_reason).toBe(calls.length > 0 ? 'tool_use' : 'end_turn');
      called.push(...calls.map(({ input }) => input));
      messages.push({ role: 'assistant', content });
      const results = calls.map(({ id }) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: 'sunny',
      }));
      if (calls.length > 0) messages.push({ role: 'user', content: results });
    }
    expect(called).toEqual([{ city: 'Paris' }, { city: 'Köln 🎉' }, { city: 'Rom' }]);
    expect(messages.at(-1)?.content).toMatchObject([{ type: 'text', text: 'Sunny everywhere.' }]);
    const initiators = server.modelCalls().map(({ headers }) => headers['x-initiator']);
    expect(initiators).toEqual(['user', 'agent', 'agent']);
  });

  it('send images', async () => {
    const server = await startSdkServer({ answer: { text: 'A pixel.' } });
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: pixel };
    const content = [
      { type: 'text' as const, text: 'What is it?' },
      { type: 'image' as const, source },
    ];
    const body = { model, max_tokens: 100, messages: [{ role: 'user' as const, content }] };
    const reply = await createAnthropic(server).messages.create(body);
    expect(reply.content).toMatchObject([{ text: 'A pixel.' }]);
    expect(server.modelCalls()[0]?.headers['copilot-vision-request']).toBe('true');
    expect(JSON.stringify(server.readBody(0))).toContain(pixel);
  });

  it('ask for structured output, or say that the model has none', async () => {
    const server = await startSdkServer({ answer: { text: '{"city":"Rom"}' } });
    const { data, response } = await createAnthropic(server)
      .messages.create({
        model,
        max_tokens: 100,
        messages: [says('A city in JSON')],
        output_config: { format: { type: 'json_schema', schema: weatherSchema } },
      })
      .withResponse();
    expect(data.content).toMatchObject([{ text: '{"city":"Rom"}' }]);
    const isSent = JSON.stringify(server.readBody(0)).includes('"city":{"type":"string"}');
    expect(isSent || response.headers.has('x-copilot-cli-notice')).toBe(true);
  });

  it.each(['whole', 'streamed'])('end for length, and say so, %s', async (way) => {
    const server = await startSdkServer({ answer: { text: 'Once upon', finish: 'length' } });
    const body = { model, max_tokens: 50, messages: [says('A story')] };
    const reply = await ask(createAnthropic(server), way, body);
    expect(reply.stop_reason).toBe('max_tokens');
    expect(reply.content).toMatchObject([{ text: 'Once upon' }]);
  });
});

describe.each(thinkers)('thinking in messages with %s', (model) => {
  it.each(['whole', 'streamed'])('is shown, and taken back with its signature, %s', async (way) => {
    const answer = inTurn([
      { reasoning: 'I must look.', toolCalls: parallelCalls.slice(0, 1) },
      { text: 'Sunny.' },
    ]);
    const server = await startSdkServer({ answer });
    const client = createAnthropic(server);
    const body = {
      model,
      max_tokens: 4000,
      tools,
      thinking: { type: 'enabled' as const, budget_tokens: 2000 },
    };
    const reply = await ask(client, way, { ...body, messages: [says('Weather?')] });
    const thoughts = reply.content.filter((block) => block.type === 'thinking');
    const call = reply.content.find((block) => block.type === 'tool_use');
    if (!call) throw new Error('no call');
    // Gemini's signature comes when the calls are done, and a block that is closed takes no more.
    expect(thoughts.map(({ thinking }) => thinking).join('')).toBe('I must look.');
    expect(thoughts.map(({ signature }) => signature).join('')).not.toBe('');
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'sunny' };
    const next = await ask(client, way, {
      ...body,
      messages: [
        says('Weather?'),
        { role: 'assistant', content: reply.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(next.content).toMatchObject([{ type: 'text', text: 'Sunny.' }]);
    expect(JSON.stringify(server.readBody(1))).toMatch(
      /"(?:reasoning_opaque|encrypted_content|signature)":"[^"]{20,}"/,
    );
  });
});
