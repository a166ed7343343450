import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolDefinition } from '../../../src/dialects/chat-request.ts';
import { fitTools } from '../../../src/dialects/fit/tools.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { createFitting } from './fitting.ts';

const parameters = { type: 'object', properties: {} };
const read: ToolDefinition = { name: 'read', parameters };

function toFitted(fields: Partial<ChatRequest>, traits: Partial<ModelTraits> = {}) {
  const fitting = createFitting(traits);
  const request = fitTools({ model: 'able', messages: [], ...fields }, fitting);
  return { request, notices: [...fitting.notices], toolNames: fitting.toolNames };
}

describe('the names of tools', () => {
  const long = `mcp__${'server_'.repeat(12)}read`;

  it.each([['read'], ['a'.repeat(64)], ['A-z_0']])('stay where every backend takes them: %s', (name) => {
    const { request, toolNames } = toFitted({ tools: [{ ...read, name }] });
    expect(request.tools?.[0]?.name).toBe(name);
    expect(toolNames.size).toBe(0);
  });

  it.each([['fs.read'], ['ファイル'], ['read\n'], [''], [long]])(
    'become valid and can be told apart and back: %j',
    (name) => {
      const others = [`${name}2`, `${name}.`];
      const { request, toolNames, notices } = toFitted({
        tools: [name, ...others].map((own) => ({ ...read, name: own })),
      });
      const wireNames = request.tools?.map((tool) => tool.name) ?? [];
      for (const wireName of wireNames) expect(wireName).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(wireNames.map((wireName) => toolNames.get(wireName) ?? wireName)).toEqual([name, ...others]);
      expect(notices).toEqual([]);
    },
  );

  it('are the same in the choice and in the history', () => {
    const { request } = toFitted({
      tools: [{ ...read, name: long }],
      toolChoice: { name: long },
      messages: [
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'a', name: long, arguments: '{}' }] },
        { role: 'tool', callId: 'a', parts: [], isError: false },
      ],
    });
    const wireName = request.tools?.[0]?.name;
    expect(request.toolChoice).toEqual({ name: wireName });
    expect(request.messages[0]?.parts).toMatchObject([{ name: wireName }]);
  });
});

describe('tools', () => {
  it('are 128 at most, the first ones', () => {
    const tools = Array.from({ length: 130 }, (_, index) => ({ ...read, name: `t${index}` }));
    const { request, notices } = toFitted({ tools });
    expect(request.tools?.map(({ name }) => name)).toEqual(tools.slice(0, 128).map(({ name }) => name));
    expect(notices).toEqual(['Of 130 tools, 128 are sent: Copilot takes no more.']);
    expect(toFitted({ tools: tools.slice(0, 128) }).notices).toEqual([]);
  });

  it('keep the one that must be called, wherever it stands', () => {
    const tools = Array.from({ length: 200 }, (_, index) => ({ ...read, name: `t${index}` }));
    const { request } = toFitted({ tools, toolChoice: { name: 't150' } });
    expect(request.tools).toHaveLength(128);
    expect(request.tools?.at(-1)?.name).toBe('t150');
    expect(request.toolChoice).toEqual({ name: 't150' });
  });

  it('leave room for those that the service runs itself', () => {
    const tools = Array.from({ length: 128 }, (_, index) => ({ ...read, name: `t${index}` }));
    const extras = { dialect: 'responses' as const, fields: { tools: [{ type: 'web_search' }] } };
    expect(toFitted({ tools, extras }).request.tools).toHaveLength(127);
  });

  it('have no choice of one that is not there', () => {
    const { request, notices } = toFitted({ tools: [read], toolChoice: { name: 'nope' } });
    expect(request.toolChoice).toBeUndefined();
    expect(notices).toEqual(['The choice of the tool nope is left out: there is none of that name.']);
  });

  it('have schemas that every backend takes', () => {
    const { request } = toFitted({
      tools: [{ name: 'list', parameters: { properties: { a: { type: 'array' } } } }],
    });
    expect(request.tools?.[0]?.parameters).toEqual({
      type: 'object',
      properties: { a: { type: 'array', items: {} } },
    });
  });

  it.each<
    [
      what: string,
      fields: Partial<ChatRequest>,
      traits: Partial<ModelTraits>,
      kept: object,
      notices: string[],
    ]
  >([
    [
      'a choice',
      { tools: [read], toolChoice: 'required' },
      {},
      { tools: [read], toolChoice: 'required' },
      [],
    ],
    ['a choice that chooses nothing', { toolChoice: 'auto', tools: [] }, {}, {}, []],
    [
      'a choice without tools',
      { toolChoice: 'required' },
      {},
      {},
      ['The choice of a tool is left out: there are no tools.'],
    ],
    [
      'one call at a time',
      { tools: [read], parallelToolCalls: false },
      {},
      { tools: [read], parallelToolCalls: false },
      [],
    ],
    ['calls side by side without tools', { parallelToolCalls: true }, {}, {}, []],
    [
      'calls side by side',
      { tools: [read], parallelToolCalls: true },
      { parallelToolCalls: false },
      { tools: [read] },
      ['able calls one tool at a time.'],
    ],
    [
      'one call at a time',
      { tools: [read], parallelToolCalls: false },
      { parallelToolCalls: false },
      { tools: [read] },
      [],
    ],
    [
      'a choice among the tools of the service',
      {
        toolChoice: 'required',
        extras: { dialect: 'responses', fields: { tools: [{ type: 'web_search' }] } },
      },
      {},
      {
        toolChoice: 'required',
        extras: { dialect: 'responses', fields: { tools: [{ type: 'web_search' }] } },
      },
      [],
    ],
  ])('and %s', (_, fields, traits, kept, notices) => {
    const fitted = toFitted(fields, traits);
    expect(fitted.request).toEqual({ model: 'able', messages: [], ...kept });
    expect(fitted.notices).toEqual(notices);
  });
});
