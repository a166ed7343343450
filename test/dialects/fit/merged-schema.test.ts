import { describe, expect, it } from 'vitest';
import { mergeTop } from '../../../src/dialects/fit/merged-schema.ts';
import type { JsonObject } from '../../../src/json-value.ts';

const string = { type: 'string' };
const base = { type: 'object', properties: { a: string } };

describe('a schema without unions at the top', () => {
  it.each([
    [base],
    [{}],
    [{ type: 'object', properties: { a: { anyOf: [string, { type: 'null' }] } }, if: {}, else: {} }],
  ])('stays the same object: %j', (schema) => {
    expect(mergeTop(schema)).toBe(schema);
  });

  it.each<[what: string, schema: JsonObject, merged: JsonObject]>([
    [
      'of which one field or another is required',
      { ...base, properties: { a: string, b: string }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      {
        ...base,
        properties: { a: string, b: string },
        description: 'Give the fields of one of these groups: a; b.',
      },
    ],
    [
      'with parts that all hold',
      { allOf: [base, { properties: { b: string }, required: ['b'] }], required: ['a'] },
      { type: 'object', properties: { a: string, b: string }, required: ['a', 'b'] },
    ],
    [
      'with closed branches',
      {
        type: 'object',
        oneOf: [
          { properties: { a: string }, additionalProperties: false },
          { properties: { a: string }, additionalProperties: false },
        ],
      },
      { ...base, additionalProperties: false },
    ],
    [
      'with a branch that is no object',
      { type: 'object', anyOf: [{ type: 'null' }, { ...base, required: ['a'] }] },
      { ...base, required: ['a'] },
    ],
    [
      'with a reference at the top',
      { $ref: '#/$defs/a', $defs: { a: { ...base, description: 'A' } } },
      { ...base, description: 'A', $defs: { a: { ...base, description: 'A' } } },
    ],
    [
      'with references in branches',
      { type: 'object', anyOf: [{ $ref: '#/definitions/a' }], definitions: { a: base } },
      { ...base, definitions: { a: base } },
    ],
    [
      'with the same field in several types',
      {
        anyOf: [
          { properties: { a: string } },
          { properties: { a: { type: 'number' } } },
          { properties: { a: string } },
        ],
      },
      { properties: { a: { anyOf: [string, { type: 'number' }] } } },
    ],
    [
      'with unions inside unions',
      {
        type: 'object',
        anyOf: [{ oneOf: [base, { properties: { b: string } }] }, { properties: { c: string } }],
      },
      {
        type: 'object',
        properties: { a: string, b: string, c: string },
        description: 'Give the fields of one of these groups: a and b; c.',
      },
    ],
    ['with values of the whole', { ...base, enum: [{}], not: { required: ['a'] } }, base],
    ['with a reference to itself', { ...base, $ref: '#' }, base],
    ['with a reference to nothing', { ...base, $ref: 'https://example.com/schema.json' }, base],
    ['with a union that is no list', { ...base, anyOf: 'x' }, base],
  ])('%s', (_what, schema, merged) => {
    const before = JSON.stringify(schema);
    const result = mergeTop(schema);
    expect(result).toEqual(merged);
    expect(mergeTop(result)).toBe(result);
    expect(JSON.stringify(schema)).toBe(before);
  });

  it('has no field of its prototype', () => {
    const schema = JSON.parse(
      '{"anyOf":[{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"number"}}}]}',
    );
    expect(Object.keys(mergeTop(schema).properties as object)).toContain('constructor');
  });
});
