import { describe, expect, it } from 'vitest';
import { toData, toTyped } from '../../src/prompt-text.ts';
import { parseTemplate } from '../../src/templates/parse-template.ts';
import { renderTemplate, type TemplateValues } from '../../src/templates/template.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

const render = async (text: string, values: TemplateValues = {}) =>
  renderTemplate(await parseTemplate(text, 'greet.md'), values);
const usage = (message: string, hint: string) =>
  expect.objectContaining({
    code: 'usage',
    exitCode: 2,
    message,
    hint: hintSaying(expect.stringContaining(hint)),
  });

const greet = '---\ninputs:\n  name:\n    description: who\n  tone: warm\n---\n{{tone}} words for {{name}}';

describe('a rendered template', () => {
  it('is data, but for values that a person typed', async () => {
    const { prompt } = await render('@a {{x}} {{y}}', { x: '@b', y: toTyped('@c'), stdin: toTyped('@d') });
    expect(prompt).toEqual({
      text: '@a @b @c\n\n@d',
      typed: [
        [6, 8],
        [10, 12],
      ],
    });
  });

  it.each<[string, string, TemplateValues, string]>([
    ['a value and a default', greet, { name: 'Ada' }, 'warm words for Ada'],
    ['a value in the place of a default', greet, { name: 'Ada', tone: 'cold' }, 'cold words for Ada'],
    ['an empty value', greet, { name: '' }, 'warm words for '],
    ['a variable twice, with blanks', '{{a}}{{ a }}', { a: 'x' }, 'xx'],
    ['an optional input that is left out', '---\ninputs: {a: {required: false}}\n---\n[{{a}}]', {}, '[]'],
    ['a value that looks like a variable', '{{a}} {{b}}', { a: '{{b}}', b: '{{a}}' }, '{{b}} {{a}}'],
    ['a value with signs of replacement', '{{a}}', { a: "$& $1 $` $' $$" }, "$& $1 $` $' $$"],
    ['a variable that is to stay', '\\{{a}} {{b}}', { b: 'x' }, '{{a}} x'],
    ['other braces', '{{ }} {{#if a}} {{a.b}} {a} {{{c}}}', { c: 'x' }, '{{ }} {{#if a}} {{a.b}} {a} {x}'],
    ['names of what every object has', '{{constructor}}', { constructor: 'x' }, 'x'],
    [
      'nothing for a name that every object has',
      '---\ninputs: {toString: {required: false}}\n---\n[{{toString}}]',
      {},
      '[]',
    ],
    ['stdin in its place', 'Sum up:\n{{stdin}}\nBriefly.', { stdin: '{{a}}' }, 'Sum up:\n{{a}}\nBriefly.'],
    ['stdin without a place', 'Sum up.', { stdin: 'text\n' }, 'Sum up.\n\ntext\n'],
    ['stdin without a body', '---\nsystem: x\n---\n', { stdin: 'text' }, 'text'],
    ['empty stdin', 'Sum up.', { stdin: '\n' }, 'Sum up.'],
  ])('has %s', async (_, text, values, prompt) => {
    expect((await render(text, values)).prompt.text).toBe(prompt);
  });

  it('has its values in the system message too', async () => {
    const text = '---\nsystem: Speak {{language}}.\n---\nHi';
    expect(await render(text, { language: 'French' })).toEqual({
      prompt: toData('Hi'),
      system: 'Speak French.',
    });
  });
});

describe('values that do not fit a template', () => {
  it('are named if they are missing, with what to type', async () => {
    await expect(render(`${greet} {{place}}`)).rejects.toThrowError(
      usage('the prompt template greet needs a value for name, place', 'Add: name=TEXT (who) place=TEXT'),
    );
  });

  it.each<[string, string, TemplateValues, string, string]>([
    [
      'unknown',
      greet,
      { nmae: 'Ada' },
      'the prompt template greet has no input nmae',
      'Did you mean name=Ada?',
    ],
    [
      'unknown to a template without inputs',
      'Hi',
      { a: 'x' },
      'the prompt template greet has no input a',
      'no inputs',
    ],
    [
      'what every object has',
      '{{toString}}',
      {},
      'the prompt template greet needs a value for toString',
      'toString=TEXT',
    ],
    ['missing on stdin', '{{stdin}}', {}, 'the prompt template greet needs text on stdin', 'Pipe it in'],
  ])('are errors of usage: %s', async (_, text, values, message, hint) => {
    await expect(render(text, values)).rejects.toThrowError(usage(message, hint));
  });
});
