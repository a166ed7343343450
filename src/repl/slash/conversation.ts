import { findExisting } from '../../attachments/find-mentions.ts';
import { findLastAnswer } from '../../chat/request.ts';
import { findBranchEnd, findRedo, listForks } from '../../conversation/branches.ts';
import {
  isAnswer,
  isSummary,
  listCalls,
  toPrompt,
  toSaidPrompt,
  toTitle,
  type UserTurn,
} from '../../conversation/conversation.ts';
import { type CutRun, countPrompts, findCutRun, listBranch } from '../../conversation/current-branch.ts';
import { type ConversationStore, createTakenError } from '../../conversation/store.ts';
import { findSummary, listChats } from '../../conversation/summaries.ts';
import { findModel } from '../../copilot/model-choice.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { formatAge } from '../../output/age.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { describeCut } from '../earlier-turns.ts';
import { toMentionPlace } from '../mention-place.ts';
import { toPlainWords } from '../plain-words.ts';
import { moveTo, nameWayBack } from './branches.ts';
import { createNumberError } from './compaction.ts';
import { switchModel } from './model.ts';
import { pickConversation } from './pick-conversation.ts';
import type { SlashCommand } from './slash-command.ts';
import { askForFiles, askToRedo, listChanges, putBackFiles } from './undo-files.ts';

export const conversationCommands: readonly SlashCommand[] = [
  {
    name: 'new',
    label: 'new conversation',
    aliases: ['clear'],
    parameters: '[name]',
    description: 'begin a new conversation; this one is kept',
    group: 'conversation',
    details: ['[name] is its name in /sessions.'],
    shell: 'copilot-cli chat --session NAME',
    run: (app, name) => {
      checkName(app.store, toOneLine(name));
      const { file } = app.session;
      const hasOther = app.isSaved && file.conversation.turns.size > 0 && file.catchUp();
      app.openConversation(app.store.create({ name: toOneLine(name) || undefined, save: app.isSaved }));
      app.transcript.notice(`A new conversation.${hasOther ? ' The one before stays: /sessions' : ''}`);
    },
  },
  {
    name: 'retry',
    label: 'answer again',
    parameters: '[model]',
    description:
      'answer the last prompt again, with another model if you name one; both answers are kept; puts back files that the model changed, if you like',
    group: 'conversation',
    details: ['[model] answers from now on.'],
    run: retry,
  },
  {
    name: 'edit',
    label: 'edit an earlier prompt',
    parameters: '[number]',
    isOneWord: true,
    description: 'edit an earlier prompt and continue from there; what followed is kept as a branch',
    group: 'conversation',
    details: ['[number] counts your prompts from 1. Without it, choose from a list.'],
    keyDetails: ['Esc Esc does the same.'],
    setsDraft: (number) => number !== '',
    run: edit,
  },
  {
    name: 'undo',
    label: 'take back a turn',
    parameters: '',
    description:
      'take the last prompt and its answer out of the conversation; puts back files that the model changed, if you like',
    group: 'conversation',
    setsDraft: () => true,
    run: undo,
  },
  {
    name: 'redo',
    label: 'put a turn back',
    parameters: '',
    description: 'put back the turn that /undo took out, and what it changed in files, if you like',
    group: 'conversation',
    run: redo,
  },
  {
    name: 'branch',
    label: 'continue in a copy',
    parameters: '[name]',
    description: 'continue in a copy, which is a conversation of its own in /sessions',
    group: 'conversation',
    details: [
      '[name] is the name of the copy.',
      'It has this branch of the conversation. /branches shows the branches within one conversation.',
    ],
    shell: 'copilot-cli chat --continue --fork',
    run: copy,
  },
  {
    name: 'rename',
    label: 'name the conversation',
    parameters: '<name>',
    description: 'give this conversation a name',
    group: 'conversation',
    shell: 'copilot-cli sessions rename CONVERSATION NAME',
    run: rename,
  },
  {
    name: 'sessions',
    label: 'open a conversation',
    isChoice: true,
    aliases: ['resume'],
    parameters: '[name]',
    description: 'continue another conversation; without a name, choose from a list',
    group: 'conversation',
    details: ['[name] is a name, an id or the beginning of an id.'],
    shell: 'copilot-cli sessions list',
    complete: async ({ store }) =>
      listChats(store.list()).map(({ id, name, title }) => ({ text: name ?? id, description: title })),
    run: async (app, name) => {
      if (!(await resume(app, name))) tellStay(app);
    },
  },
];

