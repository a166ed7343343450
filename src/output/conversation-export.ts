import { extname } from 'node:path';
import { createFence } from '../attachments/format-files.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { toTreeJson } from './conversation-json.ts';
import { escapeHtml } from './escape-html.ts';
import { formatJson } from './json.ts';
import { type Block, describeResult, type Passage, toTranscript } from './passages.ts';

export type ExportFormat = 'markdown' | 'json' | 'html';

/** The formats that the end of a file's name means. */
const endings: Record<string, ExportFormat> = {
  '.md': 'markdown',
  '.json': 'json',
  '.html': 'html',
  '.htm': 'html',
};

/** The format that the name of a file means. Undefined if its end means none. */
export function findExportFormat(file: string): ExportFormat | undefined {
  return endings[extname(file).toLowerCase()];
}

/** Exports the current branch as a document. JSON has every branch and the files. */
export function exportConversation(conversation: Conversation, format: ExportFormat): string {
  return formats[format](conversation);
}

const formats: Record<ExportFormat, (conversation: Conversation) => string> = {
  markdown: toMarkdown,
  html: toHtml,
  json: (conversation) => formatJson(toTreeJson(conversation)),
};

/** Tells the browser, too, that nothing in the page may run or load, whatever a model wrote. */
const htmlPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const htmlStyle = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
section { margin: 2rem 0; padding-left: 1rem; border-left: 3px solid #8888; }
section.user { border-color: #0969da; }
h2 { font-size: 1rem; }
time, .note { opacity: 0.7; font-weight: normal; }
p, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
img { max-width: 100%; }
`;

/** One page that needs no other file and no network. */
function toHtml(conversation: Conversation): string {
  const { id, title, createdAt, passages } = toTranscript(conversation);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${htmlPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="note">${escapeHtml(id)}, ${toHtmlTime(createdAt)}</p>
${passages.map(toHtmlPassage).join('\n')}
</body>
</html>
`;
}

function toHtmlPassage({ speaker, name, at, blocks }: Passage): string {
  const heading = `<h2>${escapeHtml(name)} ${toHtmlTime(at)}</h2>`;
  return `<section class="${speaker}">\n${[heading, ...blocks.map(toHtmlBlock)].join('\n')}\n</section>`;
}

function toHtmlTime(time: string): string {
  const escaped = escapeHtml(time);
  return `<time datetime="${escaped}">${escaped}</time>`;
}

function toHtmlBlock(block: Block): string {
  switch (block.type) {
    case 'text':
      return toHtmlParagraph(block.text);
    case 'reasoning':
      return `<details><summary>Reasoning</summary>${toHtmlParagraph(block.text)}</details>`;
    case 'image':
      return `<p><img src="data:${escapeHtml(block.mediaType)};base64,${block.data}" alt="${escapeHtml(block.label)}"></p>`;
    case 'document':
      return toHtmlNote(block.label);
    case 'call':
      return `${toHtmlNote(`called ${block.name} with:`)}\n<pre>${escapeHtml(block.arguments)}</pre>`;
    case 'result': {
      const said = describeResult(block);
      if (block.text === undefined) return toHtmlNote(said);
      return `<details><summary>${escapeHtml(said)}</summary><pre>${escapeHtml(block.text)}</pre></details>`;
    }
    case 'cut':
      return toHtmlNote(`cut off: ${block.reason}`);
    default:
      return block satisfies never;
  }
}

function toHtmlParagraph(text: string): string {
  return `<p dir="auto">${escapeHtml(text.trimEnd())}</p>`;
}

function toHtmlNote(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>`;
}

/** A Markdown document. Text is unchanged, because most of it is Markdown already. */
function toMarkdown(conversation: Conversation): string {
  const { id, title, createdAt, passages } = toTranscript(conversation);
  return `${[`# ${title}`, `${id}, ${createdAt}`, ...passages.map(toMarkdownPassage)].join('\n\n')}\n`;
}

function toMarkdownPassage({ name, at, blocks }: Passage): string {
  return [`## ${name}`, `*${at}*`, ...blocks.map(toMarkdownBlock)].join('\n\n');
}

function toMarkdownBlock(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text.trimEnd();
    case 'reasoning':
      return `<details>\n<summary>Reasoning</summary>\n\n${block.text.trimEnd()}\n\n</details>`;
    case 'image':
    case 'document':
      return `*[${block.label}]*`;
    case 'call':
      return `Called \`${block.name}\` with:\n\n${toJsonFence(block.arguments)}`;
    case 'result':
      return block.text === undefined
        ? `*[${describeResult(block)}]*`
        : `<details>\n<summary>${escapeHtml(describeResult(block))}</summary>\n\n${toFence(block.text)}\n\n</details>`;
    case 'cut':
      return `*[cut off: ${block.reason}]*`;
    default:
      return block satisfies never;
  }
}

function toJsonFence(text: string): string {
  return toFence(text, 'json');
}

function toFence(text: string, language = ''): string {
  const fence = createFence(text);
  return `${fence}${language}\n${text}\n${fence}`;
}
