import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startTestServer, type TestServer, type TestServerOptions } from '../../helpers/api-server.ts';

/** One of each dialect that Copilot's models speak. */
export const models = ['gpt-4.1', 'gpt-5.3-codex', 'claude-sonnet-4.6', 'gemini-3.1-pro-preview'] as const;

/** One that thinks, of each dialect. */
export const thinkers = [
  'gpt-5-mini',
  'gpt-5.3-codex',
  'claude-sonnet-4.6',
  'gemini-3.1-pro-preview',
] as const;

/** A server for an account with every model switched on. */
export async function startSdkServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer(options);
  for (const model of server.simulator.state.catalogue) {
    if (typeof model === 'object' && 'policy' in model && model.policy) model.policy.state = 'enabled';
  }
  return server;
}

/** Without tries of its own, so that what it throws is what the server said. */
export function createOpenai({ url }: Pick<TestServer, 'url'>, apiKey = 'any', base = '/v1'): OpenAI {
  return new OpenAI({ baseURL: url + base, apiKey, maxRetries: 0 });
}

export function createAnthropic({ url }: Pick<TestServer, 'url'>, apiKey = 'any', base = ''): Anthropic {
  return new Anthropic({ baseURL: url + base, apiKey, maxRetries: 0 });
}

/** Two calls that a model makes at once, and the answer after their results. */
export const parallelCalls = [
  { name: 'get_weather', arguments: '{"city":"Paris"}' },
  { name: 'get_weather', arguments: '{"city":"Köln 🎉"}' },
];

export const weatherSchema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false as const,
};

/** A picture of one pixel. */
export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Answers with these, one after the other, and then with the last again. */
export function inTurn<T>(answers: readonly T[]): () => T | undefined {
  let count = 0;
  return () => answers[Math.min(count++, answers.length - 1)];
}
