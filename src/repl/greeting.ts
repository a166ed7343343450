import { opendirSync } from 'node:fs';
import { findModelInUse } from '../chat/request.ts';
import { isAnswer } from '../conversation/conversation.ts';
import { listChats } from '../conversation/summaries.ts';
import { describeCount } from '../describe-count.ts';
import { showControls, toOneLine } from '../terminal-text.ts';
import type { ReplApp } from './app.ts';
import { maxTurns } from './earlier-turns.ts';
import { separator, toDensity } from './gutter.ts';
import type { Ending, LeftPrompt } from './history-keys.ts';
import type { Look } from './look.ts';
import { isSignedOut } from './slash/account.ts';
import { resume, tellWhere } from './slash/conversation.ts';
import type { KeptAlone } from './turns/kept-attachments.ts';

export type GreetingOptions = {
  model: string | undefined;
  /** The conversation to continue. It is opened here because a long one takes a while. */
  goesOnWith: string | undefined;
  /** Whether to ask which conversation to continue. */
  picksConversation: boolean;
};

/** Prints the first lines: the program and its help, or the end of the conversation that is continued. */
export async function greet(
  app: ReplApp,
  { model, goesOnWith, picksConversation }: GreetingOptions,
): Promise<void> {
  const { file } = app.session;
  if (goesOnWith !== undefined) await goOn(app, goesOnWith);
  else if (picksConversation && listChats(app.store.list()).length > 0) {
    // Whoever wanted an earlier conversation wants no new one.
    if (!(await resume(app, ''))) return app.leave();
  }
  if (app.session.file !== file) return;
  const { conversation } = file;
  if (conversation.head !== undefined) {
    await app.printHistory({ endIsTold: true });
    tellWhere(app);
    return;
  }
  introduce(app, model ?? findModelInUse(conversation) ?? app.context.settings.get('model').value);
}

/** One line, and for somebody who may not know the chat three more about what it can do. Nothing follows that was not asked for. */
function introduce(app: ReplApp, model: string | undefined): void {
  const { context, dispatch, look, store, transcript } = app;
  const isFirst = store.listIds().length === 0;
  if (isFirst) dispatch({ type: 'newcomer' });
  const asked = model === undefined ? undefined : toOneLine(model);
  dispatch({ type: 'facts', facts: { asked } });
  // The status line shows the model, if there is one.
  const isInEdge = context.io.stdout.canRedraw && look.statusFields.includes('model');
  const title =
    look.theme.paint('strong', `copilot-cli ${context.version}`) +
    look.theme.paint('dim', asked === undefined || isInEdge ? '' : separator + asked);
  const abilities = isFirst || isSignedOut(context) || isEmptyFolder(context.cwd) ? listAbilities(app) : [];
  transcript.print([title, ...abilities.map((line) => look.theme.paint('dim', line))]);
}

function listAbilities({ transcript }: ReplApp): string[] {
  return toDensity(transcript.textColumns) === 'narrow'
    ? [
        'Ask anything. Conversations are kept.',
        '@file and !command add to a prompt.',
        '/ commands, ? keys, Ctrl+D leaves.',
      ]
    : [
        'Ask anything. The conversation is kept on this machine.',
        '@file adds a file or a folder, !command the output of a command.',
        '/ lists the commands, ? the keys; Ctrl+D leaves.',
      ];
}

/** A folder that cannot be read has nothing to ask about, either. */
function isEmptyFolder(path: string): boolean {
  try {
    const folder = opendirSync(path);
    try {
      let entry = folder.readSync();
      while (entry?.name === '.git') entry = folder.readSync();
      return entry === null;
    } finally {
      folder.closeSync();
    }
  } catch {
    return true;
  }
}

/** Shows the end of a conversation at once, and then opens all of it. */
async function goOn(app: ReplApp, id: string): Promise<void> {
  const { store, isSaved } = app;
  const recent = store.readRecent(id, { count: maxTurns });
  if (recent) await app.printTurns(recent, { endIsTold: true });
  const file = await app.work('Opening the conversation', (signal) =>
    store.openInSteps(id, { save: isSaved, signal }),
  );
  if (!file) {
    app.transcript.notice('The conversation was not opened; this is a new one.', 'warning');
    return;
  }
  app.openConversation(file);
  if (!recent) await app.printHistory({ endIsTold: true });
  tellWhere(app);
}

