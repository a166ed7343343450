import type { Context } from '../context.ts';
import { type Conversation, listBranch, toPlainText } from '../conversation/conversation.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { selectBlocks, selectCode } from '../extraction/code-blocks.ts';
import { writeBlocks } from '../extraction/write-blocks.ts';
import { advise, flag } from '../hint.ts';
import { holdReply, readText, replayWithText } from '../output/whole-reply.ts';

/** The same reply with its code for a text. */
export async function* extractCode(
  events: AsyncIterable<ChatEvent>,
  { language, last }: { language?: string | undefined; last: boolean },
): AsyncGenerator<ChatEvent> {
  const gathered = yield* holdReply(events);
  const finish = gathered.findLast((event) => event.type === 'finish');
  let code: string;
  try {
    code = selectCode(readText(gathered), { ...(language !== undefined && { language }), last });
  } catch (error) {
    if (error instanceof CliError && finish?.reason === 'length')
      throw new CliError('truncated', `${error.message}: it stops at the output limit`, {
        hint: advise`Ask for less, or with a higher ${flag('--max-tokens')}.`,
        cause: error,
      });
    throw error;
  }
  yield* replayWithText(gathered, code);
}

/** Each code block of the last answer as a file. */
export function writeFiles(context: Context, folder: string, conversation: Conversation): void {
  const answer = listBranch(conversation).at(-1);
  const paths = writeBlocks(folder, selectBlocks(answer ? toPlainText(answer) : ''));
  for (const path of paths) context.notice(`wrote ${path}`);
}
