import type { Usage } from '../dialects/chat-event.ts';
import { createTextMessage, type Message } from '../dialects/chat-request.ts';
import type { Turn } from './turn.ts';

/** All that was ever said in a conversation, and where it stands. */
export type Conversation = {
  id: string;
  name: string | undefined;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  turns: Map<string, Turn>;
  /** The last turn of the branch in use; undefined before the first, and where everything was undone. */
  head: string | undefined;
  /** Every turn that was the head, in the order of time. */
  heads: string[];
};

/** From the first turn to `head`. */
export function listBranch(conversation: Conversation, head = conversation.head): Turn[] {
  const branch: Turn[] = [];
  const seen = new Set<string>();
  for (let id = head; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    const turn = conversation.turns.get(id);
    if (!turn) break;
    branch.push(turn);
    id = turn.parent;
  }
  return branch.reverse();
}

/** The system prompt that holds at the end of a branch. */
export function findSystem(branch: readonly Turn[]): string | undefined {
  const turn = branch.findLast((said) => said.role === 'user' && 'system' in said);
  return turn?.role === 'user' ? turn.system : undefined;
}

/** The tokens of the last answer on the branch in use, where the service told them. */
export function findLastUsage(conversation: Conversation): Usage | undefined {
  const last = listBranch(conversation).findLast((turn) => turn.role === 'assistant' && turn.usage);
  return last?.role === 'assistant' ? last.usage : undefined;
}

/** A branch as a model is shown it: the latest system prompt first. Answers that were cut before their first word are left out. */
export function toMessages(branch: readonly Turn[]): Message[] {
  const text = findSystem(branch);
  const said = branch
    .filter(({ parts }) => parts.length > 0)
    .map(
      (turn): Message =>
        turn.role === 'user'
          ? { role: 'user', parts: turn.parts }
          : {
              role: 'assistant',
              parts: turn.parts.map((part) =>
                part.type === 'reasoning' ? { model: turn.model, ...part } : part,
              ),
            },
    );
  return text === undefined || text === '' ? said : [createTextMessage('system', text), ...said];
}

/** The head before the last thing that the person said. Undefined where nothing was said; `to` is undefined for the very beginning. */
export function findUndo(conversation: Conversation): { to: string | undefined } | undefined {
  const last = listBranch(conversation).findLast(({ role }) => role === 'user');
  return last && { to: last.parent };
}

/**
 * The head that an undo left: the latest one that grew from where we are, or from the last answer, where what was asked since then was asked
 * in vain.
 */
export function findRedo(conversation: Conversation): string | undefined {
  const branch = listBranch(conversation);
  const answered = branch.findLast(({ role, parts }) => role === 'assistant' && parts.length > 0)?.id;
  const isHere = new Set(branch.map(({ id }) => id));
  const grewFrom = (start: string | undefined): string | undefined =>
    conversation.heads.findLast(
      (candidate) =>
        !isHere.has(candidate) &&
        (start === undefined || listBranch(conversation, candidate).some(({ id }) => id === start)),
    );
  return grewFrom(conversation.head) ?? (answered === conversation.head ? undefined : grewFrom(answered));
}

const titleLength = 80;

/** The name, or the first words that were said, for a list. What goes along with them is no title, unless there is nothing else. */
export function toTitle({ name, turns }: Conversation): string {
  if (name !== undefined) return name;
  const said = [...turns.values()].find((turn) => turn.role === 'user' && toPrompt(turn) !== '');
  // What was piped in can be megabytes.
  const beginning = (said ? toPrompt(said) : '').trimStart().slice(0, 10 * titleLength);
  return Array.from(beginning.replaceAll(/\s+/g, ' ')).slice(0, titleLength).join('').trimEnd();
}

/** What the person said in their own words, which come before the files that go along. */
export function toPrompt({ parts }: Turn): string {
  const texts = parts as { type: string; text?: string }[];
  return texts.find(({ type, text = '' }) => type === 'text' && text.trim() !== '')?.text ?? '';
}

/** The text of a turn, without thinking and calls. */
export function toPlainText({ parts }: Turn): string {
  return (parts as { type: string; text?: string }[])
    .flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []))
    .join('\n\n');
}
