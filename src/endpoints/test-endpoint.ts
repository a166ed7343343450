import type { ModelClient } from '../copilot/model-client.ts';
import type { Usage } from '../dialects/chat-event.ts';
import { CliError, describeError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { toOneLine } from '../terminal-text.ts';
import type { Endpoint } from './endpoint.ts';
import type { KeyReader } from './key.ts';

export type EndpointCheck = {
  name: 'key' | 'models' | 'answer';
  status: 'ok' | 'warn' | 'fail';
  detail: string;
};

export type TestOptions = {
  connect(): Promise<ModelClient>;
  key: KeyReader;
  /** The model to ask; the first one if it is undefined. */
  model: string | undefined;
  signal: AbortSignal;
  now: () => number;
};

/** Looks for the key, lists the models, and asks one of them: the checks so far, and what ended them. */
export async function testEndpoint(
  endpoint: Endpoint,
  { connect, key, model, signal, now }: TestOptions,
): Promise<{ checks: EndpointCheck[]; error: CliError | undefined }> {
  const checks: EndpointCheck[] = [];
  let current: EndpointCheck['name'] = 'key';
  const tell = (detail: string, status: EndpointCheck['status'] = 'ok'): void =>
    void checks.push({ name: current, status, detail: toOneLine(detail) });
  try {
    tell((await key.read()) ? `found in ${describeKey(endpoint)}` : 'none');
    const client = await connect();
    current = 'models';
    const ids = await listIds(endpoint, client, model, tell);
    current = 'answer';
    const name = `${endpoint.name}/${model?.replace(`${endpoint.name}/`, '') ?? ids[0]}`;
    tell(await askOnce(client, name, { signal, now }));
    return { checks, error: undefined };
  } catch (error) {
    if (!(error instanceof CliError) || error.code === 'interrupted') throw error;
    tell(describeError(error).message, 'fail');
    return { checks, error };
  }
}

function describeKey({ key }: Endpoint): string {
  if (!key) return 'no place';
  if ('env' in key) return key.env;
  return 'command' in key ? 'what its command prints' : 'the store of secrets';
}

const shownModels = 5;

async function listIds(
  { name }: Endpoint,
  client: ModelClient,
  model: string | undefined,
  tell: (detail: string, status?: EndpointCheck['status']) => void,
): Promise<string[]> {
  try {
    const { models } = await client.fetchCatalogue({ fresh: true });
    const own = models.filter(({ kind }) => kind === 'chat');
    const ids = own.flatMap(({ custom }) => custom?.id ?? []);
    if (ids.length === 0 && model === undefined)
      throw new CliError('model', `${name} lists no model`, {
        hint: advise`Name one: ${flag('--model ID')}`,
      });
    const more = ids.length > shownModels ? ', …' : '';
    tell(`${ids.length}: ${ids.slice(0, shownModels).join(', ')}${more}`);
    return ids;
  } catch (error) {
    const isListless = error instanceof CliError && model !== undefined && error.code !== 'network';
    if (!isListless) throw error;
    tell(`not listed: ${describeError(error).message}`, 'warn');
    return [];
  }
}

async function askOnce(
  client: ModelClient,
  name: string,
  { signal, now }: { signal: AbortSignal; now: () => number },
): Promise<string> {
  const { model } = await client.chooseModel(name);
  const startedAt = now();
  let text = '';
  let usage: Usage | undefined;
  const request = {
    model: model.id,
    messages: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: prompt }] }],
  };
  for await (const event of client.ask(request, { model, signal, patience: 'program' })) {
    if (event.type === 'text-delta') text += event.text;
    if (event.type === 'usage') usage = event.usage;
  }
  const tokens =
    usage?.inputTokens === undefined
      ? ''
      : `, ${usage.inputTokens} tokens in, ${usage.outputTokens ?? '?'} out`;
  return `${model.id} said "${text.trim().slice(0, 60)}" in ${now() - startedAt} ms${tokens}`;
}

const prompt = 'Answer with the one word: ok';
