import { describe, expect, it } from 'vitest';
import { followsReferences, inlineReferences } from '../../../src/dialects/fit/references.ts';
import type { JsonObject } from '../../../src/json-value.ts';

const gemini = followsReferences('gemini-3.5-flash');
const kimi = followsReferences('kimi-k2.7-code');
const gpt = followsReferences('gpt-5.4');
const string = { type: 'string' };
const any = { type: 'object', properties: {} };
const inside = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: { x: schema },
  ...more,
});

describe('references', () => {
  it.each<[what: string, schema: JsonObject, inlined: JsonObject]>([
    ['to definitions', inside({ $ref: '#/$defs/a' }, { $defs: { a: string } }), inside(string)],
    [
      'with words beside them',
      inside({ $ref: '#/$defs/a', description: 'd' }, { $defs: { a: string } }),
      inside({ ...string, description: 'd' }),
    ],
    [
      'in lists, maps and unions',
      inside(
        { anyOf: [{ type: 'array', items: { $ref: '#/definitions/a' } }, { type: 'null' }] },
        { definitions: { a: string } },
      ),
      inside({ anyOf: [{ type: 'array', items: string }, { type: 'null' }] }),
    ],
    [
      'to what refers to something else',
      inside({ $ref: '#/$defs/a' }, { $defs: { a: inside({ $ref: '#/$defs/b' }), b: string } }),
      inside(inside(string)),
    ],
    [
      'to a property',
      { type: 'object', properties: { a: string, b: { $ref: '#/properties/a' } } },
      { type: 'object', properties: { a: string, b: string } },
    ],
    [
      'with escaped names',
      inside({ $ref: '#/$defs/a~1b%20c' }, { $defs: { 'a/b c': string } }),
      inside(string),
    ],
    [
      'to themselves, which become any object',
      inside({ $ref: '#/$defs/a' }, { $defs: { a: inside({ $ref: '#/$defs/a' }) } }),
      inside(inside(any)),
    ],
    ['to nothing', inside({ $ref: '#/$defs/none' }, { $defs: {} }), inside(any)],
    ['to elsewhere', inside({ $ref: 'https://example.com/a.json' }), inside(any)],
  ])('%s are replaced for Gemini', (_what, schema, inlined) => {
    const before = JSON.stringify(schema);
    expect(inlineReferences(schema, gemini)).toEqual(inlined);
    expect(JSON.stringify(schema)).toBe(before);
  });

  it('stay for models that follow them', () => {
    const schema = inside({ $ref: '#/definitions/a' }, { definitions: { a: string } });
    expect(inlineReferences(schema, gpt)).toBe(schema);
    const modern = inside({ $ref: '#/$defs/a' }, { $defs: { a: string } });
    expect(inlineReferences(modern, kimi)).toBe(modern);
    expect(inlineReferences(schema, kimi)).toEqual(inside(string));
  });

  it('stay together with what they refer to', () => {
    const schema = {
      ...inside({ $ref: '#/$defs/a' }),
      items: { $ref: '#/definitions/b' },
      $defs: { a: string },
      definitions: { b: string },
    };
    expect(inlineReferences(schema, kimi)).toMatchObject({
      properties: { x: { $ref: '#/$defs/a' } },
      items: string,
      $defs: { a: string },
    });
  });

  it('that would grow to a million nodes are cut', () => {
    const wide = (name: string) => ({
      type: 'object',
      properties: Object.fromEntries('abcdefghij'.split('').map((key) => [key, { $ref: `#/$defs/${name}` }])),
    });
    const schema = inside(
      { $ref: '#/$defs/l0' },
      {
        $defs: Object.fromEntries(
          Array.from({ length: 9 }, (_, level) => [`l${level}`, wide(`l${level + 1}`)]),
        ),
      },
    );
    expect(JSON.stringify(inlineReferences(schema, gemini)).length).toBeLessThan(500_000);
  });
});
