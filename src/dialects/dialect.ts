import type { SseMessage } from '../sse/decoder.ts';
import type { ChatEvent } from './chat-event.ts';
import type { ChatRequest, DialectName } from './chat-request.ts';
import type { ModelTraits } from './model-traits.ts';
import type { NativePath } from './native.ts';
import type { ReplyReader } from './stream-decoder.ts';

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
};

export type CallerRequest = {
  request: ChatRequest;
  /** Whether the caller wants a stream. */
  stream: boolean;
  /** `user` where a person has just said something, `agent` where the model goes on with the results of its calls. */
  initiator: 'user' | 'agent';
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
