import type { JsonObject } from '../json-value.ts';
import type { SseMessage } from '../sse/decoder.ts';
import type { ChatEvent } from './chat-event.ts';
import type { ChatRequest, DialectName } from './chat-request.ts';
import type { ModelTraits } from './model-traits.ts';

/** One public wire format in both directions: ours towards Copilot, and a caller's towards us. */
export type Dialect = {
  readonly name: DialectName;
  /** Below the Copilot API base, and what a catalogue entry calls the endpoint. */
  readonly path: string;

  /** The body to send to Copilot, always for a stream. Throws DialectError for what cannot be said. */
  writeRequest(request: ChatRequest, traits: ModelTraits): WireRequest;
  /** Copilot's stream to events. */
  createReplyReader(): ReplyReader;
  /** A whole reply of Copilot's, or of a recording, to the same events. Throws what a decoder throws. */
  readReply(body: unknown): ChatEvent[];

  /**
   * A caller's body without what Copilot takes from nobody, before it is known whether it goes on as it is or is translated. Throws
   * DialectError for what Copilot does for nobody. `betas` are the values of the caller's `anthropic-beta` header.
   */
  prepareRequest(body: JsonObject, betas: readonly string[]): PreparedBody;
  /** A caller's body to a request. Throws DialectError with the path of what is wrong. */
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
  /** What was left out or changed because the model or the dialect cannot take it: one sentence each. */
  notices: string[];
  /** The caller's name of each tool that goes by another one on the wire, by that one. */
  toolNames: ReadonlyMap<string, string>;
  /** Something was mended without a word. With no notice either, a caller's own body says the same. */
  isMended: boolean;
};

export type PreparedBody = {
  /** The same object where nothing had to be left out or changed. */
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
  /** Whether the stream is to tell the usage, in a dialect that does so only where it is asked to. */
  includeUsage?: boolean;
};

export type ReplyOptions = {
  /** By which the caller knows the model. */
  model: string;
  /** The id of the reply where the events bring none. */
  id: string;
  /** Seconds of the epoch. */
  created: number;
  /** As the caller's request has it. */
  includeUsage?: boolean;
};

/** Events to wire messages. An encoder serves one stream. */
export type ReplyWriter = {
  push(event: ChatEvent): SseMessage[];
  /** What this dialect says when a stream breaks: never an invented end. */
  fail(error: { status: number; code: string; message: string }): SseMessage[];
};

/** Something that cannot be said in a dialect, or that a caller said wrong. `path` is where, as in `messages.3.content`. */
export class DialectError extends Error {
  override readonly name = 'DialectError';
  readonly path: string | undefined;

  constructor(message: string, path?: string) {
    super(message);
    this.path = path;
  }
}

/** The way of a request whose caller and model speak the same dialect: its body and its answer go on as they are, but for what Copilot or every client trips over. */
export type NativePath = {
  /**
   * The prepared body in the form that Copilot accepts: nothing that says anything is lost. Undefined where it must be translated, because
   * we understand it and Copilot does not.
   */
  toBody(prepared: PreparedBody): NativeBody | undefined;
  /** The same without the thinking of earlier turns; undefined where there is none, or where other fields depend on it. */
  withoutThinking(body: JsonObject): JsonObject | undefined;
  /** For the stream that answers this body of a caller's. Undefined where answers go on as they came. */
  createRelay: ((asked: JsonObject) => Relay) | undefined;
  /** Undefined where the events of a stream tell all that a reply has. */
  createGatherer: (() => Gatherer) | undefined;
};

export type NativeBody = {
  /** The same object where nothing had to be changed. */
  body: JsonObject;
  /** Headers that go with the body, lower case. */
  headers: Record<string, string>;
};

/** Whole events in, whole events out: text whose characters are the bytes of the stream. */
export type Relay = {
  push(events: string): string;
  /** What a complete stream lacks at its end. */
  end(): string;
};

/** Puts a stream together to the reply in one piece. */
export type Gatherer = {
  push(message: SseMessage): void;
  /** Undefined where the stream held no reply. */
  toReply(): JsonObject | undefined;
};

/** Wire messages of one dialect to events. A decoder serves one stream. */
export type ReplyReader = {
  /** The events that this message completes. Throws StreamError where the message reports a failure or cannot be read. */
  push(message: SseMessage): ChatEvent[];
  /** Whether the service has said its last word; nobody waits for it to hang up. */
  isDone?(): boolean;
  /** What is still to say when the stream has ended. Throws TruncatedStreamError where the reply was not finished. */
  end(): ChatEvent[];
};

/** A failure that was reported inside a stream, after a 200. `code` is the service's own, where it gave one. */
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

const maxParts = 10_000;

/** Throws StreamError where a reply has more calls or blocks than any has: the other side is broken, or wants to fill our memory. */
export function limitParts(count: number): void {
  if (count > maxParts) throw new StreamError(`the reply has more than ${maxParts} parts`);
}
