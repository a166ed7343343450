import { toPrompt } from '../../conversation/conversation.ts';
import { listBranch } from '../../conversation/current-branch.ts';
import type { Model } from '../../copilot/model.ts';
import { checkAnswers, findModel, isAnswering } from '../../copilot/model-choice.ts';
import { type Catalogue, listOffered } from '../../copilot/model-list.ts';
import type { ChatEvent } from '../../dialects/chat-event.ts';
import { CliError } from '../../errors.ts';
import { formatUsage } from '../../output/usage.ts';
import { joinTexts, type PromptText, sliceText, toTyped } from '../../prompt-text.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import type { Columns } from '../columns.ts';
import { returnPrompt } from '../return-prompt.ts';
import {
  createHandlers,
  createSent,
  followAnswer,
  printFailure,
  printSaid,
  type Sent,
  showAnswer,
} from '../turns/run-turn.ts';
import { nameWayBack } from './branches.ts';
import { loadCatalogue } from './model.ts';
import type { SlashCommand } from './slash-command.ts';

export const compareCommand: SlashCommand = {
  name: 'compare',
  label: 'ask several models',
  parameters: '<model> <model> [model] [prompt]',
  description: 'ask two or three models the same, and choose an answer to continue with; all are kept',
  group: 'answers',
  details: [
    'Without [prompt], they answer your last prompt. Each model costs one request.',
    'The answers stand beside one another if the terminal is wide enough.',
  ],
  complete: async ({ session }) => {
    const { models } = await session.fetchCatalogue();
    return listOffered(models)
      .filter(isAnswering)
      .map(({ id, name }) => ({ text: id, description: name }));
  },
  findPrompt,
  run: compareModels,
};

/** An answer of one model, as a branch of its own. */
type Rival = {
  model: Model;
  sent: Sent;
  events: AsyncIterable<ChatEvent>;
  /** Its turn. */
  head: string;
  answered: boolean;
  failure: unknown;
};

/** Asks models at the same time. All answers are kept; the person chooses which one to continue. */
async function compareModels(app: ReplApp, words: string, typed: PromptText): Promise<void> {
  const { session, transcript } = app;
  const catalogue = await loadCatalogue(app);
  if (!catalogue) return;
  const { models, prompt } = readWords(words, catalogue);
  const before = session.file.conversation.head;
  const said = await sayOrFind(app, sliceText(typed, words.length - prompt.length));
  const returnUnanswered = (): void => {
    if (prompt !== '') returnPrompt(app, joinTexts([toTyped('/compare '), typed]));
  };
  if (said === undefined) return returnUnanswered();
  const rivals = await askAll(app, { models, said }).catch((error: unknown) => {
    if (prompt !== '') session.recoverAttachments();
    throw error;
  });
  const answered = rivals.filter((rival) => rival.answered);
  // The person asked several models; that one answers from now on is a choice of its own.
  const first = answered.find(({ model }) => model.id === session.model?.id) ?? answered[0];
  // What waits may depend on the answer that did not come.
  if (answered.length < rivals.length && app.state.queue.length > 0)
    app.dispatch({ type: 'held', isHeld: true });
  const isStopped = rivals.length === 0 || rivals.some(({ failure }) => failure === stopped);
  // An answer that was there before stays in use until another one is chosen.
  const hadAnswer = prompt === '' && before !== said;
  const stay = hadAnswer ? before : (first?.head ?? said);
  session.moveTo(stay);
  if (!first || isStopped) {
    if (!first) return returnUnanswered();
    if (prompt === '') takeOutOfDraft(app, said);
    transcript.notice(nameWayBack('What was answered'));
    return;
  }
  const isAlone = answered.length === 1;
  const chosen = isAlone ? first : await choose(app, answered);
  if (!chosen) {
    // Whoever chose no answer has not gone on.
    session.moveTo(before);
    const all = nameWayBack(`The ${answered.length} answers`, { isMany: true });
    return transcript.notice(`The conversation is as it was before /compare. ${all}`);
  }
  session.moveTo(chosen.head);
  if (prompt === '') takeOutOfDraft(app, said);
  session.switchTo(chosen.model);
  const others = answered.length - 1 + (hadAnswer ? 1 : 0);
  const wayBack = others === 0 ? '' : ` ${nameOthers(others)}`;
  transcript.notice(`The conversation continues after the answer of ${chosen.model.id}.${wayBack}`);
}

