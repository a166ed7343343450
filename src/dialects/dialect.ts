import type { JsonObject } from '../json-value.ts';
import type { SseMessage } from '../sse/decoder.ts';
import type { ChatEvent, FinishEvent } from './chat-event.ts';
import type { ChatRequest, DialectName, ToolDefinition } from './chat-request.ts';
import type { ModelTraits } from './model-traits.ts';

/** One public wire format towards the service that has the models. All that a chat needs: what only callers need is in Dialect. */
export type Upstream = {
  readonly name: DialectName;
  /** The path below the Copilot API base; the catalogue uses the same name. */
  readonly path: string;

  /** The body to send to Copilot, always for a stream. Throws DialectError for what the dialect cannot express. */
  writeRequest(request: ChatRequest, traits: ModelTraits): WireRequest;
  /** Copilot's stream to events. */
  createReplyReader(): ReplyReader;
  /** A whole reply to the same events. Throws what a decoder throws. */
  readReply(body: unknown): ChatEvent[];
};

/** The same in both directions: ours towards Copilot, and a caller's towards us. */
export type Dialect = Upstream & {
  /** Removes what Copilot accepts from nobody, and repairs what it accepts in another form. `betas` are those of the caller. Throws DialectError for what Copilot cannot do. */
  prepareRequest(body: JsonObject, betas: readonly string[]): PreparedBody;
  /** A caller's body to a request. Throws DialectError with the path of the error. */
  readRequest(body: unknown): CallerRequest;
  /** Events to the stream that a caller of this dialect expects. */
  createReplyWriter(options: ReplyOptions): ReplyWriter;
  /** Events to the whole reply that a caller expects. */
  writeReply(events: readonly ChatEvent[], options: ReplyOptions): Record<string, unknown>;

  /** For a caller and a model that both speak this dialect. */
  readonly native: NativePath;
};

export type WireRequest = {
  body: Record<string, unknown>;
  /** Headers that go with the body, lower case. */
  headers: Record<string, string>;
  /** What was left out or changed for the model or the dialect: one sentence each. */
  notices: string[];
  /** The caller's name of each tool that goes by another one on the wire, by that one. */
  toolNames: ReadonlyMap<string, string>;
  /** A tool goes by another name. If not, and with no notice either, a caller's own body says the same. */
  isMended: boolean;
};

export type PreparedBody = {
  /** The same object if nothing was left out or changed. */
  body: JsonObject;
  /** Those of the caller's betas that Copilot lets through. */
  betas: string[];
  /** What was left out or changed, a sentence each. */
  notices: string[];
};

export type CallerRequest = {
  request: ChatRequest;
  /** Whether the caller wants a stream. */
  stream: boolean;
  /** Whether to report usage in the stream, for dialects that do so only on request. */
  includeUsage?: boolean;
  /** What no dialect of a model can say and is left out, a sentence each. */
  notices?: string[];
};

export type ReplyOptions = {
  /** By which the caller knows the model. */
  model: string;
  /** The id of the reply if the events have none. */
  id: string;
  /** Seconds of the epoch. */
  created: number;
  /** As the caller's request has it. */
  includeUsage?: boolean;
  /** The caller's tools: a call comes back in the form of its tool. */
  tools?: readonly ToolDefinition[] | undefined;
};

/** Events to wire messages. An encoder serves one stream. */
export type ReplyWriter = {
  push(event: ChatEvent): SseMessage[];
  /** Reports a broken stream, instead of inventing an end. */
  fail(error: { status: number; code: string; message: string }, place?: StreamPlace): SseMessage[];
};

/** How far another writer has come with a stream, for those who go on with it. */
export type StreamPlace = { id: string | undefined /** The number of the next event. */; sequence: number };

/** Something that a dialect cannot express, or an invalid request. `path` is the place, such as `messages.3.content`. */
export class DialectError extends Error {
  override readonly name = 'DialectError';
  readonly path: string | undefined;

  constructor(message: string, path?: string) {
    super(message);
    this.path = path;
  }
}

/** Passes on a request whose caller and model speak the same dialect. Only what Copilot or every client fails on is changed. */
export type NativePath = {
  /** Fields that shape the answer and are no part of the prompt. If a model takes them in another form, they alone are exchanged. */
  readonly parameters: readonly string[];
  /** The prepared body in a form that Copilot accepts without loss. Undefined if it must be translated. */
  toBody(prepared: PreparedBody): NativeBody | undefined;
  /** The same without the thinking of earlier turns whose seal is lost; undefined if there is none, or if other fields depend on it. */
  withoutThinking(body: JsonObject, isLost?: (seal: string) => boolean): JsonObject | undefined;
  /** Relays the stream that answers this body. Undefined if answers pass unchanged. */
  createRelay: ((asked: JsonObject) => Relay) | undefined;
  /** Undefined if the events contain the whole reply. */
  createGatherer: (() => Gatherer) | undefined;
  /** The last event of a stream, for one that is complete without it. */
  closing: string;
  /** Whether callers read for themselves that more was to come. */
  tellsCut(finish: FinishEvent): boolean;
};

export type NativeBody = {
  /** The same object if nothing was changed. */
  body: JsonObject;
  /** Headers that go with the body, lower case. */
  headers: Record<string, string>;
};

/** Whole events in, whole events out: text whose characters are the bytes of the stream. */
export type Relay = {
  push(events: string): string;
  /** For dialects that number their events. */
  findPlace?(): StreamPlace;
};

/** Puts a stream together to the reply in one piece. */
export type Gatherer = {
  push(message: SseMessage): void;
  /** Undefined if the stream held no reply. */
  toReply(): JsonObject | undefined;
};

/** Wire messages of one dialect to events. A decoder serves one stream. */
export type ReplyReader = {
  /** The events that this message completes. Throws StreamError if it reports a failure or cannot be read. */
  push(message: SseMessage): ChatEvent[];
  /** Whether the reply is complete, so that nobody waits for the connection to close. */
  isDone?(): boolean;
  /** Whether the reply is complete unless more follows at once: its last word came, and not its last event. */
  mayEnd?(): boolean;
  /** The remaining events at the end of the stream. Throws TruncatedStreamError if the reply is unfinished. */
  end(): ChatEvent[];
};

/** A failure reported inside a stream, after a 200. `code` is the service's own, if any. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** The stream ended before the model had finished. */
export class TruncatedStreamError extends Error {
  override readonly name = 'TruncatedStreamError';
}

/** An `error` that is neither text nor object, such as a status. */
export function saysFailure(error: unknown): boolean {
  return error === true || (typeof error === 'number' && error !== 0);
}

/** The name of a called tool. Nobody can run a call without one, and a history with one is refused; a blank is no name. */
export function readToolName(name: unknown): string | undefined {
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}

export function createNamelessError(): StreamError {
  return new StreamError('a tool call has no name');
}

const maxParts = 10_000;

/** Throws StreamError for more calls or blocks than any real reply has: the other side is broken or hostile. */
export function limitParts(count: number): void {
  if (count > maxParts) throw new StreamError(`the reply has more than ${maxParts} parts`);
}
