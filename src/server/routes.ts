import { type Model, toAnthropicId } from '../copilot/model.ts';
import { findModel, isAnswering } from '../copilot/model-choice.ts';
import { chatCompletions } from '../dialects/chat-completions/dialect.ts';
import { messages } from '../dialects/messages/dialect.ts';
import { responses } from '../dialects/responses/dialect.ts';
import { AuthenticationError, CliError, describeError } from '../errors.ts';
import { createAnswerHandler } from './answers/answer.ts';
import { type Call, writeJson } from './call.ts';
import { handleCountTokens, handleInputTokens } from './count-tokens-route.ts';
import { handleEmbeddings } from './embeddings-route.ts';
import { callerWords } from './hint-words.ts';
import { type Route, toRoute } from './router.ts';
import type { Services } from './services.ts';

/** The routes that ask models or list them, and those that say whether the server works. */
export const modelRoutes: readonly Route[] = [
  toRoute(
    'POST',
    '/chat/completions',
    'Ask a model through the OpenAI Chat Completions API',
    createAnswerHandler(chatCompletions),
  ),
  toRoute(
    'POST',
    '/responses',
    'Ask a model through the OpenAI Responses API',
    createAnswerHandler(responses),
    {
      dialect: 'responses',
    },
  ),
  toRoute(
    'POST',
    '/messages',
    'Ask a model through the Anthropic Messages API',
    createAnswerHandler(messages),
    {
      dialect: 'messages',
    },
  ),
  toRoute(
    'POST',
    '/responses/input_tokens',
    'Count the tokens of a request to /responses',
    handleInputTokens,
    { dialect: 'responses' },
  ),
  toRoute('GET', '/responses/*', 'A response of the last hour, by its id', handleResponse, {
    dialect: 'responses',
  }),
  toRoute('POST', '/messages/count_tokens', 'Count the tokens of a request to /messages', handleCountTokens, {
    dialect: 'messages',
  }),
  toRoute('POST', '/embeddings', 'Embed texts through the OpenAI API', handleEmbeddings),
  toRoute('GET', '/models', 'The models of the account', handleModels),
  toRoute('GET', '/models/*', 'One model, by any of its names', handleModel),
  toRoute('GET', '/', 'What this server is', handleRoot, { isOpen: true }),
  toRoute('GET', '/healthz', 'Whether the process is alive', handleHealth, { isOpen: true }),
  toRoute('GET', '/health', 'The same as /healthz', handleHealth, { isOpen: true }),
  toRoute('GET', '/api/hello', 'The same as /healthz, for Claude Code', handleHealth, {
    dialect: 'messages',
    isOpen: true,
  }),
  toRoute('GET', '/readyz', 'Whether a model can be asked now', handleReadiness),
  toRoute(
    'POST',
    '/api/event_logging/batch',
    'Accept the telemetry of Claude Code and discard it',
    handleTelemetry,
    { dialect: 'messages' },
  ),
];

/** `GET /`: describes the server, for people and for clients that check whether it runs. */
async function handleRoot(call: Call, { version }: Services): Promise<void> {
  writeJson(call, 200, { status: 'ok', name: 'copilot-cli', version, documentation: '/openapi.json' });
}

/** The process is alive. Sends no request. A second server on the port learns from it whom to name (clients/running-server.ts). */
async function handleHealth(call: Call, { version }: Services): Promise<void> {
  writeJson(call, 200, { status: 'ok', name: 'copilot-cli', version, pid: process.pid });
}

/** Ready: somebody is signed in, and Copilot accepts it. 503 while the server ends. */
async function handleReadiness(call: Call, { connect, isEnding, isRefused }: Services): Promise<void> {
  if (isEnding()) {
    writeJson(call, 503, { status: 'ending' });
    return;
  }
  try {
    const client = await connect();
    if (await client.needsSignIn(undefined)) await client.getSession();
    // A revoked token looks valid until it is used.
    if (isRefused()) throw new AuthenticationError('the sign-in was refused when a model was last asked');
    writeJson(call, 200, { status: 'ready' });
  } catch (error) {
    const { code, message, hint } = describeError(error, callerWords);
    writeJson(call, 503, { status: 'not ready', code, message, hint });
  }
}

/** `GET /responses/:id`, for the caller that got it. */
async function handleResponse(call: Call, services: Services): Promise<void> {
  const id = call.params.rest ?? '';
  const response = services.responses.find(call.caller, id);
  if (!response)
    throw new CliError('usage', `there is no response ${id.slice(0, 80)} here, or no longer`, {
      hint: 'Answers are kept for an hour, in memory, for the caller that got them, unless it sends "store": false.',
      details: { status: 404 },
    });
  writeJson(call, 200, response);
}

/** Telemetry of clients is not kept. */
async function handleTelemetry(call: Call): Promise<void> {
  writeJson(call, 200, { success: true });
}

/** `GET /models`: one shape for the clients of both vendors, with the models that the account can ask. */
async function handleModels(call: Call, { models }: Services): Promise<void> {
  const isAnthropic = call.headers['anthropic-version'] !== undefined;
  const entries = (await listUsable(models)).map(toEntry);
  const data = isAnthropic ? entries.map((entry) => ({ ...entry, id: toAnthropicId(entry.id) })) : entries;
  const [first, last] = [data[0], data.at(-1)];
  writeJson(call, 200, {
    object: 'list',
    data,
    has_more: false,
    first_id: first?.id ?? null,
    last_id: last?.id ?? null,
  });
}

/** `GET /models/:id`, by any of the model's names. Throws CliError `model` if the account has no model of that name. */
async function handleModel(call: Call, { models }: Services): Promise<void> {
  const name = call.params.rest ?? '';
  const { aliases = new Map(), endpoints = [] } = await models.list();
  const model = findModel(name, { models: await listUsable(models), aliases, endpoints });
  writeJson(call, 200, toEntry(model));
}

async function listUsable(models: Services['models']): Promise<Model[]> {
  const catalogue = await models.list();
  return catalogue.models.filter(
    (model) => isAnswering(model) || (model.kind === 'embeddings' && model.policy !== 'disabled'),
  );
}

/** Limits are in tokens; those that the catalogue does not have are left out. */
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