/** The last prompt has an answer now. */
function takeOutOfDraft(app: ReplApp, said: string): void {
  const turn = app.session.file.conversation.turns.get(said);
  if (turn) app.takeOutOfDraft(toPrompt(turn));
}

function nameOthers(count: number): string {
  return count === 1 ? nameWayBack('The other answer') : nameWayBack(`The ${count} others`, { isMany: true });
}

/** What follows two names. A third one mentions nothing. */
function findPrompt(said: PromptText): PromptText {
  const { length } = /^(?:\/compare\s+)?\S+\s+\S+(?:\s+|$)/.exec(said.text)?.[0] ?? said.text;
  return sliceText(said, length);
}

/** Throws CliError `usage` without two models, `model` or `forbidden` if one of them cannot answer. */
function readWords(words: string, catalogue: Catalogue): { models: Model[]; prompt: string } {
  // The command is easily pasted or typed twice.
  const named = words.replace(/^\/compare(?:\s+|$)/, '');
  const [, first, second, rest = ''] = /^(\S+)\s+(\S+)(?:\s+([\s\S]+))?$/.exec(named) ?? [];
  if (first === undefined || second === undefined)
    throw new CliError('usage', '/compare needs two models', {
      hint: 'Type /compare MODEL MODEL, and a prompt if it is not the last one; /models lists them.',
    });
  const [, third = '', behind = ''] = /^(\S+)(?:\s+([\s\S]+))?$/.exec(rest) ?? [];
  const other = findThird(third, behind === '', catalogue);
  const models = [...[first, second].map((name) => findModel(name, catalogue)), ...(other ? [other] : [])];
  for (const model of models) checkAnswers(model);
  const twice = models.find((model, index) => models.findIndex(({ id }) => id === model.id) < index);
  if (twice) throw new CliError('usage', `${twice.id} cannot be compared with itself`);
  return { models, prompt: other ? behind : rest };
}

/** A third word is a model if it is the whole id of one or, with nothing behind it, fits exactly one. Otherwise the prompt begins with it. */
function findThird(word: string, isLast: boolean, catalogue: Catalogue): Model | undefined {
  if (word === '') return undefined;
  const whole = catalogue.models.find(({ id }) => id === word.toLowerCase());
  if (whole || !isLast) return whole;
  try {
    return findModel(word, catalogue);
  } catch {
    return undefined;
  }
}

/** The id of the prompt that the models answer: a new one, or the last one. */
async function sayOrFind(app: ReplApp, prompt: PromptText): Promise<string | undefined> {
  const { session, transcript } = app;
  const { conversation } = session.file;
  if (prompt.text !== '') {
    // It stands in the echo of the command.
    const said = await app.work('Asking', (signal) => session.say(prompt, signal));
    if (said) printSaid(transcript, said);
    return said && conversation.head;
  }
  const last = listBranch(conversation).findLast(({ role }) => role === 'user');
  if (!last)
    throw new CliError('usage', 'this conversation has no prompts yet', {
      hint: 'Add a prompt: /compare A B PROMPT',
    });
  return last.id;
}

/** The failure of an answer that the person stopped. */
const stopped = Symbol('stopped');

