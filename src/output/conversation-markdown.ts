import type { Conversation } from '../conversation/conversation.ts';
import { type Block, type Passage, toTranscript } from './transcript.ts';

/** A conversation as a Markdown document. What was said stands in it as it is, for most of it is Markdown already. */
export function toMarkdown(conversation: Conversation): string {
  const { id, title, createdAt, passages } = toTranscript(conversation);
  return `${[`# ${title}`, `${id}, ${createdAt}`, ...passages.map(formatPassage)].join('\n\n')}\n`;
}

function formatPassage({ name, at, blocks }: Passage): string {
  return [`## ${name}`, `*${at}*`, ...blocks.map(formatBlock)].join('\n\n');
}

function formatBlock(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text.trimEnd();
    case 'reasoning':
      return `<details>\n<summary>Reasoning</summary>\n\n${block.text.trimEnd()}\n\n</details>`;
    case 'image':
    case 'document':
      return `*[${block.label}]*`;
    case 'call':
      return `Called \`${block.name}\` with:\n\n${toFence(block.arguments)}`;
    case 'cut':
      return `*[cut off: ${block.reason}]*`;
    default:
      return block satisfies never;
  }
}

/** A code block whose fence is longer than any inside it. */
function toFence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}
