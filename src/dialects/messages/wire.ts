/** The body of `POST /v1/messages`, as far as we write it. */
export type MessagesRequest = {
  model: string;
  max_tokens: number;
  stream: true;
  system?: TextBlock[];
  messages: Turn[];
  tools?: Tool[];
  tool_choice?: ToolChoiceField;
  thinking?: ThinkingField;
  output_config?: OutputConfig;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
  metadata?: { user_id: string };
};

export type Turn = { role: 'user' | 'assistant'; content: Block[] };

export type Block =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | ToolUseBlock
  | ToolResultBlock
  | ThinkingBlock
  | RedactedThinkingBlock;

export type CacheControl = { type: 'ephemeral'; ttl?: string };

/** What may carry a mark: all but thinking, and what stands inside a tool's result. */
export type Markable = { cache_control?: CacheControl };

export type TextBlock = Markable & { type: 'text'; text: string };
export type ImageBlock = Markable & { type: 'image'; source: Base64Source | { type: 'url'; url: string } };
export type DocumentBlock = Markable & {
  type: 'document';
  source: Base64Source | { type: 'text'; media_type: 'text/plain'; data: string };
  title?: string;
};
export type ToolUseBlock = Markable & { type: 'tool_use'; id: string; name: string; input: object };
export type ToolResultBlock = Markable & {
  type: 'tool_result';
  tool_use_id: string;
  content?: (TextBlock | ImageBlock)[];
  is_error?: true;
};
export type ThinkingBlock = { type: 'thinking'; thinking: string; signature: string };
export type RedactedThinkingBlock = { type: 'redacted_thinking'; data: string };

export type Base64Source = { type: 'base64'; media_type: string; data: string };

export type Tool = Markable & {
  name: string;
  description?: string;
  input_schema: object;
  strict?: true;
};

export type ToolChoiceField =
  | { type: 'auto' | 'any' | 'none'; disable_parallel_tool_use?: true }
  | { type: 'tool'; name: string; disable_parallel_tool_use?: true };

export type ThinkingField =
  | { type: 'adaptive'; display?: 'summarized' }
  | { type: 'enabled'; budget_tokens: number };

export type OutputConfig = { effort?: string; format?: { type: 'json_schema'; schema: object } };
