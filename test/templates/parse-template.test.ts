import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { parseTemplate } from '../../src/templates/parse-template.ts';
import { createRandom } from '../helpers/random.ts';

const write = (...lines: string[]): string => lines.join('\n');
const parse = (...lines: string[]) => parseTemplate(write(...lines), 'prompts/review.md');

describe('a template', () => {
  it('has what its front matter says, and a body', async () => {
    const template = await parse(
      '#!/usr/bin/env -S copilot-cli run',
      '---',
      'description: Reviews a change',
      'model: gpt-5-mini',
      'system: |',
      '  You review {{language}}.',
      '  Be brief.',
      'schema: schemas/review.json',
      'inputs:',
      '  topic:',
      '    description: what to look at',
      '    required: true',
      '  tone:',
      '    default: friendly',
      '  language: English',
      '  count: 1.10',
      '  name:',
      '  note:',
      '    required: false',
      '---',
      '',
      'Look at {{topic}}.',
      '',
      '{{stdin}}',
      '',
    );
    expect(template).toEqual({
      name: 'review',
      path: 'prompts/review.md',
      description: 'Reviews a change',
      model: 'gpt-5-mini',
      system: 'You review {{language}}.\nBe brief.\n',
      schema: { path: join('prompts', 'schemas/review.json') },
      inputs: [
        { name: 'topic', description: 'what to look at', required: true },
        { name: 'tone', default: 'friendly', required: false },
        { name: 'language', default: 'English', required: false },
        { name: 'count', default: '1.10', required: false },
        { name: 'name', required: true },
        { name: 'note', required: false },
      ],
      body: 'Look at {{topic}}.\n\n{{stdin}}',
    });
  });

  it.each([
    ['a body alone', write('Say {{a}}.'), 'Say {{a}}.'],
    ['a shebang and a body', write('#!/usr/bin/env -S copilot-cli run', 'Say.'), 'Say.'],
    ['empty front matter', write('---', '---', 'Say.'), 'Say.'],
    ['line ends of Windows', '---\r\nmodel: x\r\n---\r\nSay\r\nit.\r\n', 'Say\nit.'],
    ['a byte-order mark', '\ufeff---\nmodel: x\n---\nSay.', 'Say.'],
    ['a rule in the body', write('---', 'model: x', '---', 'a', '---', 'b'), 'a\n---\nb'],
    ['an indented first line', write('---', 'model: x', '---', '', '  ', '    code'), '    code'],
    ['nothing', '', ''],
  ])('may be %s', async (_, text, body) => {
    expect((await parseTemplate(text, 'a.md')).body).toBe(body);
  });

  it('says what the model may use', async () => {
    expect(await parse('---', 'use: shell, read', '---', 'x')).toMatchObject({ use: ['read', 'shell'] });
    expect(await parse('---', 'use: none', '---', 'x')).toMatchObject({ use: [] });
    expect(await parse('---', 'use:', '---', 'x')).not.toHaveProperty('use');
  });

  it('may have its schema inside', async () => {
    const { schema } = await parse('---', 'schema:', '  type: object', '  required: [a]', '---', 'x');
    expect(schema).toEqual({ text: '{"type":"object","required":["a"]}' });
  });

  it('needs what it uses and does not declare', async () => {
    const { inputs } = await parse(
      '---',
      'system: "{{tone}}"',
      'inputs: {b: x}',
      '---',
      '{{b}} {{a}} {{a}} {{stdin}}',
    );
    expect(inputs).toEqual([
      { name: 'b', default: 'x', required: false },
      { name: 'tone', required: true },
      { name: 'a', required: true },
    ]);
  });
});

