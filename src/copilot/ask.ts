import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import type { ChatRequest, DialectName } from '../dialects/chat-request.ts';
import { DialectError, type Upstream, type WireRequest } from '../dialects/dialect.ts';
import { type Initiator, toInitiator } from '../dialects/initiator.ts';
import { CliError } from '../errors.ts';
import { createSilenceError } from '../http/network-error.ts';
import { pause } from '../pause.ts';
import { toOneLine } from '../terminal-text.ts';
import type { QuotaSnapshot } from './account.ts';
import { estimateCredits, type Model, toTraits } from './model.ts';
import { createUnspokenError } from './model-choice.ts';
import { planRecovery } from './recovery.ts';
import { findRefusals, type RefusalMemory, toRefusedNotice, withoutRefused } from './refused-fields.ts';
import { type Patience, planRetry, type Retry } from './retry.ts';
import type { Send } from './service.ts';
import { type DecodedPacket, readPackets, type SilenceWatch, startTimer, startWith } from './stream.ts';

export type AskOptions = {
  model: Model;
  signal: AbortSignal;
  /** Overrides the initiator found in the messages, for work that no person asked for. */
  initiator?: Initiator | undefined;
  /** The caller's dialect, if there is one: of several that the model speaks, this one is used. The caller also sets its own marks of the cache. */
  preferred?: DialectName | undefined;
  /** Silence, before the first byte or after it, that ends the request, in milliseconds. */
  idleTimeoutMs?: number | undefined;
  /** A person waits if it is undefined. */
  patience?: Patience | undefined;
  /** Called with what was left out or changed: one sentence each. */
  onNotice?: (sentence: string) => void;
  /** Called with the endpoint before each request. */
  onRoute?: (path: string) => void;
  /** Called with true each time a request goes out, and with false if it was refused. */
  onSent?: (isOut: boolean) => void;
  /** Called before each wait. */
  onWait?: (retry: Retry) => void;
  onQuota?: (quota: QuotaSnapshot) => void;
};

/** The endpoint on which a model really answers, if the catalogue was wrong. */
export type RouteMemory = {
  find(model: string): string | undefined;
  remember(model: string, path: string): void;
};

/** A request as it would go out. The headers are those that belong to this body; who asks is not among them. */
export type PreparedRequest = {
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  notices: string[];
};

export type AskDependencies = {
  send: Send;
  dialects: readonly Upstream[];
  loadRoutes(): Promise<RouteMemory>;
  refusals: RefusalMemory;
};

/**
 * Asks in the first dialect that the model answers in. Before the first event, waits out failures that may pass and sends the request
 * again. Resolves to batches of events, which come as their bytes arrive and throw later failures.
 */
export async function ask(
  request: ChatRequest,
  given: AskOptions,
  dependencies: AskDependencies,
): Promise<AsyncIterable<ChatEvent[]>> {
  const options = { ...given, onNotice: createTeller(given.onNotice) };
  const { model, signal, onWait, patience } = options;
  let route: Upstream[] | undefined;
  let routes: RouteMemory | undefined;
  let draft = request;
  let sent: SentBody | undefined;
  let hasLearnt = false;

  async function chooseTarget(): Promise<Target> {
    routes ??= await dependencies.loadRoutes();
    route ??= routeModel(model, dependencies.dialects, {
      remembered: routes.find(model.id),
      preferred: options.preferred,
    });
    // The native way may have learnt it a moment ago.
    while (route[1] && route[0] && !dependencies.refusals.answersOn(model.id, route[0].path)) route.shift();
    const [dialect] = route;
    if (!dialect) throw createUnspokenError(model);
    options.onRoute?.(dialect.path);
    return { request: draft, dialect };
  }

  function mend(error: unknown): boolean {
    const next = route?.[1];
    if (next && (isWrongEndpoint(error) || isUnsayable(error))) {
      const refused = route?.shift();
      if (isUnsayable(error)) return true;
      routes?.remember(model.id, next.path);
      if (refused) dependencies.refusals.leave(model.id, refused.path);
      return true;
    }
    if (!hasLearnt && sent && learnRefusals(error, model.id, sent, dependencies.refusals)) {
      hasLearnt = true;
      return true;
    }
    const revision = planRecovery(error, draft);
    if (!revision) return false;
    draft = revision.request;
    options.onNotice(revision.notice);
    return true;
  }

  const onSend = (body: SentBody): void => {
    sent = body;
  };
  return attemptUntilAnswered(() => openStream(chooseTarget, { ...options, onSend }, dependencies), {
    signal,
    onWait,
    patience,
    mend,
    explain: (error) => withToolName(error, draft),
  });
}

