import { CliError } from '../errors.ts';
import { advise, modelList } from '../hint.ts';
import { rankByLikeness } from '../nearest.ts';

/**
 * The catalogue's id for a model however it was spelled: with a vendor or `copilot-` in front, with a date, `-latest`, `@…` or
 * `[1m]` behind, with dashes for dots, in capitals. Undefined where no id, or more than one, can be meant.
 */
export function findModelId(name: string, ids: readonly string[]): string | undefined {
  if (ids.includes(name)) return name;
  for (const spelling of listSpellings(name)) {
    const matches = ids.filter((id) => toComparable(id) === spelling);
    if (matches.length === 1) return matches[0];
  }
  return undefined;
}

/** From the closest reading to the freest, each comparable to `toComparable(id)`. */
function listSpellings(name: string): string[] {
  // Names are shown with blanks: GPT-5 mini.
  const base = name.trim().toLowerCase().replace(/\s+/g, '-');
  const withoutVendor = base.replace(/^(?:[a-z0-9_-]+\/)+/, '').replace(/^copilot-(?=.)/, '');
  const bare = withoutVendor
    .replace(/\[[^\]]*\]$/, '')
    .replace(/@.*$/, '')
    .replace(/-latest$/, '');
  const undated = bare.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  // Anthropic once put the version before the name: claude-3-5-haiku.
  const reordered = undated.replace(/^claude-(\d+(?:[-.]\d+)?)-([a-z]+)$/, 'claude-$2-$1');
  return [...new Set([base, withoutVendor, bare, undated, reordered].map(toComparable))];
}

/** Dots and dashes between numbers are one and the same to people. */
function toComparable(id: string): string {
  return id.toLowerCase().replace(/(?<=\d)[.-](?=\d)/g, '.');
}

/** Why an account may lack a model that others have. */
export const whyMissing =
  'Plan, region and organisation decide what there is, and a model may have to be switched on at https://github.com/settings/copilot/features';

/** The error for a name that no model has: it names the three that are most like it, to choose from. No request has been sent. */
export function createUnknownModelError(name: string, ids: readonly string[]): CliError {
  const nearest = rankByLikeness(name, ids).slice(0, 3);
  const others =
    nearest.length === 0 ? '' : `; the nearest ${nearest.length === 1 ? 'is' : 'are'} ${nearest.join(', ')}`;
  return new CliError('model', `there is no model ${name}${others}`, {
    hint: advise`See all of them: ${modelList}. ${whyMissing}`,
    details: { model: name, nearest },
  });
}
