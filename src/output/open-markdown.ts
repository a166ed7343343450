import type { ThemeChoice } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import { createMarkdownStream, type MarkdownStream } from '../markdown/markdown-stream.ts';
import { detectCapabilities } from '../terminal/capabilities.ts';
import type { Output } from '../terminal/io.ts';
import { chooseTheme } from '../terminal/theme.ts';

type MarkdownOptions = {
  columns?: number;
  /** Write the URL of each link behind its text, although the terminal has clickable links: a text to read has to tell where it leads. */
  areLinksWritten?: boolean;
};

/** Markdown in the colours and with the links that the person's terminal and settings give to an output. */
export function openMarkdown(
  { env, settings }: Pick<Context, 'env' | 'settings'>,
  output: Output,
  { columns = output.columns, areLinksWritten = false }: MarkdownOptions = {},
): MarkdownStream {
  const capabilities = detectCapabilities(env, output);
  return createMarkdownStream({
    theme: chooseTheme(settings.get('theme').value as ThemeChoice, capabilities),
    links: capabilities.links && !areLinksWritten,
    columns,
  });
}
