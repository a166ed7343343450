import { type Fork, listForks, type Way } from '../../conversation/branches.ts';
import {
  type Conversation,
  isSummary,
  listCalls,
  type Turn,
  toPlainText,
  toPrompt,
} from '../../conversation/conversation.ts';
import { listBranch } from '../../conversation/current-branch.ts';
import { describeCount } from '../../describe-count.ts';
import { formatAge } from '../../output/age.ts';
import { cutToWidth } from '../../terminal/cell-width.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { describeCall } from '../calls/describe-call.ts';
import { type Density, toDensity } from '../gutter.ts';
import { toPlainWords } from '../plain-words.ts';
import { tellApart } from '../tell-apart.ts';
import type { SlashCommand } from './slash-command.ts';

export const branchesCommand: SlashCommand = {
  name: 'branches',
  label: 'go to another branch',
  parameters: '',
  description: 'show where the conversation has branches, and continue another one',
  group: 'conversation',
  details: [
    '/retry, /edit, /undo, /compare and /compact make branches, as does a second program on the same conversation. None is lost.',
    '/branch makes none: its copy is another conversation, which /sessions lists.',
  ],
  run: chooseBranch,
};

/** The way back to what stays on another branch, as every command names it. */
export function nameWayBack(what: string, { isMany = false } = {}): string {
  return `${what} ${isMany ? 'stay' : 'stays'}: /branches`;
}

async function chooseBranch(app: ReplApp): Promise<void> {
  const { session, dialogs, transcript } = app;
  const { head } = session.file.conversation;
  const whole = readWhole(app);
  const forks = listForks(whole.conversation, head);
  if (forks.length === 0)
    return transcript.notice(
      whole.conversation.isCopy
        ? 'This copy has only one branch; /sessions lists the original. /retry, /edit and /compare make others.'
        : 'There is only one branch. /retry, /edit and /compare make others.',
    );
  const items = listWays(app, whole.conversation, forks);
  const inUse = items.findIndex(({ isCurrent }) => isCurrent);
  const picked = await dialogs.pick('Continue which branch?', items, Math.max(0, inUse), {
    columns: ['Starts at', 'Model', 'When'],
  });
  if (!picked) return transcript.notice('You stay on this branch.');
  if (picked.way.isInUse) return transcript.notice('You are on this branch.');
  if (whole.conversation !== session.file.conversation) app.openConversation(whole);
  await goTo(app, picked.way.end, nameWayBack('The branch that you left'));
}

/** The open conversation, with what a second program has added to it since. */
function readWhole({ session, store, isSaved }: ReplApp): ReplApp['session']['file'] {
  const { file } = session;
  const { id, turns } = file.conversation;
  if (!isSaved || !store.listIds().includes(id)) return file;
  const fresh = store.open(id, { save: isSaved });
  const isNewer = fresh.conversation.turns.size > turns.size;
  // What could not be written, on a full disk, is only in memory.
  return isNewer && hasAll(fresh.conversation, turns) ? fresh : file;
}

function hasAll({ turns }: Conversation, wanted: Conversation['turns']): boolean {
  return [...wanted.keys()].every((id) => turns.has(id));
}

/** The ways of all forks as rows of a list. The last one in use is the branch; those before it lead there. */
function listWays({ context, screenSize }: ReplApp, conversation: Conversation, forks: readonly Fork[]) {
  const now = context.now();
  const density = toDensity(screenSize.columns);
  const rows = forks.flatMap((fork) =>
    [...listHere(conversation, fork), ...fork.ways.map((way) => ({ way, number: fork.number }))].map(
      ({ way, number }, index) => ({
        text: toWords(way.turn),
        place: describePlace(number, way.turn),
        way,
        index,
      }),
    ),
  );
  const last = rows.findLast(({ way }) => way.isInUse);
  const toModel = ({ way }: { way: Way }): string => way.model ?? '';
  return tellApart(rows, {
    // A narrow window has no column of models.
    toKey: (row) => row.place + (density === 'narrow' ? '' : toModel(row)),
    room: roomApart[density],
    facts: [toModel, ({ way }) => findLastWords(conversation, way), ({ index }) => `#${index + 1}`],
  }).map(({ text, place, way }) => ({
    text,
    cells: [place, way.model ?? '', formatAge(way.turn.at, now)],
    description: '',
    isCurrent: way === last?.way,
    way,
  }));
}

/** Where one is, if all that begins there was left: the branch in use then ends where the others begin. */
function listHere({ head, turns }: Conversation, { number, ways }: Fork): { way: Way; number: number }[] {
  const turn = head === undefined ? undefined : turns.get(head);
  const first = ways[0]?.turn;
  if (!turn || !first || first.parent !== head) return [];
  const model = turn.role === 'assistant' ? turn.model : undefined;
  return [
    {
      way: { turn, isInUse: true, end: turn.id, model },
      number: first.role === 'user' && !isSummary(first) ? number - 1 : number,
    },
  ];
}

function describePlace(number: number, turn: Turn): string {
  if (isSummary(turn)) return 'summary';
  return `${turn.role === 'user' ? 'prompt' : 'answer'} ${number}`;
}

/** In cells: as much as a wide window shows. */
const wordsLength = 100;

/** For names that are told apart, beside the columns, in cells. */
const roomApart: Record<Density, number> = { narrow: 23, usual: 27, wide: 50 };

/** The first words of a turn. What has none is described. */
function toWords(turn: Turn): string {
  if (isSummary(turn)) return 'Earlier turns, summed up';
  const said = (turn.role === 'user' ? toPrompt(turn) : toPlainText(turn)).trimStart();
  const words = toOneLine(toPlainWords(said.slice(0, 4 * wordsLength)));
  return cutToWidth(words, wordsLength) || describeWordless(turn);
}

function describeWordless(turn: Turn): string {
  if (turn.role === 'user') return `(${describeCount(turn.parts.length, 'attachment')})`;
  const calls = listCalls(turn).map(({ name, arguments: input }) => describeCall(name, input));
  return cutToWidth(toOneLine(calls.join(', ').slice(0, 4 * wordsLength)), wordsLength) || '(no answer yet)';
}

/** What was said last on this way, if anything was said after its beginning. */
function findLastWords(conversation: Conversation, { turn, end }: Way): string {
  const last = listBranch(conversation, end).findLast(({ role }) => role === 'user');
  const begin = conversation.turns.get(turn.id);
  return last && last !== begin && last.id !== begin?.parent ? toWords(last) : '';
}

/** Continues after another turn of the tree, and shows the branch. */
export async function goTo(app: ReplApp, head: string, notice: string): Promise<void> {
  app.cancelRevision();
  moveTo(app, head);
  await app.printHistory();
  app.transcript.notice(notice);
}

/** Continues after another turn of the tree. Prompts that are in the conversation again are no draft any more. */
export function moveTo(app: ReplApp, head: string): void {
  const { conversation } = app.session.file;
  const left = listBranch(conversation);
  app.session.moveTo(head);
  for (const turn of listBranch(conversation))
    if (turn.role === 'user' && !left.includes(turn)) app.takeOutOfDraft(toPrompt(turn));
}
