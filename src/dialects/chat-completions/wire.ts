/** What we send as one message. Copilot's own fields stand beside those of OpenAI. */
export type WireMessage = {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** Null beside tool calls alone: Claude refuses an empty text. */
  content: string | WirePart[] | null;
  reasoning_text?: string;
  reasoning_opaque?: string;
  tool_calls?: WireToolCall[];
  tool_call_id?: string;
  copilot_cache_control?: { type: 'ephemeral' };
};

export type WirePart = { type: 'text'; text: string } | WireImage;
export type WireImage = { type: 'image_url'; image_url: { url: string } };

export type WireToolCall = {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
};

