import type { DialectName } from './chat-request.ts';

/** The path of each dialect below the Copilot API base. By itself, for those who need no more of a dialect. */
export const dialectPaths: Record<DialectName, string> = {
  'chat-completions': '/chat/completions',
  responses: '/responses',
  messages: '/v1/messages',
};
