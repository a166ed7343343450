import type { Catalogue } from '../copilot/catalogue.ts';
import type { Model, TokenPrices } from '../copilot/model.ts';
import { describeState } from '../copilot/model-choice.ts';
import type { Output } from '../terminal/io.ts';
import { type Column, writeTable } from './table.ts';

/** Prices are AI credits per million tokens; a multiplier counts premium requests per prompt. */
export function writeModelTable(
  output: Output,
  models: Model[],
  { priced, defaultId }: { priced: boolean; defaultId: string | undefined },
): Promise<void> {
  const columns: Column<Model>[] = [
    { title: 'ID', read: (model) => (output.isTerminal ? markId(model, defaultId) : model.id) },
    { title: 'VENDOR', read: ({ vendor }) => vendor ?? '' },
    { title: 'CONTEXT', read: ({ contextTokens }) => formatTokens(contextTokens), align: 'right' },
    priced
      ? { title: 'CREDITS IN/OUT', read: ({ price }) => formatPrice(price), align: 'right' }
      : {
          title: 'MULTIPLIER',
          read: ({ multiplier }) => (multiplier === undefined ? '' : `${multiplier}x`),
          align: 'right',
        },
    {
      title: 'ABILITIES',
      read: ({ abilities }) => abilities.filter((ability) => ability !== 'streaming').join(','),
    },
    { title: 'EFFORTS', read: ({ efforts }) => efforts.join(',') },
    { title: 'ENDPOINTS', read: ({ endpoints }) => endpoints.join(',') },
    { title: 'POLICY', read: ({ policy }) => policy ?? '' },
    { title: 'NAME', read: ({ name }) => name },
  ];
  return writeTable(output, columns, models);
}

/** Marks the default model and those that would not answer. */
function markId(model: Model, defaultId: string | undefined): string {
  if (model.id === defaultId) return `${model.id} *`;
  const state = describeState(model);
  return state === undefined || model.kind !== 'chat' ? model.id : `${model.id} (${state})`;
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
    kind: model.kind,
    endpoints: model.endpoints,
    limits: {
      context_tokens: model.contextTokens ?? null,
      prompt_tokens: model.promptTokens ?? null,
      output_tokens: model.outputTokens ?? null,
    },
    abilities: model.abilities,
    image_types: model.imageTypes,
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
