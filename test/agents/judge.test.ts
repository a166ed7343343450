import { describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../simulator/recorded-request.ts';
import { dropLearning, findFaults, findGrowthFaults, findMarkFaults } from './checks.ts';
import { asksForSummary, findRound, listTools } from './model-request.ts';
import { scriptModel } from './model-script.ts';
import { toShapes } from './record.ts';
import { findKnown } from './run-agents.ts';

// The judge of the agents is judged, too: agents that are well would never show that it misses something.

const asked = { role: 'user', content: 'Do it. [7]' };
const rounds = {
  chat: {
    messages: [
      asked,
      { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'a' }, { id: 'b' }] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
    ],
  },
  responses: {
    input: [
      { type: 'message', ...asked },
      { type: 'function_call', call_id: 'a' },
      { type: 'custom_tool_call', call_id: 'b' },
      { type: 'function_call_output', output: 'one' },
      { type: 'custom_tool_call_output', output: 'two' },
    ],
  },
  messages: {
    messages: [
      asked,
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a' },
          { type: 'tool_use', id: 'b' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', content: 'one' },
          { type: 'tool_result', content: 'two' },
          { type: 'text', text: '<system-reminder>Tool loaded.</system-reminder>' },
        ],
      },
    ],
  },
};

describe('the script of the model', () => {
  it.each(Object.entries(rounds))('finds the round of calls in a request of %s', (_, body) => {
    expect(findRound(body, '[7]')).toEqual({ count: 1, results: ['"one"', '"two"'] });
    expect(findRound(body, '[8]')).toBeUndefined();
  });

  it('leaves alone what an agent asks about a conversation that is over', () => {
    const over = [asked, { role: 'assistant', content: 'Done.' }, { role: 'user', content: 'Remember it.' }];
    expect(findRound({ messages: over }, '[7]')).toBeUndefined();
  });

  it.each([
    ['Continue', 'Please provide a concise summary of our conversation so far.'],
    ['Qwen Code', 'You are the component that summarizes a conversation when its window overflows.'],
    ['Claude Code', 'Your task is to create a detailed summary of the conversation so far.'],
  ])(
    'knows the request of %s for a summary, and answers it with the words of the person',
    async (_, words) => {
      const body = {
        tools: [{ name: 'read', input_schema: {} }],
        messages: [
          { role: 'user', content: 'Aside.\nDo it. [7]' },
          { role: 'user', content: words },
        ],
      };
      expect(asksForSummary(body)).toBe(true);
      const answer = scriptModel('[7]', [() => ({ text: 'Done.' })], (said) => `He said: ${said}`);
      expect(await answer(call({ body }))).toEqual({ text: 'He said: Do it. [7]' });
    },
  );

  it('takes a summary in the place of the conversation for the conversation', async () => {
    const answer = scriptModel('[7]', [() => ({ text: 'Done.' })], () => 'aside');
    const summary = { role: 'user', content: 'In short:\nDo it. [7]\nGo on by the summary above.' };
    const body = {
      tools: [{ name: 'read', input_schema: {} }],
      messages: [summary, { role: 'assistant', content: 'Got it.' }],
    };
    expect(await answer(call({ body }))).toEqual({ text: 'Done.' });
    const messages = [...body.messages, { role: 'user', content: 'Please continue.' }];
    expect(await answer(call({ body: { ...body, messages } }))).toEqual({ text: 'Done.' });
  });

  it('sees tools in namespaces, custom tools and plain functions', () => {
    const tools = [
      { type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'f' }] },
      { type: 'custom', custom: { name: 'patch' } },
      { type: 'function', function: { name: 'g' } },
      { name: 'h', input_schema: {} },
      { type: 'web_search' },
    ];
    expect(listTools({ tools }).map(({ name }) => name)).toEqual(['f', 'patch', 'g', 'h']);
  });
});

