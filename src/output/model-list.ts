import type { Model, TokenPrices } from '../copilot/model.ts';
import { describeState } from '../copilot/model-choice.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import type { Output } from '../terminal/io.ts';
import { type Column, writeFields, writeTable } from './table.ts';

/**
 * Prices are AI credits per million tokens; a multiplier counts premium requests per prompt. On a terminal the facts by which one chooses come
 * first. On a pipe the order of the fields is what scripts rely on.
 */
export function writeModelTable(
  output: Output,
  models: Model[],
  { priced, defaultId, whole }: { priced: boolean; defaultId: string | undefined; whole?: string },
): Promise<void> {
  const price: Column<Model> = priced
    ? { title: 'CREDITS IN/OUT', read: (model) => formatPrice(model.price), align: 'right' }
    : {
        title: 'MULTIPLIER',
        read: ({ multiplier }) => (multiplier === undefined ? '' : `${multiplier}x`),
        align: 'right',
      };
  const vendor: Column<Model> = { title: 'VENDOR', read: (model) => model.vendor ?? '' };
  const context: Column<Model> = {
    title: 'CONTEXT',
    read: ({ contextTokens }) => formatTokens(contextTokens),
    align: 'right',
  };
  const rest: Column<Model>[] = [
    { title: 'ENDPOINTS', read: ({ endpoints }) => endpoints.join(',') },
    { title: 'POLICY', read: ({ policy }) => policy ?? '' },
    { title: 'NAME', read: ({ name }) => name },
  ];
  const efforts: Column<Model> = { title: 'EFFORTS', read: (model) => model.efforts.join(',') };
  if (!output.isTerminal) {
    const id: Column<Model> = { title: 'ID', read: (model) => model.id };
    const abilities: Column<Model> = { title: 'ABILITIES', read: (model) => listAbilities(model).join(',') };
    return writeTable(output, [id, vendor, context, price, abilities, efforts, ...rest], models);
  }
  const marked: Column<Model> = { title: 'ID', read: (model) => markId(model, defaultId) };
  const abilities: Column<Model> = {
    title: 'ABILITIES',
    read: (model) => describeUnfit(model) ?? listAbilities(model).sort(compareTelling).join(','),
    isFlexible: true,
  };
  return writeTable(output, [marked, context, price, abilities, efforts, vendor, ...rest], models, {
    ...(whole !== undefined && { whole }),
  });
}

/** Every chat model streams. */
function listAbilities({ abilities }: Model): string[] {
  return abilities.filter((ability) => ability !== 'streaming');
}

/** Models differ in these. They come first, because a narrow terminal shows only the first ones. */
const tellingAbilities = ['vision', 'reasoning'];

function compareTelling(one: string, other: string): number {
  return Number(tellingAbilities.includes(other)) - Number(tellingAbilities.includes(one));
}

/** One model, a fact a line; unknown facts are left out. */
export function writeModelFields(
  output: Output,
  model: Model,
  { priced, defaultId }: { priced: boolean; defaultId: string | undefined },
): Promise<void> {
  const { price, multiplier } = model;
  const toList = (texts: readonly string[]): string | undefined => texts.join(', ') || undefined;
  const toTokens = (count: number | undefined): string | undefined =>
    count === undefined ? undefined : `${count} tokens`;
  return writeFields(output, [
    ['ID', model.id],
    ['Name', model.name],
    ['Vendor', model.vendor],
    ['Family', model.family],
    ['Version', model.version],
    ['Kind', model.kind],
    ['State', describeState(model) ?? (model.id === defaultId ? 'the default model' : 'answers')],
    ['Policy', model.policy],
    ['Preview', model.preview ? 'yes' : undefined],
    ['Hidden', model.listed ? undefined : 'not in the lists of editors'],
    ['Endpoint', model.custom && `${model.custom.endpoint}, as ${model.custom.id}`],
    ['Answers on', toList(model.endpoints)],
    ['Context window', toTokens(model.contextTokens)],
    ['Longest prompt', toTokens(model.promptTokens)],
    ['Longest answer', toTokens(model.outputTokens)],
    ['Tokenizer', model.tokenizer],
    ['Abilities', toList(model.abilities)],
    ['Efforts', toList(model.efforts)],
    ['Images', describeImages(model)],
    ['Price', price && describePrices(price)],
    [
      `Above ${price?.longContext?.aboveTokens ?? 'the usual'} tokens`,
      price?.longContext && describePrices(price.longContext),
    ],
    [
      'Multiplier',
      priced || multiplier === undefined ? undefined : `${multiplier} premium requests per prompt`,
    ],
  ]);
}

