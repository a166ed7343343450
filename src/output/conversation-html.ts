import type { Conversation } from '../conversation/conversation.ts';
import { escapeHtml } from './escape-html.ts';
import { type Block, type Passage, toTranscript } from './transcript.ts';

/** Nothing in the page may run or load, whatever a model said: the browser is told so, too. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
section { margin: 2rem 0; padding-left: 1rem; border-left: 3px solid #8888; }
section.user { border-color: #0969da; }
h2 { font-size: 1rem; }
time, .note { opacity: 0.7; font-weight: normal; }
p, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
img { max-width: 100%; }
`;

/** A conversation as one page that needs no other file and no network. */
export function toHtml(conversation: Conversation): string {
  const { id, title, createdAt, passages } = toTranscript(conversation);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="note">${escapeHtml(id)}, ${formatTime(createdAt)}</p>
${passages.map(formatPassage).join('\n')}
</body>
</html>
`;
}

function formatPassage({ speaker, name, at, blocks }: Passage): string {
  const heading = `<h2>${escapeHtml(name)} ${formatTime(at)}</h2>`;
  return `<section class="${speaker}">\n${[heading, ...blocks.map(formatBlock)].join('\n')}\n</section>`;
}

function formatTime(time: string): string {
  const escaped = escapeHtml(time);
  return `<time datetime="${escaped}">${escaped}</time>`;
}

function formatBlock(block: Block): string {
  switch (block.type) {
    case 'text':
      return toParagraph(block.text);
    case 'reasoning':
      return `<details><summary>Reasoning</summary>${toParagraph(block.text)}</details>`;
    case 'image':
      return `<p><img src="data:${escapeHtml(block.mediaType)};base64,${block.data}" alt="${escapeHtml(block.label)}"></p>`;
    case 'document':
      return toNote(block.label);
    case 'call':
      return `${toNote(`called ${block.name} with:`)}\n<pre>${escapeHtml(block.arguments)}</pre>`;
    case 'cut':
      return toNote(`cut off: ${block.reason}`);
    default:
      return block satisfies never;
  }
}

function toParagraph(text: string): string {
  return `<p dir="auto">${escapeHtml(text.trimEnd())}</p>`;
}

function toNote(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>`;
}