describe('a cell that cannot pass', () => {
  const known = {
    'tool m': 'it has no tools',
    n: { why: 'it does not know n', faults: /n is not available|only 0 calls/ },
  };
  it.each([
    ['tool', 'm', ['anything'], 'it has no tools'],
    ['turns', 'm', ['anything'], undefined],
    ['turns', 'n', ['n is not available', 'only 0 calls'], 'it does not know n'],
    ['turns', 'n', ['n is not available', 'refused: 400'], undefined],
  ])('lets %s of %s pass with the faults that its reason tells of: %j', (name, model, faults, why) => {
    expect(findKnown({ known }, { name }, model, faults)).toBe(why);
  });
});

const call = (fields: Partial<RecordedRequest>): RecordedRequest => ({
  host: 'copilot',
  method: 'POST',
  path: '/v1/messages',
  query: {},
  headers: { 'x-initiator': 'user' },
  rawHeaderNames: [],
  body: { model: 'm' },
  bodyBytes: 0,
  clientPort: 0,
  receivedAt: 0,
  status: 200,
  ...fields,
});

describe('the judge of what reached Copilot', () => {
  it.each([
    ['two calls of a person', [call({}), call({})], /2 calls count as a person's/],
    ['none of a person', [call({ headers: { 'x-initiator': 'agent' } })], /0 calls count as a person's/],
    ['a refusal', [call({}), call({ status: 400, refusal: 'no' })], /refused: \/v1\/messages m 400 no/],
  ])('finds %s', (_, calls, fault) => {
    expect(findFaults(calls, [calls[0] as RecordedRequest], 1, {}).join()).toMatch(fault);
  });

  it('finds too many and too few calls of the conversation', () => {
    expect(findFaults([call({})], [call({}), call({})], 1, {}).join()).toMatch('2 calls of the conversation');
    expect(findFaults([call({})], [], 1, {}).join()).toMatch('only 0 calls');
  });

  it('lets the server meet each refusal of a field once for a model', () => {
    const refused = call({ status: 400, refusal: "Unsupported parameter: 'x'" });
    const learned = new Set<string>();
    expect(dropLearning([refused, call({})], learned)).toHaveLength(1);
    expect(dropLearning([refused, call({})], learned)).toHaveLength(2);
    expect(dropLearning([refused], new Set(), 'nothing')).toHaveLength(1);
    expect(dropLearning([refused], new Set(), /Extra inputs/)).toHaveLength(1);
  });

  it('finds a prompt without marks, and a prefix that changes', () => {
    const marked = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
    const first = call({ body: { system: [marked], messages: [{ role: 'user', content: [marked] }] } });
    const plain = call({ body: { system: 'a', messages: [asked] } });
    expect(findMarkFaults([first])).toEqual([]);
    expect(findMarkFaults([plain]).join()).toMatch('no cache mark');
    const added = { role: 'user', content: [{ type: 'text', text: 'Please continue.' }] };
    const prefilled = [{ role: 'user', content: [marked] }, { role: 'assistant', content: 'b' }, added];
    expect(findMarkFaults([call({ body: { system: [marked], messages: prefilled } })])).toEqual([]);
    expect(findGrowthFaults([first, first])).toEqual([]);
    expect(findGrowthFaults([plain, first]).join()).toMatch('does not go on');
  });
});

it('writes down the shape of a request without its words, ids and folders', () => {
  const [shape] = toShapes('A 1', 'an answer', [
    {
      method: 'POST',
      path: '/v1/messages?beta=true',
      headers: { 'x-app': 'cli', authorization: 'Bearer secret', 'x-stainless-os': 'Linux' },
      body: {
        messages: [{ role: 'user', content: `/tmp/copilot-cli-agents-x1/home-2 ${'word '.repeat(50)}` }],
      },
      status: 200,
      answer: '',
    },
  ]);
  expect(shape).toMatchObject({ path: '/v1/messages', headers: { 'x-app': 'cli' } });
  expect(JSON.stringify(shape)).toMatch(/"\/home\/person\/work (?:word ){3,12}w?o?r?d?…"/);
  expect(JSON.stringify(shape)).not.toMatch(/secret|Linux|agents-x1/);
});
