import { checkEffort } from '../../chat/request.ts';
import { loadRepositoryInstructions, separateSystem } from '../../chat/say.ts';
import { type Catalogue, listOffered } from '../../copilot/catalogue.ts';
import type { Model } from '../../copilot/model.ts';
import { describeState, findModel, isAnswering, listByPart } from '../../copilot/model-choice.ts';
import { CliError } from '../../errors.ts';
import { formatPrice, formatTokens, isPriced, writeModelTable } from '../../output/model-list.ts';
import type { ReplApp } from '../app.ts';
import type { PickItem } from '../dialogs/dialog.ts';
import { printOutput } from './print.ts';
import type { SlashCommand } from './slash-command.ts';

export const modelCommands: readonly SlashCommand[] = [
  {
    name: 'model',
    parameters: '[model]',
    description: 'ask another model from now on; without a name, choose from a list',
    group: 'model',
    details: ['[model] is the name of a model, or a part of it.'],
    shell: 'copilot-cli chat -m MODEL',
    complete: async ({ session }) => {
      const catalogue = await session.fetchCatalogue();
      const priced = isPriced(catalogue);
      return listOffered(catalogue.models).map((model) => ({
        text: model.id,
        description: describeModel(model, priced),
      }));
    },
    run: chooseModel,
  },
  {
    name: 'models',
    parameters: '',
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
    description: 'set how much the model reasons before it answers; without a word, choose',
    group: 'model',
    details: ['[effort] is one of those that the model offers.'],
    shell: 'copilot-cli chat --effort EFFORT',
    complete: async ({ session }) =>
      (session.model?.efforts ?? []).map((text) => ({ text, description: '' })),
    run: chooseEffort,
  },
  {
    name: 'system',
    parameters: '[text|none]',
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
  const catalogue = await work('Looking at the models', session.fetchCatalogue);
  for (const problem of catalogue?.problems ?? []) transcript.notice(problem, 'warning');
  return catalogue;
}

async function chooseModel(app: ReplApp, name: string): Promise<void> {
  const catalogue = await loadCatalogue(app);
  if (!catalogue) return;
  const model = name === '' ? await pickModel(app, catalogue) : await findByPart(app, catalogue, name);
  if (model) switchModel(app, model);
}

/** Throws CliError `model` or `forbidden` if the model cannot answer. */
export function switchModel({ session, transcript }: ReplApp, model: Model): void {
  session.switchTo(model);
  transcript.notice(`From now on ${model.id} answers.`);
}

async function pickModel(app: ReplApp, catalogue: Catalogue): Promise<Model | undefined> {
  const priced = isPriced(catalogue);
  const items = listOffered(catalogue.models).map((model): PickItem & { model: Model } => ({
    text: model.id,
    description: describeModel(model, priced),
    model,
  }));
  const current = items.findIndex(({ text }) => text === app.session.model?.id);
  return (await app.dialogs.pick('Which model?', items, Math.max(0, current)))?.model;
}

/** Finds a model by its name or a part of it. If several have the part, the person chooses. */
async function findByPart(app: ReplApp, catalogue: Catalogue, name: string): Promise<Model | undefined> {
  try {
    return findModel(name, catalogue);
  } catch (error) {
    const having = listByPart(name, catalogue.models.filter(isAnswering));
    if (having.length < 2) throw error;
    return pickModel(app, { ...catalogue, models: having });
  }
}

/** The price, the window and the abilities of a model. */
function describeModel(model: Model, priced: boolean): string {
  const { contextTokens, price, multiplier, abilities, efforts } = model;
  const state = describeState(model);
  const cost = priced
    ? price && `${formatPrice(price)} credits/M in/out`
    : multiplier !== undefined && `${multiplier} premium requests`;
  const parts = [
    model.isAuto && 'Copilot chooses for each prompt',
    contextTokens !== undefined && `${formatTokens(contextTokens)} context`,
    cost,
    abilities.filter((ability) => ability === 'vision' || ability === 'reasoning').join(', '),
    efforts.length > 0 && `efforts ${efforts.join(' ')}`,
    state,
  ];
  return parts.filter(Boolean).join(' · ');
}

async function printModels(app: ReplApp): Promise<void> {
  const catalogue = await loadCatalogue(app);
  if (!catalogue) return;
  await printOutput(app, (output) =>
    writeModelTable(output, catalogue.models, {
      priced: isPriced(catalogue),
      defaultId: app.session.model?.id,
    }),
  );
}

async function chooseEffort(app: ReplApp, given: string): Promise<void> {
  const { session, dialogs, transcript } = app;
  const model = session.model;
  if (!model) throw new CliError('model', 'there is no model yet', { hint: 'Choose one with /model.' });
  if (given === '' && model.efforts.length === 0)
    throw new CliError('model', `${model.id} has no efforts to choose from`);
  const items = model.efforts.map((text) => ({ text, description: '' }));
  const effort = given || (await dialogs.pick(`Reasoning effort for ${model.id}`, items))?.text;
  if (effort === undefined) return;
  checkEffort(effort, model);
  session.setEffort(effort);
  transcript.notice(`From now on ${model.id} answers with effort ${effort}.`);
}