function copy(app: ReplApp, words: string): void {
  const { store, session, isSaved, transcript } = app;
  const from = session.file.conversation;
  const isKept = session.file.catchUp();
  const name = toOneLine(words) || (from.name === undefined ? '' : toCopyName(store, from.name));
  if (from.turns.size === 0)
    throw new CliError('usage', 'there is nothing to copy yet', {
      hint: '/new begins another conversation.',
    });
  checkName(store, name);
  app.openConversation(store.create({ name: name || undefined, from, save: isSaved }));
  const { file } = session;
  file.keep();
  const title = toOneLine(toPlainWords(toTitle(file.conversation)));
  const left = listForks(from).length > 0 ? 'the original, with its other branches' : 'the original';
  const where = isSaved
    ? isKept && `/sessions lists ${left}.`
    : 'The original is gone, because this chat is not saved.';
  transcript.notice([`You are in a copy now: “${title}”.`, where].filter(Boolean).join(' '));
}

/** As the title of a copy without a name ends, which need not be the only one. */
function toCopyName(store: ConversationStore, name: string): string {
  const names = new Set(store.list().map((summary) => summary.name));
  const toName = (number: number): string => `${name} (copy${number === 1 ? '' : ` ${number}`})`;
  let number = 1;
  while (names.has(toName(number))) number += 1;
  return toName(number);
}

async function redo(app: ReplApp): Promise<void> {
  const { conversation } = app.session.file;
  const head = findRedo(conversation);
  if (head === undefined) throw new CliError('usage', 'there is nothing to put back');
  const left = listBranch(conversation);
  const back = listBranch(conversation, head);
  const tellFiles = await askToRedo(app, listChanges(back.filter((turn) => !left.includes(turn))));
  if (!tellFiles) return;
  app.cancelRevision();
  moveTo(app, head);
  await app.printHistory();
  tellFiles();
  // What was sent since is no longer on the screen.
  if (left.some((turn) => isAnswer(turn) && !back.includes(turn)))
    app.transcript.notice(nameWayBack('What you sent instead'));
}

/** Two conversations must not have the same name. Throws CliError `usage`. */
function checkName(store: ConversationStore, name: string): void {
  if (name !== '' && store.list().some((summary) => summary.name === name)) throw createTakenError(name);
}

function rename({ session, transcript, isSaved }: ReplApp, words: string): void {
  const name = toOneLine(words);
  if (name === '') throw new CliError('usage', '/rename needs a name');
  if (session.file.rename(name)) transcript.notice(`This conversation is now called ${name}.`);
  else if (isSaved) transcript.notice(`The name ${name} could not be stored.`, 'warning');
  else transcript.notice(`It is called ${name} until you leave: this conversation is not saved.`);
}

