import type { Conversation } from '../conversation/conversation.ts';
import { toHtml } from './conversation-html.ts';
import { toTreeJson } from './conversation-json.ts';
import { toMarkdown } from './conversation-markdown.ts';
import { formatJson } from './json.ts';

export type ExportFormat = 'markdown' | 'json' | 'html';

/** A conversation as a document: the branch in use, or with JSON every branch and the files. */
export function exportConversation(conversation: Conversation, format: ExportFormat): string {
  return formats[format](conversation);
}

const formats: Record<ExportFormat, (conversation: Conversation) => string> = {
  markdown: toMarkdown,
  html: toHtml,
  json: (conversation) => formatJson(toTreeJson(conversation)),
};
