import { join } from 'node:path';
import { createCacheFile } from '../config/cache-file.ts';
import { readModelAliases } from '../config/model-aliases.ts';
import { isSettingName, listChoices, settingDefinitions, settingNames } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { createConversationStore } from '../conversation/store.ts';
import { type Catalogue, listOffered, readLatestCatalogue } from '../copilot/catalogue.ts';
import { findModel } from '../copilot/model-choice.ts';
import { modelFields } from '../copilot/model-fields.ts';
import { createEndpointFile } from '../endpoints/endpoint-file.ts';
import { listKnownModels, toListCacheName } from '../endpoints/endpoint-models.ts';
import { commandGroups } from '../help/command-groups.ts';
import { topics } from '../help/topics.ts';
import { openServerFile } from '../mcp/server-file.ts';
import { toolNames } from '../sign-in/tool-names.ts';
import { listTemplates } from '../templates/template-folder.ts';
import { colourChoices } from '../terminal/io.ts';
import { toOneLine } from '../terminal-text.ts';
import type { Candidate, Completion, ListValues, Place } from './complete.ts';

type Known = Pick<
  Context,
  'settings' | 'record' | 'endpointsFile' | 'templatesFolder' | 'cacheFolder' | 'dataFolder' | 'now'
>;

/** More than a person reads. */
const maxConversations = 50;

/** The values of placeholders from files on this machine: nothing is fetched, and no secret is read. What cannot be read has no values. */
export function createValues(known: Known): ListValues {
  return async (placeholder, place) => {
    const fixed = places[placeholder];
    if (fixed !== undefined) return { candidates: [], adds: fixed };
    try {
      return toCompletion(lists[placeholder]?.(known, place) ?? []);
    } catch {
      return toCompletion([]);
    }
  };
}

function toCompletion(candidates: Candidate[]): Completion {
  return {
    candidates: candidates.map(({ value, about }) => ({ value, about: about && toOneLine(about) })),
    adds: 'nothing',
  };
}

const places: Record<string, Completion['adds']> = { file: 'files', path: 'files', folder: 'folders' };

const lists: Record<string, (known: Known, place: Place) => Candidate[]> = {
  model: listModels,
  alias: listAliases,
  effort: listEfforts,
  field: () => toCandidates([...modelFields.keys()]),
  conversation: listConversations,
  conversations: listConversations,
  template: ({ templatesFolder }) => listTemplates(templatesFolder).map(({ name }) => ({ value: name })),
  login: ({ record }) => record.listLogins().map(({ id }) => ({ value: id })),
  endpoint: (known) =>
    openEndpoints(known)
      .listNames()
      .map((value) => ({ value })),
  server: listServerNames,
  setting: () => settingNames.map((name) => ({ value: name, about: settingDefinitions[name].description })),
  value: listSettingValues,
  tool: () => toCandidates(toolNames),
  topic: listTopics,
  when: () => toCandidates(colourChoices),
};

function toCandidates(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value }));
}

function listModels(known: Known): Candidate[] {
  const { models } = readLatestCatalogue(known.cacheFolder);
  const offered = listOffered(models).map(({ id, name }) => ({ value: id, about: name }));
  return [...listAliases(known), ...offered, ...listEndpointModels(known)];
}

function listAliases({ settings }: Known): Candidate[] {
  return [...readModelAliases(settings)].map(([value, model]) => ({ value, about: model }));
}

function openEndpoints({ endpointsFile }: Known): ReturnType<typeof createEndpointFile> {
  return createEndpointFile(endpointsFile);
}

/** Of the person alone: a folder's are anybody's. */
function listServerNames({ settings }: Known): Candidate[] {
  const quiet = { settings, warn: () => {}, signal: new AbortController().signal };
  return toCandidates(openServerFile(quiet).listNames());
}

function listEndpointModels(known: Known): Candidate[] {
  const file = openEndpoints(known);
  return file.listNames().flatMap((name) => {
    const cache = createCacheFile(join(known.cacheFolder, `${toListCacheName(name)}.json`));
    try {
      return toCandidates(listKnownModels(file.find(name), cache));
    } catch {
      return [];
    }
  });
}

/** Of the model that the line names, or else of all models. */
function listEfforts({ cacheFolder, settings }: Known, { readFlag }: Place): Candidate[] {
  const catalogue: Catalogue = { ...readLatestCatalogue(cacheFolder), aliases: readModelAliases(settings) };
  const named = readFlag('--model') ?? settings.get('model').value;
  const models = named === undefined ? catalogue.models : [findModel(named, catalogue)];
  return toCandidates([...new Set(models.flatMap(({ efforts }) => efforts))]);
}

/** By name, or else by the id with the first words. */
function listConversations({ dataFolder, now }: Known): Candidate[] {
  const store = createConversationStore({ folder: dataFolder, now, onNotice: () => {} });
  return store
    .list()
    .slice(0, maxConversations)
    .map(({ id, name, title }) => ({ value: name ?? id, about: name === undefined ? title : undefined }));
}

function listTopics(): Candidate[] {
  const commands = Object.assign({}, ...Object.values(commandGroups)) as Record<string, string>;
  const about = Object.entries(topics).map(([name, topic]) => [name, topic.about] as const);
  return Object.entries({ ...commands, ...Object.fromEntries(about) }).map(([value, text]) => ({
    value,
    about: text,
  }));
}

function listSettingValues(known: Known, place: Place): Candidate[] {
  const [name = ''] = place.words;
  if (name === 'model') return listModels(known);
  return isSettingName(name) ? toCandidates(listChoices(name)) : [];
}
