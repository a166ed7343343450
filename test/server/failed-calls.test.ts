import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { toNetworkError } from '../../src/http/network-error.ts';
import { createFailedCalls } from '../../src/server/failed-calls.ts';
import { startTestServer, type TestServer } from '../helpers/api-server.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';
import type { Fault } from '../simulator/fault.ts';

const modelCall = /^\/(?:chat\/completions|responses|v1\/messages)$/;
const messages = [{ role: 'user' as const, content: 'hi' }];

/** One prompt by each package, with the retries that it makes by itself. */
const prompts: Record<string, (server: TestServer) => Promise<unknown>> = {
  'openai, chat': ({ url }) =>
    new OpenAI({ apiKey: 'any', baseURL: `${url}/v1` }).chat.completions.create({
      model: 'gpt-4.1',
      messages,
    }),
  'openai, responses': ({ url }) =>
    new OpenAI({ apiKey: 'any', baseURL: `${url}/v1` }).responses.create({ model: 'gpt-5.4', input: 'hi' }),
  '@anthropic-ai/sdk': ({ url }) =>
    new Anthropic({ apiKey: 'any', baseURL: url }).messages.create({
      model: 'gpt-5.4',
      max_tokens: 50,
      messages,
    }),
  ai: ({ url }) =>
    generateText({
      model: createOpenAICompatible({ name: 'x', baseURL: `${url}/v1` })('claude-sonnet-4.6'),
      prompt: 'hi',
      maxRetries: 2,
    }),
  'a program that asks six times': async (server) => {
    for (let time = 0; time < 6; time += 1) {
      const reply = await server.post('/v1/responses', {
        model: 'gpt-5.4',
        input: 'hi',
        client_metadata: { [`field-${time}`]: 'a', time: String(time) },
      });
      if (reply.status === 200) return;
    }
    throw new Error('no answer');
  },
};

describeOverlapping('a prompt that the service does not answer makes at most two calls', () => {
  const faults: [string, Omit<Fault, 'path'>][] = [
    ['a broken connection', { reset: true }],
    ['a bad gateway', { status: 502, body: '' }],
    ['an error of the service', { status: 500, body: { error: { message: 'Oops.' } } }],
  ];
  const rows = Object.keys(prompts).flatMap((name) => faults.map((fault) => [name, ...fault] as const));
  it.each(rows)(
    'by %s, after %s',
    async (name, _, fault) => {
      const server = await startTestServer();
      server.simulator.faults.add({ path: modelCall, times: 100, ...fault });
      await expect(prompts[name]?.(server)).rejects.toThrow();
      expect(server.modelCalls().length).toBeLessThanOrEqual(2);
    },
    20_000,
  );

  it.each(Object.keys(prompts))(
    'and is answered by the second, by %s',
    async (name) => {
      const server = await startTestServer();
      server.simulator.faults.add({ path: modelCall, status: 500, body: { error: { message: 'Oops.' } } });
      await prompts[name]?.(server);
      expect(server.modelCalls()).toHaveLength(2);
    },
    20_000,
  );
});

describe('a request that failed twice', () => {
  const asker = { caller: 'ann', path: '/responses' };
  const body = { model: 'gpt-5.4', input: 'hi' };
  const fail = (status: number): CliError => new CliError('usage', 'Oops', { details: { status } });

  function start() {
    let now = 0;
    const failed = createFailedCalls(() => now);
    failed.note(asker, body, fail(502));
    failed.check(asker, body);
    failed.note(asker, body, fail(502));
    return { failed, pass: (milliseconds: number) => (now += milliseconds) };
  }

  it('is refused for a minute, and sent again after that', () => {
    const { failed, pass } = start();
    expect(() => failed.check(asker, body)).toThrow('Oops');
    pass(61_000);
    expect(() => failed.check(asker, body)).not.toThrow();
  });

  it('is refused for as long as its client goes on trying, but for five minutes at most', () => {
    const { failed, pass } = start();
    for (let second = 0; second < 300; second += 50) {
      expect(() => failed.check(asker, body)).toThrow('Oops');
      pass(50_000);
    }
    expect(() => failed.check(asker, body)).not.toThrow();
  });

  it.each([
    ['another caller', { ...asker, caller: 'bob' }, body],
    ['another route', { ...asker, path: '/chat/completions' }, body],
    ['another prompt', asker, { ...body, input: 'hi again' }],
  ])('does not hold up %s', (_, who, what) => {
    expect(() => start().failed.check(who, what)).not.toThrow();
  });

  it('is not known by its metadata', () => {
    const { failed } = start();
    expect(() => failed.check(asker, { ...body, client_metadata: { a: 1 } })).toThrow();
  });

  it('is forgotten once it was answered', () => {
    const { failed } = start();
    failed.forget(asker, body);
    expect(() => failed.check(asker, body)).not.toThrow();
  });

  it.each([400, 401, 403, 404, 413, 429, 503])('is not one with the status %i', (status) => {
    const failed = createFailedCalls(() => 0);
    for (let time = 0; time < 3; time += 1) failed.note(asker, body, fail(status));
    expect(() => failed.check(asker, body)).not.toThrow();
  });

  it('is not one that found no connection: the network may come back at any time', () => {
    const failed = createFailedCalls(() => 0);
    for (const code of ['EAI_AGAIN', 'ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']) {
      const cause = Object.assign(new Error('no'), { code });
      const url = new URL('https://api.example.test');
      const error = toNetworkError(cause, url, { signal: new AbortController().signal });
      failed.note(asker, body, error);
    }
    expect(() => failed.check(asker, body)).not.toThrow();
  });

  it('is one of a bounded number', () => {
    const { failed } = start();
    for (let index = 0; index < 200; index += 1) {
      failed.note(asker, { input: String(index) }, fail(502));
    }
    expect(() => failed.check(asker, body)).not.toThrow();
  });
});
