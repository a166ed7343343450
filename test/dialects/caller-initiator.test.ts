import { expect, it } from 'vitest';
import { findInitiator } from '../../src/dialects/initiator.ts';

const asked = { role: 'user', content: 'Read it' };
const toolUse = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'read', input: {} }] };
const toResult = (content: unknown) => ({ type: 'tool_result', tool_use_id: 'a', content });
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } };
const reminder = { type: 'text', text: '<system-reminder>Mind the list.</system-reminder>' };
const said = { type: 'text', text: 'Stop, use the other file' };

it.each<[what: string, content: unknown, initiator: string]>([
  ['a question', 'Read it', 'user'],
  ['the result of a tool', [toResult('ok')], 'agent'],
  ['a result that holds a document', [toResult([pdf])], 'agent'],
  ['a result and a reminder of the program', [toResult('ok'), reminder], 'agent'],
  ['a result and words of the program', [toResult('ok'), { type: 'text', text: 'Tool loaded.' }], 'agent'],
  ['a result and an image', [toResult('ok'), image], 'agent'],
  ['a result, a reminder and more words', [toResult('ok'), reminder, said], 'agent'],
  ['a reminder and a question', [reminder, said], 'user'],
  ['a reminder and a question in one text', '<system-reminder>x</system-reminder>\nGo on', 'user'],
  ['a reminder that never ends', '<system-reminder>Go on', 'user'],
  ['an image behind a call', [image], 'user'],
  [
    'a notice of the program',
    '<system-reminder>\n[SYSTEM NOTIFICATION - NOT USER INPUT]\n</system-reminder>',
    'agent',
  ],
  [
    'two notices of the program',
    [reminder, { type: 'text', text: '<task-notification>x</task-notification>' }],
    'agent',
  ],
])('a caller of /v1/messages whose last message is %s', (_, content, initiator) => {
  const history = [asked, toolUse, { role: 'user', content }];
  expect(findInitiator({ messages: history }, {})).toBe(initiator);
});

const call = { type: 'function_call', call_id: 'a', name: 'read', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'a', output: 'ok' };

it.each<[what: string, input: unknown, initiator: string]>([
  ['a text', 'Read it', 'user'],
  ['a question', [asked], 'user'],
  ['the output of a call', [asked, call, output], 'agent'],
  ['the output of a call behind a question', [asked, call, asked, output], 'agent'],
  ['a question behind the output of a call', [asked, call, output, asked], 'user'],
  ['a developer behind a question', [asked, { role: 'developer', content: 'Noon.' }], 'user'],
  [
    'a developer behind the output of a call',
    [asked, call, output, { role: 'developer', content: 'Noon.' }],
    'agent',
  ],
])('a caller of /responses whose last item is %s', (_, input, initiator) => {
  expect(findInitiator({ input }, {})).toBe(initiator);
});

it.each<[what: string, history: unknown[], initiator: string]>([
  ['a question', [asked], 'user'],
  [
    'the result of a tool',
    [
      asked,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'read', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'ok' },
    ],
    'agent',
  ],
])('a caller of /chat/completions whose last message is %s', (_, history, initiator) => {
  expect(findInitiator({ messages: history }, {})).toBe(initiator);
});

it.each<[what: string, history: unknown[], initiator: string]>([
  ['a question', [asked], 'user'],
  ['the result of a tool', [asked, toolUse, { role: 'user', content: [toResult('ok')] }], 'agent'],
])('a system message behind %s says nothing of who asked', (_, history, initiator) => {
  const late = { role: 'system', content: 'The time is noon.' };
  expect(findInitiator({ messages: [...history, late] }, {})).toBe(initiator);
});

const answer = { role: 'assistant', content: 'Done.' };
const toolResult = { role: 'tool', tool_call_id: 'a', content: 'ok' };
const png = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const words = (text: string) => ({ type: 'text', text });
const shows = (...content: unknown[]) => ({ role: 'user', content });
const system = { role: 'system', content: 'The time is noon.' };
const dropped = words(
  '<SYSTEM_NOTICE>\nEarlier context was compacted. Summary of your actions after the request above:\nFiles read:\na.ts\n</SYSTEM_NOTICE>',
);
const notice = { role: 'user', content: '<system-reminder>Mind the list.</system-reminder>' };

