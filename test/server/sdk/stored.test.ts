import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, type ModelMessage, stepCountIs, streamText, tool } from 'ai';
import type OpenAI from 'openai';
import { describe, expect, it, vi } from 'vitest';
import { toObject } from '../../../src/json-value.ts';
import { createOpenai, inTurn, models, parallelCalls, startSdkServer, weatherSchema } from './clients.ts';

const city = jsonSchema<{ city: string }>(weatherSchema);

/** Everything that was said to a model, in whatever dialect it was asked. */
function readWords(body: unknown): string {
  return JSON.stringify(body);
}

describe.each(models)("the AI SDK's own way, which refers to what it got, with %s", (id) => {
  it.each(['whole', 'streamed'])('goes over several rounds of tools, %s', async (way) => {
    const answer = inTurn([
      { text: 'Let me look.', toolCalls: parallelCalls },
      { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Rom"}' }] },
      { text: 'Sunny everywhere.' },
    ]);
    const server = await startSdkServer({ answer });
    const options = {
      model: createOpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any' })(id),
      prompt: 'Weather?',
      tools: {
        get_weather: tool({ description: 'Weather', inputSchema: city, execute: async () => 'sunny' }),
      },
      stopWhen: stepCountIs(5),
      maxRetries: 0,
    };
    const text = way === 'whole' ? (await generateText(options)).text : await streamText(options).text;
    expect(text).toBe('Sunny everywhere.');
    const last = readWords(server.readBody(2));
    for (const words of ['Weather?', 'Let me look.', 'Paris', 'Köln', 'Rom', 'sunny'])
      expect(last).toContain(words);
    expect(last).not.toContain('item_reference');
  });

  it('goes over several prompts', async () => {
    const server = await startSdkServer({
      answer: inTurn([{ text: 'First.' }, { text: 'Second.' }, { text: 'Third.' }]),
    });
    const model = createOpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any' })(id);
    const messages: ModelMessage[] = [];
    for (const prompt of ['one', 'two', 'three']) {
      messages.push({ role: 'user', content: prompt });
      const reply = streamText({ model, messages, maxRetries: 0 });
      await reply.consumeStream();
      messages.push(...(await reply.response).messages);
    }
    const last = readWords(server.readBody(2));
    for (const words of ['one', 'First.', 'two', 'Second.', 'three']) expect(last).toContain(words);
  });
});

describe.each(models)('the openai package with %s', (model) => {
  it.each([true, false])('continues from the response before, stream: %s', async (stream) => {
    const server = await startSdkServer({
      answer: inTurn([{ text: 'First.' }, { text: 'Second.' }, { text: 'Third.' }]),
    });
    const client = createOpenai(server);
    let previous: string | null = null;
    for (const input of ['one', 'two', 'three']) {
      const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
        model,
        input,
        previous_response_id: previous,
      };
      const reply: OpenAI.Responses.Response = stream
        ? await client.responses.stream({ ...body, stream: true }).finalResponse()
        : await client.responses.create(body);
      previous = reply.id;
    }
    const last = readWords(server.readBody(2));
    for (const words of ['one', 'First.', 'two', 'Second.', 'three']) expect(last).toContain(words);
    const again = await client.responses.retrieve(previous ?? '');
    expect(again).toMatchObject({ id: previous, status: 'completed' });
    expect(again.output_text ?? readWords(again.output)).toContain('Third.');
  });

  it('counts the tokens of a request, with what it refers to', async () => {
    const server = await startSdkServer({ answer: { text: 'word '.repeat(200) } });
    const client = createOpenai(server);
    const first = await client.responses.create({ model, input: 'hi' });
    const count = (body: OpenAI.Responses.InputTokenCountParams) =>
      client.responses.inputTokens.count({ model, ...body });
    const alone = await count({ input: 'hi' });
    const continued = await count({ input: 'hi', previous_response_id: first.id });
    expect(alone.object).toBe('response.input_tokens');
    expect(alone.input_tokens).toBeGreaterThan(0);
    expect(continued.input_tokens).toBeGreaterThan(alone.input_tokens + 150);
  });
});

