import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The text of docs/commands.md: the help of every command and subcommand, in the order of the help, and the notes that go with it. Run it
 * from the root of the repository, after a build.
 */
export function describeCommands(): string {
  const { texts }: { texts: Record<string, string> } = JSON.parse(
    readFileSync(join('dist', 'help', '100.json'), 'utf8'),
  );
  const sections = Object.entries(texts).map(([command, help]) => {
    const title = ['copilot-cli', command].filter(Boolean).join(' ');
    return `## ${title}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
  });
  const notes = readFileSync(join('docs', 'exit-codes.md'), 'utf8').replace(/^# /, '## ');
  return `# Commands\n\nMade from \`--help\` by \`npm run docs\`; do not edit it by hand.\n\n${sections.join('\n')}\n${notes}`;
}
