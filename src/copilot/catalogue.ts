import type { CopilotSession, CopilotTokens } from '../auth/copilot-tokens.ts';
import type { CacheFile } from '../config/cache-file.ts';
import { CliError, UpstreamError } from '../errors.ts';
import { toObject } from '../json-value.ts';
import { type Catalogue, createBuiltinCatalogue, readCached, readEntries } from './model-list.ts';
import { type SendOptions, sendToCopilot } from './send.ts';

export type CatalogueOptions = SendOptions & {
  tokens: CopilotTokens;
  /** Where the catalogue of one account at one API base is kept. */
  openCache: (name: string) => CacheFile;
  now: () => number;
  signal: AbortSignal;
  onNotice: (sentence: string) => void;
  /** Shows what the caller waits for. Returns the function that ends it. */
  beginStep?: (label: string) => () => void;
};

/** How long a catalogue is good for finding a model: ids change by the month. */
const lifetimeMs = 60 * 60 * 1000;
const refusalStatuses = [400, 403, 404];

/** The account's models. Reuses a list younger than an hour unless `fresh`, and an older one, with a notice, if Copilot fails. */
export async function fetchCatalogue(
  options: CatalogueOptions,
  { fresh }: { fresh: boolean },
): Promise<Catalogue> {
  const session = await options.tokens.getSession();
  const cached = readCached(openCatalogueCache(session, options));
  const age = cached?.fetchedAt === undefined ? undefined : options.now() - cached.fetchedAt;
  if (!fresh && cached && age !== undefined && age >= 0 && age < lifetimeMs) return cached;
  const endStep = options.beginStep?.('Fetching the list of models');
  try {
    const response = await sendToCopilot(
      { method: 'GET', path: '/models', purpose: 'model-access', signal: options.signal },
      options,
    );
    const entries = toObject(await response.json()).data;
    if (!Array.isArray(entries))
      throw new CliError('upstream', 'Copilot sent no list of models', {
        hint: 'Try again in a minute.',
      });
    const fetchedAt = options.now();
    // The request may have found the account on another host.
    openCatalogueCache(await options.tokens.getSession(), options).write({ fetchedAt, entries });
    return { ...readEntries(entries), origin: 'account', fetchedAt };
  } catch (error) {
    const passing = error instanceof CliError && ['network', 'upstream', 'rate_limited'].includes(error.code);
    if (!cached && isUnlisted(error, session)) {
      options.onNotice('Copilot does not list models for this kind of token, so a built-in list is used.');
      return createBuiltinCatalogue();
    }
    if (!cached || !passing) throw error;
    options.onNotice(`The list of models is an older one: ${error.message}.`);
    return cached;
  } finally {
    endStep?.();
  }
}

/** Some tokens that go to Copilot directly may ask models but not list them. */
function isUnlisted(error: unknown, { access }: CopilotSession): boolean {
  return (
    access.style === 'direct' &&
    error instanceof UpstreamError &&
    refusalStatuses.includes(Number(error.details.status))
  );
}

function openCatalogueCache({ key, endpoint }: CopilotSession, { openCache }: CatalogueOptions): CacheFile {
  return openCache(`models-${key}-${toHostName(endpoint.url)}`);
}

function toHostName(url: string): string {
  return new URL(url).host.replaceAll(/[^a-z0-9.-]/gi, '_');
}
