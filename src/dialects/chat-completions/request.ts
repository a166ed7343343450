import type { ChatRequest } from '../chat-request.ts';
import type { ChatCompletionsRequest } from './wire.ts';

/**
 * The body for `POST /chat/completions`. It always asks for a stream: some models cut what they send in one piece
 * to 16,000 tokens. Usage comes without `stream_options`, which some models refuse.
 */
export function toChatCompletionsRequest(request: ChatRequest): ChatCompletionsRequest {
  return {
    model: request.model,
    messages: request.messages.map(({ role, text }) => ({ role, content: text })),
    stream: true,
  };
}
