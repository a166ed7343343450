import { describe, expect, it } from 'vitest';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { createRandom, type Random } from '../../helpers/random.ts';
import { itRepeats } from '../../helpers/sampled.ts';
import { decode } from './models.ts';

const inUser = (block: unknown) => ({ messages: [{ role: 'user', content: [block] }] });
const inAssistant = (block: unknown) => ({ messages: [{ role: 'assistant', content: [block] }] });

describe('what is wrong is named by its path', () => {
  it.each<[path: string, fields: Record<string, unknown>]>([
    ['model', { model: 1 }],
    ['messages', { messages: 'Hi' }],
    ['messages.0', { messages: ['Hi'] }],
    ['messages.0.role', { messages: [{ role: 'tool', content: 'Hi' }] }],
    ['messages.0.content', { messages: [{ role: 'user', content: null }] }],
    ['messages.0.content.0', inUser('Hi')],
    ['messages.0.content.0.text', inUser({ type: 'text' })],
    ['messages.0.content.0.cache_control', inUser({ type: 'text', text: '', cache_control: 'yes' })],
    ['messages.0.content.0.source', inUser({ type: 'image' })],
    ['messages.0.content.0.source', inUser({ type: 'image', source: { type: 'file', file_id: 'f' } })],
    [
      'messages.0.content.0.source.data',
      inUser({ type: 'image', source: { type: 'base64', media_type: 'a' } }),
    ],
    ['messages.0.content.0.source.url', inUser({ type: 'image', source: { type: 'url' } })],
    ['messages.0.content.0.source', inUser({ type: 'document', source: { type: 'url', url: 'https://a' } })],
    ['messages.0.content.0.tool_use_id', inUser({ type: 'tool_result' })],
    ['messages.0.content.0.is_error', inUser({ type: 'tool_result', tool_use_id: 'a', is_error: 'yes' })],
    [
      'messages.0.content.0.content.1',
      inUser({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'a' }, 1] }),
    ],
    ['messages.0.content.0.thinking', inAssistant({ type: 'thinking' })],
    ['messages.0.content.0.signature', inAssistant({ type: 'thinking', thinking: '', signature: 1 })],
    ['messages.0.content.0.data', inAssistant({ type: 'redacted_thinking' })],
    ['messages.0.content.0.id', inAssistant({ type: 'tool_use', name: 'a', input: {} })],
    ['messages.0.content.0.input', inAssistant({ type: 'tool_use', id: 'a', name: 'a', input: 'x' })],
    ['max_tokens', { max_tokens: '10' }],
    ['stream', { stream: 'yes' }],
    ['temperature', { temperature: 'hot' }],
    ['stop_sequences.0', { stop_sequences: [1] }],
    ['metadata', { metadata: 'me' }],
    ['metadata.user_id', { metadata: { user_id: 1 } }],
    ['thinking.type', { thinking: { type: 'much' } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 'all' } }],
    ['output_config', { output_config: [] }],
    ['output_config.effort', { output_config: { effort: 3 } }],
    ['output_config.format.type', { output_config: { format: { type: 'xml' } } }],
    ['output_config.format.schema', { output_config: { format: { type: 'json_schema' } } }],
    ['tools', { tools: {} }],
    ['tools.0.name', { tools: [{ input_schema: {} }] }],
    ['tools.0.input_schema', { tools: [{ name: 'a' }] }],
    ['tool_choice.name', { tool_choice: { type: 'tool' } }],
  ])('%s', (path, fields) => {
    expect(() => decode(fields)).toThrow(expect.objectContaining({ name: 'DialectError', path }));
  });

  it.each([[null], ['text'], [[]], [undefined]])('a body of %j', (body) => {
    expect(() => messages.readRequest(body)).toThrow(DialectError);
  });
});

const words = [
  'user',
  'assistant',
  'text',
  'image',
  'thinking',
  'tool_use',
  'tool_result',
  'base64',
  'auto',
  'enabled',
];
const keys = [
  'role',
  'content',
  'type',
  'text',
  'source',
  'input',
  'data',
  'name',
  'id',
  'signature',
  'cache_control',
];

function createJunk(random: Random, depth = 0): unknown {
  const kind = random.integer(depth > 5 ? 3 : 7);
  if (kind === 0) return random.pick([null, true, false, undefined]);
  if (kind === 1) return random.integer(100);
  if (kind <= 3) return random.pick(words);
  const size = random.integer(3);
  if (kind === 4) return Array.from({ length: size }, () => createJunk(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [random.pick(keys), createJunk(random, depth + 1)]),
  );
}

itRepeats(20_000, 'whatever a body holds, it is read or refused, and never breaks the reader', (rounds) => {
  const random = createRandom(7);
  const fields = [
    'messages',
    'system',
    'tools',
    'tool_choice',
    'thinking',
    'output_config',
    'metadata',
    'extra',
  ];
  let readable = 0;
  for (let round = 0; round < rounds; round += 1) {
    const junk = Object.fromEntries([0, 1].map(() => [random.pick(fields), createJunk(random)]));
    try {
      decode(junk);
      readable += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(DialectError);
    }
  }
  expect(readable).toBeGreaterThan(rounds / 40);
});
