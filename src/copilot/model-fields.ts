import { type Ability, abilityNames } from './ability.ts';
import type { Model } from './model.ts';

/** What `--filter` and `--sort` know of a model: a yes or no, a number, a text, or several texts. Undefined if the catalogue does not say. */
export type FieldValue = boolean | number | string | readonly string[] | undefined;

export type ModelField = {
  kind: 'flag' | 'number' | 'text' | 'texts';
  read: (model: Model) => FieldValue;
};

const abilityFields = abilityNames.map((name: Ability): [string, ModelField] => [
  name,
  { kind: 'flag', read: ({ abilities }) => abilities.includes(name) },
]);

/**
 * Every field, by the name that a person types; the help of `models` explains them. `price` is in the unit of the account: credits per
 * million tokens in, or the multiplier.
 */
export const modelFields: ReadonlyMap<string, ModelField> = new Map<string, ModelField>([
  ...abilityFields,
  ['preview', { kind: 'flag', read: ({ preview }) => preview }],
  ['context', { kind: 'number', read: ({ contextTokens }) => contextTokens }],
  ['prompt', { kind: 'number', read: ({ promptTokens }) => promptTokens }],
  ['output', { kind: 'number', read: ({ outputTokens }) => outputTokens }],
  [
    'price',
    {
      kind: 'number',
      read: ({ price, multiplier }) => price?.input ?? multiplier,
    },
  ],
  ['output-price', { kind: 'number', read: ({ price }) => price?.output }],
  ['id', { kind: 'text', read: ({ id }) => id }],
  ['name', { kind: 'text', read: ({ name }) => name }],
  ['vendor', { kind: 'text', read: ({ vendor }) => vendor }],
  ['family', { kind: 'text', read: ({ family }) => family }],
  ['kind', { kind: 'text', read: ({ kind }) => kind }],
  ['policy', { kind: 'text', read: ({ policy }) => policy }],
  ['efforts', { kind: 'texts', read: ({ efforts }) => efforts }],
  ['endpoints', { kind: 'texts', read: ({ endpoints }) => endpoints }],
]);

/** A field by its name in any case. */
export function findField(name: string): ModelField | undefined {
  return modelFields.get(name.toLowerCase());
}
