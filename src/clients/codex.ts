import { findWindow, type Model } from '../copilot/model.ts';
import type { Env } from '../env.ts';
import { type JsonObject, parseJson, toObject, toText } from '../json-value.ts';
import { toInvocation } from '../start-program.ts';
import { chooseCodexModel, listUsable } from './choose-models.ts';
import { type Client, type ClientFacts, providerId, providerName, toKey, toOpenaiUrl } from './setup.ts';

const keyVariable = 'COPILOT_CLI_API_KEY';
const modelsFile = 'copilot-cli-models.json';
const place = { variable: 'CODEX_HOME', home: '.codex' };

export const codex: Client = {
  describe(facts) {
    return {
      client: 'codex',
      title: 'Codex',
      variables: [{ name: keyVariable, value: toKey(facts) }],
      files: [
        {
          place: { ...place, file: 'config.toml' },
          format: 'toml',
          // Codex looks for it beside its settings.
          edits: listSettings(facts, modelsFile).map((setting) => ({ kind: 'set', ...setting })),
          holdsKey: false,
        },
        {
          place: { ...place, file: modelsFile },
          format: 'json',
          edits: [{ kind: 'set', path: ['models'], value: listCodexModels(facts) }],
          holdsKey: false,
          summary: 'The list of your models for Codex, which --write writes.',
        },
      ],
      steps: [],
      notes: [
        `Codex reads the key from ${keyVariable} at each start, and refuses to start without it.`,
        'After an update of Codex, or with new models, write the list again.',
        'Web search works with the models for which Copilot offers it.',
      ],
    };
  },
  program: {
    commands: ['codex'],
    packages: ['@openai/codex'],
    learn: readModels,
    prepare: (facts, folder) => ({
      variables: [
        { name: keyVariable, value: toKey(facts) },
        { name: 'OPENAI_BASE_URL', value: toOpenaiUrl(facts) },
      ],
      arguments: listSettings(facts, `${folder}/${modelsFile}`).flatMap(({ path, value }) => [
        '-c',
        `${path.join('.')}=${JSON.stringify(value)}`,
      ]),
      files: [{ name: modelsFile, text: JSON.stringify({ models: listCodexModels(facts) }) }],
    }),
  },
};

function listSettings(facts: ClientFacts, models: string): { path: string[]; value: string }[] {
  const table = ['model_providers', providerId];
  return [
    { path: ['model'], value: chooseCodexModel(facts).id },
    { path: ['model_provider'], value: providerId },
    { path: ['model_catalog_json'], value: models },
    { path: [...table, 'name'], value: providerName },
    { path: [...table, 'base_url'], value: toOpenaiUrl(facts) },
    { path: [...table, 'wire_api'], value: 'responses' },
    { path: [...table, 'env_key'], value: keyVariable },
  ];
}

const learnMs = 5_000;
const maxListBytes = 16 * 1024 * 1024;

/** What the installed Codex knows of its models, by names; nothing if it does not say. */
async function readModels(path: string, env: Env): Promise<Pick<ClientFacts, 'codexModels'>> {
  const { execFile } = await import('node:child_process');
  const text = await new Promise<string>((resolve) => {
    const limits = { env, encoding: 'utf8', timeout: learnMs, maxBuffer: maxListBytes } as const;
    const { program, words, options } = toInvocation(path, ['debug', 'models', '--bundled'], { env });
    execFile(program, words, { ...limits, ...options }, (error, stdout) => resolve(error ? '' : stdout));
  });
  const { models } = toObject(parseJson(text));
  const entries = (Array.isArray(models) ? models : []).map(toObject);
  return { codexModels: new Map(entries.map((entry) => [toText(entry.slug) ?? '', entry])) };
}

/**
 * The entries of `model_catalog_json`, which takes the place of Codex's own list: as Codex knows them, with Copilot's limits, or else
 * entries of ours. Source: `ModelInfo` in codex-rs/protocol/src/openai_models.rs.
 */
function listCodexModels(facts: ClientFacts): JsonObject[] {
  return listUsable(facts).map((model, index) => {
    const known = facts.codexModels?.get(model.id);
    return { ...(known ?? createEntry(model)), ...listFacts(model), priority: index + 1 };
  });
}

function listFacts(model: Model): JsonObject {
  const window = findWindow(model);
  return {
    slug: model.id,
    display_name: model.name,
    visibility: 'list',
    supported_in_api: true,
    ...(window === undefined ? {} : { context_window: window, max_context_window: window }),
    input_modalities: ['text', ...(model.abilities.includes('vision') ? ['image'] : [])],
  };
}

function createEntry({ id, efforts, abilities }: Model): JsonObject {
  return {
    description: null,
    supported_reasoning_levels: efforts.map((effort) => ({
      effort,
      description: effortWords[effort] ?? effort,
    })),
    ...(efforts.includes('medium') && { default_reasoning_level: 'medium' }),
    shell_type: 'unified_exec',
    availability_nux: null,
    upgrade: null,
    base_instructions: instructions,
    supports_reasoning_summaries: efforts.length > 0,
    support_verbosity: id.startsWith('gpt-5'),
    default_verbosity: null,
    apply_patch_tool_type: 'freeform',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_parallel_tool_calls: abilities.includes('parallel-tools'),
    experimental_supported_tools: [],
  };
}

const effortWords: Record<string, string> = {
  none: 'No reasoning',
  minimal: 'Hardly any reasoning',
  low: 'Short reasoning, fast answers',
  medium: 'A balance of speed and depth',
  high: 'Deep reasoning for hard problems',
  xhigh: 'The deepest reasoning',
  max: 'The deepest reasoning',
};

/** For models that Codex does not know. It sends them in place of its own. */
const instructions = `You are a coding agent in Codex, a command-line tool. You and a person work in the same folder, and you act through the tools that you are given.

How you work
- Read the code before you change it. Search with rg where it is installed. Follow the habits of the project: its style, its libraries, its tests.
- Change files with apply_patch if it is among your tools. Make the smallest change that solves the whole problem, at its cause.
- Leave alone what the person did not ask for. Never undo changes that you did not make, and never reset or delete work in git unless you are asked to.
- Go on until the task is done, or until you need a decision that only the person can make. Check your work with the project's tests, build or linter where there are any.
- Obey AGENTS.md files: each holds for the folder it is in and all below it; the nearest one counts, and what the person says counts more.
- Run commands that do not wait for input. Ask for permission in the way that the tools provide if a command is refused.

How you speak
- Before a group of calls, say in one short sentence what you are about to do.
- At the end, say what you changed and where, how you checked it, and what is left. Name files as path:line.
- Say plainly what failed or what you could not check.
`;
