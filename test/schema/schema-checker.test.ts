import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { createSchemaChecker, toRepairPrompt } from '../../src/schema/schema-checker.ts';
import { describeProblems } from '../../src/schema/schema-job.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

const checkers = new Map<string, ReturnType<typeof createSchemaChecker>>();

/** Many answers have the same schema, and it takes long to be compiled. */
const checkAsIs = async (schema: object, text: string) => {
  const source = JSON.stringify(schema);
  const checker = checkers.get(source) ?? createSchemaChecker(source);
  checkers.set(source, checker);
  return (await checker).check(text);
};

const check = async (schema: object, text: string) => {
  const outcome = await checkAsIs(schema, text);
  return 'json' in outcome ? { value: JSON.parse(outcome.json) } : outcome;
};
const person = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    kind: { enum: ['a', 'b', 3] },
    version: { const: 2 },
    mail: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['name'],
  additionalProperties: false,
};

describe('the JSON of an answer', () => {
  const asJson = (text: string): Promise<unknown> => checkAsIs({}, text);

  it.each([
    '12345678901234567890',
    '1e999',
    '-0',
    '0.1000000000000000055511151231257827',
    '1.0',
    '1E2',
    String.raw`"\u00e9\/\ud800"`,
  ])('keeps what a parser would change: %s', async (json) => {
    expect(await asJson(json)).toEqual({ json });
    expect(await asJson(`\`\`\`json\n{"a":[${json}]}\n\`\`\``)).toEqual({
      json: `{\n  "a": [\n    ${json}\n  ]\n}`,
    });
  });

  it('may stand behind thinking that comes as text', async () => {
    expect(await asJson('<think>{"a": 2}?\n</think>\n\n{"a":1}')).toEqual({ json: '{\n  "a": 1\n}' });
    expect(await asJson('<think>\n</think>```json\n1\n```')).toEqual({ json: '1' });
    expect(await asJson('<think>1')).toEqual({ problems: ['the answer is empty'] });
  });

  it('is laid out as JSON.stringify does it, with its members in the order that they came in', async () => {
    const value = { b: [], a: {}, c: [[1, { d: ' { "x" : [1,2] } ', e: '\\' }], null, true], '': '"' };
    for (const space of [0, 1, 8])
      expect(await asJson(JSON.stringify(value, undefined, space))).toEqual({
        json: JSON.stringify(value, undefined, 2),
      });
    expect(await asJson('{"2":1,"1":2}')).toEqual({ json: '{\n  "2": 1,\n  "1": 2\n}' });
  });

  it('has of two members of one name the one that was checked', async () => {
    expect(await asJson('{"a":1,"a":2}')).toEqual({ json: '{\n  "a": 2\n}' });
  });
});

describe('an answer that follows its schema', () => {
  it.each([
    ['plain', '{"name":"x"}'],
    ['with white space around it', '\n\n {"name": "x"}\n'],
    ['in a fence', '```json\n{"name":"x"}\n```'],
    ['in a fence without a language', '```\n{"name":"x"}\n```\n'],
    ['in a longer fence', '````json\n{\n"name":"x"}\n````'],
    ['in tildes', '~~~\n{"name":"x"}\n~~~'],
    ['with line ends of Windows', '```json\r\n{"name":"x"}\r\n```\r\n'],
    ['behind a byte-order mark', '\ufeff{"name":"x"}'],
  ])('gives its value: %s', async (_, text) => {
    expect(await check(person, text)).toEqual({ value: { name: 'x' } });
  });

  it('may be any value at all', async () => {
    expect(await check({}, 'null')).toEqual({ value: null });
    expect(await check({ type: 'integer' }, '3')).toEqual({ value: 3 });
    expect(await check({ type: 'string' }, '"```\\nx\\n```"')).toEqual({ value: '```\nx\n```' });
  });
});

