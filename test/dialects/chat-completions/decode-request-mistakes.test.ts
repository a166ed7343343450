import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import { decode } from './models.ts';

describe('a caller’s mistake', () => {
  const user = (part: unknown) => ({
    messages: [
      { role: 'user', content: 'x' },
      { role: 'user', content: [part] },
    ],
  });

  it.each<[fields: Record<string, unknown>, path: string]>([
    [{ model: null }, 'model'],
    [{ model: 5 }, 'model'],
    [{ messages: null }, 'messages'],
    [{ messages: 'Hello' }, 'messages'],
    [{ messages: [null] }, 'messages.0'],
    [{ messages: [{ content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'function', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages.0.content'],
    [user(null), 'messages.1.content.0'],
    [user({ type: 'text' }), 'messages.1.content.0.text'],
    [user({ type: 'image_url', image_url: {} }), 'messages.1.content.0.image_url.url'],
    [user({ type: 'file', file: { file_id: 'f' } }), 'messages.1.content.0.file.file_data'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.tool_call_id'],
    [{ messages: [{ role: 'assistant', tool_calls: {} }] }, 'messages.0.tool_calls'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] }, 'messages.0.tool_calls.0.function'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'a' } }] }] },
      'messages.0.tool_calls.0.id',
    ],
    [{ messages: [{ role: 'assistant', function_call: { name: 'a' } }] }, 'messages.0.function_call'],
    [{ tools: {} }, 'tools'],
    [{ tools: [{ type: 'custom', custom: {} }] }, 'tools.0.custom.name'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools.0.function.name'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice.function.name'],
    [{ n: 2 }, 'n'],
    [{ stop: 5 }, 'stop'],
    [{ stop: [5] }, 'stop.0'],
    [{ max_tokens: '5' }, 'max_tokens'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ response_format: 'json' }, 'response_format'],
    [{ response_format: { type: 'xml' } }, 'response_format.type'],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, 'response_format.json_schema.name'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ stream: 'yes' }, 'stream'],
    [{ stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
  ])('%j is refused by its path', (fields, path) => {
    expect(() => decode(fields)).toThrow(expect.objectContaining({ name: 'DialectError', path }));
  });

  it.each([null, 'x', [], 5])('is a body that is no object: %j', (body) => {
    expect(() => chatCompletions.readRequest(body)).toThrow(
      expect.objectContaining({ name: 'DialectError' }),
    );
  });
});
