import { findBranchEnd } from '../../conversation/branches.ts';
import { isSummary, type Turn } from '../../conversation/conversation.ts';
import { listBranch } from '../../conversation/current-branch.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { formatAge } from '../../output/age.ts';
import { cutToWidth } from '../../terminal/cell-width.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { type Density, separator, toDensity } from '../gutter.ts';
import { toPlainWords } from '../plain-words.ts';
import { moveTo, nameWayBack } from './branches.ts';
import { tellCutOff, tellModel, tellName, tellStay } from './conversation.ts';
import { toName } from './pick-conversation.ts';
import type { SlashCommand } from './slash-command.ts';

export const searchCommand: SlashCommand = {
  name: 'search',
  label: 'search conversations',
  parameters: '<words>',
  description: 'search all conversations, and continue one',
  group: 'conversation',
  details: ['<words> must all occur in one turn. Words in double quotes must stand together.'],
  shell: 'copilot-cli sessions search WORDS',
  run: searchConversations,
};

/** The most conversations in the list, the newest first. */
const mostFound = 100;

async function searchConversations(app: ReplApp, words: string): Promise<void> {
  const { store, dialogs, transcript, context } = app;
  if (!/[^\s"]/.test(words))
    throw new CliError('usage', '/search needs words', {
      hint: 'For example: /search regular expression; words in double quotes stand together.',
    });
  const { total, found } = store.search(words, { limit: mostFound });
  if (!app.isSaved) transcript.notice('This conversation is not saved, and so it is not searched.');
  if (total === 0) return transcript.notice('Nothing was found.');
  const now = context.now();
  const density = toDensity(app.screenSize.columns);
  const items = found.map(({ summary, turn, snippet }) => {
    const words = toOneLine(toPlainWords(`${toLead(snippet.before)}${snippet.match}${snippet.after}`));
    const who = turn.role !== 'user' ? turn.model : isSummary(turn) ? 'summary' : 'you';
    const age = formatAge(turn.at, now);
    return {
      text: cutToWidth(toName(summary), longestName[density]),
      ...(density === 'narrow'
        ? { description: [words, who, age].join(separator) }
        : // Hits of one conversation differ in the words found, so these are not cut for the facts.
          { cells: [age], description: turn.role === 'user' ? `${who}: ${words}` : words }),
      isCurrent: summary.id === app.session.file.conversation.id,
      id: summary.id,
      turn,
    };
  });
  const more = total > found.length ? `, the newest ${found.length}` : '';
  const turns = describeCount(total, 'turn');
  const picked = await dialogs.pick(`Found ${turns}${more}. Continue at which one?`, items);
  if (picked) await goToTurn(app, picked);
  else tellStay(app);
}

/** The hit says more than the name, in cells. */
const longestName: Record<Density, number> = { narrow: 14, usual: 20, wide: 40 };

/** How much stands before a hit, so that the hit is still seen in a narrow window. */
const longestLead = 12;

function toLead(before: string): string {
  return before.length <= longestLead
    ? before
    : `…${before.slice(-longestLead).replace(/^[\udc00-\udfff]/, '')}`;
}

/** The prompts behind a hit that are shown with it. */
const shownBehind = 2;

/** Continues the conversation on a branch with this turn, and shows the turn and the end. */
async function goToTurn(app: ReplApp, { id, turn: { id: hit } }: { id: string; turn: Turn }): Promise<void> {
  const { session, transcript } = app;
  app.cancelRevision();
  if (id !== session.file.conversation.id) app.openConversation(app.store.open(id, { save: app.isSaved }));
  const { conversation } = session.file;
  const isHit = (turn: Turn): boolean => turn.id === hit || turn.copyOf === hit;
  const isElsewhere = !listBranch(conversation).some(isHit);
  const left = conversation.head;
  if (isElsewhere) moveTo(app, findBranchEnd(conversation, hit));
  const branch = listBranch(conversation);
  const prompts = branch.flatMap(({ role }, index) => (role === 'user' ? index : []));
  const at = branch.findIndex(isHit);
  const begin = prompts.findLast((index) => index <= at) ?? at;
  const behind = prompts.filter((index) => index > at);
  const hidden = behind.length - shownBehind;
  if (hidden > 0) {
    await app.printTurns({ turns: branch.slice(begin, behind[0]), isWhole: begin <= 0 });
    transcript.notice(`${describeCount(hidden, 'prompt')} later:`);
    await app.printTurns({ turns: branch.slice(behind[hidden]), isWhole: true }, { endIsTold: true });
  } else
    await app.printTurns(
      { turns: branch.slice(Math.max(0, begin)), isWhole: begin <= 0 },
      { endIsTold: true },
    );
  tellName(app);
  if (isElsewhere && left !== undefined) transcript.notice(nameWayBack('The branch that was in use'));
  tellCutOff(app);
  tellModel(app);
}
