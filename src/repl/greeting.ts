import { findModelInUse } from '../chat/request.ts';
import { listBranch, toTitle } from '../conversation/conversation.ts';
import { formatAge } from '../output/age.ts';
import { toOneLine } from '../terminal-text.ts';
import type { ReplApp } from './app.ts';
import { resume } from './slash/about-conversation.ts';

export type GreetingOptions = {
  model: string | undefined;
  /** Whether to ask first which conversation shall go on. */
  picksConversation: boolean;
};

/** The first lines: who this is and how to learn more, or where a conversation stands. */
export async function greet(app: ReplApp, { model, picksConversation }: GreetingOptions): Promise<void> {
  const { file } = app.session;
  if (picksConversation && app.store.list().length > 0) await resume(app, '');
  if (app.session.file !== file) return;
  const { conversation } = file;
  if (conversation.head !== undefined) {
    await app.printHistory();
    const turns = listBranch(conversation).length;
    const age = formatAge(conversation.updatedAt, app.context.now());
    app.transcript.notice(
      `Going on with “${toOneLine(toTitle(conversation))}”: ${turns} turn${turns === 1 ? '' : 's'}, the last one ${age}.`,
    );
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
