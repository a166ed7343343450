import type { Model } from '../copilot/model.ts';
import { isAnswering } from '../copilot/model-choice.ts';
import type { ClientFacts } from './setup.ts';

/** The models for a client's list: the default, which some clients take from the first place, and those that answer and are shown in pickers. */
export function listUsable({ models, defaultModel }: ClientFacts): Model[] {
  const answering = models.filter(isAnswering);
  const listed = answering.filter((model) => model.listed);
  const usable = listed.length > 0 ? listed : answering;
  return [defaultModel, ...usable.filter(({ id }) => id !== defaultModel.id)];
}

export type ClaudeModels = Record<'main' | 'opus' | 'sonnet' | 'haiku', Model> & { fable: Model | undefined };

/** The models for the families that Claude Code asks for, and for the conversation itself. */
export function chooseClaudeModels(facts: ClientFacts): ClaudeModels {
  const { defaultModel } = facts;
  // Whoever asks an endpoint of their own means all that the conversation brings along.
  if (defaultModel.custom) {
    const [main, opus, sonnet, haiku] = [defaultModel, defaultModel, defaultModel, defaultModel];
    return { main, opus, sonnet, haiku, fable: undefined };
  }
  const opus = findNewest(facts, /^claude-opus-(\d(?:\.\d+)?)(?!\d)/);
  const sonnet = findNewest(facts, /^claude-sonnet-(\d(?:\.\d+)?)(?!\d)/);
  const best = sonnet ?? opus ?? defaultModel;
  return {
    main: isPersonal(facts) || defaultModel.id.startsWith('claude-') ? defaultModel : best,
    opus: opus ?? best,
    sonnet: best,
    haiku: chooseSmallModel(facts),
    // Claude Code has a row for it only where it is told of one.
    fable: findNewest(facts, /^claude-fable-(\d(?:\.\d+)?)(?!\d)/),
  };
}

/** The model for Codex, which is made for OpenAI's models. */
export function chooseCodexModel(facts: ClientFacts): Model {
  const { defaultModel } = facts;
  if (isPersonal(facts) || isLargeGpt(defaultModel)) return defaultModel;
  return findNewest(facts, /^gpt-(\d+(?:\.\d+)?)(?:-codex)?$/) ?? defaultModel;
}

const smallGpt = /^gpt-(\d+(?:\.\d+)?)(?:-codex)?-mini/;

/** A cheap model for titles, summaries and commit messages: one that costs no premium requests where the account counts them. */
export function chooseSmallModel(facts: ClientFacts): Model {
  if (facts.defaultModel.custom) return facts.defaultModel;
  const [free] = listUsable(facts)
    .filter(({ multiplier, id }) => multiplier === 0 && !/^gpt-(?:[0-3]|4o)/.test(id))
    .sort((a, b) => Number(smallGpt.test(b.id)) - Number(smallGpt.test(a.id)));
  return (
    free ??
    findNewest(facts, /^claude-haiku-(\d(?:\.\d+)?)(?!\d)/) ??
    findNewest(facts, smallGpt) ??
    facts.defaultModel
  );
}

function isPersonal({ modelOrigin }: ClientFacts): boolean {
  return modelOrigin === 'flag' || modelOrigin === 'setting';
}

function isLargeGpt({ id }: Model): boolean {
  return /^gpt-[5-9]/.test(id) && !/-(?:mini|nano)/.test(id);
}

/** The model of the highest version (the pattern's first group). A variant, such as a fast, expensive one, only without the plain name. */
function findNewest(facts: ClientFacts, pattern: RegExp): Model | undefined {
  const candidates = listUsable(facts).flatMap((model) => {
    const [whole, version] = pattern.exec(model.id) ?? [];
    if (version === undefined) return [];
    return [{ model, isVariant: whole !== model.id, version: version.split('.').map(Number) }];
  });
  candidates.sort(
    (a, b) => Number(a.isVariant) - Number(b.isVariant) || compareVersions(b.version, a.version),
  );
  return candidates[0]?.model;
}

function compareVersions(a: number[], b: number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
