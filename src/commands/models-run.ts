import { toShellWord } from '../command-line.ts';
import {
  formatModelAliases,
  isAliasName,
  parseModelAliases,
  readModelAliases,
} from '../config/model-aliases.ts';
import type { Context } from '../context.ts';
import type { Ability } from '../copilot/ability.ts';
import type { Model } from '../copilot/model.ts';
import { checkAnswers, chooseModel, findModel } from '../copilot/model-choice.ts';
import { parseModelFilter, parseModelSort } from '../copilot/model-filter.ts';
import { type Catalogue, createBuiltinCatalogue, listOffered } from '../copilot/model-list.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { suggest } from '../nearest.ts';
import { writeJson } from '../output/json.ts';
import { isPriced, toModelJson, writeModelFields, writeModelTable } from '../output/model-list.ts';
import { writePaged } from '../output/paged.ts';
import { writeTable } from '../output/table.ts';
import type { ModelsOptions } from './models.ts';

export async function runModels(context: Context, options: ModelsOptions): Promise<void> {
  if (options.action === 'alias' && options.model === undefined) return runAlias(context, options);
  // A mistake in a flag is reported before anything is fetched.
  const choose = options.action === 'list' ? toChoice(options) : undefined;
  const catalogue = await loadCatalogue(context, { fresh: options.action === 'list' });
  switch (options.action) {
    case 'list':
      return listModels(context, catalogue, { ...options, choose });
    case 'default':
      return options.name === undefined
        ? showDefault(context, catalogue, options.json)
        : setDefault(context, catalogue, options.name, options.json);
    case 'show':
      return showModel(context, catalogue, findModel(options.name, catalogue), options.json);
    case 'alias':
      return setAlias(context, catalogue, options);
    case 'resolve':
      return writeId(context, findModel(options.name, catalogue).id, options.json);
    default:
      return options satisfies never;
  }
}

async function loadCatalogue(context: Context, options: { fresh: boolean }): Promise<Catalogue> {
  const wait = context.beginWait('Fetching the list of models');
  try {
    const client = await context.connect();
    const catalogue = await client.fetchCatalogue({ ...options, billed: true });
    for (const problem of catalogue.problems ?? []) context.warn(problem);
    return catalogue;
  } catch (error) {
    if (!(error instanceof AuthenticationError) || (await hasToken(context))) throw error;
    context.warn(
      'not signed in: this is a built-in list, and your account may have other models. Sign in with: copilot-cli login',
    );
    return { ...createBuiltinCatalogue(), aliases: readModelAliases(context.settings) };
  } finally {
    wait.end();
  }
}

async function hasToken({ credentials }: Context): Promise<boolean> {
  return credentials.resolve().then(
    () => true,
    () => false,
  );
}

async function listModels(
  context: Context,
  catalogue: Catalogue,
  options: ModelsOptions & { action: 'list' } & { choose: ChooseModels | undefined },
): Promise<void> {
  const { stdout } = context.io;
  const able = options.choose?.(catalogue.models) ?? catalogue.models;
  const defaultId = findDefault(context, catalogue)?.id;
  const presentation = { priced: isPriced(catalogue), defaultId };
  if (options.json) {
    return writeJson(stdout, {
      origin: catalogue.origin,
      fetched_at: catalogue.fetchedAt === undefined ? null : new Date(catalogue.fetchedAt).toISOString(),
      unreadable: catalogue.unreadable,
      models: able.map((model) => toModelJson(model, presentation)),
    });
  }
  const shown = options.all ? able : able.filter(toVisibility(catalogue, options.abilities));
  if (shown.length === 0 && able.length < catalogue.models.length)
    context.notice('no model fits; see all of them with: copilot-cli models --all');
  if (options.quiet) return stdout.write(shown.map(({ id }) => `${id}\n`).join(''));
  await writePaged(context, (output) => writeModelTable(output, shown, presentation));
  if (presentation.priced && shown.some(({ price }) => price !== undefined))
    context.notice('prices are AI credits (US$ 0.01 each) per million tokens, in and out.');
  describeRest(context, catalogue, {
    hidden: able.length - shown.length,
    marked: shown.some(({ id }) => id === defaultId),
  });
}

type ChooseModels = (models: readonly Model[]) => Model[];

/** Throws CliError `usage` for a filter or an order that cannot be read. */
function toChoice({ abilities, filter, sort }: ModelsOptions & { action: 'list' }): ChooseModels {
  const fits = filter === undefined ? () => true : parseModelFilter(filter);
  const order = sort === undefined ? (models: readonly Model[]) => [...models] : parseModelSort(sort);
  const isAble = (model: Model): boolean => abilities.every((ability) => model.abilities.includes(ability));
  return (models) => order(models.filter((model) => isAble(model) && fits(model)));
}

async function showModel(context: Context, catalogue: Catalogue, model: Model, json: boolean): Promise<void> {
  const { stdout } = context.io;
  const presentation = { priced: isPriced(catalogue), defaultId: findDefault(context, catalogue)?.id };
  if (json) return writeJson(stdout, { model: toModelJson(model, presentation) });
  await writeModelFields(stdout, model, presentation);
}

function toVisibility({ models }: Catalogue, abilities: Ability[]): (model: Model) => boolean {
  if (abilities.includes('embeddings')) return () => true;
  const offered = new Set(listOffered(models));
  return (model) => offered.has(model);
}

