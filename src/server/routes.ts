import { chatCompletions } from '../dialects/chat-completions/chat-completions.ts';
import { messages } from '../dialects/messages/messages.ts';
import { responses } from '../dialects/responses/responses.ts';
import { createAnswerHandler } from './answers/answer.ts';
import type { Route } from './call.ts';
import { handleCountTokens } from './count-tokens-route.ts';
import { handleEmbeddings } from './embeddings-route.ts';
import { handleHealth, handleReadiness, handleRoot, handleTelemetry } from './health-routes.ts';
import { handleModel, handleModels } from './model-routes.ts';

/** The routes that answer for models, and those that tell whether the server would. */
export const modelRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/chat/completions',
    summary: 'Ask a model, as the OpenAI Chat Completions API has it',
    dialect: 'chat-completions',
    handle: createAnswerHandler(chatCompletions),
  },
  {
    method: 'POST',
    path: '/responses',
    summary: 'Ask a model, as the OpenAI Responses API has it',
    dialect: 'responses',
    handle: createAnswerHandler(responses),
  },
  {
    method: 'POST',
    path: '/messages',
    summary: 'Ask a model, as the Anthropic Messages API has it',
    dialect: 'messages',
    handle: createAnswerHandler(messages),
  },
  {
    method: 'POST',
    path: '/messages/count_tokens',
    summary: 'Count the tokens of a request to /messages',
    dialect: 'messages',
    handle: handleCountTokens,
  },
  {
    method: 'POST',
    path: '/embeddings',
    summary: 'Embed texts, as the OpenAI API has it',
    dialect: 'chat-completions',
    handle: handleEmbeddings,
  },
  {
    method: 'GET',
    path: '/models',
    summary: 'The models of the account',
    dialect: 'chat-completions',
    handle: handleModels,
  },
  {
    method: 'GET',
    path: '/models/*',
    summary: 'One model, by any of its names',
    dialect: 'chat-completions',
    handle: handleModel,
  },
  {
    method: 'GET',
    path: '/',
    summary: 'What this server is',
    dialect: 'chat-completions',
    isOpen: true,
    handle: handleRoot,
  },
  {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process is alive',
    dialect: 'chat-completions',
    isOpen: true,
    handle: handleHealth,
  },
  {
    method: 'GET',
    path: '/health',
    summary: 'The same as /healthz',
    dialect: 'chat-completions',
    isOpen: true,
    handle: handleHealth,
  },
  {
    method: 'GET',
    path: '/api/hello',
    summary: 'Whether somebody is there, as Claude Code asks it',
    dialect: 'messages',
    isOpen: true,
    handle: handleHealth,
  },
  {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether a request would be answered now',
    dialect: 'chat-completions',
    handle: handleReadiness,
  },
  {
    method: 'POST',
    path: '/api/event_logging/batch',
    summary: 'Takes what Claude Code tells of itself, and keeps nothing',
    dialect: 'messages',
    handle: handleTelemetry,
  },
];
