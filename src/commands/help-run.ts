import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { addresses, layOutHelp } from '../help/lay-out-help.ts';
import { isTopicName } from '../help/topic-names.ts';
import { topics } from '../help/topics.ts';
import { openMarkdown } from '../output/open-markdown.ts';
import { writePaged } from '../output/paged.ts';
import type { Output } from '../terminal/io.ts';
import type { HelpOptions } from './help.ts';

/** The widest line that is read with ease. */
const maxColumns = 100;

/** Prints a page of docs/: laid out on a terminal, as it is elsewhere. The help of a command with the same name stands above it. */
export async function runHelp(context: Context, { topic, root }: HelpOptions): Promise<void> {
  const command = root.commands.find((candidate) => candidate.name() === topic);
  layOutHelp(root);
  const help = command ? `${command.helpInformation()}\n` : '';
  const page = await readPage(topics[topic].file ?? topic);
  await writePaged(context, async (output) => {
    await output.write(
      help +
        (output.isTerminal || (output.colour && output.paintsLists) ? layOut(page, output, context) : page),
    );
  });
}

/** The docs stand beside both `src` and `dist`, whose files with commands are two folders down. */
function readPage(name: string): Promise<string> {
  return readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
}

function layOut(page: string, output: Output, context: Context): string {
  const markdown = openMarkdown(context, output, {
    columns: Math.min(output.columns, maxColumns),
    areLinksWritten: true,
  });
  const lines = [...markdown.push(joinLines(nameTopics(page))), ...markdown.end()];
  return `${lines.join('\n')}\n`;
}

/** In a terminal nobody follows a link to a file: another page is a topic, a place in this page its words, and the rest is on the web. */
function nameTopics(page: string): string {
  return page.replaceAll(
    /\[([^\]]+)\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)/g,
    (_, words: string, path: string) => {
      const name = path.replace(/\.md$/, '');
      if (isTopicName(name)) return `\`copilot-cli help ${name}\``;
      return path === '' ? words : `[${words}](${new URL(path, docsUrl).href})`;
    },
  );
}

/** Where the pages are on the web. */
const docsUrl = new URL(`${addresses.docs.replace(/#.*/, '')}/blob/HEAD/docs/`);

/** The lines of a paragraph as one, to be wrapped anew: a page is wrapped for an editor, and the answer of a model is not. */
function joinLines(page: string): string {
  let isCode = false;
  const joined: string[] = [];
  for (const line of page.split('\n')) {
    const isFence = /^\s*```/.test(line);
    const last = joined.at(-1);
    if (!isCode && isProse(line) && last !== undefined && isOpen(last))
      joined[joined.length - 1] = `${last} ${line.trim()}`;
    else joined.push(line);
    if (isFence) isCode = !isCode;
  }
  return joined.join('\n');
}

/** Neither blank nor the beginning of another block. */
const isProse = (line: string): boolean =>
  /^\s*[^\s|#>`-]|^\s*`[^`]|^\s*-[^\s-]/.test(line) && !/^\s*(?:[*+]|\d+\.) /.test(line);

/** Goes on in the next line. */
const isOpen = (line: string): boolean => line.trim() !== '' && !/^\s*(?:[|#>]|```)/.test(line);
