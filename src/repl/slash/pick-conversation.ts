import { isSummary, toPrompt } from '../../conversation/conversation.ts';
import type { ConversationStore } from '../../conversation/store.ts';
import { listChats, type Summary } from '../../conversation/summaries.ts';
import { CliError } from '../../errors.ts';
import { formatAge } from '../../output/age.ts';
import { cutToWidth } from '../../terminal/cell-width.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { toPlainWords } from '../plain-words.ts';
import { tellApart } from '../tell-apart.ts';

/** In cells: less than a title, which is cut without a sign of it. */
const longestName = 78;
/** What a row has besides its name: the marks, the age and the gaps. */
const besideName = 22;

/** Undefined if the person picks none. */
export async function pickConversation(app: ReplApp): Promise<Summary | undefined> {
  const summaries = listChats(app.store.list());
  if (summaries.length === 0) throw new CliError('usage', 'there are no conversations yet');
  const now = app.context.now();
  const rows = summaries.map((summary, index) => ({ text: toName(summary), summary, index }));
  const items = tellApart(rows, {
    room: Math.min(longestName, app.screenSize.columns - besideName),
    facts: [
      ({ summary }) => findLastPrompt(app.store, summary),
      ({ summary }) => summary.model ?? '',
      ({ index }) => `#${index + 1}`,
    ],
  }).map(({ text, summary }) => ({
    text: cutToWidth(text, longestName),
    // Not as a description, which is cut before a name is.
    cells: [formatAge(summary.updatedAt, now)],
    description: '',
    isCurrent: summary.id === app.session.file.conversation.id,
    summary,
  }));
  return (await app.dialogs.pick('Continue which conversation?', items))?.summary;
}

/** How many turns of the end are searched for a prompt. */
const mostTurns = 20;

/** Empty if the conversation cannot be read: it does not hide the others. */
function findLastPrompt(store: ConversationStore, { id }: Summary): string {
  try {
    const turns = store.readRecent(id, { count: mostTurns })?.turns ?? [];
    const last = turns.findLast((turn) => turn.role === 'user' && !isSummary(turn));
    // The first prompt is the name already.
    return last?.parent === undefined
      ? ''
      : toOneLine(toPlainWords(toPrompt(last).slice(0, 4 * longestName)));
  } catch {
    return '';
  }
}

/** A name is as the person chose it. The first words of a prompt may be Markdown. */
export function toName({ id, name, title }: Summary): string {
  return toOneLine(name ?? toPlainWords(title)) || id;
}
