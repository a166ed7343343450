import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import { type Conversation, findSystem, type Turn, type UserTurn } from './conversation.ts';
import type { ConversationFile, NewTurn } from './conversation-file.ts';
import { listBranch } from './current-branch.ts';

/** A prompt of the person, and the turns that followed. */
export type Exchange = { prompt: UserTurn; turns: readonly Turn[] };

/** What a summary replaces, and what stays beside it. */
export type CompactionPlan = { dropped: readonly Exchange[]; kept: readonly Exchange[] };

/** The next prompt is probably about the latest exchanges. */
const keptExchanges = 2;

export function listExchanges(conversation: Conversation): Exchange[] {
  const exchanges: { prompt: UserTurn; turns: Turn[] }[] = [];
  for (const turn of listBranch(conversation)) {
    if (turn.role === 'user') exchanges.push({ prompt: turn, turns: [turn] });
    else exchanges.at(-1)?.turns.push(turn);
  }
  return exchanges;
}

/** Drops all exchanges except the last ones and the pinned ones. */
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
  /** The prompt that the summary answers. */
  prompt: string;
  text: string;
  model: string;
  usage: Usage | undefined;
  finish: FinishReason;
};

/** Continues in a branch of the summary and the kept turns. The old branch stays in the tree. */
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

/** A part of a prompt, and the text that takes its place. */
export type LeftOut = { turn: string; part: number; note: string };

/** Continues in a copy of the branch without this part. The old branch stays in the tree, as that of a summary does. */
export function leaveOut(file: ConversationFile, { turn: id, part, note }: LeftOut): void {
  const { conversation } = file;
  const { head } = conversation;
  const branch = listBranch(conversation);
  const system = findSystem(branch);
  const copies = branch.map((turn) => {
    const copy = toCopy(turn);
    if (turn.id !== id || copy.role !== 'user') return copy;
    // The typed parts are places in a text that may be another now.
    const { typed: _, ...rest } = copy;
    return { ...rest, parts: copy.parts.with(part, { type: 'text' as const, text: note }) };
  });
  const [first, ...others] = copies;
  if (first?.role !== 'user' || head === undefined) return;
  file.branchOff([{ ...first, compactedFrom: head, ...(system !== undefined && { system }) }, ...others]);
}

/** A copy without the usage, which was paid once, and without thinking, which has lost its context. */
function toCopy(turn: Turn): NewTurn {
  const copyOf = turn.copyOf ?? turn.id;
  if (turn.role === 'user') {
    const { role, parts, typed, pinned } = turn;
    return { role, parts, copyOf, ...(typed && { typed }), ...(pinned && { pinned }) };
  }
  const { role, parts, model, finish, failure, results, left } = turn;
  return {
    role,
    parts: parts.filter(({ type }) => type !== 'reasoning'),
    model,
    copyOf,
    ...(finish && { finish }),
    ...(failure !== undefined && { failure }),
    ...(left !== undefined && { left }),
    // Only the original can be undone.
    ...(results && { results: results.map(({ changes: _, ...result }) => result) }),
  };
}

/** The head before the current branch was compacted. */
export function findUncompacted(conversation: Conversation, head = conversation.head): string | undefined {
  const [first] = listBranch(conversation, head);
  const from = first?.role === 'user' ? first.compactedFrom : undefined;
  // A copy of the conversation does not have it.
  return from !== undefined && conversation.turns.has(from) ? from : undefined;
}

/** The latest head of a compaction of this branch. */
export function findCompacted(conversation: Conversation): string | undefined {
  const { head: current, heads } = conversation;
  if (current === undefined) return undefined;
  return heads.findLast((head) => findUncompacted(conversation, head) === current);
}
