import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '../../src/help/topics.ts';

/** The help of each command by its words, as the build laid it out for this width: between form feeds, behind a line of topics. */
export function readHelpPages(columns: number): Record<string, string> {
  const pages = readFileSync(join('dist', 'help', `${columns}.txt`), 'utf8').split('\f');
  return Object.fromEntries(pages.slice(1, -1).map((page) => page.split(/\n(.*)/s)));
}

/**
 * The text of docs/commands.md: the help of every command and subcommand, in the order of the help, and the notes that go with it. Run it
 * from the root of the repository, after a build.
 */
export function describeCommands(): string {
  const texts = readHelpPages(100);
  const sections = Object.entries(texts).map(([command, help]) => {
    const title = ['copilot-cli', command].filter(Boolean).join(' ');
    return `## ${title}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
  });
  const notes = readFileSync(join('docs', 'exit-codes.md'), 'utf8').replace(/^# /, '## ');
  return `# Commands\n\nMade from \`--help\` by \`npm run docs\`; do not edit it by hand.\n\n${sections.join('\n')}\n${notes}`;
}

const topicRow = String.raw`\| \[[\w-]+\]\(docs/[\w-]+\.md\) \|.*\n`;

/** The text of README.md, with the rows of its table of pages from the topics of the help. */
export function describeTopics(readme: string): string {
  const rows = Object.entries(topics)
    .filter(([, { file }]) => file === undefined)
    .map(([name, { about }]) => `| [${name}](docs/${name}.md) | ${about} |\n`);
  return readme.replace(new RegExp(`(?:^${topicRow})+`, 'm'), () => rows.join(''));
}
