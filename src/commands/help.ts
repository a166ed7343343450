import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { isTopicName, type TopicName } from '../help/topic-names.ts';
import { advise, run as runHint } from '../hint.ts';
import type { Run } from './run.ts';

/** `root` has the help of the command that a topic is about. */
export type HelpOptions = { topic: TopicName; root: Command };

/** Only topics come here: `help chat` means `chat --help`, and other words are refused before. */
export function registerHelp(parent: Command, context: Context, run: Run<HelpOptions>): void {
  parent
    .command('help')
    .description('show the topics, or the help of a command or a topic')
    .argument('<topic>', 'the words of a command, or a topic', parseTopic)
    .action((topic: TopicName) => run(context, { topic, root: parent }));
}

/** Throws CliError `usage`. */
function parseTopic(text: string): TopicName {
  if (isTopicName(text)) return text;
  throw new CliError('usage', `there is no topic ${text}`, { hint: advise`See: ${runHint('help')}` });
}
