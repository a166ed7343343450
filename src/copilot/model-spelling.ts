import type { Model } from './model.ts';

type NamedModel = Pick<Model, 'id' | 'custom'>;

/** No spelling of a name is longer. */
const maxNameLength = 200;

/**
 * Finds a model by any spelling: vendor or `copilot-` before it, date, `-latest`, `@…` or `[1m]` after it, dashes for dots, capitals.
 * Undefined if no id or several match.
 */
export function findModelId(name: string, ids: readonly string[]): string | undefined {
  if (ids.includes(name)) return name;
  if (name.length > maxNameLength) return undefined;
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
  const withoutVendor = dropVendor(base);
  const bare = dropEnding(withoutVendor);
  const undated = bare.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  // Anthropic once put the version before the name: claude-3-5-haiku.
  const reordered = undated.replace(/^claude-(\d+(?:[-.]\d+)?)-([a-z]+)$/, 'claude-$2-$1');
  return [...new Set([base, withoutVendor, bare, undated, reordered].map(toComparable))];
}

/**
 * What programs write before the name of a model and a slash, though they mean the model itself: its vendor, as OpenRouter and models.dev spell
 * it, or the provider, as LiteLLM, OpenCode and Google's API do. Any other is an endpoint.
 */
const vendors = new Set(
  'anthropic azure copilot copilot-cli gemini github github-copilot github_copilot githubcopilot google microsoft models moonshot moonshotai openai openrouter x-ai xai'.split(
    ' ',
  ),
);

/** Whether a word before a slash is not an endpoint, but the vendor or the provider of a model. */
export const isVendor = (word: string): boolean => vendors.has(word);

function dropVendor(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0) return vendors.has(first) ? dropVendor(rest.join('/')) : name;
  return name.replace(/^copilot-(?=.)/, '');
}

function dropEnding(name: string): string {
  return name
    .replace(/\[[^\]]*\]$/, '')
    .replace(/@.*$/, '')
    .replace(/-latest$/, '');
}

/** The words that an id must contain. A date stays: it names one version, and no other is meant. */
export function toParts(given: string, models: readonly NamedModel[]): string[] {
  if (given.length > maxNameLength) return [];
  const name = given.trim().toLowerCase();
  const endpoint = findEndpointName(
    name,
    models.flatMap(({ custom }) => custom?.endpoint ?? []),
  );
  if (endpoint === undefined && name.includes('/')) return [];
  const own = endpoint === undefined ? dropVendor(name) : name.slice(endpoint.length + 1);
  const words = dropEnding(own).split(/\s+/);
  return words.some((word) => /[\p{L}\p{N}]/u.test(word)) ? words.map(toComparable) : [];
}

/** Whether no word ends or begins inside a version of the id: `gpt-4` is not a part of `gpt-4.1` or `gpt-4o`, but another model. */
export function hasWholeNumbers(name: string, model: NamedModel): boolean {
  const text = toComparable(model.id);
  return toParts(name, [model]).every((word) => {
    const start = text.indexOf(word);
    const [before, after] = [text.slice(0, start), text.slice(start + word.length)];
    const isCutBefore = /^\d/.test(word) && /\d\.?$/.test(before);
    const isCutAfter = /\d$/.test(word) && /^(?:[a-z\d]|\.\d)/.test(after);
    return !isCutBefore && !isCutAfter;
  });
}

/** Whether a word begins in the id, after a mark or between a letter and a digit: `mini` is no part of `gemini`. */
export function hasWord(id: string, word: string): boolean {
  const goesOn = /^\p{L}/u.test(word) ? /\p{L}$/u : /^\d/.test(word) ? /\d$/ : undefined;
  for (let at = id.indexOf(word); at !== -1; at = id.indexOf(word, at + 1))
    if (!goesOn?.test(id.slice(0, at))) return true;
  return false;
}

/** Dots and dashes between numbers are one and the same to people. */
export function toComparable(id: string): string {
  return id.toLowerCase().replace(/(?<=\d)[.-](?=\d)/g, '.');
}

/** The endpoint with whose name and a slash a model's name begins. */
export function findEndpointName(name: string, endpoints: readonly string[]): string | undefined {
  return endpoints.find((endpoint) => name.trim().toLowerCase().startsWith(`${endpoint}/`));
}
