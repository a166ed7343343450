import type { JsonObject } from '../json-value.ts';
import type { SseMessage } from '../sse/decoder.ts';
import type { ModelTraits } from './model-traits.ts';

/** The way of a request whose caller and model speak the same dialect: its body and its answer go on as they are, but for what Copilot or every client trips over. */
export type NativePath = {
  /**
   * Undefined where the body is one that we understand and Copilot does not. Throws DialectError for what Copilot cannot do for anybody.
   */
  prepareRequest(body: JsonObject, options: NativeOptions): NativeRequest | undefined;
  /** The same without the thinking of earlier turns; undefined where there is none, or where other fields depend on it. */
  withoutThinking(body: JsonObject): JsonObject | undefined;
  /** For the stream that answers this body of a caller's. Undefined where answers go on as they came. */
  createRelay: ((asked: JsonObject) => Relay) | undefined;
  /** Undefined where the events of a stream tell all that a reply has. */
  createGatherer: (() => Gatherer) | undefined;
};

export type NativeOptions = {
  traits: ModelTraits;
  /** Values of the caller's `anthropic-beta` header. */
  betas: readonly string[];
};

export type NativeRequest = {
  /** The same object where nothing had to be changed. */
  body: JsonObject;
  /** Headers that go with the body, lower case. */
  headers: Record<string, string>;
  /** What was left out, a sentence each. */
  notices: string[];
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