type RetryOptions = {
  signal: AbortSignal;
  /** Called before each wait. */
  onWait?: ((retry: Retry) => void) | undefined;
  /** A person waits if it is undefined. */
  patience?: Patience | undefined;
  /** Changes the next attempt, so that the failure cannot repeat for ever. False if there is nothing to change. */
  mend(error: unknown): boolean;
  /** Turns a final failure into what is thrown. */
  explain?: (error: unknown) => unknown;
};

/** Tries until an attempt has an answer. Mends failures before that, or waits them out. */
export async function attemptUntilAnswered<T>(
  attempt: () => Promise<T>,
  { signal, onWait, patience = 'person', mend, explain = (error) => error }: RetryOptions,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      if (mend(error)) continue;
      failures += 1;
      const retry = planRetry(error, failures, patience);
      if (!retry) throw explain(failures > 1 ? asFinal(error) : error);
      onWait?.(retry);
      await pause(retry.seconds * 1000, signal);
    }
  }
}

/** Marks a failure that trying again did not help. Without a connection, nobody was troubled, and trying again is harmless. */
function asFinal(error: unknown): unknown {
  if (error instanceof CliError && error.details.unsent !== true) error.details.final = true;
  return error;
}

/** The request and the dialect of one attempt. */
type Target = { request: ChatRequest; dialect: Upstream };

/** A body as it went out, and where. */
export type SentBody = { body: unknown; path: string };

/** Whether a refusal names parts of the body that the next attempt, and each later request to the model, can do without. */
export function learnRefusals(
  error: unknown,
  model: string,
  { body, path }: SentBody,
  memory: RefusalMemory,
): boolean {
  const refusals = error instanceof CliError ? findRefusals(error, body, path) : [];
  memory.learn(model, path, refusals);
  return refusals.length > 0;
}

/** What `ask` would send first, without sending it. */
export async function prepareRequest(
  request: ChatRequest,
  { model, preferred }: Pick<AskOptions, 'model' | 'preferred'>,
  { dialects, loadRoutes }: Pick<AskDependencies, 'dialects' | 'loadRoutes'>,
): Promise<PreparedRequest> {
  const routes = await loadRoutes();
  const route = routeModel(model, dialects, { remembered: routes.find(model.id), preferred });
  for (const [index, dialect] of route.entries()) {
    try {
      const { body, headers, notices } = encode(request, dialect, { model, preferred });
      return { path: dialect.path, headers: { ...headers, ...model.requestHeaders }, body, notices };
    } catch (error) {
      if (!isUnsayable(error) || index === route.length - 1) throw error;
    }
  }
  throw createUnspokenError(model);
}

/**
 * The dialects to try, best first: the one learnt from a refusal, the caller's own, then the most expressive one. Claude loses details on
 * `/chat/completions`, and most GPT models do not speak it. Throws CliError `model` if none is left.
 */
export function routeModel(
  model: Model,
  dialects: readonly Upstream[],
  { remembered, preferred }: { remembered?: string | undefined; preferred?: DialectName | undefined } = {},
): Upstream[] {
  const spoken = dialects.filter(({ path }) => model.endpoints.includes(path));
  if (spoken.length === 0) throw createUnspokenError(model);
  const others = model.endpointsAssumed ? dialects.filter((dialect) => !spoken.includes(dialect)) : [];
  const rank = (dialect: Upstream): number => {
    if (dialect.path === remembered) return 0;
    if (others.includes(dialect)) return dialect.name === 'responses' ? 3 : 4;
    return dialect.name === preferred ? 1 : 2;
  };
  return [...spoken, ...others].sort((a, b) => rank(a) - rank(b));
}

/** Says each sentence once, however often a request is sent. */
function createTeller(tell: (sentence: string) => void = () => {}): (sentence: string) => void {
  const told = new Set<string>();
  return (sentence) => {
    if (!told.has(sentence)) tell(sentence);
    told.add(sentence);
  };
}

