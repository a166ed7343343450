import type { ConversationChoice } from '../conversation/choose-conversation.ts';
import { CliError } from '../errors.ts';

export type ConversationFlags = {
  continue?: boolean;
  session?: string;
  /** True without a value. */
  resume?: string | true;
  fork?: boolean;
  save: boolean;
};

/** Throws CliError `usage` for flags that name two conversations. */
export function readConversation(flags: ConversationFlags): ConversationChoice {
  const { continue: continueLast = false, session, resume, fork = false, save } = flags;
  if (resume !== undefined && (continueLast || session !== undefined)) {
    const other = continueLast ? '--continue' : '--session';
    throw new CliError('usage', `--resume and ${other} cannot both be given`);
  }
  return {
    continueLast,
    session: typeof resume === 'string' ? resume : session,
    mustExist: typeof resume === 'string',
    picks: resume === true,
    fork,
    save,
  };
}
