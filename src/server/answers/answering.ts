import type { AskOptions } from '../../copilot/ask.ts';
import type { Model } from '../../copilot/model.ts';
import type { ChatEvent, Usage } from '../../dialects/chat-event.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import type { Call } from '../call.ts';
import { type Failure, toFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import type { AnswerPlan } from './plan-answer.ts';

/** One answer from its request to its end: what is told of it to the caller, the log and the counts. */
export type Answering = {
  readonly dialect: Dialect;
  /** Waits until the gate lets it in. */
  enter(bodyBytes: number): Promise<void>;
  /** Whether the request goes on as it is, and to which endpoint. */
  setRoute(way: 'native' | 'translated', endpoint: string): void;
  /** Something that the caller should know of its request. */
  notice(sentence: string): void;
  /** Looks at what passes, for the counts. */
  observe(events: readonly ChatEvent[]): void;
  sayFirstByte(): void;
  /** For the head of the reply. */
  headers(): Record<string, string>;
  toFailure(error: unknown): Failure;
  /** Once. Without an error, it went well. */
  end(error?: unknown): void;
  /** What the client wants to be told. */
  readonly ask: Pick<AskOptions, 'model' | 'signal' | 'onNotice' | 'onWait' | 'onQuota'>;
};

const maxNoticeLength = 1000;
/** About; what is counted exactly would keep everybody waiting. */
const bytesPerToken = 4;

export function beginAnswering(
  call: Call,
  services: Services,
  { dialect, model, plan }: { dialect: Dialect; model: Model; plan: AnswerPlan },
): Answering {
  const startedAt = services.now();
  const live = services.live.begin({
    id: call.id,
    caller: call.caller,
    model: model.id,
    dialect: dialect.name,
    startedAt,
  });
  const notices: string[] = [];
  let leave: (usage: Usage | undefined) => void = () => {};
  let route = { way: 'translated', endpoint: dialect.path };
  let usage: Usage | undefined;
  let firstByteMs: number | undefined;

  const answering: Answering = {
    dialect,
    async enter(bodyBytes) {
      const tokens = Math.ceil(bodyBytes / bytesPerToken);
      leave = await services.gate.enter(call, { tokens, route: dialect.path });
      live.set('waiting');
    },
    setRoute(way, endpoint) {
      route = { way, endpoint };
    },
    notice(sentence) {
      notices.push(sentence);
      services.log('warn', 'request_changed', { id: call.id, model: model.id, notice: sentence });
    },
    observe(events) {
      for (const event of events) if (event.type === 'usage') usage = event.usage;
    },
    sayFirstByte() {
      if (firstByteMs !== undefined) return;
      firstByteMs = services.now() - startedAt;
      live.set('streaming');
    },
    headers: () => ({
      'x-copilot-cli-route': `${route.way} ${route.endpoint}`,
      'x-copilot-cli-model': toHeader(model.id),
      ...(notices.length > 0 && { 'x-copilot-cli-notice': toHeader(notices.join(' ')) }),
    }),
    toFailure,
    end(error) {
      const failure = error === undefined ? undefined : toFailure(error);
      leave(usage);
      live.end();
      services.usage.record({
        at: startedAt,
        id: call.id,
        caller: call.caller,
        session: call.session,
        dialect: dialect.name,
        endpoint: route.endpoint,
        model: model.id,
        initiator: plan.initiator,
        stream: plan.stream,
        // Whoever has left was told nothing.
        status: call.signal.aborted && call.response.destroyed ? 499 : (failure?.status ?? 200),
        failure: failure?.code,
        usage,
        firstByteMs,
        milliseconds: services.now() - startedAt,
      });
    },
    ask: {
      model,
      signal: call.signal,
      onNotice: (sentence) => answering.notice(sentence),
      onWait: ({ seconds, reason }) => services.log('info', 'waiting', { id: call.id, seconds, reason }),
      onQuota: (quota) => services.usage.recordQuota(quota),
    },
  };
  return answering;
}

/** Headers take neither line breaks nor characters beyond Latin. */
function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxNoticeLength);
}