/** One attempt, up to its first batch. The `start` is held back until there is more, so that a stream that breaks at once leaves no trace. */
async function openStream(
  chooseTarget: () => Promise<Target>,
  options: AskOptions & { onSend(sent: SentBody): void },
  dependencies: AskDependencies,
): Promise<AsyncIterable<ChatEvent[]>> {
  const { request, dialect } = await chooseTarget();
  const { headers, notices, toolNames, ...encoded } = encode(request, dialect, options);
  const { id } = options.model;
  const { body, lost } = withoutRefused(encoded.body, dependencies.refusals.list(id, dialect.path));
  if (lost.length > 0) notices.push(toRefusedNotice(id, lost));
  for (const notice of notices) options.onNotice?.(notice);
  options.onSend({ body, path: dialect.path });
  const { signal, idleTimeoutMs } = options;
  const silence = idleTimeoutMs === undefined ? undefined : watchSilence(signal, idleTimeoutMs);
  const response = await dependencies.send({
    method: 'POST',
    path: dialect.path,
    purpose: 'conversation',
    initiator: options.initiator ?? toInitiator(request.messages),
    headers: { ...headers, ...options.model.requestHeaders },
    body,
    signal: silence?.signal ?? signal,
    idleTimeoutMs,
    onSent: options.onSent,
  });
  if (response.quota) options.onQuota?.(response.quota);
  let held: ChatEvent[] = [];
  let answeredBy: string | undefined;

  function see({ events }: DecodedPacket): ChatEvent[] | undefined {
    if (events.length === 0) return undefined;
    if (options.model.isAuto) answeredBy ??= findAnswerer(events);
    const batch = events.map((event) =>
      withAnswerer(finishEvent(event, options.model, toolNames), answeredBy),
    );
    const said = held.length === 0 ? batch : [...held, ...batch];
    held = said.every(({ type }) => type === 'start') ? said : [];
    return held.length === 0 ? said : undefined;
  }

  const batches = readPackets(response, dialect, { see, silence });
  return startWith(await batches.next(), batches);
}

/** A signal that ends the wait for the next event, of which the time in which nobody reads is no part. */
function watchSilence(signal: AbortSignal, limitMs: number): SilenceWatch & { signal: AbortSignal } {
  const silent = new AbortController();
  let stop: (() => void) | undefined;
  return {
    signal: AbortSignal.any([signal, silent.signal]),
    begin() {
      stop ??= startTimer(limitMs, () => silent.abort(createSilenceError('the service', limitMs)));
    },
    end() {
      stop?.();
      stop = undefined;
    },
  };
}

/** Adds what only we know: the estimated cost, and the caller's own tool names. */
function finishEvent(event: ChatEvent, model: Model, toolNames: ReadonlyMap<string, string>): ChatEvent {
  if (event.type === 'usage') return { type: 'usage', usage: withEstimate(event.usage, model) };
  if (event.type !== 'tool-call-delta' || event.name === undefined || toolNames.size === 0) return event;
  return { ...event, name: toolNames.get(event.name) ?? event.name };
}

const maxNameLength = 100;

/** Whom Copilot chose, as it calls it. */
function findAnswerer(events: readonly ChatEvent[]): string | undefined {
  const start = events.find((event) => event.type === 'start');
  return start?.model === undefined ? undefined : toOneLine(start.model).slice(0, maxNameLength) || undefined;
}

function withAnswerer(event: ChatEvent, answeredBy: string | undefined): ChatEvent {
  if (event.type !== 'usage' || answeredBy === undefined) return event;
  return { type: 'usage', usage: { ...event.usage, answeredBy } };
}

function withEstimate(usage: Usage, { price }: Model): Usage {
  const estimatedCredits = usage.credits === undefined ? estimateCredits(usage, price) : undefined;
  return estimatedCredits === undefined ? usage : { ...usage, estimatedCredits };
}

function encode(
  request: ChatRequest,
  dialect: Upstream,
  { model, preferred }: Pick<AskOptions, 'model' | 'preferred'>,
): WireRequest {
  // Callers of Anthropic's own API mark what they want to be cached.
  const autoCache = preferred !== 'messages';
  try {
    const encoded = dialect.writeRequest({ ...request, model: model.id, autoCache }, toTraits(model));
    if (!model.isAuto) return encoded;
    const { model: _, ...body } = encoded.body;
    return { ...encoded, body };
  } catch (error) {
    if (!(error instanceof DialectError)) throw error;
    const place = error.path === undefined ? '' : ` (${error.path})`;
    throw new CliError('usage', `${model.id} cannot be asked this: ${error.message}${place}`, {
      cause: error,
    });
  }
}

/** Another dialect may have a word for it. */
function isUnsayable(error: unknown): boolean {
  return error instanceof CliError && error.cause instanceof DialectError;
}

/** Whether Copilot says that the model is to be asked on another endpoint. */
export function isWrongEndpoint(error: unknown): boolean {
  return (
    error instanceof CliError &&
    (error.details.upstream_code === 'unsupported_api_for_model' ||
      /not accessible via the|not supported via|use \/v1\/responses instead/i.test(error.message))
  );
}

/** The service counts tools (`tools.3.custom.input_schema`, `tools[3].function`); a person knows their names. */
function withToolName(error: unknown, { tools = [] }: ChatRequest): unknown {
  if (!(error instanceof CliError)) return error;
  const [, index] = /\btools[.[](\d+)/.exec(`${error.message} ${error.details.param ?? ''}`) ?? [];
  const tool = index === undefined ? undefined : tools[Number(index)];
  return tool ? error.addHint(`Tool ${index} is ${tool.name}.`) : error;
}