async function retry(app: ReplApp, name: string): Promise<void> {
  const { session } = app;
  const last = listBranch(session.file.conversation).findLast(({ role }) => role === 'user');
  if (!last) throw new CliError('usage', 'this conversation has no prompts yet');
  if (name !== '') switchModel(app, findModel(name, await session.fetchCatalogue()));
  const before = session.file.conversation.head;
  const cut = findCutRun(session.file.conversation);
  if (cut) {
    if (cut.head !== before) session.moveTo(cut.head);
    if (await app.ask(undefined, { goesOn: true })) app.takeOutOfDraft(toPrompt(last));
    else session.moveTo(before);
    return;
  }
  const branch = listBranch(session.file.conversation);
  const changes = listChanges(branch.slice(branch.indexOf(last)));
  const withFiles = changes.length > 0 ? await askForFiles(app, changes) : false;
  if (withFiles === undefined) return app.transcript.notice('Nothing was changed.');
  if (withFiles) await putBackFiles(app, changes);
  session.moveTo(last.id);
  // Without a new answer, the old one stays in use.
  if (!(await app.ask(undefined))) return session.moveTo(before);
  app.takeOutOfDraft(toPrompt(last));
  if (before !== last.id) app.transcript.notice(nameWayBack('The other answer'));
}

async function edit(app: ReplApp, number: string): Promise<void> {
  if (number === '') {
    if (!(await reviseEarlier(app))) app.transcript.notice('Nothing was changed.');
    return;
  }
  const said = listSaid(app);
  const turn = said[Number(number) - 1];
  if (!turn) throw createNumberError(number, said.length);
  reviseTurn(app, turn, said.indexOf(turn) + 1);
}

/** Throws CliError `usage` if there are none. */
function listSaid(app: ReplApp): UserTurn[] {
  const said = listBranch(app.session.file.conversation).filter(
    // The prompt of a summary is not the person's.
    (turn): turn is UserTurn => turn.role === 'user' && !isSummary(turn),
  );
  if (said.length === 0) throw new CliError('usage', 'this conversation has no prompts yet');
  return said;
}

/** False if the person picks no prompt. */
export async function reviseEarlier(app: ReplApp): Promise<boolean> {
  const items = listSaid(app).map((turn, index) => ({
    text: String(index + 1),
    description: toOneLine(toPlainWords(toPrompt(turn).slice(0, 400))).slice(0, 200),
    turn,
  }));
  const picked = await app.dialogs.pick('Edit which prompt?', items, items.length - 1);
  if (picked) reviseTurn(app, picked.turn, Number(picked.text));
  return picked !== undefined;
}

/** The conversation stays where it is until the person sends the edited prompt. */
function reviseTurn(app: ReplApp, turn: UserTurn, number: number): void {
  const { id: conversation } = app.session.file.conversation;
  app.dispatch({ type: 'revision', revision: { turn: turn.id, conversation, number } });
  app.setDraft(toSaidPrompt(turn));
  tellLostFiles(app, turn);
}

async function undo(app: ReplApp): Promise<void> {
  const { conversation } = app.session.file;
  const last = listBranch(conversation).findLast((turn): turn is UserTurn => turn.role === 'user');
  if (!last) throw new CliError('usage', 'there is no prompt to remove');
  const branch = listBranch(conversation);
  const changes = listChanges(branch.slice(branch.indexOf(last)));
  const withFiles = changes.length > 0 ? await askForFiles(app, changes) : false;
  if (withFiles === undefined) return;
  app.cancelRevision();
  app.session.moveTo(last.parent);
  if (last.parent === undefined) app.transcript.notice('The conversation is empty again.');
  await app.printHistory();
  app.setDraft(toSaidPrompt(last));
  tellLostFiles(app, last);
  if (withFiles) await putBackFiles(app, changes);
  app.transcript.notice('The last prompt is removed. Edit and send it, or restore it with /redo.');
}

/** Moves to before the prompt that is being edited, now that it is sent. False if another conversation or branch is open by now. */
export function applyRevision(app: ReplApp): boolean {
  const { revision } = app.state;
  if (!revision) return false;
  app.dispatch({ type: 'revision', revision: undefined });
  const { conversation } = app.session.file;
  const turn = listBranch(conversation).find(({ id }) => id === revision.turn);
  if (conversation.id !== revision.conversation || !turn) return false;
  app.session.moveTo(turn.parent);
  // A prompt without an answer is not a branch.
  const wayBack = findBranchEnd(conversation, turn.id) === turn.id ? '' : ` ${nameWayBack('What followed')}`;
  app.transcript.notice(`Replaces prompt ${revision.number}.${wayBack}`);
  return true;
}

