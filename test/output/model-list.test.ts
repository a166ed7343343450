import { describe, expect, it } from 'vitest';
import { type Model, parseModels } from '../../src/copilot/model.ts';
import type { Catalogue } from '../../src/copilot/model-list.ts';
import { isPriced, toModelJson, writeModelTable } from '../../src/output/model-list.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

const sonnet = {
  id: 'claude-sonnet-4.6',
  name: 'Claude Sonnet 4.6',
  vendor: 'Anthropic',
  version: 'claude-sonnet-4.6',
  policy: { state: 'enabled' },
  model_picker_enabled: true,
  supported_endpoints: ['/v1/messages', '/chat/completions'],
  billing: {
    multiplier: 1,
    token_prices: {
      batch_size: 1_000_000,
      default: {
        input_price: 300,
        output_price: 1500,
        cache_price: 30,
        cache_write_price: 375,
        context_max: 200_000,
      },
      long_context: { input_price: 600, output_price: 2250, cache_price: 60, context_max: 936_000 },
    },
  },
  capabilities: {
    type: 'chat',
    family: 'claude-sonnet-4.6',
    limits: {
      max_context_window_tokens: 1_000_000,
      max_prompt_tokens: 936_000,
      max_output_tokens: 64_000,
      vision: { supported_media_types: ['image/png'] },
    },
    supports: { streaming: true, tool_calls: true, vision: true, reasoning_effort: ['low', 'high'] },
  },
};

function toModel(entry: unknown): Model {
  const [model] = parseModels([entry]).models;
  if (!model) throw new Error('the entry of the test cannot be read');
  return model;
}

async function write(
  entries: unknown[],
  {
    terminal = false,
    priced = false,
    defaultId,
    columns = 200,
  }: { terminal?: boolean; priced?: boolean; defaultId?: string; columns?: number } = {},
): Promise<string> {
  const { io, stdout } = createMemoryIo({ stdoutIsTerminal: terminal, columns });
  await writeModelTable(io.stdout, entries.map(toModel), { priced, defaultId });
  return stdout();
}

describe('the table of models', () => {
  it('has nine fields a line on a pipe', async () => {
    const line = await write([sonnet], { priced: true, defaultId: 'claude-sonnet-4.6' });
    expect(line.trimEnd().split('\t')).toEqual([
      'claude-sonnet-4.6',
      'Anthropic',
      '1M',
      '300/1500',
      'tools,vision,reasoning',
      'low,high',
      '/v1/messages,/chat/completions',
      'enabled',
      'Claude Sonnet 4.6',
    ]);
  });

  it('has dashes if not reported by the service, so that a shell tells the fields apart', async () => {
    expect(await write([{ id: 'bare' }])).toBe('bare\t-\t-\t-\t-\t-\t/chat/completions\t-\tbare\n');
  });

  it('shows multipliers if requests are billed, and never if tokens are', async () => {
    const entry = { id: 'x', billing: { multiplier: 0.33 } };
    expect((await write([entry])).split('\t')[3]).toBe('0.33x');
    expect((await write([entry], { priced: true })).split('\t')[3]).toBe('-');
  });

  it('marks the default on a terminal only', async () => {
    const entries = [{ id: 'a' }, { id: 'b' }];
    expect(await write(entries, { terminal: true, defaultId: 'b' })).toMatch(/^b \* /m);
    expect(await write(entries, { defaultId: 'b' })).toMatch(/^b\t/m);
  });

  it.each([
    [80, ['ID', 'CONTEXT', 'CREDITS IN/OUT', 'ABILITIES', 'EFFORTS']],
    [120, ['ID', 'CONTEXT', 'CREDITS IN/OUT', 'ABILITIES', 'EFFORTS', 'VENDOR', 'ENDPOINTS']],
  ])(
    'shows on a terminal of %i columns what models can do, and names the columns left out',
    async (columns, titles) => {
      const text = await write([sonnet], { terminal: true, priced: true, columns });
      expect(text.split('\n')[0]?.split(/ {2,}/)).toEqual(titles);
      expect(text).toMatch(/vision,reasoning,tools/);
      expect(text).toMatch(/^\+\d columns, see --json: .*POLICY, NAME$/m);
    },
  );

  it('says on a terminal, in place of its abilities, why a model would not answer', async () => {
    const text = await write([{ ...sonnet, policy: { state: 'disabled' } }], { terminal: true });
    expect(text).toMatch(/switched off/);
    expect(text).not.toMatch(/vision/);
  });

  it('names the unit of its prices in the heading', async () => {
    expect(await write([sonnet], { terminal: true, priced: true })).toMatch(/^.*CREDITS IN\/OUT/);
    expect(await write([sonnet], { terminal: true })).toMatch(/^.*MULTIPLIER/);
  });

  it.each<[tokens: number, shown: string]>([
    [8192, '8k'],
    [128_000, '128k'],
    [999_999, '1M'],
    [1_000_000, '1M'],
    [1_050_000, '1.05M'],
    [1_048_576, '1.05M'],
    [2_000_000, '2M'],
  ])('shortens a context of %i tokens to %s', async (tokens, shown) => {
    const entry = { id: 'x', capabilities: { limits: { max_context_window_tokens: tokens } } };
    expect((await write([entry])).split('\t')[2]).toBe(shown);
  });
});

