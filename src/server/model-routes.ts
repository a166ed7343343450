import type { Model } from '../copilot/model.ts';
import { isAnswering } from '../copilot/model-choice.ts';
import { findModelId } from '../copilot/model-name.ts';
import { CliError } from '../errors.ts';
import type { Call } from './call.ts';
import { writeJson } from './reply.ts';
import type { Services } from './services.ts';

/** `GET /models`: one shape that suits the clients of both vendors. Models that the account cannot ask are not on it. */
export async function handleModels(call: Call, { models }: Services): Promise<void> {
  const data = (await listUsable(models)).map(toEntry);
  const [first, last] = [data[0], data.at(-1)];
  writeJson(call, 200, {
    object: 'list',
    data,
    has_more: false,
    first_id: first?.id ?? null,
    last_id: last?.id ?? null,
  });
}

/** `GET /models/:id`, by any of the model's names. Throws CliError `model` where the account has none of that name. */
export async function handleModel(call: Call, { models }: Services): Promise<void> {
  const name = call.params.rest ?? '';
  const usable = await listUsable(models);
  const id = findModelId(
    name,
    usable.map((model) => model.id),
  );
  const model = usable.find((candidate) => candidate.id === id);
  if (!model)
    throw new CliError('model', `there is no model ${name}`, { hint: 'GET /v1/models lists them.' });
  writeJson(call, 200, toEntry(model));
}

async function listUsable(models: Services['models']): Promise<Model[]> {
  const catalogue = await models.list();
  return catalogue.models.filter(
    (model) => isAnswering(model) || (model.kind === 'embeddings' && model.policy !== 'disabled'),
  );
}

/** Limits in tokens; what the catalogue does not tell is left out. */
function toEntry(model: Model) {
  return {
    id: model.id,
    object: 'model',
    type: 'model',
    created: 0,
    created_at: '1970-01-01T00:00:00Z',
    owned_by: model.vendor ?? 'github-copilot',
    display_name: model.name,
    context_window: model.contextTokens,
    max_input_tokens: model.promptTokens,
    max_tokens: model.outputTokens,
    abilities: model.abilities,
    endpoints: model.endpoints,
  };
}