function describeImages({ imageTypes, maxImages, maxImageBytes }: Model): string | undefined {
  const most = maxImages === undefined ? [] : [`at most ${maxImages}`];
  const size = maxImageBytes === undefined ? [] : [`${maxImageBytes} bytes each`];
  return [...imageTypes, ...most, ...size].join(', ') || undefined;
}

function describePrices({ input, output, cacheRead, cacheWrite }: TokenPrices): string {
  const prices = Object.entries({
    in: input,
    out: output,
    'read from the cache': cacheRead,
    'written to it': cacheWrite,
  });
  const known = prices.flatMap(([word, credits]) => (credits === undefined ? [] : `${credits} ${word}`));
  return `AI credits per million tokens: ${known.join(', ')}`;
}

function markId({ id }: Model, defaultId: string | undefined): string {
  return id === defaultId ? `${id} *` : id;
}

/** Why a chat model would not answer, which a person wants to know before what it can do. */
function describeUnfit(model: Model): string | undefined {
  return model.kind === 'chat' ? describeState(model) : undefined;
}

/** Whether the account is billed by tokens, as we assume without multipliers. A multiplier of an entry then means nothing. */
export function isPriced({ models }: Catalogue): boolean {
  if (models.some(({ price }) => price !== undefined)) return true;
  return models.length > 0 && !models.some(({ multiplier }) => multiplier !== undefined);
}

export function toModelJson(
  model: Model,
  { priced, defaultId }: { priced: boolean; defaultId: string | undefined },
): Record<string, unknown> {
  return {
    id: model.id,
    name: model.name,
    vendor: model.vendor ?? null,
    family: model.family ?? null,
    version: model.version ?? null,
    tokenizer: model.tokenizer ?? null,
    endpoint: model.custom?.endpoint ?? null,
    kind: model.kind,
    endpoints: model.endpoints,
    limits: {
      context_tokens: model.contextTokens ?? null,
      prompt_tokens: model.promptTokens ?? null,
      output_tokens: model.outputTokens ?? null,
    },
    abilities: model.abilities,
    image_types: model.imageTypes,
    max_images: model.maxImages ?? null,
    max_image_bytes: model.maxImageBytes ?? null,
    efforts: model.efforts,
    credits_per_million_tokens: model.price === undefined ? null : toPriceJson(model.price),
    multiplier: priced ? null : (model.multiplier ?? null),
    policy: model.policy ?? null,
    preview: model.preview,
    listed: model.listed,
    default: model.id === defaultId,
  };
}

function toPriceJson(price: NonNullable<Model['price']>): Record<string, unknown> {
  const toTier = (tier: TokenPrices): Record<string, number | null> => ({
    input: tier.input ?? null,
    output: tier.output ?? null,
    cache_read: tier.cacheRead ?? null,
    cache_write: tier.cacheWrite ?? null,
  });
  const { longContext } = price;
  return {
    ...toTier(price),
    long_context:
      longContext === undefined
        ? null
        : { above_tokens: longContext.aboveTokens ?? null, ...toTier(longContext) },
  };
}

export function formatPrice(price: Model['price']): string {
  return price === undefined ? '' : `${price.input ?? '?'}/${price.output ?? '?'}`;
}

/** `200k`, `1M`, `1.05M`. */
export function formatTokens(tokens: number | undefined): string {
  if (tokens === undefined) return '';
  return tokens < 999_500 ? `${Math.round(tokens / 1000)}k` : `${Number((tokens / 1_000_000).toFixed(2))}M`;
}
