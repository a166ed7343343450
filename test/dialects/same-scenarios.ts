import { type ChatRequest, createTextMessage, type Message } from '../../src/dialects/chat-request.ts';
import type { Answer } from '../simulator/answer/answer.ts';

/** One request of a conversation, and what comes back. */
type Turn = {
  /** `reply` is what the turn before it brought, and the results of its calls. */
  ask: (reply: Message[]) => ChatRequest;
  answer: Answer;
  events: object[];
};

type Scenario = { name: string; turns: Turn[] };

const usage = {
  inputTokens: 100,
  cachedInputTokens: 40,
  cacheWriteTokens: 10,
  outputTokens: 30,
  reasoningTokens: 7,
};
/** In credits for a million tokens, of every model here: what a reply costs is then the same as well. */
export const prices = { input_price: 300, output_price: 1500, cache_price: 30, cache_write_price: 375 };
const credits = (50 * 300 + 40 * 30 + 10 * 375 + 30 * 1500) / 1e6;

const begin = { type: 'start' };
const say = (text: string) => ({ type: 'text-delta', text });
const think = (text: string, opaque: string) => ({ type: 'reasoning-delta', index: 0, text, opaque });
const call = (index: number, name: string, text: string) => ({
  type: 'tool-call-delta',
  index,
  name,
  arguments: text,
});
const end = (reason: string) => [
  { type: 'usage', usage: { ...usage, credits } },
  { type: 'finish', reason },
];

const rules = createTextMessage('system', 'Be brief.');
const question = createTextMessage('user', 'What is in it?');
/** Said always: the messages dialect has no reply without it. */
const common = { model: 'to be chosen', maxOutputTokens: 4000 };

const withImage: Scenario = {
  name: 'a prompt with an image',
  turns: [
    {
      ask: () => ({
        ...common,
        messages: [
          rules,
          {
            role: 'user',
            parts: [
              { type: 'text', text: 'What is it?' },
              { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
            ],
          },
        ],
      }),
      answer: { text: ['A', ' cat, 猫 🐈'], usage },
      events: [begin, say('A cat, 猫 🐈'), ...end('stop')],
    },
  ],
};

const tools: ChatRequest['tools'] = [
  {
    name: 'read',
    description: 'Reads a file',
    parameters: { type: 'object', properties: { path: { type: 'string' } } },
  },
  { name: 'now', description: 'Tells the time', parameters: { type: 'object', properties: {} } },
];
const path = '{"path":"a/file/with a long name.txt"}';

const withTools: Scenario = {
  name: 'two tool calls, one without arguments, and their results',
  turns: [
    {
      ask: () => ({ ...common, messages: [rules, question], tools, toolChoice: 'auto' }),
      answer: {
        text: 'Let me look.',
        toolCalls: [
          { name: 'now', arguments: '' },
          { name: 'read', arguments: path },
        ],
        usage,
      },
      events: [begin, say('Let me look.'), call(0, 'now', '{}'), call(1, 'read', path), ...end('tool-calls')],
    },
    {
      ask: (reply) => ({ ...common, messages: [rules, question, ...reply], tools }),
      answer: { text: 'Nothing.', usage },
      events: [begin, say('Nothing.'), ...end('stop')],
    },
  ],
};

const reasoning: ChatRequest['reasoning'] = { effort: 'medium', summary: 'auto' };

const withReasoning: Scenario = {
  name: 'thinking that is shown and sealed, and its replay',
  turns: [
    {
      ask: () => ({ ...common, messages: [rules, question], reasoning }),
      answer: { reasoning: ['Hm, ', 'a cat?'], reasoningOpaque: 'c2VhbGVk', text: 'A cat.', usage },
      events: [begin, think('Hm, a cat?', 'c2VhbGVk'), say('A cat.'), ...end('stop')],
    },
    {
      ask: (reply) => ({
        ...common,
        messages: [rules, question, ...reply, createTextMessage('user', 'Sure?')],
        reasoning,
      }),
      answer: { reasoning: 'Yes', reasoningOpaque: 'YWdhaW4=', text: 'Sure.', usage },
      events: [begin, think('Yes', 'YWdhaW4='), say('Sure.'), ...end('stop')],
    },
  ],
};

const withoutCache: Scenario = {
  name: 'a reply that wrote nothing to a cache',
  turns: [
    {
      ask: () => ({ ...common, messages: [rules, question] }),
      answer: { text: 'A cat.', usage: { ...usage, cachedInputTokens: 0, cacheWriteTokens: 0 } },
      events: [
        begin,
        say('A cat.'),
        {
          type: 'usage',
          usage: {
            ...usage,
            cachedInputTokens: 0,
            cacheWriteTokens: 0,
            credits: (100 * 300 + 30 * 1500) / 1e6,
          },
        },
        { type: 'finish', reason: 'stop' },
      ],
    },
  ],
};

const withSchema: Scenario = {
  name: 'a reply by a schema',
  turns: [
    {
      ask: () => ({
        ...common,
        messages: [rules, question],
        responseFormat: {
          type: 'json-schema',
          name: 'animal',
          strict: true,
          schema: {
            type: 'object',
            properties: { kind: { type: 'string' } },
            required: ['kind'],
            additionalProperties: false,
          },
        },
      }),
      answer: { text: ['{"kind":', '"cat"}'], usage },
      events: [begin, say('{"kind":"cat"}'), ...end('stop')],
    },
  ],
};

export const scenarios = [withImage, withTools, withReasoning, withSchema, withoutCache];