it.each<[what: string, history: unknown[], initiator: string]>([
  ['an image alone behind a result', [asked, toolResult, shows(png)], 'agent'],
  ['an image behind a result and a system message', [asked, toolResult, system, shows(png)], 'agent'],
  [
    'an image with a label behind a result',
    [asked, toolResult, shows(words('From the tool call a:'), png)],
    'agent',
  ],
  ['an image with a question behind a result', [asked, toolResult, shows(words('Is it red?'), png)], 'user'],
  ['an image alone behind an answer', [asked, answer, shows(png)], 'user'],
  ['an image with a label behind an answer', [asked, answer, shows(words('From the tool:'), png)], 'user'],
  ['an image at the start', [shows(png)], 'user'],
  ['a label without an image', [asked, toolResult, shows(words('What of the tool:'))], 'user'],
  ['a reminder behind a question', [asked, notice], 'user'],
  ['a reminder behind an answer', [asked, answer, notice], 'agent'],
  ['a reminder behind a result', [asked, toolResult, notice], 'agent'],
  ['a reminder alone', [notice], 'agent'],
  ['an empty text behind a question', [asked, shows(words(''))], 'user'],
  ['an empty text behind an answer', [asked, answer, { role: 'user', content: '' }], 'agent'],
  ['a prefix of the answer', [asked, answer], 'agent'],
  ['a question with a notice of the results that were dropped', [shows(words('Read it'), dropped)], 'agent'],
  ['such a notice alone, behind a question', [asked, shows(dropped)], 'agent'],
  ['a question behind such a notice', [shows(words('Read it'), dropped), asked], 'user'],
  ['a question that quotes such a notice', [shows(words(`What is ${dropped.text}?`))], 'user'],
  [
    'a question with another notice',
    [shows(words('Read it'), words('<SYSTEM_NOTICE>x</SYSTEM_NOTICE>'))],
    'user',
  ],
])('who began it if the last message is %s', (_, history, initiator) => {
  expect(findInitiator({ messages: history }, {})).toBe(initiator);
});

it('reads a text of a hundred thousand openings in linear time', () => {
  const content = '<system-reminder>'.repeat(100_000);
  expect(findInitiator({ messages: [{ role: 'user', content }] }, {})).toBe('user');
});

const codex = (fields: object) => ({ 'x-codex-turn-metadata': JSON.stringify(fields) });

// Headers of clients whose requests on the side were not recorded; from their public sources.
it.each<[what: string, headers: Record<string, string>, initiator: string]>([
  ['that says so itself', { 'x-initiator': 'agent' }, 'agent'],
  ['that says that a person spoke', { 'x-initiator': 'user' }, 'user'],
  ['of a sub-agent of Claude Code', { 'x-claude-code-agent-id': 'a1' }, 'agent'],
  ['of a sub-agent of a sub-agent', { 'x-claude-code-parent-agent-id': 'a1' }, 'agent'],
  ['of a compaction of Claude Code', { 'x-claude-code-compaction': 'auto' }, 'agent'],
  ['of a workflow of Claude Code', { 'x-claude-code-request-class': 'workflow' }, 'agent'],
  ['on the side of Claude Code', { 'x-claude-code-request-class': 'auxiliary' }, 'agent'],
  [
    'of Claude Code that sums up',
    { 'x-claude-code-request-class': 'auxiliary', 'x-claude-1p-request-class': 'summary-extraction' },
    'agent',
  ],
  [
    'on the side of Claude Code that a person made',
    { 'x-claude-code-request-class': 'auxiliary', 'x-claude-1p-request-class': 'main' },
    'user',
  ],
  ['of the main conversation of Claude Code', { 'x-claude-code-request-class': 'main' }, 'user'],
  ['of a sub-agent of opencode', { 'x-parent-session-id': 'ses_1' }, 'agent'],
  ['of a conversation of opencode', { 'x-session-id': 'ses_1' }, 'user'],
  ['of a review in Codex', { 'x-openai-subagent': 'review' }, 'agent'],
  ['of a thread that Codex spawned', { 'x-codex-parent-thread-id': 't' }, 'agent'],
  ['of the memory of Codex', { 'x-openai-memgen-request': 'true' }, 'agent'],
  ['of a turn in Codex', codex({ request_kind: 'turn', thread_source: 'user' }), 'user'],
  ['of a compaction in Codex', codex({ request_kind: 'compaction' }), 'agent'],
  ['that warms Codex up', codex({ request_kind: 'prewarm' }), 'agent'],
  ['of a child of a turn in Codex', codex({ request_kind: 'turn', thread_source: 'subagent' }), 'agent'],
  ['of an older Codex', codex({ turn_id: 't' }), 'user'],
  ['with metadata that cannot be read', { 'x-codex-turn-metadata': '{' }, 'user'],
])('a request %s', (_, headers, initiator) => {
  expect(findInitiator({ input: 'Read it' }, headers)).toBe(initiator);
  expect(findInitiator({ messages: [asked] }, headers)).toBe(initiator);
});

