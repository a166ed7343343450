import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/endpoints/endpoint.ts';

const schema = JSON.parse(readFileSync('docs/endpoints.schema.json', 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true });
const matches = ajv.compile(schema);
const matchesAdaptations = ajv.compile({ $defs: schema.$defs, $ref: '#/$defs/adaptations' });

const base = { url: 'https://a.example/v1', dialect: 'chat-completions' };

const valid: Record<string, object> = {
  bare: base,
  loopback: { ...base, url: 'http://127.0.0.1:11434/v1', dialect: 'messages' },
  'a key in a variable': { ...base, key: { env: 'KEY' } },
  'a key of a command': { ...base, key: { command: 'pass show x' }, key_header: 'api-key' },
  'a stored key': { ...base, key: { stored: true } },
  headers: { ...base, headers: { 'x-team': 'blue' } },
  models: {
    ...base,
    models: [
      'a',
      { id: 'b', context_tokens: 8192, output_tokens: 1024, abilities: ['tools'], efforts: ['low'] },
    ],
  },
  adaptations: {
    ...base,
    request: {
      rename: { 'messages.*.name': 'user' },
      drop: ['a.0'],
      default: { t: 0 },
      set: { o: {} },
      models: { 'gpt-4.1': 'b' },
    },
    answer: {},
  },
};

const invalid: Record<string, object> = {
  'no URL': { dialect: 'messages' },
  'another dialect': { ...base, dialect: 'grpc' },
  'no dialect': { url: base.url },
  'a field with a typing error': { ...base, modles: [] },
  'two keys': { ...base, key: { env: 'A', command: 'b' } },
  'a key in plain words': { ...base, key: 'sk-123' },
  'a key with another field': { ...base, key: { value: 'sk-123' } },
  'a key for the name of a variable': { ...base, key: { env: 'sk-proj-0123456789' } },
  'a variable of GitHub': { ...base, key: { env: 'GH_TOKEN' } },
  'a header with a key': { ...base, headers: { 'X-Function-Key': 'a' } },
  'a header that is a number': { ...base, headers: { 'x-team': 5 } },
  'a limit of nothing': { ...base, models: [{ id: 'a', context_tokens: 0 }] },
  'a model without an id': { ...base, models: [{ name: 'a' }] },
  'an unknown ability': { ...base, models: [{ id: 'a', abilities: ['flying'] }] },
  'a list of renames': { ...base, request: { rename: ['a'] } },
  'a new name with a path': { ...base, request: { rename: { a: 'b.c' } } },
  'an empty step': { ...base, answer: { drop: ['a..b'] } },
  'a path to the prototype': { ...base, request: { set: { '__proto__.x': 1 } } },
  'an unknown rule': { ...base, request: { replace: {} } },
};

function accepts(entry: object): boolean {
  try {
    parseEndpoint('a', JSON.parse(JSON.stringify(entry)));
    return true;
  } catch {
    return false;
  }
}

describe('the schema of endpoints.json', () => {
  it.each(Object.entries(valid))('takes what the program takes: %s', (_, entry) => {
    expect(accepts(entry)).toBe(true);
    expect(matches({ endpoints: { a: entry } }), JSON.stringify(matches.errors)).toBe(true);
  });

  it.each(Object.entries(invalid))('refuses what the program refuses: %s', (_, entry) => {
    expect(accepts(entry)).toBe(false);
    expect(matches({ endpoints: { a: entry } })).toBe(false);
  });

  it.each(['A', 'a/b', 'copilot', ''])('refuses the name "%s", as the program does', (name) => {
    expect(() => parseEndpoint(name, base)).toThrow();
    expect(matches({ endpoints: { [name]: base } })).toBe(false);
  });

  it('describes the file for --adapt, too', () => {
    expect(matchesAdaptations({ request: { drop: ['a'] }, answer: { set: { a: 1 } } })).toBe(true);
    expect(matchesAdaptations({ url: 'https://a.example' })).toBe(false);
  });
});
