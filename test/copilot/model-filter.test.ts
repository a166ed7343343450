import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseModels } from '../../src/copilot/model.ts';
import { modelFields } from '../../src/copilot/model-fields.ts';
import { parseModelFilter, parseModelSort } from '../../src/copilot/model-filter.ts';
import { CliError } from '../../src/errors.ts';
import { createRandom } from '../helpers/random.ts';

const entry = (
  id: string,
  vendor: string,
  context: number | undefined,
  input: number | undefined,
  vision: boolean,
) => ({
  id,
  vendor,
  model_picker_enabled: true,
  policy: { state: id === 'big' ? 'disabled' : 'enabled' },
  supported_endpoints: ['/chat/completions', ...(id === 'small' ? ['/responses'] : [])],
  capabilities: {
    type: 'chat',
    limits: { max_context_window_tokens: context },
    supports: { vision, tool_calls: true, ...(id === 'small' && { reasoning_effort: ['low', 'high'] }) },
  },
  billing:
    input === undefined ? {} : { token_prices: { default: { input_price: input, output_price: input * 4 } } },
});

const { models } = parseModels([
  entry('small', 'OpenAI', 128_000, 2, true),
  entry('big', 'Anthropic', 1_000_000, 50, true),
  entry('plain', 'OpenAI', 200_000, 5, false),
  entry('bare', 'xAI', undefined, undefined, true),
]);

const list = (filter: string): string =>
  models
    .filter(parseModelFilter(filter))
    .map(({ id }) => id)
    .join(' ');

function catchError(work: () => unknown): CliError {
  try {
    work();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

describe('a filter of models', () => {
  it.each([
    ['vision && context>=200k && price<5', ''],
    ['vision && context>=128k && price<5', 'small'],
    ['vision', 'small big bare'],
    ['!vision', 'plain'],
    ['!(vision && price<5)', 'big plain bare'],
    ['vision=no', 'plain'],
    ['vision != true', 'plain'],
    ['price = 5', 'plain'],
    ['price <= 5 || vendor == xai', 'small plain bare'],
    ['vendor=openai && price<5 || id=big', 'small big'],
    ['vendor=openai && (price<5 || id=big)', 'small'],
    ['context>=1M', 'big'],
    ['context > 0.15m', 'big plain'],
    ['price', 'small big plain'],
    ['price != 5', 'small big bare'],
    ['efforts', 'small'],
    ['efforts=HIGH', 'small'],
    ['efforts!=high', 'big plain bare'],
    ['endpoints ~ responses', 'small'],
    ["vendor = 'openai'", 'small plain'],
    ['POLICY="disabled"', 'big'],
    ['output-price>=200', 'big'],
    ['  vision  ', 'small big bare'],
  ])('%s', (filter, expected) => {
    expect(list(filter)).toBe(expected);
  });

  it.each([
    ['', 1, 'a field is missing'],
    ['visio', 1, 'there is no field visio; did you mean vision?'],
    ['vision && contxt>1', 11, 'there is no field contxt; did you mean context?'],
    ['vision &&', 10, 'a field is missing'],
    ['vision & price<5', 8, 'expected && or ||, found &'],
    ['vision price<5', 8, 'expected && or ||, found price'],
    ['(vision', 8, 'a ) is missing'],
    ['vision)', 7, 'expected && or ||, found )'],
    ['context>=lots', 10, 'context is a number, such as 200k'],
    ['context>=', 10, 'a value is missing'],
    ['vision=maybe', 8, 'vision is true or false'],
    ['vendor>openai', 1, 'vendor cannot be compared with >'],
    ['price~5', 1, 'price cannot be compared with ~'],
    ['vendor="open', 8, 'a value is missing, found "'],
    ['constructor', 1, 'there is no field constructor'],
  ])('%j is refused at column %i', (filter, column, problem) => {
    const error = catchError(() => parseModelFilter(filter));
    expect(error).toMatchObject({ code: 'usage', details: { column } });
    const rest = filter.slice(column - 1).trim() || 'the end';
    expect(error.message).toBe(`--filter at column ${column} (${rest}): ${problem}`);
    for (const name of modelFields.keys()) expect(String(error.hint)).toContain(name);
  });

  it('has its fields in the help of models', () => {
    const help = readFileSync('docs/commands.md', 'utf8')
      .replace(/^[\s\S]*Filters compare/, '')
      .slice(0, 1000);
    for (const name of modelFields.keys()) expect(help).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('gives a filter or a usage error for any text', () => {
    const random = createRandom(15);
    const parts = [
      'vision',
      'price',
      '<',
      '>=',
      '=',
      '!',
      '(',
      ')',
      '&&',
      '||',
      '5',
      '200k',
      '"',
      "'",
      ' ',
      '&',
      'é',
      '~',
      '\n',
    ];
    for (let round = 0; round < 2000; round += 1) {
      const text = Array.from({ length: random.integer(12) }, () => random.pick(parts)).join('');
      try {
        models.filter(parseModelFilter(text));
      } catch (error) {
        expect(error, text).toMatchObject({ code: 'usage' });
      }
    }
    for (const deep of ['!'.repeat(5000), `${'('.repeat(400)}vision${')'.repeat(400)}`, '('.repeat(999)])
      try {
        models.filter(parseModelFilter(deep));
      } catch (error) {
        expect(error).toMatchObject({ code: 'usage' });
      }
  });
});

describe('an order of models', () => {
  it.each([
    ['price', 'small plain big bare'],
    ['price:desc', 'big plain small bare'],
    ['context:asc', 'small plain big bare'],
    ['vendor', 'big small plain bare'],
    ['ID:desc', 'small plain big bare'],
    ['vision:desc', 'small big bare plain'],
    ['efforts:desc', 'small big plain bare'],
  ])('by %s leaves the unknown for the end', (sort, expected) => {
    expect(
      parseModelSort(sort)(models)
        .map(({ id }) => id)
        .join(' '),
    ).toBe(expected);
  });

  it.each(['', 'prize', 'price:down', 'price:desc:asc', ':desc'])('refuses %j', (sort) => {
    expect(catchError(() => parseModelSort(sort))).toMatchObject({ code: 'usage' });
  });
});
