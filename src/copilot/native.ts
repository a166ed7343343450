import type { ChatEvent } from '../dialects/chat-event.ts';
import type { Dialect, Relay, StreamPlace } from '../dialects/dialect.ts';
import type { Initiator } from '../dialects/initiator.ts';
import { CliError } from '../errors.ts';
import { type JsonObject, toObject } from '../json-value.ts';
import { createEventCutter } from '../sse/event-cutter.ts';
import { type AskOptions, attemptUntilAnswered, isWrongEndpoint, learnRefusals } from './ask.ts';
import type { Bill } from './billing.ts';
import { isSealRefused, sealNotice } from './recovery.ts';
import { type RefusalMemory, toRefusedNotice, withoutRefused } from './refused-fields.ts';
import type { Send, ServiceRequest } from './service.ts';
import { type DecodedPacket, type ReadableResponse, readPackets } from './stream.ts';

export type NativeCall = {
  dialect: Dialect;
  /** A body in this dialect, for a stream: as the caller sent it, byte for byte, or changed. */
  body: Uint8Array | Record<string, unknown>;
  /** Headers that belong to the body, lower case. */
  headers: Record<string, string>;
  /** The caller's original request. */
  asked: JsonObject;
};

/** A packet of an answer: its bytes, and the events in them. */
export type NativePacket = { bytes: Uint8Array; events: ChatEvent[] };

export type NativeReply = {
  /** False if the answer came in one piece. */
  isStream: boolean;
  /** Throws as `ask` does if the answer breaks off. */
  packets: AsyncIterable<NativePacket>;
  /** How far the stream has come, for dialects that number their events. */
  findPlace?: (() => StreamPlace) | undefined;
};

export type NativeAskOptions = Omit<AskOptions, 'preferred' | 'initiator'> & {
  initiator: Initiator;
  /** Called with the events of each packet before it is passed on. */
  onEvents?: (events: readonly ChatEvent[]) => void;
  /** What is wrong with an answer that ends so, by the events of each packet. The end of such an answer is not passed on. */
  judge?: ((events: readonly ChatEvent[]) => unknown) | undefined;
};

/**
 * Sends a body in the model's own dialect and passes on the answer. Waits out failures that may pass, drops fields and sealed thinking that
 * Copilot does not accept, and throws other refusals.
 */
export async function openNative(
  { dialect, body, headers, asked }: NativeCall,
  options: NativeAskOptions,
  dependencies: { send: Send; refusals: RefusalMemory; bill: Bill },
): Promise<NativeReply> {
  const { model, signal } = options;
  const request: ServiceRequest = {
    method: 'POST',
    path: dialect.path,
    purpose: 'conversation',
    initiator: options.initiator,
    headers: { ...headers, ...model.requestHeaders },
    signal,
    idleTimeoutMs: options.idleTimeoutMs,
  };
  let sent: unknown = body;
  let hasLearnt = false;

  /** Bytes stay as they are unless the model is known to refuse something. */
  function dropRefused(): void {
    const known = dependencies.refusals.list(model.id, dialect.path);
    if (known.length === 0) return;
    const given = parse(sent);
    const { body: kept, lost } = withoutRefused(given, known);
    if (kept !== given) sent = kept;
    if (lost.length > 0) options.onNotice?.(toRefusedNotice(model.id, lost));
  }

  if (!dependencies.refusals.answersOn(model.id, dialect.path)) {
    throw new CliError('model', `${model.id} is not accessible via the ${dialect.path} endpoint`);
  }

  async function attempt(): Promise<NativeReply> {
    const response = await dependencies.send({ ...request, body: sent });
    if (response.quota) options.onQuota?.(response.quota);
    const { onEvents, judge } = options;
    return toNativeReply(response, { dialect, asked, bill: dependencies.bill, onEvents, judge });
  }

  function mend(error: unknown): boolean {
    if (isWrongEndpoint(error)) dependencies.refusals.leave(model.id, dialect.path);
    const bare = isSealRefused(error) ? dialect.native.withoutThinking(toObject(parse(sent))) : undefined;
    if (bare) {
      sent = bare;
      options.onNotice?.(sealNotice);
      return true;
    }
    const given = { body: parse(sent), path: dialect.path };
    if (hasLearnt || !learnRefusals(error, model.id, given, dependencies.refusals)) return false;
    hasLearnt = true;
    dropRefused();
    return true;
  }

  dropRefused();
  const { onWait, patience } = options;
  return attemptUntilAnswered(attempt, { signal, onWait, patience, mend });
}

function parse(sent: unknown): unknown {
  return sent instanceof Uint8Array ? JSON.parse(Buffer.from(sent).toString('utf8')) : sent;
}

const carriageReturn = 13;
const nothing = new Uint8Array();

type NativeReplyOptions = Pick<NativeCall, 'dialect' | 'asked'> & {
  bill: Bill;
  onEvents?: NativeAskOptions['onEvents'];
  judge?: NativeAskOptions['judge'];
};

/** Bytes are passed on only up to the end of an event, so that a later error message does not land inside one. */
export function toNativeReply(
  response: ReadableResponse,
  { dialect, asked, bill, judge, onEvents = () => {} }: NativeReplyOptions,
): NativeReply {
  const relay = dialect.native.createRelay?.(asked);
  const cutter = createEventCutter();
  let isBegun = false;
  let hasSaid = false;
  let lastByte: number | undefined;

  /** What is left at the end. If the body is not read to it, only the second half of a line ending can be awaited. */
  function takeLast({ kind, lacksEnd }: DecodedPacket): Uint8Array {
    const rest =
      kind === 'end'
        ? rewrite(cutter.takeRest(), relay)
        : Buffer.from(lastByte === carriageReturn ? '\n' : '');
    return lacksEnd ? Buffer.concat([rest, Buffer.from(dialect.native.closing)]) : rest;
  }

  function see(
    packet: DecodedPacket,
    received?: Uint8Array,
  ): NativePacket | Promise<NativePacket> | undefined {
    const { kind, events, failure } = packet;
    if (received) cutter.push(received);
    if (kind === 'held') return undefined;
    const whole = failure ? cutter.takeFirst(failure.read) : cutter.take();
    lastByte = whole.at(-1) ?? lastByte;
    let bytes = rewrite(whole, relay);
    hasSaid ||= events.some(({ type }) => type.endsWith('-delta'));
    // A reply that fails before it said anything leaves no trace, and the caller gets the status that the failure means.
    const isTraceless = failure !== undefined && !hasSaid && !isBegun;
    if (isTraceless) bytes = nothing;
    if (!received && !failure) bytes = Buffer.concat([bytes, takeLast(packet)]);
    isBegun ||= bytes.length > 0;
    if (bytes.length === 0 && events.length === 0) return undefined;
    const { said, priced } = bill(events);
    const pass = (billed: ChatEvent[]): NativePacket => {
      onEvents(billed);
      return { bytes, events: isTraceless ? [] : billed };
    };
    return priced ? priced.then((rest) => pass([...said, ...rest])) : pass(said);
  }

  return {
    isStream: response.headers['content-type']?.includes('event-stream') ?? false,
    packets: readPackets(response, dialect, { see, judge }),
    findPlace: relay?.findPlace,
  };
}

function rewrite(whole: Uint8Array, relay: Relay | undefined): Uint8Array {
  if (!relay || whole.length === 0) return whole;
  const before = Buffer.from(whole.buffer, whole.byteOffset, whole.length).toString('latin1');
  const after = relay.push(before);
  return after === before ? whole : Buffer.from(after, 'latin1');
}
