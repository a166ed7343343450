import { toOneLine } from '../terminal-text.ts';
import type { Candidate, Known, ListValues, Place } from './complete.ts';

/**
 * The values of placeholders from files on this machine: nothing is fetched, and no secret is read. What cannot be read has no values. A
 * shell waits for this at every Tab, so each list loads what it needs.
 */
export function createValues(known: Known): ListValues {
  return async (placeholder, place) => {
    try {
      const candidates = (await lists[placeholder]?.(known, place)) ?? [];
      return candidates.map(({ value, about }) => ({ value, about: about && toOneLine(about) }));
    } catch {
      return [];
    }
  };
}

const loadModels = () => import('./model-values.ts');

const lists: Record<string, (known: Known, place: Place) => Promise<Candidate[]>> = {
  model: async (known) => (await loadModels()).listModels(known),
  alias: async (known) => (await loadModels()).listAliases(known),
  effort: async (known, place) => (await loadModels()).listEfforts(known, place),
  field: async () => toCandidates([...(await import('../copilot/model-fields.ts')).modelFields.keys()]),
  conversation: listConversations,
  conversations: listConversations,
  async template({ templatesFolder }) {
    const { listTemplates } = await import('../templates/template-folder.ts');
    return listTemplates(templatesFolder).map(({ name }) => ({ value: name }));
  },
  login: async ({ record }) => record.listLogins().map(({ id }) => ({ value: id })),
  async endpoint({ endpointsFile }) {
    const { createEndpointFile } = await import('../endpoints/endpoint-file.ts');
    return toCandidates(createEndpointFile(endpointsFile).listNames());
  },
  async setting() {
    const { settingDefinitions, settingNames } = await import('../config/settings.ts');
    return settingNames.map((name) => ({ value: name, about: settingDefinitions[name].description }));
  },
  server: listServerNames,
  value: listSettingValues,
  tool: async () => toCandidates((await import('../sign-in/tool-names.ts')).toolNames),
  topic: listTopics,
  when: async () => toCandidates((await import('../terminal/io.ts')).colourChoices),
};

function toCandidates(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value }));
}

/** More than a person reads. */
const maxConversations = 50;

/** By name, or else by the id with the first words. */
async function listConversations({ dataFolder, now }: Known): Promise<Candidate[]> {
  const { createConversationStore } = await import('../conversation/store.ts');
  const store = createConversationStore({ folder: dataFolder, now, onNotice: () => {} });
  return store
    .list()
    .slice(0, maxConversations)
    .map(({ id, name, title }) => ({ value: name ?? id, about: name === undefined ? title : undefined }));
}

/** Of the person alone: a folder's are anybody's. */
async function listServerNames({ settings }: Known): Promise<Candidate[]> {
  const { openServerFile } = await import('../mcp/server-file.ts');
  const quiet = { settings, warn: () => {}, signal: new AbortController().signal };
  return toCandidates(openServerFile(quiet).listNames());
}

async function listTopics(): Promise<Candidate[]> {
  const { commandGroups } = await import('../help/command-groups.ts');
  const { topics } = await import('../help/topics.ts');
  const commands = Object.assign({}, ...Object.values(commandGroups)) as Record<string, string>;
  const about = Object.entries(topics).map(([name, topic]) => [name, topic.about] as const);
  return Object.entries({ ...commands, ...Object.fromEntries(about) }).map(([value, text]) => ({
    value,
    about: text,
  }));
}

async function listSettingValues(known: Known, place: Place): Promise<Candidate[]> {
  const [name = ''] = place.words;
  if (name === 'model') return (await loadModels()).listModels(known);
  const { isSettingName, listChoices } = await import('../config/settings.ts');
  return isSettingName(name) ? toCandidates(listChoices(name)) : [];
}