/** Asks all models and shows their answers. If one fails, the others still answer. Esc stops all. */
async function askAll(
  app: ReplApp,
  { models, said }: { models: readonly Model[]; said: string },
): Promise<Rival[]> {
  const { transcript } = app;
  const rivals: Rival[] = [];
  await app.work(`Asking ${listNames(models)}`, async (signal) => {
    rivals.push(...(await begin(app, { models, said, signal })));
    // The name of each answer is a block of its own, the first one, too.
    transcript.endCommand();
    const columns = transcript.beginColumns(models.map(({ id }) => toOneLine(id)));
    if (columns)
      await Promise.all(rivals.map((rival, at) => showInColumn(app, rival, { columns, at, signal })));
    else for (const [at, rival] of rivals.entries()) await showBelow(app, rival, { isHeld: at > 0, signal });
    transcript.endAnswer();
    signal.throwIfAborted();
  });
  for (const { failure } of rivals)
    if (failure !== undefined && failure !== stopped) printFailure(transcript, failure);
  return rivals;
}

function listNames(models: readonly Model[]): string {
  const names = models.map(({ id }) => id);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Sends all requests at once. Every answer is recorded from its first word on, also one that is shown later. */
async function begin(
  { session, transcript, dispatch, context }: ReplApp,
  { models, said, signal }: { models: readonly Model[]; said: string; signal: AbortSignal },
): Promise<Rival[]> {
  const { file } = session;
  session.moveTo(said);
  const handlers = createHandlers({ transcript, dispatch, now: context.now, signal });
  const asked = await Promise.all(
    models.map(async (model) => {
      const sent = createSent();
      return { model, sent, events: await session.request(model, { ...handlers, onSent: sent.note }) };
    }),
  );
  return asked.map(({ model, sent, events: source }) => {
    session.moveTo(said);
    const events = prefetch(file.record(source, { model: model.id }));
    return { model, sent, events, head: file.conversation.head ?? said, answered: false, failure: undefined };
  });
}

async function showInColumn(
  { session, dispatch, context }: ReplApp,
  rival: Rival,
  { columns, at, signal }: { columns: Columns; at: number; signal: AbortSignal },
): Promise<void> {
  const { model, sent } = rival;
  const addText = (text: string): void => columns.addText(at, text);
  const shown = { addText, addReasoning: () => {}, getModel: () => model, sent, dispatch, now: context.now };
  try {
    await followAnswer(rival.events, shown, rival);
  } catch (error) {
    rival.failure = signal.aborted ? stopped : error;
  }
  const end =
    rival.failure === undefined ? describeCost(session, rival) : signal.aborted ? 'stopped' : 'failed';
  columns.endColumn(at, ['', ...wrapText(end, columns.width)]);
}

async function showBelow(
  app: ReplApp,
  rival: Rival,
  { isHeld, signal }: { isHeld: boolean; signal: AbortSignal },
): Promise<void> {
  const { session, transcript, dispatch, look, context } = app;
  const { model, sent } = rival;
  transcript.print([look.theme.paint('heading', toOneLine(model.id))]);
  try {
    // The speed of an answer that was held back behind another one is unknown.
    const now = isHeld ? () => 0 : context.now;
    await showAnswer(rival.events, { getModel: () => model, sent, transcript, dispatch, now }, rival);
    transcript.notice(describeCost(session, rival));
  } catch (error) {
    transcript.endAnswer();
    rival.failure = signal.aborted ? stopped : error;
  }
}

function describeCost({ file }: ReplApp['session'], { head }: Rival): string {
  const turn = file.conversation.turns.get(head);
  return formatUsage(turn?.role === 'assistant' ? turn.usage : undefined);
}

async function choose({ dialogs }: ReplApp, rivals: readonly Rival[]): Promise<Rival | undefined> {
  const items = rivals.map((rival) => ({ text: rival.model.id, description: '', rival }));
  return (await dialogs.pick('Continue with which answer?', items))?.rival;
}

/** Reads a stream at once and keeps its items, so that two can arrive together and be shown in turn. An error comes after the items. */
function prefetch<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const held: T[] = [];
  let end: { error?: unknown } | undefined;
  let wake = (): void => {};

  async function readAll(): Promise<void> {
    try {
      for await (const item of source) {
        held.push(item);
        wake();
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    wake();
  }

  async function* replay(): AsyncGenerator<T> {
    for (;;) {
      const item = held.shift();
      if (item !== undefined) yield item;
      else if (end) {
        if ('error' in end) throw end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  void readAll();
  return replay();
}
