import { type Model, toTraits, toWireId } from '../copilot/model.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { messages } from '../dialects/messages/dialect.ts';
import { responses } from '../dialects/responses/dialect.ts';
import { CliError } from '../errors.ts';
import { formatJson, type JsonObject, toNumber } from '../json-value.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { loadTokenCounter } from '../tokens/token-counter.ts';
import { holdsImage, reword } from './answers/plan-answer.ts';
import { type Call, readJsonBody, readModelName, writeJson } from './call.ts';
import type { Services } from './services.ts';

const path = '/v1/messages/count_tokens';

/** Copilot's own count, else the model's tokenizer's. Throws CliError `model` rather than make up a number. */
export async function handleCountTokens(call: Call, services: Services): Promise<void> {
  const { value } = await readJsonBody(call, services.maxBodyBytes);
  const { model } = await services.models.find(readModelName(value));
  if (!model.endpoints.includes(messages.path)) {
    const { request } = reword(() => messages.readRequest({ max_tokens: 1, ...checkDepth(value) }));
    writeCount(call, await countHere(request, model));
    return;
  }
  const prepared = reword(() => messages.prepareRequest(value, []));
  const sent = messages.native.toBody(prepared);
  const asked = { body: sent?.body ?? prepared.body, headers: sent?.headers ?? {} };
  writeCount(call, await countThere(asked, model, call, services));
}

/** `POST /responses/input_tokens`: the same for OpenAI's clients. */
export async function handleInputTokens(call: Call, services: Services): Promise<void> {
  const given = await readJsonBody(call, services.maxBodyBytes);
  const { model } = await services.models.find(readModelName(given.value));
  const { value } = services.responses.expand(call.caller, given);
  const { request } = reword(() =>
    responses.readRequest(responses.prepareRequest({ ...checkDepth(value), model: model.id }, []).body),
  );
  const count = model.endpoints.includes(messages.path)
    ? await countThere(
        messages.writeRequest({ ...request, model: model.id }, toTraits(model)),
        model,
        call,
        services,
      )
    : await countHere(request, model);
  writeCount(call, { ...count, fields: { object: 'response.input_tokens' } });
}

type Count = { tokens: number; way: string; fields?: JsonObject };

function writeCount(call: Call, { tokens, way, fields }: Count): void {
  writeJson(call, 200, { ...fields, input_tokens: tokens }, { 'x-copilot-cli-route': way });
}

async function countHere(request: ChatRequest, { id, tokenizer }: Model): Promise<Count> {
  if (tokenizer === undefined)
    throw new CliError('model', `the tokens of ${id} cannot be counted: its tokenizer is not known`, {
      details: { status: 400 },
    });
  const tokens = countRequestTokens(request, await loadTokenCounter(tokenizer));
  return { tokens, way: `counted here with ${tokenizer}` };
}

function checkDepth(value: JsonObject): JsonObject {
  if (formatJson(value) !== undefined) return value;
  throw new CliError('usage', 'the body is nested too deeply', { details: { status: 400 } });
}

async function countThere(
  asked: { body: JsonObject; headers: Record<string, string> },
  model: Model,
  call: Call,
  services: Services,
): Promise<Count> {
  const { stream: _, max_tokens: __, ...body } = asked.body;
  const client = await services.connect();
  const headers = {
    ...asked.headers,
    ...(holdsImage(body) && { 'copilot-vision-request': 'true' }),
  };
  const reply = await client.fetchJson(
    path,
    { ...body, model: toWireId(model) },
    { model, signal: call.signal, headers },
  );
  const tokens = toNumber(reply.input_tokens);
  if (tokens === undefined || tokens < 0)
    throw new CliError('upstream', 'the service answered without a count of tokens');
  return { tokens, way: `native ${path}` };
}
