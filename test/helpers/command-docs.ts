import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every command and subcommand, in the order of the help. Run it from the root of the repository, after a build. */
const commands = [
  [],
  ['chat'],
  ['login'],
  ['logout'],
  ['status'],
  ['models'],
  ['models', 'list'],
  ['models', 'default'],
  ['models', 'resolve'],
  ['sessions'],
  ['sessions', 'list'],
  ['sessions', 'show'],
  ['sessions', 'search'],
  ['sessions', 'rename'],
  ['sessions', 'export'],
  ['sessions', 'delete'],
  ['templates'],
  ['templates', 'list'],
  ['templates', 'show'],
  ['config'],
  ['config', 'list'],
  ['config', 'get'],
  ['config', 'set'],
  ['config', 'unset'],
  ['config', 'path'],
];

/** The text of docs/commands.md: the help of the built program, and the notes that go with it. */
export function describeCommands(): string {
  const sections = commands.map((command) => {
    const title = ['copilot-cli', ...command].join(' ');
    return `## ${title}\n\n\`\`\`text\n${readHelp(command)}\n\`\`\`\n`;
  });
  const notes = readFileSync(join('docs', 'exit-codes.md'), 'utf8').replace(/^# /, '## ');
  return `# Commands\n\nMade from \`--help\` by \`npm run docs\`; do not edit it by hand.\n\n${sections.join('\n')}\n${notes}`;
}

function readHelp(command: string[]): string {
  const env = { PATH: process.env.PATH, COLUMNS: '100' };
  return execFileSync(process.execPath, ['bin/copilot-cli.js', ...command, '--help'], {
    encoding: 'utf8',
    env,
  }).trimEnd();
}
