import { describe, expect, it } from 'vitest';
import { toReplySchema } from '../../../src/dialects/messages/reply-schema.ts';

const person = { type: 'object', properties: { name: { type: 'string' } } };
const closed = { ...person, additionalProperties: false };

describe('a schema for Claude', () => {
  it.each<[string, object, object]>([
    [
      'closes every object',
      { ...person, properties: { who: person } },
      { ...closed, properties: { who: closed } },
    ],
    [
      'closes the objects of lists and unions',
      { type: 'array', items: { anyOf: [person, { type: 'null' }] } },
      { type: 'array', items: { anyOf: [closed, { type: 'null' }] } },
    ],
    ['closes what is only open by its words', { ...person, additionalProperties: true }, closed],
    [
      'says limits in the description',
      { type: 'integer', description: 'An age.', minimum: 0, maximum: 150 },
      { type: 'integer', description: 'An age. (minimum: 0, maximum: 150)' },
    ],
    [
      'says them where there is no description',
      { type: 'string', maxLength: 5 },
      { type: 'string', description: '(maxLength: 5)' },
    ],
    [
      'keeps formats that Claude knows, and says others',
      { type: 'array', items: { type: 'string', format: 'regex' }, minItems: 1 },
      {
        type: 'array',
        items: { type: 'string', description: '(format: "regex")' },
        description: '(minItems: 1)',
      },
    ],
    [
      'makes anyOf of oneOf',
      { type: 'array', items: { oneOf: [{ const: 1 }, { const: 2 }] } },
      { type: 'array', items: { anyOf: [{ const: 1 }, { const: 2 }] } },
    ],
    [
      'makes one object of allOf',
      { allOf: [person, { properties: { age: { type: 'integer' } }, required: ['age'] }] },
      {
        type: 'object',
        properties: { name: { type: 'string' }, age: { type: 'integer' } },
        required: ['age'],
        additionalProperties: false,
      },
    ],
    [
      'keeps definitions',
      { $schema: 'x', ...person, properties: { a: { $ref: '#/$defs/p' } }, $defs: { p: person } },
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/p' } },
        $defs: { p: closed },
        additionalProperties: false,
      },
    ],
  ])('%s', (_, given, expected) => {
    const before = JSON.stringify(given);
    expect(toReplySchema(given as Record<string, unknown>)).toEqual(expected);
    expect(JSON.stringify(given)).toBe(before);
  });

  it.each<[string, object]>([
    ['a map of any keys', { type: 'object', additionalProperties: { type: 'string' } }],
    ['an object of which nothing is said', { type: 'object' }],
    ['a property that must be there and is not described', { ...person, required: ['age'] }],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }] }],
    ['recursion', { ...person, properties: { child: { $ref: '#' } } }],
    [
      'recursion through definitions',
      {
        type: 'array',
        items: { $ref: '#/$defs/a' },
        $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } },
      },
    ],
    ['a union at the top', { oneOf: [person, { type: 'null' }] }],
  ])('cannot say %s', (_, given) => {
    expect(toReplySchema(given as Record<string, unknown>)).toBeUndefined();
  });
});