describe('an answer that was cut off', () => {
  it('by its caller is referred to with the words that came', async () => {
    const server = await startSdkServer({
      answer: { text: ['Half ', 'a ', ...Array(500).fill('more ')], deltaDelayMs: 30 },
    });
    const client = createOpenai(server);
    const stream = await client.responses.create({ model: 'claude-sonnet-4.6', input: 'one', stream: true });
    let id = '';
    let item = '';
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      if (event.type === 'response.output_item.added') item = event.item.id ?? '';
      if (event.type === 'response.output_text.delta' && event.delta.includes('a ')) break;
    }
    await vi.waitFor(() => expect(server.records).toHaveLength(1));
    expect(await client.responses.retrieve(id)).toMatchObject({ status: 'incomplete' });
    server.simulator.state.answer = { text: 'Yes.' };
    await client.responses.create({
      model: 'gpt-5.4',
      input: [
        { role: 'user', content: 'one' },
        { type: 'item_reference', id: item },
        { role: 'user', content: 'go on' },
      ],
    });
    expect(readWords(server.readBody(1))).toContain('Half a ');
  });
});

describe('what is not kept', () => {
  const ask = async (body: object, headers = {}) => {
    const server = await startSdkServer();
    const post = async (sent: object, sentHeaders = {}) => {
      const reply = await server.post('/v1/responses', { model: 'gpt-5.4', ...sent }, sentHeaders);
      return { status: reply.status, json: toObject(await reply.json()) };
    };
    const first = await post({ input: 'hi', ...body }, headers);
    return { server, post, id: String(first.json.id) };
  };

  it.each([
    ['an id that was never given', { previous_response_id: 'resp_0' }, 'previous_response_id'],
    ['an item that was never given', { input: [{ type: 'item_reference', id: 'msg_0' }] }, 'input.0'],
    ['an item by its id alone', { input: [{ role: 'user', content: 'hi' }, { id: 'msg_0' }] }, 'input.1'],
    ['an id of a megabyte', { previous_response_id: 'r'.repeat(2 ** 20) }, 'previous_response_id'],
  ])('is refused in words that name what to do: %s', async (_, body, param) => {
    const { post, server } = await ask({});
    const { status, json } = await post({ input: 'hi', ...body });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ param, message: expect.stringContaining('"store": false') });
    expect(JSON.stringify(json).length).toBeLessThan(500);
    expect(server.modelCalls()).toHaveLength(1);
  });

  it('is what its caller does not want stored', async () => {
    const { post, id, server } = await ask({ store: false });
    expect((await post({ input: 'go on', previous_response_id: id })).status).toBe(400);
    expect((await fetch(`${server.url}/v1/responses/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  it('is not shown to another caller', async () => {
    const { post, id, server } = await ask({}, { authorization: 'Bearer of-ann' });
    const theirs = { input: 'go on', previous_response_id: id };
    expect((await post(theirs, { authorization: 'Bearer of-bob' })).status).toBe(400);
    const url = `${server.url}/v1/responses/${encodeURIComponent(id)}`;
    expect((await fetch(url, { headers: { authorization: 'Bearer of-bob' } })).status).toBe(404);
    expect((await fetch(url, { headers: { authorization: 'Bearer of-ann' } })).status).toBe(200);
    expect((await post(theirs, { authorization: 'Bearer of-ann' })).status).toBe(200);
  });

  it.each(['gpt-5.3-codex', 'claude-sonnet-4.6'])(
    'says of a stream of %s that broke what the stream said',
    async (model) => {
      const server = await startSdkServer({
        answer: { text: 'One two three four five.' },
        transport: { errorEventAt: 6 },
      });
      const reply = await server.post('/v1/responses', { model, input: 'hi', stream: true });
      const events = (await reply.text())
        .split('\n')
        .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
      const last = events.at(-1);
      expect(last).toMatchObject({
        type: 'response.failed',
        response: { error: { message: expect.any(String) } },
      });
      const kept = await fetch(`${server.url}/v1/responses/${encodeURIComponent(last.response.id)}`);
      expect(await kept.json()).toMatchObject({
        status: 'failed',
        error: last.response.error,
        output: [{ content: [{ text: expect.stringMatching(/^One/) }] }],
      });
    },
  );
});
