import { findModelInUse } from '../chat/request.ts';
import { listBranch, toTitle } from '../conversation/conversation.ts';
import { listChats } from '../conversation/summaries.ts';
import { describeCount } from '../describe-count.ts';
import { formatAge } from '../output/age.ts';
import { toOneLine } from '../terminal-text.ts';
import type { ReplApp } from './app.ts';
import { maxTurns } from './history-blocks.ts';
import { resume, tellCutOff } from './slash/about-conversation.ts';

export type GreetingOptions = {
  model: string | undefined;
  /** The conversation that goes on; it is opened here, for a long one takes a while. */
  goesOnWith: string | undefined;
  /** Whether to ask first which conversation shall go on. */
  picksConversation: boolean;
};

/** The first lines: who this is and how to learn more, or where a conversation stands. */
export async function greet(
  app: ReplApp,
  { model, goesOnWith, picksConversation }: GreetingOptions,
): Promise<void> {
  const { file } = app.session;
  if (goesOnWith !== undefined) await goOn(app, goesOnWith);
  else if (picksConversation && listChats(app.store.list()).length > 0) await resume(app, '');
  if (app.session.file !== file) return;
  const { conversation } = file;
  if (conversation.head !== undefined) {
    await app.printHistory();
    tellWhere(app);
    return;
  }
  const { theme } = app.look;
  const wanted = model ?? findModelInUse(conversation) ?? app.context.settings.get('model').value;
  app.transcript.print([
    theme.paint('strong', `copilot-cli ${app.context.version}`) +
      theme.paint('dim', wanted === undefined ? '' : ` · ${toOneLine(wanted)}`),
    theme.paint('dim', 'Type a question, or /help. Ctrl+D leaves.'),
  ]);
}

/** Shows the end of a conversation at once, and opens all of it after that. */
async function goOn(app: ReplApp, id: string): Promise<void> {
  const { store, isSaved } = app;
  const recent = store.readRecent(id, { count: maxTurns });
  if (recent) await app.printTurns(recent);
  const file = await app.work('Opening the conversation', (signal) =>
    store.openInSteps(id, { save: isSaved, signal }),
  );
  if (!file) {
    app.transcript.notice('It was not opened, so this is a new conversation.', 'warning');
    return;
  }
  app.openConversation(file);
  if (!recent) await app.printHistory();
  tellWhere(app);
}

function tellWhere({ session, transcript, context }: ReplApp): void {
  const { conversation } = session.file;
  const turns = listBranch(conversation).length;
  const age = formatAge(conversation.updatedAt, context.now());
  transcript.notice(
    `Going on with “${toOneLine(toTitle(conversation))}”: ${describeCount(turns, 'turn')}, the last one ${age}.`,
  );
  tellCutOff({ session, transcript });
}
