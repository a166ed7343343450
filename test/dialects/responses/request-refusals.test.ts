import { expect, it } from 'vitest';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import type { Fields } from './streams.ts';

const item = (fields: Fields) => ({ input: [{ role: 'user', content: 'Hi' }, fields] });
const content = (part: unknown, role = 'user') => ({ input: [{ role, content: [part] }] });
const stored = 'nothing is stored here';

it.each<[what: string, body: unknown, path: string, words: string]>([
  ['text', 'Hi', 'body', 'must be an object'],
  ['a list', [], 'body', 'must be an object'],
  ['no model', { model: undefined }, 'model', 'must be a string'],
  ['input that is a number', { input: 5 }, 'input', 'must be a list'],
  ['an item that is text', { input: ['Hi'] }, 'input.0', 'must be an object'],
  ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id', stored],
  ['a conversation', { conversation: { id: 'c' } }, 'conversation', stored],
  ['a stored prompt', { prompt: { id: 'p' } }, 'prompt', stored],
  ['work in the background', { background: true }, 'background', stored],
  ['a reference', item({ type: 'item_reference', id: 'msg_1' }), 'input.1', stored],
  ['another role', item({ role: 'tool', content: 'x' }), 'input.1.role', 'must be user'],
  ['no role', item({ content: 'x' }), 'input.1.role', 'must be user'],
  ['content that is a number', item({ role: 'user', content: 5 }), 'input.1.content', 'must be a list'],
  ['a part that is text', content('Hi'), 'input.0.content.0', 'must be an object'],
  [
    'text that is a number',
    content({ type: 'input_text', text: 5 }),
    'input.0.content.0.text',
    'must be a string',
  ],
  [
    'an image by the id of a file',
    content({ type: 'input_image', file_id: 'f' }),
    'input.0.content.0',
    'no files are kept',
  ],
  [
    'a file by its id',
    content({ type: 'input_file', file_id: 'f' }),
    'input.0.content.0',
    'no files are kept',
  ],
  [
    'a file by address',
    content({ type: 'input_file', file_url: 'https://x' }),
    'input.0.content.0',
    'no files are kept or fetched',
  ],
  [
    'a call without an id',
    item({ type: 'function_call', name: 'x', arguments: '' }),
    'input.1.call_id',
    'must be a string',
  ],
  [
    'a call without a name',
    item({ type: 'function_call', call_id: 'c' }),
    'input.1.name',
    'must be a string',
  ],
  [
    'arguments that are not text files',
    item({ type: 'function_call', call_id: 'c', name: 'x', arguments: {} }),
    'input.1.arguments',
    'must be a string',
  ],
  [
    'a result without an id',
    item({ type: 'function_call_output', output: '' }),
    'input.1.call_id',
    'must be a string',
  ],
  [
    'a result that is an object',
    item({ type: 'function_call_output', call_id: 'c', output: {} }),
    'input.1.output',
    'must be a list',
  ],
  [
    'thinking that is sealed by a number',
    item({ type: 'reasoning', encrypted_content: 5 }),
    'input.1.encrypted_content',
    'must be a string',
  ],
  ['instructions that are a list', { instructions: [] }, 'instructions', 'must be a string'],
  ['tools that are an object', { tools: {} }, 'tools', 'must be a list'],
  ['a tool that is text', { tools: ['x'] }, 'tools.0', 'must be an object'],
  [
    'a tool nested as in chat',
    { tools: [{ type: 'function', function: { name: 'x' } }] },
    'tools.0.name',
    'must be a string',
  ],
  [
    'parameters that are a list',
    { tools: [{ type: 'function', name: 'x', parameters: [] }] },
    'tools.0.parameters',
    'must be an object',
  ],
  ['a choice without a name', { tool_choice: { type: 'function' } }, 'tool_choice.name', 'must be a string'],
  ['a flag that is text', { parallel_tool_calls: 'yes' }, 'parallel_tool_calls', 'must be true or false'],
  ['stream as text', { stream: 'true' }, 'stream', 'must be true or false'],
  ['a temperature as text', { temperature: '1' }, 'temperature', 'must be a number'],
  ['a limit as text', { max_output_tokens: '1' }, 'max_output_tokens', 'must be a number'],
  ['reasoning as text', { reasoning: 'high' }, 'reasoning', 'must be an object'],
  ['an effort that is a number', { reasoning: { effort: 1 } }, 'reasoning.effort', 'must be a string'],
  [
    'a summary that is not known',
    { reasoning: { summary: 'long' } },
    'reasoning.summary',
    'must be auto, concise or detailed',
  ],
  ['a format as text', { text: { format: 'json' } }, 'text.format', 'must be an object'],
  [
    'a format that is not known',
    { text: { format: { type: 'grammar' } } },
    'text.format.type',
    'must be text',
  ],
  [
    'a schema without a name',
    { text: { format: { type: 'json_schema', schema: {} } } },
    'text.format.name',
    'must be a string',
  ],
  [
    'a schema that is none',
    { text: { format: { type: 'json_schema', name: 'n' } } },
    'text.format.schema',
    'must be an object',
  ],
  ['metadata that is a number', { metadata: { a: 1 } }, 'metadata.a', 'must be a string'],
])('a caller that sends %s is told where', (_, fields, path, words) => {
  const isBody = typeof fields === 'object' && !Array.isArray(fields);
  const body = isBody ? { model: 'm', input: 'Hi', ...fields } : fields;
  expect(() => responses.readRequest(body)).toThrow(
    expect.objectContaining({ name: 'DialectError', path, message: expect.stringContaining(words) }),
  );
});
