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

type Item = OpenAI.Responses.ResponseInputItem;
type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming & { model: string };

const tools: OpenAI.Responses.Tool[] = [
  { type: 'function', name: 'get_weather', description: 'Weather', parameters: weatherSchema, strict: true },
];
const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 7 };

/** Both ways of the package to the same response. */
async function ask(client: OpenAI, way: string, body: Body): Promise<OpenAI.Responses.Response> {
  if (way === 'whole') return client.responses.create({ ...body, stream: false });
  return client.responses.stream({ ...body, stream: true }).finalResponse();
}

describe.each(models)('responses of the openai package with %s', (model) => {
  it.each(['whole', 'streamed'])('get an answer, %s', async (way) => {
    const server = await startSdkServer({ answer: { text: ['Grü', 'ße ', '🎉'], usage } });
    const reply = await ask(createOpenai(server), way, { model, instructions: 'Be brief.', input: 'hi' });
    expect(reply.output_text).toBe('Grüße 🎉');
    expect(reply.status).toBe('completed');
    expect(reply.usage).toMatchObject({ input_tokens: 30, output_tokens: 7, total_tokens: 37 });
    expect(reply.usage?.input_tokens_details.cached_tokens).toBe(10);
  });

  it('streams events that belong together', async () => {
    const server = await startSdkServer({ answer: { text: ['a ', 'b'], toolCalls: parallelCalls } });
    const stream = await createOpenai(server).responses.create({ model, input: 'hi', tools, stream: true });
    const ids = new Map<number, Set<string>>();
    const types: string[] = [];
    for await (const event of stream) {
      types.push(event.type);
      if (!('output_index' in event)) continue;
      const seen = ids.get(event.output_index) ?? new Set();
      ids.set(event.output_index, seen);
      if ('item_id' in event) seen.add(event.item_id);
      if ('item' in event && event.item.id) seen.add(event.item.id);
    }
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
    expect(ids.size).toBeGreaterThanOrEqual(3);
    expect(new Set([...ids.values()].map(({ size }) => size))).toEqual(new Set([1]));
  });

  it.each(['whole', 'streamed'])('call tools in parallel and over several rounds, %s', async (way) => {
    const answer = inTurn([
      { text: 'Let me look.', toolCalls: parallelCalls },
      { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Rom"}' }] },
      { text: 'Sunny everywhere.' },
    ]);
    const server = await startSdkServer({ answer });
    const client = createOpenai(server);
    const input: Item[] = [{ role: 'user', content: 'Weather?' }];
    const called: string[] = [];
    let said = '';
    for (let round = 0; round < 3; round += 1) {
      const reply = await ask(client, way, { model, input, tools, store: false });
      said = reply.output_text;
      input.push(...(reply.output as Item[]));
      for (const item of reply.output) {
        if (item.type !== 'function_call') continue;
        called.push(`${item.name} ${JSON.parse(item.arguments).city}`);
        input.push({ type: 'function_call_output', call_id: item.call_id, output: 'sunny' });
      }
    }
    expect(called).toEqual(['get_weather Paris', 'get_weather Köln 🎉', 'get_weather Rom']);
    expect(said).toBe('Sunny everywhere.');
    const initiators = server.modelCalls().map(({ headers }) => headers['x-initiator']);
    expect(initiators).toEqual(['user', 'agent', 'agent']);
  });

  it('send images', async () => {
    const server = await startSdkServer({ answer: { text: 'A pixel.' } });
    const image = {
      type: 'input_image' as const,
      image_url: `data:image/png;base64,${pixel}`,
      detail: 'auto' as const,
    };
    const reply = await createOpenai(server).responses.create({
      model,
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'What is it?' }, image] }],
    });
    expect(reply.output_text).toBe('A pixel.');
    expect(server.modelCalls()[0]?.headers['copilot-vision-request']).toBe('true');
    expect(JSON.stringify(server.readBody(0))).toContain(pixel);
  });

  it('ask for structured output, or say that the model has none', async () => {
    const server = await startSdkServer({ answer: { text: '{"city":"Rom"}' } });
    const { data, response } = await createOpenai(server)
      .responses.parse({
        model,
        input: 'A city in JSON',
        text: { format: { type: 'json_schema', name: 'place', schema: weatherSchema, strict: true } },
      })
      .withResponse();
    expect(JSON.parse(data.output_text)).toEqual({ city: 'Rom' });
    const isSent = JSON.stringify(server.readBody(0)).includes('"city":{"type":"string"}');
    expect(isSent || response.headers.has('x-copilot-cli-notice')).toBe(true);
  });

  it.each(['whole', 'streamed'])('end for length, and say so, %s', async (way) => {
    const server = await startSdkServer({ answer: { text: 'Once upon', finish: 'length' } });
    const reply = await ask(createOpenai(server), way, { model, input: 'A story', max_output_tokens: 50 });
    expect(reply.status).toBe('incomplete');
    expect(reply.incomplete_details?.reason).toBe('max_output_tokens');
    expect(reply.output_text).toBe('Once upon');
  });
});

describe.each(thinkers)('thinking in responses with %s', (model) => {
  it.each(['whole', 'streamed'])('is shown, and taken back with its seal, %s', async (way) => {
    const answer = inTurn([
      { reasoning: 'I must look.', toolCalls: parallelCalls.slice(0, 1) },
      { text: 'Sunny.' },
    ]);
    const server = await startSdkServer({ answer });
    const client = createOpenai(server);
    const body = {
      model,
      tools,
      store: false,
      reasoning: { effort: 'high' as const, summary: 'auto' as const },
      include: ['reasoning.encrypted_content' as const],
    };
    const input: Item[] = [{ role: 'user', content: 'Weather?' }];
    const reply = await ask(client, way, { ...body, input });
    const thoughts = reply.output.filter((item) => item.type === 'reasoning');
    expect(thoughts.flatMap(({ summary }) => summary.map(({ text }) => text))).toEqual(['I must look.']);
    expect(thoughts.some(({ encrypted_content }) => encrypted_content)).toBe(true);
    input.push(...(reply.output as Item[]));
    for (const item of reply.output)
      if (item.type === 'function_call')
        input.push({ type: 'function_call_output', call_id: item.call_id, output: 'sunny' });
    expect((await ask(client, way, { ...body, input })).output_text).toBe('Sunny.');
    expect(JSON.stringify(server.readBody(1))).toMatch(
      /"(?:reasoning_opaque|encrypted_content|signature)":"[^"]{20,}"/,
    );
  });
});

describe.each(models)('references to items that were never stored, with %s', (model) => {
  it('are refused in words that say what to do', async () => {
    const server = await startSdkServer();
    const refused = createOpenai(server).responses.create({
      model,
      input: [
        { role: 'user', content: 'hi' },
        { type: 'item_reference', id: 'msg_1' },
      ],
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      param: 'input.1',
      message: expect.stringContaining('Send the items themselves'),
    });
    expect(server.modelCalls()).toEqual([]);
  });
});
