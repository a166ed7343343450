import type { ThemeChoice } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { createMarkdownStream, type MarkdownStream } from '../markdown/markdown-stream.ts';
import { detectCapabilities } from '../terminal/capabilities.ts';
import type { Output } from '../terminal/io.ts';
import { chooseTheme } from '../terminal/theme.ts';

/** Markdown in the colours and with the links that the person's terminal and settings give to an output. */
export function openMarkdown(
  { env, settings }: Pick<Context, 'env' | 'settings'>,
  output: Output,
  columns = output.columns,
): MarkdownStream {
  const capabilities = detectCapabilities(env, output);
  return createMarkdownStream({
    theme: chooseTheme(settings.get('theme').value as ThemeChoice, capabilities),
    links: capabilities.links,
    columns,
  });
}
