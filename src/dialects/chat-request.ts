import type { JsonObject } from '../json-value.ts';

/** A caller's request, independent of the dialect. The service decides about absent fields. */
export type ChatRequest = {
  model: string;
  messages: Message[];
  tools?: ToolDefinition[];
  toolChoice?: ToolChoice;
  /** False: at most one tool call at a time. */
  parallelToolCalls?: boolean;
  reasoning?: ReasoningOptions;
  sampling?: SamplingOptions;
  /** In tokens. */
  maxOutputTokens?: number;
  stop?: string[];
  responseFormat?: ResponseFormat;
  /** The caller's own user, for abuse reports. */
  user?: string;
  metadata?: Record<string, string>;
  /** Beta features of `/v1/messages` that the caller turned on, as its header names them. */
  betas?: string[];
  /** Sets cache marks for models that cache from marks, if the caller has set none. */
  autoCache?: boolean;
  /** Fields that only one dialect has, by their wire names. They are sent on in that dialect, and dropped with a notice in others. */
  extras?: { dialect: DialectName; fields: Record<string, unknown> };
};

export type DialectName = 'chat-completions' | 'responses' | 'messages';

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

export type SystemMessage = { role: 'system'; parts: TextPart[] };
export type UserMessage = { role: 'user'; parts: (TextPart | ImagePart | DocumentPart)[] };
/** In the order in which the model produced them. */
export type AssistantMessage = {
  role: 'assistant';
  parts: (TextPart | ReasoningPart | ToolCallPart)[];
};
/** The result of one tool call. */
export type ToolMessage = {
  role: 'tool';
  callId: string;
  parts: (TextPart | ImagePart)[];
  isError: boolean;
  /** Tools that a search of the caller found, as `/responses` has them. They are among the tools of the request, too. */
  found?: JsonObject[];
  cache?: CacheMark;
};

export type TextPart = { type: 'text'; text: string; cache?: CacheMark };

/** `data` is base64. Copilot fetches no image URLs; one is kept to name it in the refusal. */
export type ImagePart = {
  type: 'image';
  source: { mediaType: string; data: string } | { url: string };
  cache?: CacheMark;
};

/** `data` is base64. */
export type DocumentPart = {
  type: 'document';
  mediaType: string;
  data: string;
  title?: string;
  cache?: CacheMark;
};

/** Thinking to be replayed unchanged. `opaque` is the service's sealed form of it, good for `model` only. */
export type ReasoningPart = {
  type: 'reasoning';
  text: string;
  opaque?: string;
  /** The model that thought it, if known. */
  model?: string;
  /** The service withheld the text. */
  redacted?: boolean;
  /** What only one dialect can say, as it stands there, in place of thinking: a search of the web, a sealed summary. */
  own?: { dialect: DialectName; item: JsonObject };
};

/** `arguments` is JSON text, `{}` if the tool takes none. */
export type ToolCallPart = {
  type: 'tool-call';
  id: string;
  name: string;
  arguments: string;
  cache?: CacheMark;
};

/** The prompt up to here may be cached; `ttl` as the service names it (`5m`, `1h`). */
export type CacheMark = { ttl?: string };

/** `parameters` is a JSON Schema of an object. */
export type ToolDefinition = {
  name: string;
  description?: string;
  parameters: Record<string, unknown>;
  strict?: boolean;
  cache?: CacheMark;
  /** What it is for the caller if it is not a function. */
  form?: ToolForm;
  /** The caller's group of tools that it belongs to, and its name there. `name` stands for both. */
  namespace?: { name: string; description?: string; member: string };
  /** It stands in the history of the caller, as the result of a search, and not in the list of tools. */
  isFound?: boolean;
};

/**
 * A tool of a caller that is a function for the model. `custom` takes one text, `tool_search` looks for further tools of the caller,
 * `local_shell` runs a command. `wire` is the tool as `/responses` has it.
 */
export type ToolForm = { type: 'custom' | 'tool_search' | 'local_shell'; wire: JsonObject };

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** `effort` is one of the model's own words; `budget` is in tokens; `summary` asks for visible thinking. */
export type ReasoningOptions = {
  effort?: string;
  budget?: number;
  summary?: 'auto' | 'concise' | 'detailed';
};

export type SamplingOptions = {
  temperature?: number;
  topP?: number;
  topK?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  seed?: number;
};

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json' }
  | {
      type: 'json-schema';
      name: string;
      schema: Record<string, unknown>;
      strict?: boolean;
      description?: string;
    };

/** A message of plain text. */
export function createTextMessage(role: 'system' | 'user' | 'assistant', text: string): Message {
  return { role, parts: [{ type: 'text', text }] };
}
