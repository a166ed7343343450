import { loadRepositoryInstructions, separateSystem } from '../../chat/say.ts';
import { checkChosenEffort, listEfforts, takesEffort, toBudget } from '../../copilot/efforts.ts';
import type { Model } from '../../copilot/model.ts';
import {
  checkAnswers,
  describeState,
  findModel,
  isAnswering,
  listByPart,
} from '../../copilot/model-choice.ts';
import { type Catalogue, listOffered } from '../../copilot/model-list.ts';
import { CliError, describeError } from '../../errors.ts';
import { formatPrice, formatTokens, isPriced, writeModelTable } from '../../output/model-list.ts';
import { untilAborted } from '../../pause.ts';
import type { ReplApp } from '../app.ts';
import { type PickItem, readOption, secondWay } from '../dialogs/dialog.ts';
import { chatWords } from '../hint-words.ts';
import { warnOfBlindness } from './attach.ts';
import { printOutput } from './print.ts';
import type { SlashCommand } from './slash-command.ts';

export const modelCommands: readonly SlashCommand[] = [
  {
    name: 'model',
    parameters: '[model]',
    isChoice: true,
    label: 'choose the model',
    description: 'ask another model from now on; without a name, choose from a list',
    group: 'model',
    details: ['[model] is the name of a model, or a part of it.'],
    keyDetails: [
      'In the list, Enter chooses for this conversation, Tab makes it the default, Left and Right change the effort.',
    ],
    shell: 'copilot-cli chat -m MODEL',
    isQuick: true,
    complete: async ({ session }) => {
      const catalogue = await session.fetchCatalogue();
      const priced = isPriced(catalogue);
      return listOffered(catalogue.models)
        .filter(isAnswering)
        .map((model) => ({
          text: model.id,
          cells: toFacts(model, priced),
          description: model.isAuto ? 'Copilot chooses' : '',
          isCurrent: model.id === session.model?.id,
        }));
    },
    run: chooseModel,
  },
  {
    name: 'models',
    parameters: '',
    label: 'list models and prices',
    description: 'list the models of the account, with their prices',
    group: 'model',
    shell: 'copilot-cli models',
    isQuick: true,
    run: printModels,
  },
  {
    name: 'effort',
    parameters: '[effort]',
    isOneWord: true,
    isChoice: true,
    label: 'how much it thinks',
    description: 'set how much the model thinks before it answers; without a word, choose from a list',
    group: 'model',
    details: [
      '[effort] is one of those that the model offers, or `default`, which leaves it to the model.',
      'Older Claude models take a number of tokens, too.',
    ],
    shell: 'copilot-cli chat --effort EFFORT',
    isQuick: true,
    complete: async ({ session: { model, effort } }) => (model ? toEffortItems(model, effort) : []),
    run: chooseEffort,
  },
  {
    name: 'system',
    parameters: '[text|none]',
    label: 'set the system prompt',
    description: 'set the system prompt from the next prompt on; without a text, show it',
    group: 'model',
    details: [
      '[text] replaces the system prompt; the conversation so far stays.',
      '[none] removes it. The instruction files of the repository are still sent.',
    ],
    shell: 'copilot-cli chat -s SYSTEM',
    complete: async () => [{ text: 'none', description: 'no system prompt from the next prompt on' }],
    run: handleSystem,
  },
];

async function handleSystem(app: ReplApp, text: string): Promise<void> {
  const { session, transcript } = app;
  if (text === 'none') session.setSystem('');
  else if (text !== '') session.setSystem(text);
  const system = await readOwnSystem(app);
  transcript.notice(
    system === '' ? 'There is no system prompt.' : `System prompt: ${system}\n/system none removes it.`,
  );
}

/** The system prompt without the instruction files before it, if the two can be separated. */
async function readOwnSystem({ context, session }: ReplApp): Promise<string> {
  const { system = '' } = session;
  const instructions = await loadRepositoryInstructions(context, {
    files: [],
    model: session.model,
    signal: context.signal,
  });
  return separateSystem(system, instructions)?.system ?? system;
}

/** The models of the account. Undefined if the person stopped waiting for them. */
export async function loadCatalogue({ session, work, transcript }: ReplApp): Promise<Catalogue | undefined> {
  const catalogue = await work('Loading the models', (signal) =>
    untilAborted(session.fetchCatalogue(), signal),
  );
  for (const problem of catalogue?.problems ?? []) transcript.notice(problem, 'warning');
  return catalogue;
}

async function chooseModel(app: ReplApp, name: string): Promise<void> {
  const catalogue = await loadCatalogue(app);
  if (!catalogue) return;
  if (name === '') return pickModel(app, catalogue);
  const found = findByPart(catalogue, name);
  if (Array.isArray(found)) await pickModel(app, { ...catalogue, models: found });
  else switchModel(app, found);
}

/** Throws CliError `model` or `forbidden` if the model cannot answer. */
export function switchModel(app: ReplApp, model: Model, { isDefault = false } = {}): void {
  const { session, transcript } = app;
  const dropped = session.switchTo(model);
  const { effort } = session;
  transcript.notice(
    [
      `${describeSince(app)} ${model.id} answers${effort === undefined ? '' : ` with effort ${effort}`}.`,
      dropped !== undefined && describeDropped(model, dropped),
      isDefault && 'New chats use it, too.',
    ]
      .filter(Boolean)
      .join(' '),
  );
  warnOfBlindness(app);
}

/** The answer that is coming keeps its model and its effort. */
function describeSince({ state }: ReplApp): string {
  return state.work ? 'From the next prompt on' : 'From now on';
}

function describeDropped(model: Model, effort: string): string {
  return `Effort ${effort} does not apply: ${listEfforts(model).length === 0 ? 'the model has none' : 'the model has others'}.`;
}

