import type { ChatEvent } from '../../../src/dialects/chat-event.ts';

/** A stream as a backend writes it, and what it says. */
export type Fixture = { name: string; text: string; events: ChatEvent[]; error?: object };

const line = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;
const done = 'data: [DONE]\n\n';
const noUsage = {
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  reasoningTokens: undefined,
  credits: undefined,
};
const safe = { hate: { filtered: false, severity: 'safe' } };
const openai = {
  created: 1793000000,
  id: 'chatcmpl-x',
  model: 'gpt-4o-2024-11-20',
  system_fingerprint: 'fp',
};
const claude = { created: 1793000000, id: 'msg_1', model: 'claude-sonnet-4-6' };
const gemini = { created: 1793000000, id: 'g', model: 'gemini-3.5-flash', object: 'chat.completion.chunk' };
const say = (meta: object, delta: object, rest: object = {}): string =>
  line({ choices: [{ index: 0, delta, ...rest }], ...meta });
const saySplit = (delta: object, rest: object = {}): string =>
  line({ choices: [{ delta, ...rest }], ...claude });
const call = (id: string, name: string, text: string): object => ({
  function: { arguments: text, name },
  id,
  index: 0,
  type: 'function',
});

const textOfOpenai: Fixture = {
  name: 'text of OpenAI, the filter of the prompt first, usage in the finish',
  text: [
    line({
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
    }),
    say(
      openai,
      { content: '', role: 'assistant' },
      { content_filter_results: { error: { code: '', message: '' }, ...safe } },
    ),
    say(openai, { content: 'Grüß ' }),
    say(openai, { content: 'dich, 世界 🎉' }),
    line({
      choices: [{ finish_reason: 'stop', index: 0, delta: { content: null } }],
      ...openai,
      usage: {
        completion_tokens: 3,
        prompt_tokens: 10,
        total_tokens: 13,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    }),
    done,
  ].join(''),
  events: [
    { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' },
    { type: 'text-delta', text: 'Grüß ' },
    { type: 'text-delta', text: 'dich, 世界 🎉' },
    { type: 'usage', usage: { ...noUsage, inputTokens: 10, cachedInputTokens: 0, outputTokens: 3 } },
    { type: 'finish', reason: 'stop' },
  ],
};

const splitOfClaude: Fixture = {
  name: 'thinking, text and tools of Claude, in split choices, with CRLF, comments, and usage on its own',
  text: [
    ': keep-alive\n\n',
    saySplit({ content: '', role: 'assistant' }),
    saySplit({ content: null, role: null, reasoning_text: 'Let me ' }),
    saySplit({ content: null, role: null, reasoning_text: 'see.' }),
    saySplit({ content: '', reasoning_opaque: 'c2VhbA==' }),
    saySplit({ content: 'Looking.', role: null }),
    ': keep-alive\n\n',
    saySplit({ content: null, tool_calls: [{ ...call('toolu_1', 'read', ''), index: 1 }] }),
    saySplit({ tool_calls: [{ function: { arguments: '{"p":"é"}' }, index: 1, id: 'toolu_1' }] }),
    line({
      choices: [
        { finish_reason: 'stop', delta: { content: null } },
        { finish_reason: 'tool_calls', delta: { content: null } },
      ],
      ...claude,
    }),
    line({
      choices: [],
      ...claude,
      usage: { completion_tokens: 9, prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 2 } },
    }),
    line({
      choices: [],
      ...claude,
      copilot_usage: {
        total_nano_aiu: 5200000,
        token_details: [{ token_type: 'cache_write', token_count: 3 }],
      },
    }),
    done,
  ]
    .join('')
    .replaceAll('\n', '\r\n'),
  events: [
    { type: 'start', id: 'msg_1', model: 'claude-sonnet-4-6' },
    { type: 'reasoning-delta', index: 0, text: 'Let me ' },
    { type: 'reasoning-delta', index: 0, text: 'see.' },
    { type: 'reasoning-delta', index: 0, text: '', opaque: 'c2VhbA==' },
    { type: 'text-delta', text: 'Looking.' },
    { type: 'tool-call-delta', index: 0, id: 'toolu_1', name: 'read', arguments: '' },
    { type: 'tool-call-delta', index: 0, id: undefined, name: undefined, arguments: '{"p":"é"}' },
    {
      type: 'usage',
      usage: {
        ...noUsage,
        inputTokens: 10,
        cachedInputTokens: 2,
        cacheWriteTokens: 3,
        outputTokens: 9,
        credits: 0.0052,
      },
    },
    { type: 'finish', reason: 'tool-calls' },
  ],
};

const toolsOfGemini: Fixture = {
  name: 'two whole tool calls of Gemini at one index, its seal in the finish, which says stop, and no closing line',
  text: [
    say(gemini, { role: 'assistant', tool_calls: [call('a', 'read', '{"p":1}')] }),
    say(gemini, { role: 'assistant', tool_calls: [call('b', 'read', '{"p":2}')] }),
    say(gemini, { content: null, reasoning_opaque: 'c2ln' }, { finish_reason: 'stop' }),
  ].join(''),
  events: [
    { type: 'start', id: 'g', model: 'gemini-3.5-flash' },
    { type: 'tool-call-delta', index: 0, id: 'a', name: 'read', arguments: '{"p":1}' },
    { type: 'tool-call-delta', index: 1, id: 'b', name: 'read', arguments: '{"p":2}' },
    { type: 'reasoning-delta', index: 0, text: '', opaque: 'c2ln' },
    { type: 'finish', reason: 'tool-calls' },
  ],
};

const lateIdOfAzure: Fixture = {
  name: 'a summary of thinking whose id comes behind the finish',
  text: [
    say(openai, { cot_summary: 'Hm.' }),
    say(openai, { content: 'Yes' }),
    say(openai, { content: null }, { finish_reason: 'length' }),
    say(openai, { cot_id: 'cot_1' }),
    done,
  ].join(''),
  events: [
    { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' },
    { type: 'reasoning-delta', index: 0, text: 'Hm.' },
    { type: 'text-delta', text: 'Yes' },
    { type: 'finish', reason: 'length' },
  ],
};

const emptyOfOpus: Fixture = {
  name: 'a reply without choices',
  text: [line({ ...claude, usage: { completion_tokens: 1, prompt_tokens: 4 } }), done].join(''),
  events: [
    { type: 'start', id: 'msg_1', model: 'claude-sonnet-4-6' },
    { type: 'usage', usage: { ...noUsage, inputTokens: 4, outputTokens: 1 } },
    { type: 'finish', reason: 'other' },
  ],
};

const failing: Fixture = {
  name: 'an error in the middle',
  text: [
    say(openai, { content: 'Hi' }),
    line({ error: { code: 'model_overloaded', message: 'Ausgelastet: später.' } }),
    done,
  ].join(''),
  events: [
    { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' },
    { type: 'text-delta', text: 'Hi' },
  ],
  error: { name: 'StreamError', message: 'Ausgelastet: später.', code: 'model_overloaded' },
};

const truncated: Fixture = {
  name: 'an end before the finish',
  text: [say(openai, { content: 'Hi' }), say(openai, { tool_calls: [call('a', 'read', '{"p"')] })].join(''),
  events: [
    { type: 'start', id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' },
    { type: 'text-delta', text: 'Hi' },
    { type: 'tool-call-delta', index: 0, id: 'a', name: 'read', arguments: '{"p"' },
  ],
  error: { name: 'TruncatedStreamError' },
};

export const fixtures: Fixture[] = [
  textOfOpenai,
  splitOfClaude,
  toolsOfGemini,
  lateIdOfAzure,
  emptyOfOpus,
  failing,
  truncated,
];
