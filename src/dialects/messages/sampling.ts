import type { ChatRequest } from '../chat-request.ts';
import type { ModelTraits } from '../model-traits.ts';

type SamplingFields = { temperature?: number; top_p?: number; top_k?: number };

/** For both fields this is what the service assumes, so that nothing is lost where it is left out. */
const usualValue = 1;

/**
 * Sampling is fixed while a model thinks, and always on models that only think by themselves. Other Claude models take a
 * temperature of at most 1, and not together with a top_p.
 */
export function writeSampling(
  { sampling = {} }: ChatRequest,
  traits: ModelTraits,
  isThinking: boolean,
  notices: Set<string>,
): SamplingFields {
  const { temperature, topP, topK, frequencyPenalty, presencePenalty, seed } = sampling;
  noteMissing({ 'frequency penalty': frequencyPenalty, 'presence penalty': presencePenalty, seed }, notices);
  const isFixed = isThinking || (traits.adaptiveThinking && traits.maxThinkingBudget === undefined);
  if (isFixed) {
    const lost = { temperature: unlessUsual(temperature), 'top-p': unlessUsual(topP), 'top-k': topK };
    const names = listKeys(lost);
    if (names !== '') notices.add(`Left out, for a thinking model fixes it: ${names}.`);
    return {};
  }
  const isBoth = temperature !== undefined && topP !== undefined;
  if (isBoth && topP !== usualValue)
    notices.add('The top-p is left out: Claude takes it or a temperature, not both.');
  if (temperature !== undefined && temperature > 1)
    notices.add('The temperature is 1, the highest that Claude takes.');
  return {
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, 1) }),
    ...(topP === undefined || isBoth ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function unlessUsual(value: number | undefined): number | undefined {
  return value === usualValue ? undefined : value;
}

function noteMissing(values: Record<string, number | undefined>, notices: Set<string>): void {
  const names = listKeys(values);
  if (names !== '') notices.add(`Left out, for Claude has no such thing: ${names}.`);
}

function listKeys(values: Record<string, number | undefined>): string {
  return Object.keys(values)
    .filter((key) => values[key] !== undefined)
    .join(', ');
}
