import { listBranch } from '../../conversation/conversation.ts';
import { listOffered } from '../../copilot/catalogue.ts';
import type { Model } from '../../copilot/model.ts';
import { checkAnswers, findModel } from '../../copilot/model-choice.ts';
import { CliError } from '../../errors.ts';
import { formatUsage } from '../../output/usage.ts';
import { type PromptText, sliceText } from '../../prompt-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import { createHandlers, printFailure, printSaid, showAnswer } from '../turns/run-turn.ts';
import { loadCatalogue } from './model.ts';
import type { SlashCommand } from './slash-command.ts';

export const compareCommand: SlashCommand = {
  name: 'compare',
  parameters: '<model> <model> [prompt]',
  description: 'ask two models the same, and choose the answer to continue with; both are kept',
  group: 'answers',
  details: ['Without [prompt], both answer your last prompt. Both requests count as yours and are charged.'],
  complete: async ({ session }) => {
    const { models } = await session.fetchCatalogue();
    return listOffered(models).map(({ id, name }) => ({ text: id, description: name }));
  },
  run: compareModels,
};

/** An answer, as a branch of its own. */
type Rival = { model: Model; head: string };

/** Asks two models at the same time. Both answers are kept; the person chooses which one to continue. */
async function compareModels(app: ReplApp, words: string, typed: PromptText): Promise<void> {
  const { session, transcript } = app;
  const [, first, second, prompt = ''] = /^(\S+)\s+(\S+)(?:\s+([\s\S]+))?$/.exec(words) ?? [];
  if (first === undefined || second === undefined)
    throw new CliError('usage', '/compare needs two models', {
      hint: 'Type /compare MODEL MODEL, and a prompt if it is not the last one; /models lists them.',
    });
  const catalogue = await loadCatalogue(app);
  if (!catalogue) return;
  const models = [first, second].map((name) => findModel(name, catalogue));
  for (const model of models) checkAnswers(model);
  const [one, other] = models;
  if (one?.id === other?.id) throw new CliError('usage', `${one?.id} cannot be compared with itself`);
  const said = await sayOrFind(app, sliceText(typed, words.length - prompt.length));
  if (said === undefined) return;
  const rivals = await app.work(`Asking ${models.map(({ id }) => id).join(' and ')}`, (signal) =>
    askAll(app, { models, said, signal }),
  );
  const chosen = await choose(app, rivals ?? []);
  if (!chosen) return;
  session.moveTo(chosen.head);
  session.switchTo(chosen.model);
  transcript.notice(`You continue with the answer of ${chosen.model.id}; /retry and /edit lead back.`);
}

/** The id of the prompt that the models answer: a new one, or the last one. */
async function sayOrFind(app: ReplApp, prompt: PromptText): Promise<string | undefined> {
  const { session, transcript } = app;
  const { conversation } = session.file;
  if (prompt.text !== '') {
    transcript.printPrompt(prompt.text);
    const said = await app.work('Asking', (signal) => session.say(prompt, signal));
    if (said) printSaid(transcript, said);
    return conversation.head;
  }
  const last = listBranch(conversation).findLast(({ role }) => role === 'user');
  if (!last)
    throw new CliError('usage', 'nothing was said yet', { hint: 'Add a prompt: /compare A B PROMPT' });
  return last.id;
}

type Comparison = { models: readonly Model[]; said: string; signal: AbortSignal };

/** If one model fails, the other still answers. */
async function askAll(app: ReplApp, { models, said, signal }: Comparison): Promise<Rival[]> {
  const { session, transcript, dispatch, look, context } = app;
  const { file } = session;
  session.moveTo(said);
  const handlers = createHandlers({ transcript, dispatch, now: context.now, signal });
  const asked = await Promise.all(
    models.map(async (model) => ({ model, events: prefetch(await session.request(model, handlers)) })),
  );
  const rivals: Rival[] = [];
  for (const [index, { model, events }] of asked.entries()) {
    // The second answer was held back, so its speed is unknown.
    const now = index === 0 ? context.now : () => 0;
    transcript.print([look.theme.paint('heading', toOneLine(model.id))]);
    session.moveTo(said);
    const outcome = { answered: false };
    try {
      await showAnswer(
        file.record(events, { model: model.id }),
        { getModel: () => model, transcript, dispatch, now },
        outcome,
      );
    } catch (error) {
      transcript.endAnswer();
      if (signal.aborted) throw error;
      printFailure(transcript, error);
      if (app.state.queue.length > 0) dispatch({ type: 'held', isHeld: true });
    }
    const { head, turns } = file.conversation;
    if (!outcome.answered || head === undefined) continue;
    const turn = turns.get(head);
    transcript.notice(formatUsage(turn?.role === 'assistant' ? turn.usage : undefined));
    rivals.push({ model, head });
  }
  return rivals;
}

async function choose({ dialogs }: ReplApp, rivals: readonly Rival[]): Promise<Rival | undefined> {
  if (rivals.length < 2) return rivals[0];
  const items = rivals.map((rival) => ({ text: rival.model.id, description: '', rival }));
  const picked = await dialogs.pick('Continue with which answer?', items);
  return picked?.rival ?? rivals[0];
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
