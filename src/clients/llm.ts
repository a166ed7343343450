import type { Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { listUsable } from './choose-models.ts';
import { type ClientFacts, type ClientSetup, providerId, toOpenaiUrl } from './setup.ts';

const folder = 'io.datasette.llm';

export function describeLlm(facts: ClientFacts): ClientSetup {
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
            items: listUsable(facts).map((model) => toEntry(model, facts)),
          },
        ],
        holdsKey: false,
      },
    ],
    steps: [
      ...(apiKey === undefined ? [] : [`Run: llm keys set ${providerId} --value ${apiKey}`]),
      `For a default model, run: llm models default ${toModelId(defaultModel)}`,
    ],
    notes: [`Try it: llm -m ${toModelId(defaultModel)} 'Say hello'`],
  };
}

/** With our name in front, for llm has models of the same names itself. */
function toModelId({ id }: Model): string {
  return `${providerId}/${id}`;
}

function toEntry(model: Model, facts: ClientFacts): JsonObject {
  const { id, abilities } = model;
  return {
    model_id: toModelId(model),
    model_name: id,
    api_base: toOpenaiUrl(facts),
    // Without this field llm sends a key of its own making.
    ...(facts.apiKey === undefined ? {} : { api_key_name: providerId }),
    ...(abilities.includes('vision') ? { vision: true } : {}),
    ...(abilities.includes('reasoning') ? { reasoning: true } : {}),
    ...(abilities.includes('tools') ? { supports_tools: true } : {}),
    ...(abilities.includes('structured-output') ? { supports_schema: true } : {}),
  };
}