const defaultEffort = 'default';

async function pickModel(app: ReplApp, catalogue: Catalogue): Promise<void> {
  const { session, dialogs, transcript } = app;
  const priced = isPriced(catalogue);
  const items = listOffered(catalogue.models).map((model) => toModelItem(model, app, priced));
  const picked = await dialogs.pickAct('Which model?', items, {
    columns: ['Effort', 'Context', priced ? 'Credits/M in/out' : 'Requests', 'Reads'],
    ways: { enter: 'this conversation', tab: 'also new ones', word: 'always' },
  });
  if (!picked)
    return transcript.notice(
      session.model ? `The model is still ${session.model.id}.` : 'No model was chosen.',
    );
  const { item } = picked;
  const isDefault = picked.act === secondWay;
  const effort = readOption(item);
  if (effort === defaultEffort) leaveEffort(session, item.model);
  else if (effort !== undefined) session.setEffort(effort);
  if (isDefault) await makeDefault(app, item.model);
  switchModel(app, item.model, { isDefault });
}

/** An effort that the model does not take is dropped by the switch, which says so. */
function leaveEffort(session: ReplApp['session'], model: Model): void {
  if (session.effort !== undefined && takesEffort(model, session.effort)) session.setEffort(undefined);
}

async function makeDefault({ context: { settings }, transcript }: ReplApp, { id }: Model): Promise<void> {
  await settings.set('model', id);
  const { value, origin } = settings.get('model');
  if (value !== id && origin.kind === 'environment')
    transcript.notice(`${origin.name} is set and takes precedence in new chats.`, 'warning');
}

function toModelItem(model: Model, { session }: ReplApp, priced: boolean): PickItem & { model: Model } {
  const { id } = model;
  const { effort } = session;
  const words = listEfforts(model).map((choice) => choice.effort);
  const own =
    effort !== undefined && toBudget(effort) !== undefined && takesEffort(model, effort) ? [effort] : [];
  const values = [defaultEffort, ...words, ...own];
  const state = describeState(model);
  const hasOption = values.length > 1 && state === undefined;
  const facts = toFacts(model, priced);
  return {
    text: id,
    cells: hasOption ? facts : [state ?? (model.isAuto ? 'Copilot chooses' : ''), ...facts],
    description: '',
    isCurrent: id === session.model?.id,
    ...(hasOption && { option: { values, index: Math.max(0, values.indexOf(effort ?? '')) } }),
    ...(state !== undefined && { refusal: describeRefusal(model) }),
    model,
  };
}

/** Why the model cannot answer, and how to enable it. */
function describeRefusal(model: Model): string {
  try {
    checkAnswers(model);
    return '';
  } catch (error) {
    const { message, hint } = describeError(error, chatWords);
    return [`${message}.`, hint].filter(Boolean).join(' ');
  }
}

/** Finds a model by its name or a part of it. If several have the part, the person chooses among them. */
function findByPart(catalogue: Catalogue, name: string): Model | Model[] {
  try {
    return findModel(name, catalogue);
  } catch (error) {
    const having = listByPart(name, catalogue.models.filter(isAnswering));
    if (having.length < 2) throw error;
    return having;
  }
}

/** The window, the price and what else than text the model reads, in columns. */
function toFacts({ contextTokens, price, multiplier, abilities }: Model, priced: boolean): string[] {
  return [
    formatTokens(contextTokens),
    priced ? formatPrice(price) : (multiplier?.toString() ?? ''),
    abilities.includes('vision') ? 'images' : '',
  ];
}

async function printModels(app: ReplApp): Promise<void> {
  const catalogue = await loadCatalogue(app);
  if (!catalogue) return;
  await printOutput(app, (output) =>
    writeModelTable(output, catalogue.models, {
      priced: isPriced(catalogue),
      defaultId: app.session.model?.id,
      whole: '!copilot-cli models --json',
    }),
  );
}

async function chooseEffort(app: ReplApp, given: string): Promise<void> {
  const { session, dialogs, transcript } = app;
  const { model } = session;
  if (!model) throw new CliError('model', 'there is no model yet', { hint: 'Choose one with /model.' });
  const items = toEffortItems(model, session.effort);
  const isBudget = items.some(({ budget }) => budget !== undefined);
  if (given === '' && items.length === 1) checkChosenEffort(model, given);
  const effort =
    given.toLowerCase() ||
    (
      await dialogs.pick(`Reasoning effort for ${model.id}`, items, undefined, {
        columns: isBudget ? ['Tokens of thinking', ''] : [''],
      })
    )?.text;
  if (effort === undefined)
    return transcript.notice(`The effort is still ${session.effort ?? "the model's own"}.`);
  if (effort !== defaultEffort) checkChosenEffort(model, effort);
  session.setEffort(effort === defaultEffort ? undefined : effort);
  transcript.notice(
    effort === defaultEffort
      ? `${describeSince(app)} ${model.id} answers with its own effort.`
      : `${describeSince(app)} ${model.id} answers with effort ${effort}.`,
  );
}

/** The efforts of a model, with the tokens that each stands for, if it takes those. */
function toEffortItems(
  model: Model,
  current: string | undefined,
): (PickItem & { budget: number | undefined })[] {
  const choices = listEfforts(model);
  const hasBudget = choices.some(({ budget }) => budget !== undefined);
  return [
    { effort: defaultEffort, budget: undefined, description: 'the model decides' },
    ...choices.map((choice) => ({ ...choice, description: choice.effort === 'none' ? 'no thinking' : '' })),
  ].map(({ effort, budget, description }) => ({
    text: effort,
    ...(hasBudget && { cells: [budget === undefined ? '' : String(budget)] }),
    description,
    isCurrent: effort === (current ?? defaultEffort),
    budget,
  }));
}
