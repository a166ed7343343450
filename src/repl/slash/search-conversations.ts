import { CliError } from '../../errors.ts';
import { formatAge } from '../../output/age.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { goOnWith } from './about-conversation.ts';

/** What a list shows; the newest come first. */
const mostFound = 100;

/** Finds what was said in any conversation, and goes on with the one that is picked. */
export async function searchConversations(app: ReplApp, words: string): Promise<void> {
  const { store, dialogs, transcript, context } = app;
  if (!/[^\s"]/.test(words))
    throw new CliError('usage', '/search needs words', {
      hint: 'For example: /search regular expression; words in double quotes stand together.',
    });
  const { total, found } = store.search(words, { limit: mostFound });
  if (total === 0) return transcript.notice('Nothing was found.');
  const now = context.now();
  const items = found.map(({ summary, turn, snippet }) => ({
    text: toOneLine(summary.name ?? summary.title).slice(0, 40),
    description: [
      turn.role === 'user' ? 'you' : turn.model,
      formatAge(turn.at, now),
      toOneLine(`${snippet.before}${snippet.match}${snippet.after}`),
    ].join(' · '),
    id: summary.id,
  }));
  const more = total > found.length ? `, the newest ${found.length}` : '';
  const picked = await dialogs.pick(`Found ${total}${more}. Go on with which conversation?`, items);
  if (picked && picked.id !== app.session.file.conversation.id) await goOnWith(app, picked.id);
}
