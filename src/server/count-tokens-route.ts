import type { toTraits } from '../copilot/model.ts';
import { messages } from '../dialects/messages/dialect.ts';
import { CliError } from '../errors.ts';
import { formatJson, toNumber, toObject } from '../json-value.ts';
import { countRequestTokens } from '../tokens/request-tokens.ts';
import { loadTokenCounter } from '../tokens/token-counter.ts';
import { holdsImage, reword } from './answers/plan-answer.ts';
import { type Call, type JsonBody, readJsonBody, readModelName, writeJson } from './call.ts';
import type { Services } from './services.ts';

const path = '/v1/messages/count_tokens';

/** Copilot's own count, else the model's tokenizer's. Throws CliError `model` rather than make up a number. */
export async function handleCountTokens(call: Call, services: Services): Promise<void> {
  const body = await readJsonBody(call, services.maxBodyBytes);
  const { model } = await services.models.find(readModelName(body.value));
  if (model.endpoints.includes(messages.path)) {
    const tokens = await countThere(call, services, body, model);
    writeJson(call, 200, { input_tokens: tokens }, { 'x-copilot-cli-route': `native ${path}` });
    return;
  }
  if (model.tokenizer === undefined)
    throw new CliError('model', `the tokens of ${model.id} cannot be counted: its tokenizer is not known`, {
      details: { status: 400 },
    });
  if (formatJson(body.value) === undefined)
    throw new CliError('usage', 'the body is nested too deeply', { details: { status: 400 } });
  const { request } = reword(() => messages.readRequest({ max_tokens: 1, ...body.value }));
  const tokens = countRequestTokens(request, await loadTokenCounter(model.tokenizer));
  writeJson(
    call,
    200,
    { input_tokens: tokens },
    { 'x-copilot-cli-route': `counted here with ${model.tokenizer}` },
  );
}

async function countThere(
  call: Call,
  services: Services,
  { value }: JsonBody,
  model: Parameters<typeof toTraits>[0],
): Promise<number> {
  const prepared = reword(() => messages.prepareRequest(value, []));
  const sent = messages.native.toBody(prepared);
  const { stream: _, max_tokens: __, ...body } = sent?.body ?? prepared.body;
  const client = await services.connect();
  const headers = {
    ...sent?.headers,
    ...(holdsImage(body) && { 'copilot-vision-request': 'true' }),
  };
  const reply = await client.fetchJson(path, { ...body, model: model.id }, { signal: call.signal, headers });
  const tokens = toNumber(toObject(reply).input_tokens);
  if (tokens === undefined) throw new CliError('upstream', 'Copilot answered without a count of tokens');
  return tokens;
}
