/** One server-sent event. */
export type Frame = {
  event?: string;
  data: string;
  /** Pause before this event. */
  waitMs?: number;
  /** Marks the events that transports may leave out. */
  part?: 'finish' | 'done';
};

export type ReplyStream = {
  frames: Iterable<Frame>;
  /** What the dialect sends when it fails in the middle of a stream. */
  errorFrame: Frame;
};

export type AnsweredReply = {
  status: number;
  headers?: Record<string, string>;
  contentType?: string;
  body?: string;
  stream?: ReplyStream;
  /** Pause before the headers. */
  waitMs?: number;
  /** Without the headers that the service puts on every answer. */
  bare?: boolean;
};

/** What a route answers; `reset` destroys the socket, `no-answer` keeps the client waiting. */
export type Reply = AnsweredReply | 'reset' | 'no-answer';

export const plainText = 'text/plain; charset=utf-8';
export const jsonType = 'application/json; charset=utf-8';

/** A string is sent as it is, anything else as JSON; the content type follows unless it is given. */
export function toReply(status: number, body: unknown, contentType?: string): AnsweredReply {
  if (body === undefined) return { status, ...(contentType === undefined ? {} : { contentType }) };
  if (typeof body === 'string') return { status, body, contentType: contentType ?? plainText };
  return { status, body: JSON.stringify(body), contentType: contentType ?? jsonType };
}

export function toJsonReply(body: unknown, status = 200): AnsweredReply {
  return toReply(status, body);
}

/** protocol: the gateway's own errors are plain text that ends in a newline. */
export function toPlainReply(status: number, message: string): AnsweredReply {
  return toReply(status, `${message}\n`);
}

/** protocol: errors behind the gateway are JSON with a newline, labelled as plain text. */
export function toErrorReply(status: number, body: unknown): AnsweredReply {
  return toReply(status, `${JSON.stringify(body)}\n`, plainText);
}
