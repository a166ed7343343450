import type { AskOptions } from '../copilot/ask.ts';
import { estimateCredits, type Model } from '../copilot/model.ts';
import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import type { Initiator } from '../dialects/initiator.ts';
import type { JsonObject } from '../json-value.ts';
import { estimateTokens } from '../tokens/request-tokens.ts';
import type { Call } from './call.ts';
import { toFailure } from './failure.ts';
import { nameClient } from './guard.ts';
import { logAnswerStart, logFirstByte, type StartedAnswer } from './log.ts';
import type { AnswerRecord, Services } from './services.ts';
import { findFolder } from './usage/find-folder.ts';

/** Follows one answer from its request to its end, and reports to the caller, the log and the counts. */
export type Answering = {
  /** Waits until the gate lets it in. */
  enter(bodyBytes: number): Promise<void>;
  /** Whether the request goes in the caller's own dialect, and to which endpoint. */
  setRoute(way: RouteWay, endpoint: string): void;
  /** Adds a notice to the reply's headers. */
  notice(sentence: string): void;
  /** Counts the events of the answer as they pass. */
  observe(events: readonly ChatEvent[]): void;
  sayFirstByte(): void;
  /** Whether the model has said anything. */
  readonly isAnswered: boolean;
  /** For the head of the reply. */
  headers(): Record<string, string>;
  /** To be called once. Without an error, all went well. */
  end(error?: unknown): void;
  /** Options for the client, so that it reports here. */
  readonly ask: Pick<AskOptions, 'model' | 'signal' | 'patience' | 'onNotice' | 'onWait' | 'onQuota'>;
};

const maxNoticeLength = 1000;
/** The status that nginx logs if the caller has left. */
const callerLeft = 499;

type AnsweringOptions = Pick<AnswerRecord, 'dialect' | 'endpoint' | 'stream'> & {
  /** What the caller sent, if it may say in which folder the caller works. It is looked for at the end, when nobody waits. */
  body: JsonObject | undefined;
  model: Model;
  initiator: Initiator;
};

type RouteWay = 'native' | 'translated';

export function beginAnswering(
  call: Call,
  services: Services,
  { dialect, endpoint: expected, model, initiator, stream, body }: AnsweringOptions,
): Answering {
  const startedAt = services.now();
  const live = services.live.begin({
    id: call.id,
    caller: call.caller,
    model: model.id,
    dialect,
    startedAt,
  });
  const notices: string[] = [];
  let leave: (usage: Usage | undefined) => void = () => {};
  let route: { way: RouteWay; endpoint: string } = { way: 'native', endpoint: expected };
  let usage: Usage | undefined;
  let firstByteMs: number | undefined;
  let size = 0;
  let answerLength = 0;

  const started = (): StartedAnswer => ({
    id: call.id,
    caller: call.caller,
    dialect,
    endpoint: route.endpoint,
    model: model.id,
    initiator,
    stream,
  });

  const answering: Answering = {
    async enter(bodyBytes) {
      size = bodyBytes;
      const tokens = estimateTokens(bodyBytes);
      leave = await services.gate.enter(call, { tokens, route: expected });
      live.set('waiting');
      logAnswerStart(services.log, started());
    },
    setRoute(way, endpoint) {
      route = { way, endpoint };
    },
    notice(sentence) {
      if (notices.includes(sentence)) return;
      notices.push(sentence);
      services.log('info', 'request_changed', { id: call.id, model: model.id, notice: sentence });
    },
    observe(events) {
      for (const event of events) if (event.type === 'usage') usage = event.usage;
      answerLength += measureEvents(events);
    },
    sayFirstByte() {
      if (firstByteMs !== undefined) return;
      firstByteMs = services.now() - startedAt;
      live.set('streaming');
      logFirstByte(services.log, started(), firstByteMs);
    },
    get isAnswered() {
      return firstByteMs !== undefined || answerLength > 0;
    },
    headers: () => ({
      'x-copilot-cli-route': `${route.way} ${route.endpoint}`,
      'x-copilot-cli-model': toHeader(model.id),
      ...(notices.length > 0 && { 'x-copilot-cli-notice': toHeader(notices.join(' ')) }),
    }),
    end(error) {
      const failure = error === undefined ? undefined : toFailure(error);
      if (answerLength > 0) usage ??= estimateUsage(model, { bodyBytes: size, answerLength });
      leave(usage);
      live.end();
      services.usage.record({
        ...started(),
        at: startedAt,
        session: call.session,
        custom: model.custom?.endpoint,
        client: nameClient(call.headers),
        folder: findFolder(body),
        // A caller that has left got no status.
        status: call.signal.aborted && call.response.destroyed ? callerLeft : (failure?.status ?? 200),
        failure: failure?.code,
        usage,
        firstByteMs,
        milliseconds: services.now() - startedAt,
      });
    },
    ask: {
      model,
      signal: call.signal,
      patience: 'program',
      onNotice: (sentence) => answering.notice(sentence),
      onWait: ({ seconds, code }) => services.log('info', 'waiting', { id: call.id, seconds, code }),
      onQuota: (quota) => services.usage.recordQuota(quota),
    },
  };
  return answering;
}

/** Headers must not contain line breaks or characters beyond ASCII. */
function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxNoticeLength);
}

/** The number of characters that these events add to an answer. */
export function measureEvents(events: readonly ChatEvent[]): number {
  let length = 0;
  for (const event of events) {
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') length += event.text.length;
    else if (event.type === 'tool-call-delta') length += event.arguments.length;
  }
  return length;
}

/** A guess for an answer that broke off before the service reported its usage: it is charged all the same. */
function estimateUsage(
  { price }: Model,
  { bodyBytes, answerLength }: { bodyBytes: number; answerLength: number },
): Usage {
  const usage: Usage = {
    inputTokens: estimateTokens(bodyBytes),
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: estimateTokens(answerLength),
    reasoningTokens: undefined,
    credits: undefined,
  };
  const estimatedCredits = estimateCredits(usage, price);
  return estimatedCredits === undefined ? usage : { ...usage, estimatedCredits };
}