describe('an account', () => {
  const toCatalogue = (entries: unknown[]): Catalogue => ({
    ...parseModels(entries),
    origin: 'account',
    fetchedAt: 0,
  });

  it.each<[name: string, entries: unknown[], priced: boolean]>([
    [
      'is billed by tokens where any model has a price',
      [{ id: 'a', billing: { multiplier: 1 } }, sonnet],
      true,
    ],
    ['is not where models have multipliers only', [{ id: 'a', billing: { multiplier: 1 } }], false],
    ['is not where nothing is known', [], false],
  ])('%s', (_, entries, priced) => {
    expect(isPriced(toCatalogue(entries))).toBe(priced);
  });
});

describe('a model as JSON', () => {
  it('has what the catalogue said', () => {
    expect(toModelJson(toModel(sonnet), { priced: true, defaultId: 'claude-sonnet-4.6' })).toEqual({
      id: 'claude-sonnet-4.6',
      name: 'Claude Sonnet 4.6',
      vendor: 'Anthropic',
      family: 'claude-sonnet-4.6',
      version: 'claude-sonnet-4.6',
      tokenizer: null,
      endpoint: null,
      kind: 'chat',
      endpoints: ['/v1/messages', '/chat/completions'],
      limits: { context_tokens: 1_000_000, prompt_tokens: 936_000, output_tokens: 64_000 },
      abilities: ['streaming', 'tools', 'vision', 'reasoning'],
      image_types: ['image/png'],
      max_images: null,
      max_image_bytes: null,
      efforts: ['low', 'high'],
      credits_per_million_tokens: {
        input: 300,
        output: 1500,
        cache_read: 30,
        cache_write: 375,
        long_context: { above_tokens: 200_000, input: 600, output: 2250, cache_read: 60, cache_write: null },
      },
      multiplier: null,
      policy: 'enabled',
      preview: false,
      listed: true,
      default: true,
    });
  });

  it('has null if the catalogue said nothing, and no undefined', () => {
    const json = toModelJson(toModel({ id: 'bare' }), { priced: false, defaultId: undefined });
    expect(Object.values(json)).not.toContain(undefined);
    expect(json).toMatchObject({
      vendor: null,
      limits: { context_tokens: null, prompt_tokens: null, output_tokens: null },
      credits_per_million_tokens: null,
      multiplier: null,
      policy: null,
      default: false,
    });
  });

  it('keeps the multiplier if requests are billed', () => {
    const model = toModel({ id: 'x', billing: { multiplier: 0 } });
    expect(toModelJson(model, { priced: false, defaultId: undefined }).multiplier).toBe(0);
  });
});
