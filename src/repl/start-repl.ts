import type { Context } from '../context.ts';
import type { ConversationChoice } from '../conversation/choose-conversation.ts';
import { chooseConversation } from '../conversation/choose-conversation.ts';
import { createConversationStore } from '../conversation/store.ts';
import { CliError } from '../errors.ts';
import { chooseLook } from './choose-look.ts';
import { runRepl } from './repl.ts';

export type StartOptions = {
  model: string | undefined;
  system: string | undefined;
  effort: string | undefined;
  instructions: boolean;
  conversation: ConversationChoice;
};

/** Opens the REPL on the terminal. Throws CliError `usage` where the terminal cannot show it. */
export async function startRepl(context: Context, options: StartOptions): Promise<void> {
  const { env } = context;
  if (env.TERM === 'dumb') {
    throw new CliError('usage', 'this terminal (TERM=dumb) cannot show the chat', {
      hint: 'Give a prompt: copilot-cli chat "why is the sky blue?"',
    });
  }
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    onNotice: context.warn,
  });
  const file = chooseConversation(store, options.conversation, (name) =>
    context.notice(`There was no conversation ${name}; it begins here.`),
  );
  await runRepl(context, {
    ...options,
    store,
    file,
    isSaved: options.conversation.save,
    look: chooseLook(context),
  });
}
