// Writes docs/commands.md from the help of every command.
import { writeFileSync } from 'node:fs';
import { describeCommands } from '../test/helpers/command-docs.ts';

writeFileSync('docs/commands.md', describeCommands());
