import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import type { ChatRequest, DialectName } from '../dialects/chat-request.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { DialectError } from '../dialects/dialect.ts';
import { CliError } from '../errors.ts';
import { pause } from '../pause.ts';
import { estimateCredits } from './cost.ts';
import type { Initiator } from './identity.ts';
import { toInitiator } from './initiator.ts';
import { type Model, toTraits } from './model.ts';
import { type QuotaSnapshot, readQuotaHeaders } from './quota-headers.ts';
import { planRetry, type Retry } from './retry.ts';
import { routeModel } from './routing.ts';
import { type SendOptions, sendToCopilot } from './send.ts';
import { decodeStream } from './stream.ts';

export type AskOptions = {
  model: Model;
  signal: AbortSignal;
  /** Overrides what the messages tell, for work that a person did not ask for one by one. */
  initiator?: Initiator | undefined;
  /** The dialect of the caller, where there is one: what it said need not be translated. */
  preferred?: DialectName | undefined;
  /** Silence, before the first byte or after it, that ends the request, in milliseconds. */
  idleTimeoutMs?: number | undefined;
  /** Told what had to be left out or changed: one sentence each. */
  onNotice?: (sentence: string) => void;
  /** Told before each wait. */
  onWait?: (retry: Retry) => void;
  onQuota?: (quota: QuotaSnapshot) => void;
};

/** Which endpoint a model was found to answer on, against what the catalogue said. */
export type RouteMemory = {
  find(model: string): string | undefined;
  remember(model: string, path: string): void;
};

export type AskDependencies = SendOptions & {
  dialects: readonly Dialect[];
  loadRoutes(): Promise<RouteMemory>;
};

/** Copilot no longer accepts sealed thinking that it once gave out: the connection, the account or the model has changed. */
const sealRefused =
  /does not belong to this connection|encrypted content .* could not be verified|thought_signature|invalid .*signature/i;

/**
 * The reply to a request, in the first dialect that the model answers in. Until something of the reply was handed on, failures that
 * may pass are waited out and the request is sent again; after that, every failure is thrown.
 */
export async function* ask(
  request: ChatRequest,
  options: AskOptions,
  dependencies: AskDependencies,
): AsyncGenerator<ChatEvent> {
  const { model, signal } = options;
  const { dialects } = dependencies;
  const routes = await dependencies.loadRoutes();
  const route = routeModel(model, dialects, {
    remembered: routes.find(model.id),
    preferred: options.preferred,
  });
  let current = request;
  for (let attempt = 1; ; attempt += 1) {
    const [dialect, next] = route;
    if (!dialect) throw new CliError('model', `${model.id} answers on no endpoint`);
    let shown = false;
    try {
      for await (const event of openStream(current, dialect, options, dependencies)) {
        shown = true;
        yield event;
      }
      return;
    } catch (error) {
      if (shown || signal.aborted) throw error;
      if (next && isWrongEndpoint(error)) {
        route.shift();
        routes.remember(model.id, next.path);
        continue;
      }
      if (isSealRefused(error) && hasReasoning(current)) {
        current = withoutReasoning(current);
        options.onNotice?.('Copilot no longer accepts the thinking of earlier turns, so it is left out.');
        continue;
      }
      const retry = planRetry(error, attempt);
      if (!retry) throw error;
      options.onWait?.(retry);
      await pause(retry.seconds * 1000, signal);
    }
  }
}

/** One attempt. The `start` is held back until there is more, so that a stream that breaks at once leaves no trace. */
async function* openStream(
  request: ChatRequest,
  dialect: Dialect,
  options: AskOptions,
  dependencies: AskDependencies,
): AsyncGenerator<ChatEvent> {
  const { body, headers, notices } = encode(request, dialect, options.model);
  for (const notice of notices) options.onNotice?.(notice);
  const response = await sendToCopilot(
    {
      method: 'POST',
      path: dialect.path,
      purpose: 'conversation',
      initiator: options.initiator ?? toInitiator(request),
      headers: { ...headers, ...options.model.requestHeaders },
      body,
      signal: options.signal,
      idleTimeoutMs: options.idleTimeoutMs,
    },
    dependencies,
  );
  const quota = readQuotaHeaders(response.headers);
  if (quota) options.onQuota?.(quota);
  let start: ChatEvent | undefined;
  for await (const event of decodeStream(response, dialect)) {
    if (event.type === 'start') {
      start = event;
      continue;
    }
    if (start) yield start;
    start = undefined;
    yield event.type === 'usage' ? { type: 'usage', usage: withEstimate(event.usage, options.model) } : event;
  }
}

function withEstimate(usage: Usage, { price }: Model): Usage {
  const estimatedCredits = usage.credits === undefined ? estimateCredits(usage, price) : undefined;
  return estimatedCredits === undefined ? usage : { ...usage, estimatedCredits };
}

function encode(request: ChatRequest, dialect: Dialect, model: Model): ReturnType<Dialect['encodeRequest']> {
  try {
    return dialect.encodeRequest({ ...request, model: model.id }, toTraits(model));
  } catch (error) {
    if (!(error instanceof DialectError)) throw error;
    throw new CliError('usage', `${model.id} cannot be asked this: ${error.message}`, { cause: error });
  }
}

function isWrongEndpoint(error: unknown): boolean {
  return (
    error instanceof CliError &&
    (error.details.upstream_code === 'unsupported_api_for_model' ||
      /not accessible via the|not supported via|use \/v1\/responses instead/i.test(error.message))
  );
}

function isSealRefused(error: unknown): boolean {
  return error instanceof CliError && sealRefused.test(error.message);
}

function hasReasoning({ messages }: ChatRequest): boolean {
  return messages.some(
    ({ role, parts }) => role === 'assistant' && parts.some(({ type }) => type === 'reasoning'),
  );
}

function withoutReasoning(request: ChatRequest): ChatRequest {
  const messages = request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, parts: message.parts.filter(({ type }) => type !== 'reasoning') }
      : message,
  );
  return { ...request, messages };
}