/** What the prompt mentions is part of its text. Other attachments are not. */
function tellLostFiles(app: ReplApp, turn: UserTurn): void {
  if (turn.parts.length < 2) return;
  const { found } = findExisting(toSaidPrompt(turn), toMentionPlace(app));
  app.transcript.notice(
    found.length === 0
      ? 'Its attachments are not restored; attach them again.'
      : `${found.map((path) => `@${path}`).join(', ')} is read again when it is sent; other attachments are not restored.`,
  );
}

/** Continues the conversation of this name, or one that the person picks. False if they pick none. */
export async function resume(app: ReplApp, name: string): Promise<boolean> {
  const id = name === '' ? (await pickConversation(app))?.id : findSummary(app.store.list(), name)?.id;
  if (id === undefined && name !== '')
    throw new CliError('usage', `there is no conversation ${name}`, { hint: '/sessions lists them.' });
  if (id !== undefined) await goOnWith(app, id);
  return id !== undefined;
}

export function tellStay({ transcript }: ReplApp): void {
  transcript.notice('You stay in this conversation.');
}

/** Continues the conversation with this id, and shows its end. */
async function goOnWith(app: ReplApp, id: string): Promise<void> {
  app.openConversation(app.store.open(id, { save: app.isSaved }));
  await app.printHistory({ endIsTold: true });
  tellWhere(app);
  tellModel(app);
}

export function tellModel(app: ReplApp): void {
  const model = findLastAnswer(app.session.file.conversation)?.model;
  const now = app.session.model?.id;
  if (model !== undefined && now !== undefined && model !== now)
    app.transcript.notice(`The last answer came from ${model}; now ${now} answers.`);
}

/** The conversation that goes on, and whether its last answer is whole. */
export function tellWhere(app: ReplApp): void {
  tellName(app);
  tellCutOff(app);
}

export function tellName({ session, transcript, context }: ReplApp): void {
  const { conversation } = session.file;
  const turns = describeCount(countPrompts(conversation), 'turn');
  const age = formatAge(conversation.updatedAt, context.now());
  const { folder = context.cwd } = conversation;
  const more = [
    listForks(conversation).length > 0 && 'It has other branches: /branches.',
    folder !== context.cwd && `It began in ${toOneLine(folder)}.`,
  ];
  transcript.notice(
    [
      `Continuing “${toOneLine(toTitle(conversation))}”: ${turns}, the last one ${age}.`,
      ...more.filter((sentence) => sentence !== false),
    ].join(' '),
  );
}

/** Warns if the last answer is incomplete: it looks complete when it is printed again. */
export function tellCutOff({ session, transcript }: Pick<ReplApp, 'session' | 'transcript'>): void {
  const last = listBranch(session.file.conversation).at(-1);
  const cut = findCutRun(session.file.conversation);
  if (cut) {
    transcript.notice(describeCutRun(cut), 'warning');
    return;
  }
  if (!last) return;
  if (last.role === 'assistant' && last.finish !== undefined && last.failure === undefined) {
    if (listCalls(last).length > 0)
      transcript.notice('The calls of the last answer were not made; /retry asks for it again.', 'warning');
    return;
  }
  const isBegun = last.role === 'assistant' && last.parts.length > 0;
  const words = isBegun ? `The last answer ${describeCut(last)}` : 'The last prompt has no answer';
  transcript.notice(`${words}; /retry asks for it again.`, 'warning');
}

function describeCutRun({ notMade }: CutRun): string {
  const were = notMade === 1 ? 'was' : 'were';
  const calls = notMade === 0 ? '' : `, with ${describeCount(notMade, 'call')} that ${were} not made`;
  return `The last answer was cut off between its calls; /retry goes on from there${calls}.`;
}
