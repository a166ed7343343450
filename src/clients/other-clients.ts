import { toShellWord } from '../command-line.ts';
import type { Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { listUsable } from './choose-models.ts';
import { type Client, type ClientFacts, providerId, toKey, toOpenaiUrl, type Variable } from './setup.ts';

export const openWebui: Client = {
  describe(facts) {
    const url = toOpenaiUrl(facts);
    return {
      client: 'openwebui',
      title: 'Open WebUI',
      variables: listOpenWebuiVariables(facts),
      files: [],
      steps: [
        'In Open WebUI, open Admin Panel, Settings, Connections.',
        'Switch on OpenAI API, and press + (Add Connection) beside Manage OpenAI API Connections.',
        `Enter the URL ${url} and the key ${toKey(facts)}, and save. The models appear by themselves.`,
      ],
      notes: [
        'Open WebUI reads the variables at its first start only; later, the settings in the Admin Panel apply.',
        `From a container, ${new URL(facts.baseUrl).hostname} is the container itself: run it with --network=host, or name the host (host.docker.internal with Docker Desktop).`,
      ],
    };
  },
  program: {
    commands: ['open-webui'],
    packages: ['open-webui'],
    prepare: (facts) => ({ variables: listOpenWebuiVariables(facts) }),
  },
};

function listOpenWebuiVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'OPENAI_API_BASE_URL', value: toOpenaiUrl(facts) },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
  ];
}

const folder = 'io.datasette.llm';

export const llm: Client = {
  describe(facts) {
    const { apiKey, defaultModel } = facts;
    return {
      client: 'llm',
      title: 'llm',
      variables: [],
      files: [
        {
          place: {
            variable: 'LLM_USER_PATH',
            windows: folder,
            mac: `Library/Application Support/${folder}`,
            config: folder,
            file: 'extra-openai-models.yaml',
          },
          format: 'yaml',
          edits: [
            {
              kind: 'list',
              path: [],
              name: 'model_id',
              items: listUsable(facts).map((model) => toLlmEntry(model, facts)),
            },
          ],
          holdsKey: false,
        },
      ],
      steps: [
        ...(apiKey === undefined ? [] : [`Run: llm keys set ${providerId} --value ${toShellWord(apiKey)}`]),
        `For a default model, run: llm models default ${toModelId(defaultModel)}`,
      ],
      notes: [`Try it: llm -m ${toShellWord(toModelId(defaultModel))} 'Say hello'`],
    };
  },
};

/** Our name comes first, because llm has models of the same names. */
function toModelId({ id }: Model): string {
  return `${providerId}/${id}`;
}

function toLlmEntry(model: Model, facts: ClientFacts): JsonObject {
  const { id, abilities } = model;
  return {
    model_id: toModelId(model),
    model_name: id,
    api_base: toOpenaiUrl(facts),
    // Without this field llm sends a made-up key.
    ...(facts.apiKey === undefined ? {} : { api_key_name: providerId }),
    ...(abilities.includes('vision') ? { vision: true } : {}),
    ...(abilities.includes('reasoning') ? { reasoning: true } : {}),
    ...(abilities.includes('tools') ? { supports_tools: true } : {}),
    ...(abilities.includes('structured-output') ? { supports_schema: true } : {}),
  };
}
