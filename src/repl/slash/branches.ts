import { type Fork, isSummary, listForks, type Way } from '../../conversation/branches.ts';
import { type Conversation, toPlainText, toPrompt } from '../../conversation/conversation.ts';
import { formatAge } from '../../output/age.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { toPlainWords } from '../plain-words.ts';
import type { SlashCommand } from './slash-command.ts';

export const branchesCommand: SlashCommand = {
  name: 'branches',
  label: 'go to another branch',
  parameters: '',
  description: 'show where the conversation has branches, and continue another one',
  group: 'conversation',
  details: [
    '/retry, /edit, /undo, /compare and /compact make branches, as does a second program on the same conversation. None is lost.',
  ],
  run: chooseBranch,
};

/** The way back to what stays on another branch, as every command names it. */
export function nameWayBack(what: string): string {
  return `${what} stays: /branches`;
}

async function chooseBranch(app: ReplApp): Promise<void> {
  const { session, dialogs, transcript } = app;
  const { head } = session.file.conversation;
  const whole = readWhole(app);
  const forks = listForks(whole.conversation, head);
  if (forks.length === 0)
    return transcript.notice('There is only one branch. /retry, /edit and /compare make others.');
  const now = app.context.now();
  const items = forks.flatMap((fork) => fork.ways.map((way) => ({ ...describeWay(fork, way, now), way })));
  const inUse = items.findLastIndex(({ way }) => way.isInUse);
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

const wordsLength = 60;

function describeWay({ number }: Fork, { turn, model, isInUse }: Way, now: number) {
  const isPrompt = turn.role === 'user';
  const said = (isPrompt ? toPrompt(turn) : toPlainText(turn)).trimStart();
  const words = toOneLine(toPlainWords(said.slice(0, 4 * wordsLength))).slice(0, wordsLength);
  const place = isSummary(turn) ? 'summary' : `${isPrompt ? 'prompt' : 'answer'} ${number}`;
  return {
    text: words === '' ? '(no text)' : words,
    cells: [place, model ?? '', formatAge(turn.at, now)],
    description: '',
    isCurrent: isInUse,
  };
}

/** Continues after another turn of the tree, and shows the branch. */
export async function goTo(app: ReplApp, head: string, notice: string): Promise<void> {
  app.cancelRevision();
  app.session.moveTo(head);
  await app.printHistory();
  app.transcript.notice(notice);
}