describe('an answer that does not follow its schema', () => {
  it.each<[string, string, string[]]>([
    ['a missing property', '{}', ["the answer must have required property 'name'"]],
    ['a wrong type', '[]', ['the answer must be object']],
    ['a value deep inside', '{"name":"x","tags":["a",1]}', ['/tags/1 must be string']],
    ['a property too many', '{"name":"x","b":1}', ['the answer must not have the property "b"']],
    ['a value off the list', '{"name":"x","kind":"c"}', ['/kind must be one of "a", "b", 3']],
    ['another constant', '{"name":"x","version":1}', ['/version must be 2']],
    ['a format', '{"name":"x","mail":"nobody"}', ['/mail must match format "email"']],
    [
      'two problems',
      '{"name":"","kind":1}',
      ['/name must NOT have fewer than 1 characters', '/kind must be one of "a", "b", 3'],
    ],
    ['nothing', ' \n', ['the answer is empty']],
  ])('is told as a sentence with a JSON pointer: %s', async (_, text, problems) => {
    expect(await check(person, text)).toEqual({ problems });
  });

  it.each(['Here it is: {"name":"x"}', '{"name":"x"', '{"name":"x"}\n{"name":"y"}', "{'name':'x'}"])(
    'is told where it is no JSON: %s',
    async (text) => {
      expect(await check(person, text)).toEqual({ problems: [expect.stringContaining('is not JSON: ')] });
    },
  );

  const list = { $defs: { l: { type: 'array', items: { $ref: '#/$defs/l' } } }, $ref: '#/$defs/l' };
  const tree = { type: 'object', properties: { a: { $ref: '#' } } };
  const nest = (open: string, close: string): string => `${open.repeat(20_000)}1${close.repeat(20_000)}`;

  it.each<[string, object, string]>([
    ['brackets', list, nest('[', ']')],
    ['objects', tree, nest('{"a":', '}')],
    ['brackets, with a schema that allows all', {}, nest('[', ']')],
    [
      'brackets that nobody asked about',
      { type: 'object', additionalProperties: true },
      `{"a":${nest('[', ']')}}`,
    ],
  ])('says so if the answer is nested too deeply: %s', async (_, schema, text) => {
    expect(await check(schema, text)).toEqual({
      problems: ['the answer is nested too deeply to be checked'],
    });
    expect(await check(schema, '{"a":{}}')).toBeDefined();
  });

  it('blames the schema if the answer is not', async () => {
    const endless = {
      $defs: { x: { allOf: [{ $ref: '#/$defs/x' }] } },
      properties: { a: { $ref: '#/$defs/x' } },
    };
    const error = await check(endless, '{"a":1}').catch((reason: unknown) => reason);
    expect(describeError(error as Error).message).toMatch(
      /^the answer cannot be checked against the schema: the schema refers to itself endlessly/,
    );
  });

  it('escapes the names in a pointer', async () => {
    const schema = { properties: { 'a/b~c': { type: 'string' } } };
    expect(await check(schema, '{"a/b~c":1}')).toEqual({ problems: ['/a~1b~0c must be string'] });
  });

  it('is told in a few sentences, however much is wrong', async () => {
    const text = JSON.stringify(Array.from({ length: 1000 }, (_, index) => index));
    const result = await check({ items: { type: 'string' } }, text);
    expect(result).toHaveProperty('problems.length', 21);
    expect(result).toHaveProperty('problems.20', 'and 980 more problems');
  });

  it('tells the same thing once', () => {
    const error = { instancePath: '/a', schemaPath: '', keyword: 'type', params: {}, message: 'must be x' };
    expect(describeProblems([error, { ...error }])).toEqual(['/a must be x']);
  });
});

describe('the draft of a schema', () => {
  const tuple = { items: [{ type: 'string' }], additionalItems: false };
  const prefix = { prefixItems: [{ type: 'string' }], items: false };

  it.each([
    ['draft 7 has tuples in items', { $schema: draft07, ...tuple }, '[1]', ['/0 must be string']],
    [
      'draft 7 does not know prefixItems',
      { $schema: draft07, prefixItems: [{ type: 'string' }] },
      '[1]',
      undefined,
    ],
    ['2020-12 has prefixItems', { $schema: draft2020, ...prefix }, '[1]', ['/0 must be string']],
    ['2020-12 is meant where nothing is said', prefix, '[1]', ['/0 must be string']],
    [
      'an address without its last character is known too',
      { $schema: draft07.slice(0, -1), ...tuple },
      '["a"]',
      undefined,
    ],
  ])('%s', async (_, schema, text, problems) => {
    expect(await check(schema, text)).toEqual(problems ? { problems } : { value: JSON.parse(text) });
  });

  it('follows references inside the schema, in circles too', async () => {
    const schema = {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    };
    expect(await check(schema, '{"next":{"next":1}}')).toEqual({ problems: ['/next/next must be object'] });
  });

  it('passes over keywords and formats that nobody knows', async () => {
    const schema = { type: 'string', format: 'mood', 'x-order': 1 };
    expect(await check(schema, '"a"')).toEqual({ value: 'a' });
  });
});

describe('a schema that cannot be used', () => {
  it.each([
    ['no JSON', '{', 'a.json is not JSON'],
    ['a list', '[]', 'it is not a JSON object'],
    ['a wrong keyword', '{"type":"strnig"}', 'type must be'],
    [
      'another draft',
      '{"$schema":"http://json-schema.org/draft-04/schema#"}',
      'use draft-07 or draft/2020-12',
    ],
    ['a reference into nothing', '{"$ref":"#/$defs/a"}', "can't resolve reference #/$defs/a"],
    ['a reference to an address', '{"$ref":"https://example.com/a.json"}', "can't resolve reference"],
    ['a pattern that is none', '{"pattern":"("}', 'Invalid regular expression'],
    ['a promise', '{"$async":true}', 'asynchronous'],
  ])('is an error of the configuration: %s', async (_, text, words) => {
    const error = await createSchemaChecker(text, 'a.json').then(
      () => undefined,
      (reason: unknown) => describeError(reason),
    );
    expect(error).toMatchObject({ code: 'config', exitCode: 3, hint: 'Correct the schema.' });
    expect(error?.message).toMatch(/^a\.json /);
    expect(error?.message).toContain(words);
  });
});

describe('the words that ask once more', () => {
  it('name each problem, and ask for JSON alone', () => {
    expect(toRepairPrompt(['/a must be string', 'the answer is empty'])).toBe(
      [
        'Your answer does not follow the JSON Schema:',
        '- /a must be string',
        '- the answer is empty',
        '',
        'Answer again with the whole corrected JSON value, and with nothing before or after it.',
      ].join('\n'),
    );
  });
});

describe('a schema that refers to itself', () => {
  it.each([
    ['at once', { $ref: '#' }],
    ['by another one', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }],
    ['in one of several', { allOf: [{ $ref: '#' }] }],
  ])('%s and without end is refused before anything is checked', async (_, schema) => {
    await expect(createSchemaChecker(JSON.stringify(schema))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('refers to itself endlessly'),
    });
  });

  it('in its parts is a tree, and checked', async () => {
    const tree = { type: 'object', properties: { child: { $ref: '#' } }, additionalProperties: false };
    expect(await check(tree, '{"child":{"child":{}}}')).toHaveProperty('value');
    expect(await check(tree, '{"child":{"x":1}}')).toHaveProperty('problems');
  });
});
