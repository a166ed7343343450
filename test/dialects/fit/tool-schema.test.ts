import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../../src/dialects/fit/tool-schema.ts';
import type { JsonObject } from '../../../src/json-value.ts';

const empty = { type: 'object', properties: {} };
const inside = (schema: unknown): JsonObject => ({ type: 'object', properties: { a: schema } });

describe('the parameters of a tool', () => {
  it.each<[what: string, schema: JsonObject, repaired: JsonObject]>([
    ['that are empty are an object without properties', {}, empty],
    ['without properties get none', { type: 'object' }, empty],
    ['with properties of null get none', { type: 'object', properties: null }, empty],
    ['of another type are an object', { type: 'string' }, empty],
    ['of several types are an object', { type: ['object', 'null'] }, empty],
    [
      'keep what else they have',
      { ...empty, required: ['a'], additionalProperties: false },
      { ...empty, required: ['a'], additionalProperties: false },
    ],
    [
      'have the values of an array in its items, where Gemini wants them',
      inside({ type: 'array', enum: ['a', 'b'], items: { type: 'string' } }),
      inside({ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }),
    ],
    [
      'lose whole arrays as values',
      inside({ type: 'array', enum: [['a'], []], items: {} }),
      inside({ type: 'array', items: {} }),
    ],
    [
      'keep a property that is named like a keyword',
      { type: 'object', properties: { $schema: { type: 'string' }, items: { type: 'array', items: {} } } },
      { type: 'object', properties: { $schema: { type: 'string' }, items: { type: 'array', items: {} } } },
    ],
  ])('%s', (_, schema, repaired) => {
    expect(fitSchema(schema)).toEqual(repaired);
  });

  it.each<[schema: unknown, repaired: unknown]>([
    [{ type: 'array' }, { type: 'array', items: {} }],
    [
      { type: 'array', items: null },
      { type: 'array', items: {} },
    ],
    [{ type: ['array', 'null'] }, { type: ['array', 'null'], items: {} }],
    [
      { type: 'array', items: { type: 'object' } },
      { type: 'array', items: empty },
    ],
    [
      { type: 'array', items: [{ type: 'object' }] },
      { type: 'array', items: [empty] },
    ],
    [
      { type: 'array', prefixItems: [{ type: 'array' }] },
      { type: 'array', prefixItems: [{ type: 'array', items: {} }], items: {} },
    ],
    [{ type: ['object', 'null'] }, { type: ['object', 'null'], properties: {} }],
    [
      { anyOf: [{ type: 'array' }, { type: 'null' }] },
      { anyOf: [{ type: 'array', items: {} }, { type: 'null' }] },
    ],
    [{ not: { type: 'object' } }, { not: empty }],
    [
      { type: 'object', additionalProperties: { type: 'array' } },
      { ...empty, additionalProperties: { type: 'array', items: {} } },
    ],
    [{ $defs: { b: { type: 'array' } } }, { $defs: { b: { type: 'array', items: {} } } }],
    [{ $schema: 'x', type: 'string' }, { type: 'string' }],
    [
      { type: 'string', default: { type: 'array' } },
      { type: 'string', default: { type: 'array' } },
    ],
    [{ enum: [{ type: 'array' }] }, { enum: [{ type: 'array' }] }],
    [{ const: { type: 'object' } }, { const: { type: 'object' } }],
    [true, true],
    [null, null],
  ])('are repaired inside, too: %j', (schema, repaired) => {
    expect(fitSchema(inside(schema))).toEqual(inside(repaired));
  });

  it('are left as they are by a second repair, and are not changed in place', () => {
    const schema = inside({ type: 'array', prefixItems: [{ type: 'object' }] });
    const before = JSON.stringify(schema);
    const repaired = fitSchema(schema);
    expect(fitSchema(repaired)).toEqual(repaired);
    expect(JSON.stringify(schema)).toBe(before);
  });

  it('may be nested deeper than the stack would bear', () => {
    let schema: JsonObject = { type: 'string' };
    for (let depth = 0; depth < 50_000; depth += 1) schema = { type: 'array', items: schema };
    expect(fitSchema(inside(schema))).toHaveProperty('properties.a.items.items.type', 'array');
  });
});
