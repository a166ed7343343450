import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../simulator/fault.ts';
import { createAnthropic, createOpenai, models, startSdkServer } from './clients.ts';

type Server = { url: string };

const question = 'What is the weather like today, and tomorrow?';

/** A small request of each API, with a key and a model. */
const requests = {
  'chat.completions': ({ url }: Server, model: string, stream: boolean, key?: string) =>
    createOpenai({ url }, key).chat.completions.create({
      model,
      messages: [{ role: 'user', content: question }],
      stream,
    }),
  responses: ({ url }: Server, model: string, stream: boolean, key?: string) =>
    createOpenai({ url }, key).responses.create({ model, input: question, stream }),
  messages: ({ url }: Server, model: string, stream: boolean, key?: string) =>
    createAnthropic({ url }, key).messages.create({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: question }],
      stream,
    }),
};

const apis = Object.keys(requests) as (keyof typeof requests)[];
const rows = apis.flatMap((api) => models.map((model) => ({ api, model })));
const modelCall = /^\/(chat\/completions|responses|v1\/messages)$/;

type Thrown = InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError>;

async function catchError(work: PromiseLike<unknown>): Promise<Thrown> {
  try {
    await work;
  } catch (error) {
    return error as Thrown;
  }
  throw new Error('nothing was thrown');
}

/** The same failure for a request in one piece and for a stream. */
async function failBoth(
  fault: Omit<Fault, 'path'>,
  { api, model }: (typeof rows)[number],
): Promise<[Thrown, Thrown]> {
  const server = await startSdkServer();
  server.simulator.faults.add({ path: modelCall, times: 20, ...fault });
  return Promise.all([
    catchError(requests[api](server, model, false)),
    catchError(requests[api](server, model, true)),
  ]);
}

/** The class of either package that stands for a status. */
function classOf(api: string, name: 'RateLimitError' | 'NotFoundError' | 'AuthenticationError') {
  return api === 'messages' ? Anthropic[name] : OpenAI[name];
}

describe.each(rows)('errors in $api with $model', (row) => {
  const { api } = row;

  it('are 429 with the wait, which no package sits out', async () => {
    const body = { error: { code: 'user_weekly_rate_limited', message: 'Weekly limit.' } };
    const errors = await failBoth({ status: 429, headers: { 'retry-after': '7200' }, body }, row);
    for (const error of errors) {
      expect(error).toBeInstanceOf(classOf(api, 'RateLimitError'));
      expect(error.headers?.get('retry-after')).toBe('7200');
      expect(error.headers?.get('x-should-retry')).toBe('false');
      expect(error.message).toContain('Weekly limit.');
    }
  });

  it('are 402 for a used-up quota', async () => {
    const body = { error: { code: 'quota_exceeded', message: 'You have no quota left.' } };
    for (const error of await failBoth({ status: 402, body }, row)) {
      expect(error.status).toBe(402);
      expect(error.headers?.get('x-should-retry')).toBe('false');
      expect(error.message).toContain('You have no quota left.');
      if (api === 'messages') expect(error).toMatchObject({ error: { error: { type: 'billing_error' } } });
      else expect(error).toMatchObject({ code: 'quota_exceeded' });
    }
  });

  it('say that the prompt is too long', async () => {
    const server = await startSdkServer();
    for (const model of server.simulator.state.catalogue) {
      if (typeof model !== 'object' || !('capabilities' in model)) continue;
      const { limits } = model.capabilities;
      if (limits) limits.max_prompt_tokens = 5;
    }
    const error = await catchError(requests[api](server, row.model, false));
    expect(error.status).toBe(400);
    expect(error.message).toMatch(/prompt is too long/i);
  });
});

describe.each(apis)('errors in %s', (api) => {
  it('are 401 for a wrong key', async () => {
    const server = await startSdkServer({ server: { apiKey: 'right' } });
    const error = await catchError(requests[api](server, 'gpt-4.1', false, 'wrong'));
    expect(error).toBeInstanceOf(classOf(api, 'AuthenticationError'));
    expect(error.status).toBe(401);
    if (api === 'messages')
      expect(error).toMatchObject({ error: { error: { type: 'authentication_error' } } });
    else expect(error).toMatchObject({ code: 'invalid_api_key' });
    await expect(requests[api](server, 'gpt-4.1', false, 'right')).resolves.toBeDefined();
  });

  it('are 404 for an unknown model', async () => {
    const server = await startSdkServer();
    const error = await catchError(requests[api](server, 'gpt-9000', true));
    expect(error).toBeInstanceOf(classOf(api, 'NotFoundError'));
    expect(error.message).toContain('gpt-9000');
    if (api === 'messages') expect(error).toMatchObject({ error: { error: { type: 'not_found_error' } } });
    else expect(error).toMatchObject({ code: 'model_not_found' });
  });

  it('are 500 if Copilot fails, for every model', async () => {
    const fault = { status: 500, body: { error: { message: 'Boom.', code: 'internal' } } };
    const errors = (await Promise.all(models.map((model) => failBoth(fault, { api, model })))).flat();
    for (const error of errors) {
      expect(error.status).toBe(500);
      expect(error.message).toContain('Boom.');
    }
  });
});
