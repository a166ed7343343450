import type { Tool } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/json-value.ts';
import type { Connection } from '../../src/mcp/connection.ts';
import { toTool } from '../../src/mcp/server-tools.ts';

const connection = { server: { name: 'docs', way: { kind: 'stdio' } } } as unknown as Connection;
const tool: Tool = { name: 'get', inputSchema: { type: 'object' } };

async function show(input: JsonObject): Promise<string> {
  const { preview } = await toTool('docs__get', connection, tool).plan(input, new AbortController().signal);
  return preview?.type === 'text' ? preview.text : '';
}

function nest(depth: number, inner = '1', open = '[', close = ']'): JsonObject {
  return JSON.parse(`{"a":${open.repeat(depth)}${inner}${close.repeat(depth)}}`);
}

it('arguments of a call are laid out in the question', async () => {
  expect(await show({ a: [1], b: 'x' })).toBe('{\n  "a": [\n    1\n  ],\n  "b": "x"\n}');
});

it.each<[what: string, input: JsonObject]>([
  ['lists', nest(4000)],
  ['objects', nest(2000, '1', '{"b":', '}')],
  ['many values in a deep list', nest(500, Array(5000).fill(7).join())],
  ['brackets in texts', { a: '[{'.repeat(3000), b: nest(300) }],
])('deep arguments are shown whole, and no longer than they are: %s', async (_, input) => {
  expect(await show(input)).toBe(JSON.stringify(input));
});

it('brackets in texts are no levels', async () => {
  expect(await show({ a: '[{"[{'.repeat(30) })).toContain('\n  "a"');
});

it('arguments that cannot be shown make no call', async () => {
  await expect(show(nest(200_000))).rejects.toThrow('nested too deeply');
});
