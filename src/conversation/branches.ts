import { type Conversation, isAnswer, isSaid, isSummary, type Turn } from './conversation.ts';
import { listBranch } from './current-branch.ts';

/** A place where the conversation goes on in several ways. */
export type Fork = {
  /** Which prompt of its branch begins here or, for answers, is answered here; from 1. */
  number: number;
  /** Oldest first. */
  ways: readonly Way[];
};

export type Way = {
  /** The first turn of the way. */
  turn: Turn;
  /** The model that answers first on it. */
  model: string | undefined;
  /** Whether the branch in use goes this way. */
  isInUse: boolean;
  /** The last turn of the branch on this way that grew last. Each branch is the end of a way. */
  end: string;
};

/**
 * All forks of the tree, in the order in which they began. What nobody answered is no way, unless it is in use. After an undo, what was taken
 * out is a way even if it is the only one. `head` is the end of the branch in use.
 */
export function listForks(conversation: Conversation, head = conversation.head): Fork[] {
  const inUse = new Set(listBranch(conversation, head).map(({ id }) => id));
  const ends = findEnds(conversation);
  const numbers = new Map<string, number>();
  const forks = new Map<string | undefined, { number: number; ways: Omit<Way, 'model'>[] }>();
  for (const turn of conversation.turns.values()) {
    const parent = toParent(conversation, turn);
    const before = parent === undefined ? 0 : (numbers.get(parent) ?? 0);
    const number = before + (isPrompt(turn) ? 1 : 0);
    numbers.set(turn.id, number);
    const end = ends.get(turn.id)?.id ?? (inUse.has(turn.id) ? head : undefined);
    if (end === undefined) continue;
    const fork = forks.get(parent) ?? { number: Math.max(1, number), ways: [] };
    fork.ways.push({ turn, isInUse: inUse.has(turn.id), end });
    forks.set(parent, fork);
  }
  return [...forks]
    .filter(([parent, { ways }]) => ways.length > 1 || parent === head)
    .map(([, { number, ways }]) => ({
      number,
      ways: ways.map((way) => ({ ...way, model: findFirstModel(conversation, way.turn, way.end) })),
    }));
}

/** The end of the branch that contains this turn and grew last; the turn itself if nothing behind it was answered. */
export function findBranchEnd(conversation: Conversation, turn: string): string {
  return findEnds(conversation).get(turn)?.id ?? turn;
}

/** For each turn with an answer in or behind it, the last turn of the branch that grew last there. */
function findEnds(conversation: Conversation): Map<string, { id: string; order: number }> {
  const ends = new Map<string, { id: string; order: number }>();
  const turns = [...conversation.turns.values()];
  // A turn comes after its parent.
  for (let order = turns.length - 1; order >= 0; order -= 1) {
    const turn = turns[order] as Turn;
    const end = ends.get(turn.id) ?? (isAnswer(turn) ? { id: turn.id, order } : undefined);
    if (!end) continue;
    ends.set(turn.id, end);
    const parent = toParent(conversation, turn);
    if (parent !== undefined && (ends.get(parent)?.order ?? -1) < end.order) ends.set(parent, end);
  }
  return ends;
}

/** Whether this is a prompt of the person, or a copy of one. What a summary answers is not. */
function isPrompt(turn: Turn): boolean {
  return turn.role === 'user' && !isSummary(turn);
}

/** A damaged journal may name a parent that is not there. */
function toParent({ turns }: Conversation, { parent }: Turn): string | undefined {
  return parent !== undefined && turns.has(parent) ? parent : undefined;
}

function findFirstModel(conversation: Conversation, turn: Turn, end: string): string | undefined {
  if (turn.role === 'assistant') return turn.model;
  const branch = listBranch(conversation, end);
  const first = branch.slice(branch.indexOf(turn)).find(({ role }) => role === 'assistant');
  return first?.role === 'assistant' ? first.model : undefined;
}

/**
 * The head that an undo or an edit left. In this order:
 * 1. the latest head that grew from here;
 * 2. if nothing was answered since the last answer, the latest that grew from that answer;
 * 3. the latest whose branch replaces one of our prompts by another.
 */
export function findRedo(conversation: Conversation): string | undefined {
  const branch = listBranch(conversation);
  const answered = branch.findLast(isAnswer)?.id;
  const isHere = new Set(branch.map(({ id }) => id));
  const grewFrom = (start: string | undefined): string | undefined =>
    conversation.heads.findLast(
      (candidate) =>
        !isHere.has(candidate) &&
        (start === undefined || listBranch(conversation, candidate).some(({ id }) => id === start)),
    );
  return (
    grewFrom(conversation.head) ??
    (answered === conversation.head ? undefined : grewFrom(answered)) ??
    findReplaced(conversation, branch)
  );
}

/** The latest head of a branch in which another prompt replaces one of this branch. */
function findReplaced(conversation: Conversation, branch: readonly Turn[]): string | undefined {
  const isHere = new Set(branch.map(({ id }) => id));
  const prompts = new Set(branch.flatMap((turn) => (isSaid(turn) ? [turn.parent] : [])));
  return conversation.heads.findLast((candidate) => {
    const other = listBranch(conversation, candidate).filter(({ id }) => !isHere.has(id));
    const [first] = other;
    return first && isSaid(first) && prompts.has(first.parent) && other.some(isAnswer);
  });
}
