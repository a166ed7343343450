// Writes docs/commands.md from the help of every command, docs/repl.md from the tables of the chat, and the table of pages in README.md from the topics of the help.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeCommands, describeTopics } from '../test/helpers/command-docs.ts';
import { describeRepl } from '../test/helpers/repl-docs.ts';

writeFileSync('docs/commands.md', describeCommands());
writeFileSync('docs/repl.md', describeRepl());
writeFileSync('README.md', describeTopics(readFileSync('README.md', 'utf8')));
