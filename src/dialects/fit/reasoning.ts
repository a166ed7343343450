import type { ChatRequest, ReasoningOptions } from '../chat-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import type { Fitting } from './fitting.ts';

/** The service's smallest budget, if the catalogue names none. */
const usualMinBudget = 1024;

/** All efforts in order, each with its share of the largest budget and the smallest budget that maps to it. */
const scale = [
  { effort: 'none', share: 0, fromBudget: 0 },
  { effort: 'minimal', share: 0, fromBudget: 1 },
  { effort: 'low', share: 0.1, fromBudget: 1025 },
  { effort: 'medium', share: 0.25, fromBudget: 4097 },
  { effort: 'high', share: 0.5, fromBudget: 12_289 },
  { effort: 'xhigh', share: 1, fromBudget: 28_673 },
  { effort: 'max', share: 1, fromBudget: 60_001 },
];
const usualShare = 0.25;

/** Newer models take an effort, older Claude a token budget; each is converted to the other. No `reasoning` in the result: no thinking. */
export function fitReasoning(request: ChatRequest, fitting: Fitting): ChatRequest {
  const { reasoning, ...rest } = request;
  if (!reasoning) return request;
  const { effort } = reasoning;
  const { traits } = fitting;
  const takesBudget = traits.maxThinkingBudget !== undefined && !traits.adaptiveThinking;
  // Claude thinks only on request.
  const isOff = effort === 'none' && (takesBudget || traits.adaptiveThinking);
  if (isOff && !traits.efforts.includes('none')) return rest;
  const fitted = takesBudget ? fitBudget(reasoning, request, fitting) : fitEffort(reasoning, fitting);
  return { ...rest, reasoning: fitted };
}

function fitEffort(
  { effort, budget, ...rest }: ReasoningOptions,
  { traits, notices }: Fitting,
): ReasoningOptions {
  const { efforts } = traits;
  const wanted = effort ?? (budget === undefined ? undefined : toEffort(budget));
  if (wanted === undefined) return rest;
  const chosen = efforts.includes(wanted) ? wanted : findNearest(wanted, efforts);
  const asked = effort === undefined ? `thinking budget of ${budget} tokens` : `effort ${effort}`;
  if (chosen === undefined) {
    const accepted = efforts.length === 0 ? 'takes none' : `takes ${efforts.join(', ')}`;
    notices.add(`The ${asked} is left out: ${traits.id} ${accepted}.`);
    return rest;
  }
  if (chosen !== effort)
    notices.add(`The ${asked} is sent as the effort ${chosen}: ${traits.id} takes ${efforts.join(', ')}.`);
  return { ...rest, effort: chosen };
}

/** The budget is part of the output, which must leave room for an answer. */
function fitBudget(
  { effort, budget, ...rest }: ReasoningOptions,
  { maxOutputTokens }: ChatRequest,
  { traits, notices }: Fitting,
): ReasoningOptions {
  const kept = effort !== undefined && traits.efforts.includes(effort) ? { ...rest, effort } : rest;
  const { smallest, most, output } = findBudgetRange(traits, maxOutputTokens);
  if (most < smallest) {
    notices.add(`Thinking is left out: it needs ${smallest} tokens of the ${output} of the reply.`);
    return kept;
  }
  const wanted = budget ?? toShare(effort) * (traits.maxThinkingBudget ?? 0);
  const fitted = Math.max(smallest, Math.min(most, Math.floor(wanted)));
  if (budget !== undefined && budget !== fitted)
    notices.add(`The thinking budget is ${fitted} tokens: ${traits.id} takes ${smallest} to ${most} here.`);
  return { ...kept, budget: fitted };
}

function toShare(effort: string | undefined): number {
  return scale.find((step) => step.effort === effort)?.share ?? usualShare;
}

/** The tokens of thinking that an effort stands for. Undefined if the model takes no budget. */
export function toThinkingBudget(
  effort: string,
  { min = usualMinBudget, max }: { min: number | undefined; max: number | undefined },
): number | undefined {
  return max === undefined ? undefined : Math.max(min, Math.floor(toShare(effort) * max));
}

function findBudgetRange(
  traits: ModelTraits,
  maxOutputTokens: number | undefined,
): { smallest: number; most: number; output: number } {
  const output = maxOutputTokens ?? traits.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  return {
    smallest: traits.minThinkingBudget ?? usualMinBudget,
    most: Math.min(traits.maxThinkingBudget ?? 0, output - 1),
    output,
  };
}

function toEffort(budget: number): string | undefined {
  return scale.findLast(({ fromBudget }) => budget >= fromBudget)?.effort;
}

/** The nearest effort; the greater if two are equally near. Undefined for an unknown word. */
function findNearest(wanted: string, efforts: readonly string[]): string | undefined {
  const rank = (word: string): number => scale.findIndex(({ effort }) => effort === word);
  const place = rank(wanted);
  if (place === -1) return undefined;
  const known = efforts.filter((word) => rank(word) !== -1);
  const byDistance = known.sort(
    (a, b) => Math.abs(rank(a) - place) - Math.abs(rank(b) - place) || rank(b) - rank(a),
  );
  return byDistance[0];
}