function describeRest(
  context: Context,
  { unreadable }: Catalogue,
  { hidden, marked }: { hidden: number; marked: boolean },
): void {
  if (unreadable > 0)
    context.notice(
      `${unreadable} of the service's entries could not be read and ${unreadable === 1 ? 'is' : 'are'} left out.`,
    );
  if (marked) context.notice('* is the default; change it with: copilot-cli models default ID');
  if (hidden > 0) context.notice(`${hidden} more are hidden; show them with --all.`);
}

/** The model for a prompt without `--model`, if any. */
function findDefault({ settings }: Context, catalogue: Catalogue): Model | undefined {
  const { value } = settings.get('model');
  try {
    return value === undefined ? chooseModel(catalogue) : findModel(value, catalogue);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

async function showDefault(context: Context, catalogue: Catalogue, json: boolean): Promise<void> {
  const { value } = context.settings.get('model');
  const model = value === undefined ? chooseModel(catalogue) : findModel(value, catalogue);
  await writeId(context, model.id, json);
}

function writeId({ io }: Context, id: string, json: boolean): Promise<void> {
  return json ? writeJson(io.stdout, { id }) : io.stdout.write(`${id}\n`);
}

async function setDefault(
  context: Context,
  catalogue: Catalogue,
  name: string,
  json: boolean,
): Promise<void> {
  const model = findModel(name, catalogue);
  checkAnswers(model);
  await context.settings.set('model', model.id);
  if (json) await writeId(context, model.id, json);
  else await context.io.stderr.write(`The default model is now ${model.id}.\n`);
  const { origin } = context.settings.get('model');
  if (origin.kind === 'environment') context.warn(`${origin.name} is set, and is used in place of it.`);
}

type AliasOptions = ModelsOptions & { action: 'alias' };

/** Lists the aliases, or removes one. No model is looked up for it. */
async function runAlias(context: Context, { name, remove, json }: AliasOptions): Promise<void> {
  const { stdout, stderr } = context.io;
  const aliases = new Map(readModelAliases(context.settings));
  if (remove !== undefined) {
    if (name !== undefined)
      throw new CliError('usage', '--remove takes the name, and no other words', {
        hint: run(`models alias --remove ${toShellWord(remove)}`),
      });
    const alias = remove.toLowerCase();
    if (!aliases.delete(alias))
      throw new CliError('usage', `there is no alias ${remove}${suggest(remove, [...aliases.keys()])}`, {
        hint: advise`See all of them: ${run('models alias')}`,
      });
    await changeAliases(context, (kept) => kept.delete(alias));
    if (!json) return stderr.write(`The alias ${remove} is removed.\n`);
  } else if (name !== undefined)
    throw new CliError('usage', `the model that ${name.split('=')[0]} means is missing`, {
      hint: run(`models alias ${toMissing(name)}`),
    });
  const rows = [...aliases].map(([alias, model]) => ({ name: alias, model }));
  if (json) return writeJson(stdout, { aliases: rows });
  await writeTable(
    stdout,
    [
      { title: 'NAME', read: (row) => row.name },
      { title: 'MODEL', read: (row) => row.model },
    ],
    rows,
  );
}

/** `a=b` is typed for `a b`. */
function toMissing(typed: string): string {
  const [name = '', ...model] = typed.split('=');
  return `${toShellWord(name)} ${model.length > 0 ? toShellWord(model.join('=')) : 'MODEL'}`;
}

async function setAlias(context: Context, catalogue: Catalogue, options: AliasOptions): Promise<void> {
  const { name = '', model: meant = '', json, remove } = options;
  if (remove !== undefined) throw new CliError('usage', '--remove takes the name, and no other words');
  if (
    ['remove', 'rm', 'delete'].includes(name) &&
    readModelAliases(context.settings).has(meant.toLowerCase())
  )
    throw new CliError('usage', `${name} is a flag here`, {
      hint: run(`models alias --remove ${toShellWord(meant)}`),
    });
  if (!isAliasName(name))
    throw new CliError('usage', `${name} cannot be an alias`, {
      hint: 'Use letters, digits, dots and dashes; `auto` has its own meaning.',
    });
  if (catalogue.models.some(({ id }) => id.toLowerCase() === name.toLowerCase()))
    throw new CliError('usage', `${name} is a model already`, { hint: 'Choose another name.' });
  const { id } = findModel(meant, catalogue);
  const aliases = await changeAliases(context, (kept) => kept.set(name.toLowerCase(), id));
  if (json)
    return writeJson(context.io.stdout, {
      aliases: [...aliases].map(([alias, model]) => ({ name: alias, model })),
    });
  await context.io.stderr.write(`${name} means ${id} from now on.\n`);
}

/** Another process may change others meanwhile. */
async function changeAliases(
  { settings }: Context,
  change: (aliases: Map<string, string>) => void,
): Promise<ReadonlyMap<string, string>> {
  // A value that is not valid is reported, and not replaced.
  readModelAliases(settings);
  let aliases = new Map<string, string>();
  await settings.update('model-aliases', (value) => {
    aliases = new Map(parseModelAliases(value));
    change(aliases);
    return aliases.size === 0 ? undefined : formatModelAliases(aliases);
  });
  return aliases;
}
