import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { DialectName } from '../../../src/dialects/chat-request.ts';
import type { Clients } from './parse.ts';

const parameters = { type: 'object', properties: {} };
const names = ['read', 'list'];

export const callers: readonly DialectName[] = ['chat-completions', 'responses', 'messages'];
export const upstreams = ['gpt-5-mini', 'gpt-5.3-codex', 'claude-sonnet-4.6', 'gemini-3.5-flash'] as const;

/** Every model with every caller: passed on as it is, and translated from each dialect to each. */
export const pairs = upstreams.flatMap((model) => callers.map((caller) => ({ model, caller })));

export function createClients({ url }: { url: string }): Clients {
  return {
    openai: new OpenAI({ apiKey: 'any', baseURL: `${url}/v1`, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey: 'any', baseURL: url, maxRetries: 0 }),
  };
}

/** A request that wants to see thinking, and offers tools. */
export function createBody(caller: DialectName, model: string): Record<string, unknown> {
  const messages = [{ role: 'user', content: 'hi' }];
  switch (caller) {
    case 'chat-completions': {
      const tools = names.map((name) => ({ type: 'function', function: { name, parameters } }));
      return { model, messages, tools };
    }
    case 'responses': {
      const tools = names.map((name) => ({ type: 'function', name, parameters, strict: false }));
      const reasoning = { effort: 'high', summary: 'auto' };
      return { model, input: 'hi', tools, reasoning, include: ['reasoning.encrypted_content'] };
    }
    case 'messages': {
      const tools = names.map((name) => ({ name, input_schema: parameters }));
      const thinking = { type: 'enabled', budget_tokens: 2000 };
      return { model, max_tokens: 4000, messages, tools, thinking };
    }
  }
}
