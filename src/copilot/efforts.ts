import { toThinkingBudget } from '../dialects/fit/reasoning.ts';
import { CliError } from '../errors.ts';
import type { Model } from './model.ts';

/** An effort that a person can choose. `budget` is the tokens of thinking that it stands for, with a model that takes those. */
export type EffortChoice = { effort: string; budget: number | undefined };

/** Those of a model that takes a budget only. The service has no words for them. */
const budgetEfforts = ['low', 'medium', 'high', 'max'];

/** The efforts that a person can choose, in order. Claude can also be asked not to think, because it thinks only on request. */
export function listEfforts(model: Model): EffortChoice[] {
  const { efforts, thinking } = model;
  const { minBudget: min, maxBudget } = thinking;
  const max = takesBudget(model) ? maxBudget : undefined;
  const words = efforts.length === 0 && max !== undefined ? budgetEfforts : efforts;
  const all = new Set(thinking.adaptive || max !== undefined ? ['none', ...words] : words);
  return [...all].map((effort) => ({
    effort,
    budget: effort === 'none' ? undefined : toThinkingBudget(effort, { min, max }),
  }));
}

/** Older Claude thinks within a number of tokens. */
function takesBudget({ thinking }: Model): boolean {
  return thinking.maxBudget !== undefined && !thinking.adaptive;
}

/** The number of tokens that an effort is, if it is one: `8000`. */
export function toBudget(effort: string | undefined): number | undefined {
  return effort !== undefined && /^\d{1,7}$/.test(effort) ? Number(effort) : undefined;
}

/** Whether the model takes the effort: one of its words, or a number of tokens within its limits. */
export function takesEffort(model: Model, effort: string): boolean {
  const budget = toBudget(effort);
  const { minBudget = 0, maxBudget = 0 } = model.thinking;
  if (budget !== undefined) return takesBudget(model) && budget >= minBudget && budget <= maxBudget;
  return listEfforts(model).some((choice) => choice.effort === effort);
}

/** Throws CliError `usage` with what the model takes, and `model` if it takes none. */
export function checkChosenEffort(model: Model, effort: string): void {
  const { id, thinking } = model;
  const choices = listEfforts(model);
  if (choices.length === 0) throw new CliError('model', `${id} has no efforts to choose from`);
  if (takesEffort(model, effort)) return;
  const words = choices.map((choice) => choice.effort).join(', ');
  const range = `, or ${thinking.minBudget ?? 0} to ${thinking.maxBudget} tokens`;
  throw new CliError('usage', `${id} does not take the effort ${effort}`, {
    hint: `It takes: ${words}${takesBudget(model) ? range : ''}`,
  });
}
