import type { Model } from '../copilot/model.ts';
import { isAnswering } from '../copilot/model-choice.ts';
import { findModelId } from '../copilot/model-name.ts';
import { chatCompletions } from '../dialects/chat-completions/chat-completions.ts';
import { messages } from '../dialects/messages/messages.ts';
import { responses } from '../dialects/responses/responses.ts';
import { AuthenticationError, CliError, describeError } from '../errors.ts';
import { createAnswerHandler } from './answers/answer.ts';
import { type Call, writeJson } from './call.ts';
import { handleCountTokens } from './count-tokens-route.ts';
import { handleEmbeddings } from './embeddings-route.ts';
import { callerWords } from './hint-words.ts';
import type { Route } from './router.ts';
import type { Services } from './services.ts';

/** The routes that answer for models, and those that tell whether the server would. */
export const modelRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/chat/completions',
    summary: 'Ask a model, as the OpenAI Chat Completions API has it',
    dialect: 'chat-completions',
    handle: createAnswerHandler(chatCompletions),
  },
  {
    method: 'POST',
    path: '/responses',
    summary: 'Ask a model, as the OpenAI Responses API has it',
    dialect: 'responses',
    handle: createAnswerHandler(responses),
  },
  {
    method: 'POST',
    path: '/messages',
    summary: 'Ask a model, as the Anthropic Messages API has it',
    dialect: 'messages',
    handle: createAnswerHandler(messages),
  },
  {
    method: 'POST',
    path: '/messages/count_tokens',
    summary: 'Count the tokens of a request to /messages',
    dialect: 'messages',
    handle: handleCountTokens,
  },
  {
    method: 'POST',
    path: '/embeddings',
    summary: 'Embed texts, as the OpenAI API has it',
    dialect: 'chat-completions',
    handle: handleEmbeddings,
  },
  {
    method: 'GET',
    path: '/models',
    summary: 'The models of the account',
    dialect: 'chat-completions',
    handle: handleModels,
  },
  {
    method: 'GET',
    path: '/models/*',
    summary: 'One model, by any of its names',
    dialect: 'chat-completions',
    handle: handleModel,
  },
  {
    method: 'GET',
    path: '/',
    summary: 'What this server is',
    dialect: 'chat-completions',
    isOpen: true,
    handle: handleRoot,
  },
  {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process is alive',
    dialect: 'chat-completions',
    isOpen: true,
    handle: handleHealth,
  },
  {
    method: 'GET',
    path: '/health',
    summary: 'The same as /healthz',
    dialect: 'chat-completions',
    isOpen: true,
    handle: handleHealth,
  },
  {
    method: 'GET',
    path: '/api/hello',
    summary: 'Whether somebody is there, as Claude Code asks it',
    dialect: 'messages',
    isOpen: true,
    handle: handleHealth,
  },
  {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether a request would be answered now',
    dialect: 'chat-completions',
    handle: handleReadiness,
  },
  {
    method: 'POST',
    path: '/api/event_logging/batch',
    summary: 'Takes what Claude Code tells of itself, and keeps nothing',
    dialect: 'messages',
    handle: handleTelemetry,
  },
];

/** `GET /`: what this is, for people and for clients that look whether somebody is there. */
async function handleRoot(call: Call, { version }: Services): Promise<void> {
  writeJson(call, 200, { status: 'ok', name: 'copilot-cli', version, documentation: '/openapi.json' });
}

/** The process is alive. Asks nobody. */
async function handleHealth(call: Call, { version }: Services): Promise<void> {
  writeJson(call, 200, { status: 'ok', version });
}

/** A request would be answered: somebody is signed in, and Copilot accepts it. 503 while the server ends. */
async function handleReadiness(call: Call, { connect, isEnding, isRefused }: Services): Promise<void> {
  if (isEnding()) {
    writeJson(call, 503, { status: 'ending' });
    return;
  }
  try {
    await (await connect()).getSession();
    // A token that was revoked a moment ago looks good until somebody uses it.
    if (isRefused()) throw new AuthenticationError('the sign-in was refused when a model was last asked');
    writeJson(call, 200, { status: 'ready' });
  } catch (error) {
    const { code, message, hint } = describeError(error, callerWords);
    writeJson(call, 503, { status: 'not ready', code, message, hint });
  }
}

/** What clients tell of themselves goes no further. */
async function handleTelemetry(call: Call): Promise<void> {
  writeJson(call, 200, { success: true });
}

/** `GET /models`: one shape that suits the clients of both vendors. Models that the account cannot ask are not on it. */
async function handleModels(call: Call, { models }: Services): Promise<void> {
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
async function handleModel(call: Call, { models }: Services): Promise<void> {
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
