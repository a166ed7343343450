import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import type { TestServer } from '../../helpers/api-server.ts';
import { inTurn, models, parallelCalls, pixel, startSdkServer, thinkers, weatherSchema } from './clients.ts';

/** How the Vercel AI SDK reaches each of the three APIs. */
const providers = {
  openai: ({ url }: TestServer) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' }).responses,
  'openai chat': ({ url }: TestServer) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' }).chat,
  'openai-compatible': ({ url }: TestServer) =>
    createOpenAICompatible({ name: 'copilot', baseURL: `${url}/v1`, includeUsage: true }),
  anthropic: ({ url }: TestServer) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'any' }),
} as const;

const rows = (Object.keys(providers) as (keyof typeof providers)[]).flatMap((provider) =>
  models.map((model) => ({ provider, model })),
);
const city = jsonSchema<{ city: string }>(weatherSchema);
const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 7 };

describe.each(rows)('the AI SDK by $provider with $model', ({ provider, model: id }) => {
  it('generates and streams text', async () => {
    const server = await startSdkServer({ answer: { text: ['Grü', 'ße ', '🎉'], usage } });
    const model = providers[provider](server)(id);
    const whole = await generateText({ model, prompt: 'hi', maxRetries: 0 });
    const streamed = streamText({ model, prompt: 'hi', maxRetries: 0 });
    expect(await streamed.text).toBe('Grüße 🎉');
    for (const reply of [whole, streamed]) {
      expect(await reply.text).toBe('Grüße 🎉');
      expect(await reply.finishReason).toBe('stop');
      expect(await reply.usage).toMatchObject({ inputTokens: 30, outputTokens: 7 });
    }
  });

  it.each(['whole', 'streamed'])('calls tools in parallel and over several rounds, %s', async (way) => {
    const answer = inTurn([
      { text: 'Let me look.', toolCalls: parallelCalls },
      { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Rom"}' }] },
      { text: 'Sunny everywhere.' },
    ]);
    const server = await startSdkServer({ answer });
    const called: string[] = [];
    const execute = async (input: { city: string }): Promise<string> => {
      called.push(input.city);
      return 'sunny';
    };
    const options = {
      model: providers[provider](server)(id),
      // Left to itself, this provider refers to items that it believes to be stored.
      providerOptions: { openai: { store: false } },
      prompt: 'Weather?',
      tools: { get_weather: tool({ description: 'Weather', inputSchema: city, execute }) },
      stopWhen: stepCountIs(5),
      maxRetries: 0,
    };
    const text = way === 'whole' ? (await generateText(options)).text : await streamText(options).text;
    expect(text).toBe('Sunny everywhere.');
    expect(called).toEqual(['Paris', 'Köln 🎉', 'Rom']);
  });

  it('sends images', async () => {
    const server = await startSdkServer({ answer: { text: 'A pixel.' } });
    const { text } = await generateText({
      model: providers[provider](server)(id),
      maxRetries: 0,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image', image: Buffer.from(pixel, 'base64') },
          ],
        },
      ],
    });
    expect(text).toBe('A pixel.');
    expect(JSON.stringify(server.readBody(0))).toContain(pixel);
  });

  it('generates objects', async () => {
    const answer =
      provider === 'anthropic'
        ? ({ body }: { body: unknown }) =>
            JSON.stringify(body).includes('"name":"json"')
              ? { toolCalls: [{ name: 'json', arguments: '{"city":"Rom"}' }] }
              : { text: '{"city":"Rom"}' }
        : { text: '{"city":"Rom"}' };
    const server = await startSdkServer({ answer });
    const { output } = await generateText({
      model: providers[provider](server)(id),
      output: Output.object({ schema: city }),
      prompt: 'A city',
      maxRetries: 0,
    });
    expect(output).toEqual({ city: 'Rom' });
  });

  it('throws what the server says', async () => {
    const server = await startSdkServer();
    const error = await generateText({
      model: providers[provider](server)('no-such-model'),
      prompt: 'hi',
      maxRetries: 0,
    }).catch((caught: unknown) => caught);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 404, message: expect.stringContaining('no-such-model') });
  });
});

describe.each(thinkers)('thinking in the AI SDK with %s', (id) => {
  it.each([
    [
      'openai',
      {
        openai: {
          reasoningEffort: 'high',
          reasoningSummary: 'auto',
          store: false,
          forceReasoning: true,
          include: ['reasoning.encrypted_content'],
        },
      },
    ],
    ['anthropic', { anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } } }],
  ] as const)('by %s is shown, and taken back over rounds', async (provider, options) => {
    const answer = inTurn([
      { reasoning: 'I must look.', toolCalls: parallelCalls.slice(0, 1) },
      { text: 'Sunny.' },
    ]);
    const server = await startSdkServer({ answer });
    const reply = await generateText({
      model: providers[provider](server)(id),
      providerOptions: JSON.parse(JSON.stringify(options)),
      prompt: 'Weather?',
      tools: { get_weather: tool({ inputSchema: city, execute: async () => 'sunny' }) },
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });
    expect(reply.steps[0]?.reasoningText).toContain('I must look.');
    expect(reply.text).toBe('Sunny.');
    expect(JSON.stringify(server.readBody(1))).toMatch(
      /"(?:reasoning_opaque|encrypted_content|signature)":"[^"]{20,}"/,
    );
  });
});

describe('embeddings of the AI SDK', () => {
  it('embeds texts', async () => {
    const server = await startSdkServer();
    const model = createOpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any' }).embedding(
      'text-embedding-3-small',
    );
    const { embeddings } = await embedMany({ model, values: ['a', 'b'], maxRetries: 0 });
    expect(embeddings.map(({ length }) => length)).toEqual([1536, 1536]);
  });
});
