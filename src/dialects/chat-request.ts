/** What a caller asks of a model, in no dialect's words. */
export type ChatRequest = {
  model: string;
  messages: ChatMessage[];
};

export type ChatMessage = { role: 'system' | 'user' | 'assistant'; text: string };
