import { compact } from '../body-reader.ts';
import type { ChatRequest } from '../chat-request.ts';
import type { WireRequest } from '../dialect.ts';
import { fitRequest } from '../fit/fit-request.ts';
import type { ModelTraits } from '../model-traits.ts';
import { writeMessages } from './encode-messages.ts';
import { writeOptions } from './encode-options.ts';
import { writeTools } from './encode-tools.ts';
import { writeExtras } from './extras.ts';
import type { WireMessage } from './wire.ts';

/**
 * The body for `POST /chat/completions`. It always asks for a stream: some models cut what they send in one piece
 * to 16,000 tokens. Usage comes without `stream_options`, which some models refuse.
 */
export function writeChatCompletionsRequest(asked: ChatRequest, traits: ModelTraits): WireRequest {
  const { request, notices, toolNames } = fitRequest(asked, traits);
  const context = { asked, request, traits, notices };
  const messages = writeMessages(context);
  const body = compact({
    ...writeExtras(context),
    model: request.model,
    messages,
    ...writeTools(context),
    ...writeOptions(context),
    stream: true,
  });
  return {
    body,
    headers: messages.some(hasImage) ? { 'copilot-vision-request': 'true' } : {},
    notices: [...notices],
    toolNames,
  };
}

function hasImage({ content }: WireMessage): boolean {
  return Array.isArray(content) && content.some(({ type }) => type === 'image_url');
}