it('knows a compaction of Codex by the body, too', () => {
  const client_metadata = codex({ request_kind: 'compaction' });
  expect(findInitiator({ input: 'Sum up', client_metadata }, {})).toBe('agent');
});

const claudeCode = { 'user-agent': 'claude-cli/2.1.332 (external, cli)' };
const mark = { cache_control: { type: 'ephemeral' } };
const tool = { name: 'Read', input_schema: { type: 'object' } };
const search = { type: 'web_search_20250305', name: 'web_search' };

it.each<[what: string, body: Record<string, unknown>, initiator: string]>([
  ['a question', { tools: [tool], messages: [asked] }, 'user'],
  ['a title, which has neither tools nor marks', { messages: [asked] }, 'agent'],
  [
    'a question in a session without tools',
    { system: [{ ...words('x'), ...mark }], messages: [asked] },
    'user',
  ],
  ['the inner request of a web search', { tools: [search], messages: [asked] }, 'agent'],
  ['a question to a model with web search', { tools: [tool, search], messages: [asked] }, 'user'],
  [
    'a sub-agent, by its first line',
    { tools: [tool], system: [words('x-anthropic-billing-header: cc_is_subagent=true;')], messages: [asked] },
    'agent',
  ],
  [
    'one text behind an answer with the last mark',
    { tools: [tool], messages: [asked, { role: 'assistant', content: [{ ...words('x'), ...mark }] }, asked] },
    'agent',
  ],
  [
    'a question on the side, in two texts',
    {
      tools: [tool],
      messages: [
        asked,
        { role: 'assistant', content: [{ ...words('x'), ...mark }] },
        shows(words('<system-reminder>Aside.</system-reminder>'), words('Why?')),
      ],
    },
    'user',
  ],
])('Claude Code with %s', (_, body, initiator) => {
  expect(findInitiator(body, claudeCode)).toBe(initiator);
});

const summarizes = 'You are a context summarization assistant. Your task is to read a conversation.';
const codes = 'You are a coding assistant running inside pi, a coding agent harness.';

it.each<[what: string, body: Record<string, unknown>, agent: string, initiator: string]>([
  ['a summary over /v1/messages', { system: [words(summarizes)], messages: [asked] }, 'pi/1.6.0', 'agent'],
  ['a summary over /responses', { instructions: summarizes, input: [asked] }, 'pi/1.6.0', 'agent'],
  [
    'a summary, with the instructions among the items',
    { input: [{ role: 'developer', content: summarizes }, asked] },
    'pi/1.6.0',
    'agent',
  ],
  ['a prompt without tools', { messages: [{ role: 'system', content: codes }, asked] }, 'pi/1.6.0', 'user'],
  ['a prompt without instructions', { messages: [asked] }, 'pi/1.6.0', 'user'],
  ['a prompt that begins like those', { messages: [{ ...asked, content: summarizes }] }, 'pi/1.6.0', 'user'],
  [
    'a summary by another program',
    { messages: [{ role: 'system', content: summarizes }, asked] },
    'curl/8',
    'user',
  ],
])('who began it if somebody like pi sends %s', (_, body, agent, initiator) => {
  expect(findInitiator(body, { 'user-agent': agent })).toBe(initiator);
});
