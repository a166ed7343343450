/** The body of `POST /chat/completions`, as far as we send it. */
export type ChatCompletionsRequest = {
  model: string;
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[];
  stream: true;
};

/**
 * One `data:` object of the stream. Everything may be missing or null: Copilot relays several backends, and each
 * leaves out something else (observed: `object`, `index`, `role`, `content`, `choices`, `usage`).
 */
export type ChatCompletionsChunk = {
  id?: string | null;
  model?: string | null;
  choices?: (ChatCompletionsChoice | null)[] | null;
  usage?: ChatCompletionsUsage | null;
  copilot_usage?: { total_nano_aiu?: number | null } | null;
  error?: { message?: string; code?: string } | string | null;
};

export type ChatCompletionsChoice = {
  delta?: ChatCompletionsDelta | null;
  /** Where the whole reply comes in one piece. */
  message?: ChatCompletionsDelta | null;
  finish_reason?: string | null;
};

export type ChatCompletionsDelta = {
  content?: string | null;
  reasoning_text?: string | null;
  tool_calls?: ChatCompletionsToolCall[] | null;
};

export type ChatCompletionsToolCall = {
  index?: number | null;
  id?: string | null;
  function?: { name?: string | null; arguments?: string | null } | null;
};

export type ChatCompletionsUsage = {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
  completion_tokens_details?: { reasoning_tokens?: number | null } | null;
};
