import { type Ability, abilityNames } from './ability.ts';
import { type Model, parseModels } from './model.ts';

/** The name by which Copilot is left to choose. No model has it. */
const autoId = 'auto';

/**
 * The models, and in front of them one that stands for whichever Copilot chooses. Any of those that the account may be given can
 * answer, so it has the abilities that all of them have and the smallest of their limits; its price is not known.
 */
export function withAutoModel(models: readonly Model[]): Model[] {
  const named = models.filter(({ id }) => id !== autoId);
  const [auto] = parseModels([
    { id: autoId, name: 'Auto: Copilot chooses', model_picker_enabled: true },
  ]).models;
  return auto ? [describeAuto(auto, listOffered(named)), ...named] : named;
}

/** Some accounts list no model at all, whether or not they may name one; there, whatever can chat is offered. */
export function listOffered(models: readonly Model[]): Model[] {
  const chat = models.filter(({ kind }) => kind === 'chat');
  return mayNameNone(chat)
    ? chat.filter(({ policy }) => policy !== 'disabled')
    : chat.filter(({ listed }) => listed);
}

/** Whether no model but Copilot's own choice is listed: then the account may be one that may name none. */
export function mayNameNone(models: readonly Model[]): boolean {
  return !models.some(({ kind, listed, isAuto }) => kind === 'chat' && listed && !isAuto);
}

function describeAuto(auto: Model, candidates: readonly Model[]): Model {
  const [first] = candidates;
  return {
    ...auto,
    isAuto: true,
    contextTokens: findLeast(candidates.map(({ contextTokens }) => contextTokens)),
    promptTokens: findLeast(candidates.map(({ promptTokens }) => promptTokens)),
    outputTokens: findLeast(candidates.map(({ outputTokens }) => outputTokens)),
    tokenizer: candidates.every(({ tokenizer }) => tokenizer === first?.tokenizer)
      ? first?.tokenizer
      : undefined,
    abilities: listShared(candidates),
    imageTypes: (first?.imageTypes ?? []).filter((type) =>
      candidates.every(({ imageTypes }) => imageTypes.includes(type)),
    ),
    maxImages: findLeast(candidates.map(({ maxImages }) => maxImages)),
    maxImageBytes: findLeast(candidates.map(({ maxImageBytes }) => maxImageBytes)),
  };
}

/** Thinking is left to whoever answers: no effort is a word of all of them. */
function listShared(candidates: readonly Model[]): Ability[] {
  if (candidates.length === 0) return ['streaming', 'tools'];
  return abilityNames.filter(
    (name) => name !== 'reasoning' && candidates.every(({ abilities }) => abilities.includes(name)),
  );
}

function findLeast(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
