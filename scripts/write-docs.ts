// Writes docs/commands.md from the help of every command, and docs/repl.md from the tables of the chat.
import { writeFileSync } from 'node:fs';
import { describeCommands } from '../test/helpers/command-docs.ts';
import { describeRepl } from '../test/helpers/repl-docs.ts';

writeFileSync('docs/commands.md', describeCommands());
writeFileSync('docs/repl.md', describeRepl());