/**
 * Prints the last lines: what was not sent, and how to continue the conversation. What could not be kept is printed whole: the terminal is
 * the last place that has it.
 */
export async function sayGoodbye(app: ReplApp, ending: Ending): Promise<void> {
  const { context, look } = app;
  const count = (from: LeftPrompt['from']): number => ending.kept.filter((one) => one.from === from).length;
  const alone = bringsBack(app) ? app.findAlone() : undefined;
  const lines = [
    describeUnsent(app, count('queue')),
    bringsBack(app) ? describeDrafts(count('draft')) : undefined,
    alone && count('attachments') > 0 ? describeKept(alone) : undefined,
    alone && describeLost(alone),
    describeUnsaved(app),
    describeReturn(app),
  ];
  const text = [
    describeUnkept(ending, look),
    ...lines.map((line) => line && `${look.theme.paint('dim', line)}\n`),
  ].join('');
  // If the terminal is gone, nobody reads this.
  if (text !== '') await context.io.stdout.write(text).catch(() => {});
}

/** Whether the next chat has it at Up. In the plain chat the terminal edits the lines, and it has no history. */
function bringsBack({ context, isSaved }: ReplApp): boolean {
  return isSaved && context.io.stdout.canRedraw;
}

function describeUnkept({ unkept, reason }: Ending, { theme }: Look): string | undefined {
  if (unkept.length === 0) return undefined;
  const sentence = `${describeCount(unkept.length, 'prompt')} that you did not send could not be kept for the next chat: ${reason}.`;
  const texts = unkept.map(({ prompt }) => `\n${showControls(prompt.text).trimEnd()}\n`);
  return `${theme.paint('warning', sentence)}\n${texts.join('')}\n`;
}

function describeUnsent(app: ReplApp, count: number): string | undefined {
  if (count === 0) return undefined;
  const [verb, it] = count === 1 ? ['was', 'it'] : ['were', 'them'];
  const way = bringsBack(app) ? `; Up brings ${it} back next time` : '';
  return `${describeCount(count, 'queued prompt')} ${verb} not sent${way}.`;
}

function describeDrafts(count: number): string | undefined {
  if (count > 1) return `Your ${count} drafts were not sent; Up brings them back next time.`;
  return count === 1 ? 'Your draft was not sent; Up brings it back next time.' : undefined;
}

/** The most names in a sentence. */
const mostNames = 3;

function describeKept({ kept }: KeptAlone): string | undefined {
  if (kept.length === 0) return undefined;
  const more = kept.length > mostNames ? ` and ${kept.length - mostNames} more` : '';
  const names = kept.slice(0, mostNames).map(toOneLine).join(', ') + more;
  return kept.length === 1
    ? `Your attachment ${names} was not sent; Up brings it back next time.`
    : `Your attachments ${names} were not sent; Up brings them back next time.`;
}

function describeLost({ lost }: KeptAlone): string | undefined {
  return lost.length === 0 ? undefined : `Not sent, and not kept: ${lost.map(toOneLine).join(', ')}.`;
}

function describeUnsaved({ store }: ReplApp): string | undefined {
  const count = store.catchUp();
  return count === 0 ? undefined : `${describeCount(count, 'conversation')} could not be saved whole.`;
}

function describeReturn({ session, store, isSaved }: ReplApp): string | undefined {
  const { conversation } = session.file;
  // A prompt that nobody answered is in the history.
  if (!isSaved || ![...conversation.turns.values()].some(isAnswer)) return undefined;
  // It was deleted meanwhile, or could never be written.
  if (!store.listIds().includes(conversation.id))
    return 'This conversation cannot be continued: it is not saved.';
  return `To continue this conversation: copilot-cli chat --resume ${conversation.id}`;
}
