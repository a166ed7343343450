import { type MarkdownOptions, renderMarkdown } from '../../src/markdown/markdown-stream.ts';
import { createTheme } from '../../src/terminal/theme.ts';

export const plainOptions: MarkdownOptions = {
  theme: createTheme('none', 'none'),
  columns: 80,
  links: false,
};

export const paintedOptions: MarkdownOptions = {
  theme: createTheme('ansi', '16'),
  columns: 80,
  links: true,
};

/** Without colours, as one text. */
export function renderPlain(text: string, columns = 80): string {
  return renderMarkdown(text, { ...plainOptions, columns }).join('\n');
}

/** With the terminal's own colours and with links; ESC is written `␛` and BEL `␇`. */
export function renderPainted(text: string, columns = 80): string {
  const painted = renderMarkdown(text, { ...paintedOptions, columns }).join('\n');
  return painted.replaceAll('\u001b', '␛').replaceAll('\u0007', '␇');
}

/** What a terminal shows of a painted line: its text without colours and links. */
export function toShown(line: string): string {
  return line.replace(/\u001b\[[\d;]*m|\u001b\]8;;[^\u0007]*\u0007/g, '');
}
