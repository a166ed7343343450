import { createChatCompletion } from '../answer/chat-completion.ts';
import { streamChat } from '../answer/chat-stream.ts';
import { chatRules } from './chat-rules.ts';
import type { SimulatedDialect } from './model-route.ts';

/** POST /chat/completions */
export const chatDialect: SimulatedDialect = {
  endpoint: '/chat/completions',
  rules: chatRules,
  stream: streamChat,
  answer: createChatCompletion,
};
