import { join } from 'node:path';
import { createCacheFile } from '../config/cache-file.ts';
import { readModelAliases } from '../config/model-aliases.ts';
import { findModel } from '../copilot/model-choice.ts';
import { type Catalogue, listOffered, readLatestCatalogue } from '../copilot/model-list.ts';
import { createEndpointFile } from '../endpoints/endpoint-file.ts';
import type { Candidate, Known, Place } from './complete.ts';

type ModelFiles = Pick<Known, 'settings' | 'endpointsFile' | 'cacheFolder'>;

export async function listModels(known: ModelFiles): Promise<Candidate[]> {
  const { models, origin } = readLatestCatalogue(known.cacheFolder);
  // The list without a sign-in may name what the account does not have.
  const offered = listOffered(origin === 'builtin' ? [] : models).map(({ id, name }) => ({
    value: id,
    about: name,
  }));
  return [...listAliases(known), ...offered, ...(await listEndpointModels(known))];
}

export function listAliases({ settings }: Pick<Known, 'settings'>): Candidate[] {
  return [...readModelAliases(settings)].map(([value, model]) => ({ value, about: model }));
}

/** Of the model that the line names, or else of all models. */
export function listEfforts({ cacheFolder, settings }: ModelFiles, { readFlag }: Place): Candidate[] {
  const catalogue: Catalogue = { ...readLatestCatalogue(cacheFolder), aliases: readModelAliases(settings) };
  const named = readFlag('--model') ?? settings.get('model').value;
  const models = named === undefined ? catalogue.models : [findModel(named, catalogue)];
  return [...new Set(models.flatMap(({ efforts }) => efforts))].map((value) => ({ value }));
}

/** Without endpoints, nothing of theirs is loaded. */
async function listEndpointModels({ endpointsFile, cacheFolder }: ModelFiles): Promise<Candidate[]> {
  const file = createEndpointFile(endpointsFile);
  const names = file.listNames();
  if (names.length === 0) return [];
  const { listKnownModels, toListCacheName } = await import('../endpoints/endpoint-models.ts');
  return names.flatMap((name) => {
    const cache = createCacheFile(join(cacheFolder, `${toListCacheName(name)}.json`));
    try {
      return listKnownModels(file.find(name), cache).map((value) => ({ value }));
    } catch {
      return [];
    }
  });
}
