import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import { type Conversation, findSystem, listBranch, type Turn, type UserTurn } from './conversation.ts';
import type { ConversationFile, NewTurn } from './conversation-file.ts';

/** Something the person said, and what followed it. */
export type Exchange = { prompt: UserTurn; turns: readonly Turn[] };

/** What a summary takes the place of, and what stays as it is beside it. */
export type CompactionPlan = { dropped: readonly Exchange[]; kept: readonly Exchange[] };

/** What was said last is what the next words are about. */
const keptExchanges = 2;

/** The exchanges of the branch in use, oldest first. */
export function listExchanges(conversation: Conversation): Exchange[] {
  const exchanges: { prompt: UserTurn; turns: Turn[] }[] = [];
  for (const turn of listBranch(conversation)) {
    if (turn.role === 'user') exchanges.push({ prompt: turn, turns: [turn] });
    else exchanges.at(-1)?.turns.push(turn);
  }
  return exchanges;
}

/** All but the last exchanges and those that are pinned can go. */
export function planCompaction(conversation: Conversation): CompactionPlan {
  const exchanges = listExchanges(conversation);
  const isKept = ({ prompt }: Exchange, index: number): boolean =>
    prompt.pinned === true || index >= exchanges.length - keptExchanges;
  return {
    dropped: exchanges.filter((exchange, index) => !isKept(exchange, index)),
    kept: exchanges.filter(isKept),
  };
}

export type CompactionSummary = {
  /** What stands for the question that the summary answers. */
  prompt: string;
  text: string;
  model: string;
  usage: Usage | undefined;
  finish: FinishReason;
};

/** Goes on in a branch that has the summary and then what was kept. The branch that it stands for stays in the tree. */
export function compact(file: ConversationFile, { kept }: CompactionPlan, summary: CompactionSummary): void {
  const { conversation } = file;
  const system = findSystem(listBranch(conversation));
  const { prompt, text, model, usage, finish } = summary;
  file.branchOff([
    {
      role: 'user',
      parts: [{ type: 'text', text: prompt }],
      ...(system !== undefined && { system }),
      ...(conversation.head !== undefined && { compactedFrom: conversation.head }),
    },
    { role: 'assistant', parts: [{ type: 'text', text }], model, finish, ...(usage && { usage }) },
    ...kept.flatMap(({ turns }) => turns).map(toCopy),
  ]);
}

/** What was said, without what it cost, which was paid once, and without thinking, whose context is gone. */
function toCopy(turn: Turn): NewTurn {
  const copyOf = turn.copyOf ?? turn.id;
  if (turn.role === 'user') {
    const { role, parts, typed, pinned } = turn;
    return { role, parts, copyOf, ...(typed && { typed }), ...(pinned && { pinned }) };
  }
  const { role, parts, model, finish, failure } = turn;
  return {
    role,
    parts: parts.filter(({ type }) => type !== 'reasoning'),
    model,
    copyOf,
    ...(finish && { finish }),
    ...(failure !== undefined && { failure }),
  };
}

/** The head before the branch in use was compacted. */
export function findUncompacted(conversation: Conversation, head = conversation.head): string | undefined {
  const [first] = listBranch(conversation, head);
  return first?.role === 'user' ? first.compactedFrom : undefined;
}

/** The latest head of a branch that is a compaction of this one. */
export function findCompacted(conversation: Conversation): string | undefined {
  const { head: current, heads } = conversation;
  if (current === undefined) return undefined;
  return heads.findLast((head) => findUncompacted(conversation, head) === current);
}