describe('a broken template', () => {
  it.each<[string, string[], string]>([
    ['no end', ['---', 'model: x'], 'line 1: its front matter has no end'],
    ['no YAML', ['---', 'model: x', 'a: [', '---'], 'its front matter is not YAML'],
    ['a tab', ['---', 'inputs:', '\ta: b', '---'], 'line 3: its front matter is not YAML'],
    ['a list', ['---', '- a', '---'], 'line 2: its front matter must be a list of keys and values'],
    ['an unknown key', ['#!x', '---', 'modle: x', '---'], 'line 3: modle is not one of description, model,'],
    ['the same key twice', ['---', 'model: x', 'model: y', '---'], 'line 3: its front matter is not YAML'],
    ['an unknown tag', ['---', 'model: !!js/function x', '---'], 'line 2: its front matter is not YAML'],
    ['a model that is a list', ['---', 'model: [a]', '---'], 'line 2: model must be text'],
    ['a variable without quotes', ['---', 'system: {{a}}', '---'], 'line 2: system must be text, in quotes'],
    ['inputs that are a list', ['---', 'inputs: [a]', '---'], 'line 2: inputs must be names'],
    ['an input that is a list', ['---', 'inputs:', '  a: [b]', '---'], 'line 3: the input a must be'],
    [
      'an input with a bad name',
      ['---', 'inputs:', '  a b: x', '---'],
      'line 3: a b is not a name for an input',
    ],
    ['an input called stdin', ['---', 'inputs:', '  stdin: x', '---'], 'line 3: stdin is not an input'],
    ['an unknown key of an input', ['---', 'inputs: {a: {defualt: x}}', '---'], 'did you mean default?'],
    [
      'a required that is no truth',
      ['---', 'inputs: {a: {required: maybe}}', '---'],
      'required is true or false',
    ],
    [
      'a default of what is required',
      ['---', 'inputs: {a: {default: x, required: true}}', '---'],
      'has a default',
    ],
    [
      'tools that are none',
      ['---', 'use: hammer', '---'],
      'use must be "none", or any of read, write, shell, mcp, joined by commas',
    ],
    ['tools that are a list', ['---', 'use: [read]', '---'], 'use must be "none", or any of'],
    ['a schema that is a number', ['---', 'schema: 3', '---'], 'schema must be a JSON Schema'],
    ['a schema above the folder', ['---', 'schema: a/../../x.json', '---'], 'must be in the folder'],
    ['a schema elsewhere', ['---', 'schema: /etc/x.json', '---'], 'must be in the folder'],
    ['a schema on another disk', ['---', 'schema: C:\\x.json', '---'], 'must be in the folder'],
  ])('is an error of the configuration that names the line: %s', async (_, lines, words) => {
    const error = describeError(await catchError(() => parse(...lines)));
    expect(error).toMatchObject({ code: 'config', exitCode: 3, hint: 'Correct the file.' });
    expect(error.message).toMatch(/^prompts\/review\.md, line \d+: /);
    expect(error.message).toContain(words);
  });

  it.each([
    ['aliases that multiply', createBomb()],
    ['nesting without an end', `a: ${'['.repeat(50_000)}`],
  ])('does not bring the program down: %s', async (_, yaml) => {
    expect(describeError(await catchError(() => parse('---', yaml, '---'))).code).toBe('config');
  });

  it('is never anything but an error of the configuration', async () => {
    const random = createRandom(13);
    const bits = [
      '---\n',
      '\n',
      '  ',
      'inputs:',
      ' a: b',
      ' {',
      '}',
      '&x ',
      '*x',
      '- ',
      '"',
      '#',
      '{{a}}',
      '? ',
    ];
    for (let round = 0; round < 1000; round += 1) {
      const text = `---\n${Array.from({ length: random.integer(20) }, () => random.pick(bits)).join('')}\n---\n`;
      const error = await catchError(() => parse(text));
      if (error !== undefined) expect(describeError(error).code, JSON.stringify(text)).toBe('config');
    }
  });
});

async function catchError(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function createBomb(): string {
  const lines = Array.from({ length: 9 }, (_, index) => {
    const alias = `*a${index}`;
    return `a${index + 1}: &a${index + 1} [${Array.from({ length: 9 }, () => alias).join(', ')}]`;
  });
  return ['a0: &a0 x', ...lines].join('\n');
}
