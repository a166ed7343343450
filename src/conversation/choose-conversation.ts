import { CliError } from '../errors.ts';
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

/**
 * The conversation that a prompt belongs to. Throws CliError `usage` where there is none to go on with. `onNew` is told the name of one
 * that was not there yet, which may be a typing error.
 */
export function chooseConversation(
  store: ConversationStore,
  { continueLast, session, mustExist, fork, save }: ConversationChoice,
  onNew: (name: string) => void,
): ConversationFile {
  if (continueLast && session !== undefined)
    throw new CliError('usage', '--continue and --session cannot both be given');
  if (fork && !continueLast && session === undefined)
    throw new CliError('usage', '--fork needs a conversation to copy', {
      hint: 'Add --continue, or --session NAME.',
    });
  const id = continueLast ? findLast(store) : session === undefined ? undefined : store.find(session);
  if (id === undefined) {
    if (session !== undefined && fork)
      throw new CliError('usage', `there is no conversation ${session} to copy`);
    if (session !== undefined && mustExist)
      throw new CliError('usage', `there is no conversation ${session}`, {
        hint: 'See: copilot-cli sessions list',
      });
    if (session !== undefined) onNew(session);
    return store.create({ name: session, save });
  }
  const file = store.open(id, { save });
  return fork ? store.create({ from: file.conversation, save }) : file;
}

function findLast(store: ConversationStore): string {
  const last = store.findLast();
  if (last === undefined) {
    throw new CliError('usage', 'there is no conversation to go on with', {
      hint: 'Begin one: copilot-cli chat "hello"',
    });
  }
  return last;
}
