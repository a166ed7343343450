import type { Context } from '../context.ts';
import {
  type ConversationChoice,
  chooseConversation,
  findConversation,
} from '../conversation/choose-conversation.ts';
import { createConversationStore } from '../conversation/store.ts';
import { chooseLook } from './look.ts';
import type { SessionOptions } from './turns/session.ts';

type StartOptions = Omit<SessionOptions, 'file'> & { conversation: ConversationChoice };

/** Opens the chat on the terminal, drawn or as plain lines. */
export async function startRepl(context: Context, options: StartOptions): Promise<void> {
  const { picks, fork, save } = options.conversation;
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    onNotice: context.warn,
  });
  const onNew = (name: string): void => context.notice(`There is no conversation ${name}; it begins here.`);
  const chosen = fork ? undefined : findConversation(store, options.conversation, onNew);
  // An existing conversation is opened after the first lines are shown.
  const file = chosen
    ? store.create({ save, ...(chosen.id === undefined && { name: chosen.name }) })
    : chooseConversation(store, options.conversation, { onNew });
  const replOptions = {
    ...options,
    store,
    file,
    isSaved: save,
    goesOnWith: chosen?.id,
    picksConversation: picks,
    look: chooseLook(context),
  };
  if (!context.io.stdout.canRedraw) {
    const { runPlainRepl } = await import('./plain/plain-repl.ts');
    return runPlainRepl(context, replOptions);
  }
  const { runRepl } = await import('./repl.ts');
  return runRepl(context, replOptions);
}
