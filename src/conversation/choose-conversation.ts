import { CliError } from '../errors.ts';
import { advise, conversationList, flag, run } from '../hint.ts';
import type { ConversationFile } from './conversation-file.ts';
import type { ConversationStore } from './store.ts';

export type ConversationChoice = {
  /** Continue the latest conversation. */
  continueLast: boolean;
  /** Continue the conversation with this name or id, or begin one with this name. */
  session: string | undefined;
  /** Whether `session` has to exist. */
  mustExist: boolean;
  /** The person picks a conversation from a list. Until then, use a new one. */
  picks: boolean;
  /** Continue in a copy. */
  fork: boolean;
  /** False keeps nothing. */
  save: boolean;
};

/** An existing conversation, or a new one. */
type ChosenConversation = { id: string } | { id: undefined; name: string | undefined };

/** Throws CliError `usage` if there is nothing to continue. `onNew` gets the name of a new one, which may be a typing error. */
export function findConversation(
  store: ConversationStore,
  { continueLast, session, mustExist, fork }: ConversationChoice,
  onNew: (name: string) => void,
): ChosenConversation {
  if (continueLast && session !== undefined)
    throw new CliError('usage', '--continue and --session cannot both be given');
  if (fork && !continueLast && session === undefined)
    throw new CliError('usage', '--fork needs a conversation to copy', {
      hint: advise`Add ${flag('--continue')}, or ${flag('--session NAME')}.`,
    });
  const id = continueLast ? findLast(store) : session === undefined ? undefined : store.find(session);
  if (id !== undefined) return { id };
  if (session !== undefined && fork)
    throw new CliError('usage', `there is no conversation ${session} to copy`);
  if (session !== undefined && mustExist)
    throw new CliError('usage', `there is no conversation ${session}`, {
      hint: advise`See: ${conversationList}`,
    });
  if (session !== undefined) onNew(session);
  return { id, name: session };
}

export function isOneShot({ continueLast, session }: ConversationChoice): boolean {
  return !continueLast && session === undefined;
}

/** Opens the conversation of a prompt. `oneShot` hides a new one without a name from the chats. Throws as `findConversation` does. */
export function chooseConversation(
  store: ConversationStore,
  choice: ConversationChoice,
  { onNew, oneShot = false }: { onNew: (name: string) => void; oneShot?: boolean },
): ConversationFile {
  const { fork, save } = choice;
  const chosen = findConversation(store, choice, onNew);
  if (chosen.id === undefined)
    return store.create({ name: chosen.name, save, oneShot: oneShot && isOneShot(choice) });
  const file = store.open(chosen.id, { save });
  return fork ? store.create({ from: file.conversation, save }) : file;
}

function findLast(store: ConversationStore): string {
  const last = store.findLast();
  if (last === undefined) {
    const kept = store.list().length > 0;
    throw new CliError('usage', 'there is no conversation to continue', {
      hint: kept
        ? advise`Single prompts are kept separately. Continue one by its id: ${run('chat --session ID')}. See: ${conversationList}`
        : advise`Begin one with a name: ${run('chat --session NAME "hello"')}`,
    });
  }
  return last;
}
