import type { TextPart } from '../dialects/chat-request.ts';
import { toOneLine } from '../terminal-text.ts';
import type { TextFile } from './collect-files.ts';

/** Makes one part for each file: its label, and its text in a fence of backticks. */
export function formatFiles(files: readonly TextFile[]): TextPart[] {
  return files.map(({ label, text }) => {
    const fence = createFence(text);
    const end = text === '' || text.endsWith('\n') ? '' : '\n';
    return { type: 'text', text: `File: ${toOneLine(label)}\n${fence}\n${text}${end}${fence}\n` };
  });
}

/** More backticks than stand in a row anywhere in the text. */
export function createFence(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
}
