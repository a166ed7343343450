import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';
import { type FakeOllama, startFakeOllama } from '../helpers/fake-ollama.ts';
import { createAnthropic, createOpenai } from './sdk/clients.ts';

const model = 'ollama/qwen3:8b';

/** A server before Copilot and an Ollama of the given dialect. */
async function startWithOllama(entry: object = {}): Promise<{ server: TestServer; ollama: FakeOllama }> {
  const ollama = await startFakeOllama();
  const url = `${ollama.url}/v1`;
  const server = await startTestServer({
    endpoints: { ollama: { url, dialect: 'chat-completions', ...entry } },
  });
  return { server, ollama };
}

const says = (content: string) => ({ role: 'user' as const, content });
const calls = ({ requests }: FakeOllama) => requests.filter(({ method }) => method === 'POST');

describe('a model of an endpoint behind the server', () => {
  it.each(['chat-completions', 'messages'])(
    'answers the packages of both vendors, from %s',
    async (dialect) => {
      const { server, ollama } = await startWithOllama({ dialect });
      ollama.state.text = ['Grü', 'ße ', '🎉'];
      const openai = createOpenai(server);
      const anthropic = createAnthropic(server);
      const chat = await openai.chat.completions.create({ model, messages: [says('hi')] });
      expect(chat.choices[0]?.message.content).toBe('Grüße 🎉');
      expect(chat.usage).toMatchObject({ prompt_tokens: 26, completion_tokens: 5 });
      const streamed = openai.chat.completions.stream({ model, messages: [says('hi')] });
      expect((await streamed.finalMessage()).content).toBe('Grüße 🎉');
      const response = await openai.responses.create({ model, input: 'hi' });
      expect(response.output_text).toBe('Grüße 🎉');
      const body = { model, max_tokens: 50, messages: [says('hi')] };
      expect((await anthropic.messages.create(body)).content).toMatchObject([{ text: 'Grüße 🎉' }]);
      expect((await anthropic.messages.stream(body).finalMessage()).usage).toMatchObject({
        input_tokens: 26,
        output_tokens: 5,
      });
      expect(server.modelCalls()).toEqual([]);
      expect(calls(ollama).map(({ body }) => body.model)).toEqual(Array(5).fill('qwen3:8b'));
    },
  );

  it('gets a request of its own dialect as it is, and its answer passes byte by byte', async () => {
    const { server, ollama } = await startWithOllama();
    const body = {
      messages: [{ role: 'user', content: 'hi', name: 'me' }],
      logprobs: true,
      n: 1,
      keep_alive: '5m',
      stream: true,
      store: false,
    };
    const direct = await fetch(`${ollama.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ ...body, model: 'qwen3:8b' }),
    });
    const expected = await direct.text();
    const passed = await server.post('/v1/chat/completions', { ...body, model });
    expect(passed.headers.get('x-copilot-cli-route')).toBe('native /chat/completions');
    expect(await passed.text()).toBe(expected);
    const [first, second] = calls(ollama);
    expect(second?.body).toEqual(first?.body);
  });

  it('gives an answer in one piece as it is', async () => {
    const { server, ollama } = await startWithOllama();
    ollama.state.thinking = 'Hm.';
    const answer = await server.post('/v1/chat/completions', { model, messages: [says('hi')] });
    expect(await answer.json()).toMatchObject({
      system_fingerprint: 'fp_ollama',
      choices: [{ message: { reasoning: 'Hm.' } }],
    });
  });

  it('is listed by GET /models, and found there by its name with the slash', async () => {
    const { server } = await startWithOllama();
    const { data } = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['gpt-5-mini', model]));
    const one = await fetch(`${server.url}/v1/models/${model}`);
    expect(await one.json()).toMatchObject({ id: model, owned_by: 'ollama' });
  });

  it('embeds texts', async () => {
    const { server, ollama } = await startWithOllama();
    const reply = await createOpenai(server).embeddings.create({
      model: 'ollama/nomic-embed-text',
      input: ['a', 'b'],
      encoding_format: 'float',
    });
    expect(reply.data.map(({ embedding }) => embedding)).toEqual([
      [0.5, -0.5],
      [0.5, -0.5],
    ]);
    expect(calls(ollama)).toMatchObject([
      { path: '/v1/embeddings', body: { model: 'nomic-embed-text:latest' } },
    ]);
  });

  it('is not searched for at Copilot, nor is the search of Claude Code done there', async () => {
    const { server, ollama } = await startWithOllama();
    const search = {
      model,
      max_tokens: 100,
      messages: [says('Perform a web search for the query: secret plans')],
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    };
    await server.post('/v1/messages', search);
    expect(server.modelCalls()).toEqual([]);
    expect(calls(ollama)).toHaveLength(1);
    const missing = await server.post('/v1/messages', { ...search, model: 'ollama/gpt-5-mini' });
    expect(missing.status).toBe(404);
    expect(server.modelCalls()).toEqual([]);
  });

  it('fails in its own name, and leaves the sign-in at GitHub as it is', async () => {
    const { server, ollama } = await startWithOllama();
    await fetch(`${server.url}/v1/models`);
    ollama.state.fault = { status: 401, body: { error: 'unauthorized' } };
    const refused = await server.post('/v1/messages', { model, max_tokens: 9, messages: [says('hi')] });
    expect(refused.status).toBe(401);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error.message).toContain('ollama asks for a key');
    expect(error.message).not.toMatch(/GitHub|Copilot|sign/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    ollama.state.fault = undefined;
    ollama.state.streamError = 'out of memory';
    const broken = await server.post('/v1/chat/completions', { model, messages: [says('hi')], stream: true });
    expect(await broken.text()).toContain('out of memory');
  });

  it('gets no header of the caller or of Copilot, but the betas of Anthropic', async () => {
    const { server, ollama } = await startWithOllama({ dialect: 'messages' });
    await server.post(
      '/v1/messages',
      { model, max_tokens: 9, messages: [says('hi')] },
      {
        'x-api-key': 'of-the-server',
        authorization: 'Bearer of-the-server',
        'anthropic-beta': 'a-1',
        'x-mine': '1',
      },
    );
    const { headers } = calls(ollama)[0] ?? { headers: {} };
    expect(headers).toMatchObject({ 'anthropic-beta': 'a-1', 'anthropic-version': '2023-06-01' });
    expect(Object.keys(headers).join()).not.toMatch(
      /copilot|editor|initiator|x-mine|authorization|x-api-key/,
    );
  });

  it('gets no sealed thinking of a model of Copilot', async () => {
    const { server, ollama } = await startWithOllama({ dialect: 'messages' });
    server.simulator.state.answer = { text: ['Paris'], reasoning: 'Let me think.' };
    const ask = async (asked: string, messages: object[]) => {
      const reply = await server.post('/v1/messages', {
        model: asked,
        max_tokens: 2000,
        messages,
        thinking: { type: 'enabled', budget_tokens: 1024 },
      });
      expect(reply.status).toBe(200);
      return (await reply.json()) as { content: { type: string; signature?: string }[] };
    };
    const first = await ask('claude-haiku-4.5', [says('hi')]);
    const seal = first.content.find(({ type }) => type === 'thinking')?.signature;
    expect(seal).toEqual(expect.any(String));
    await ask(model, [says('hi'), { role: 'assistant', content: first.content }, says('again')]);
    expect(JSON.stringify(calls(ollama)[0]?.body)).not.toContain(seal);
    expect(calls(ollama)[0]?.body).toMatchObject({ messages: { length: 3 } });
  });

  it('is counted by its tokens, without credits', async () => {
    const { server } = await startWithOllama();
    await server.post('/v1/messages', { model, max_tokens: 9, messages: [says('hi')] });
    expect(server.records).toMatchObject([
      {
        model,
        custom: 'ollama',
        status: 200,
        usage: { inputTokens: 26, outputTokens: 5, credits: undefined },
      },
    ]);
    expect(server.records[0]?.usage).not.toHaveProperty('estimatedCredits');
  });
});

describe('adaptations behind the server', () => {
  it('make a stream of an endpoint that has none', async () => {
    const { server, ollama } = await startWithOllama({
      request: { set: { stream: false }, drop: ['stream_options'] },
    });
    const body = { model, messages: [says('hi')] };
    const chat = createOpenai(server).chat.completions.stream({ ...body, stream: true });
    expect((await chat.finalMessage()).content).toBe('Hello from Ollama.');
    const message = createAnthropic(server).messages.stream({ ...body, max_tokens: 50 });
    expect((await message.finalMessage()).content).toMatchObject([{ text: 'Hello from Ollama.' }]);
    expect(calls(ollama).map(({ body: sent }) => sent.stream)).toEqual([false, false]);
  });

  it('touch neither the list of models nor embeddings, but for the names of models', async () => {
    const { server, ollama } = await startWithOllama({
      request: { set: { think: false }, models: { 'small-embedder': 'nomic-embed-text:latest' } },
      answer: { rename: { data: 'items' }, drop: ['object'] },
    });
    const reply = await createOpenai(server).embeddings.create({
      model: 'ollama/small-embedder',
      input: 'a',
      encoding_format: 'float',
    });
    expect(reply.data).toHaveLength(1);
    expect(calls(ollama)).toMatchObject([{ body: { model: 'nomic-embed-text:latest' } }]);
    expect(calls(ollama)[0]?.body).not.toHaveProperty('think');
  });

  it('change requests and streams of both ways', async () => {
    const { server, ollama } = await startWithOllama({
      request: {
        rename: { max_tokens: 'max_output' },
        drop: ['messages.*.name', 'keep_alive'],
        default: { temperature: 0.2 },
        set: { 'options.num_ctx': 8192 },
        models: { fast: 'qwen3:8b' },
      },
      answer: { drop: ['system_fingerprint'], models: { 'qwen3:8b': 'fast' } },
    });
    const body = { model: 'ollama/fast', max_tokens: 7, keep_alive: '5m', stream: true };
    const messages = [{ role: 'user', content: 'hi', name: 'me' }];
    const native = await (await server.post('/v1/chat/completions', { ...body, messages })).text();
    expect(native).not.toContain('fp_ollama');
    expect(native).toContain('"model":"fast"');
    const translated = await server.post('/v1/messages', {
      model: 'ollama/fast',
      max_tokens: 7,
      messages: [says('hi')],
    });
    expect(await translated.json()).toMatchObject({ content: [{ text: 'Hello from Ollama.' }] });
    for (const call of calls(ollama)) {
      expect(call.body).toMatchObject({
        model: 'qwen3:8b',
        max_output: 7,
        temperature: 0.2,
        options: { num_ctx: 8192 },
      });
      expect(JSON.stringify(call.body)).not.toMatch(/max_tokens|keep_alive|"name"/);
    }
  });
});
