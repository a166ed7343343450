import { CliError } from '../errors.ts';
import { advise, conversationList, flag, run } from '../hint.ts';
import type { ConversationFile } from './conversation-file.ts';
import type { ConversationStore } from './store.ts';

export type ConversationChoice = {
  /** Go on with the one that was used last. */
  continueLast: boolean;
  /** Go on with the one of this name or id; a name that nobody has begins a new one. */
  session: string | undefined;
  /** Whether that one has to be there already. */
  mustExist: boolean;
  /** The person chooses one from a list. Until then it is a new one. */
  picks: boolean;
  /** Go on in a copy. */
  fork: boolean;
  /** False leaves no trace. */
  save: boolean;
};

/** One that is there, or a new one. */
type ChosenConversation = { id: string } | { id: undefined; name: string | undefined };

/**
 * Which conversation a choice means. Throws CliError `usage` if there is none to go on with. `onNew` is told the name of one that was
 * not there yet, which may be a typing error.
 */
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

/** Whether the choice names no conversation. */
export function isOneShot({ continueLast, session }: ConversationChoice): boolean {
  return !continueLast && session === undefined;
}

/**
 * The conversation that a prompt belongs to, open. With `oneShot`, a new one without a name is kept out of the way of chats. Throws what
 * `findConversation` and opening it throw.
 */
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
