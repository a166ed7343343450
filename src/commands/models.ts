import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { type Ability, abilityNames } from '../copilot/ability.ts';
import { refuseInheritedFlags } from './inherited-flags.ts';
import type { Run } from './run.ts';

export type ModelsOptions =
  | {
      action: 'list';
      json: boolean;
      quiet: boolean;
      all: boolean;
      abilities: Ability[];
      filter?: string;
      sort?: string;
    }
  | { action: 'show'; name: string; json: boolean }
  | { action: 'default'; name: string | undefined; json: boolean }
  | { action: 'alias'; name?: string; model?: string; remove?: string; json: boolean }
  | { action: 'resolve'; name: string; json: boolean };

type ListFlags = {
  json?: boolean;
  quiet?: boolean;
  all?: boolean;
  ability?: Ability[];
  filter?: string;
  sort?: string;
};

export function registerModels(parent: Command, context: Context, run: Run<ModelsOptions>): void {
  const models = parent
    .command('models')
    .description('list the models of your account, what they can do and what they cost')
    .option('--json', 'print JSON, hidden models included')
    .option('-q, --quiet', 'print ids only')
    .option('-a, --all', 'show models that are hidden, too')
    .addOption(
      new Option('--ability <ability...>', 'show only models that have all of these abilities').choices(
        abilityNames,
      ),
    )
    .option(
      '--filter <expression>',
      "show only models that fit, such as 'vision && context>=200k && price<300'",
    )
    .option('--sort <field>', 'sort by a field, such as price or context:desc')
    .helpCommand(false)
    .action((flags: ListFlags) => run(context, toListOptions(flags)));
  models
    .command('list')
    .description('list the models, as without a command')
    .action((_, command: Command) => run(context, toListOptions(command.optsWithGlobals())));
  models
    .command('show')
    .description('show everything that is known of one model')
    .argument('<model>')
    .action((name: string, _, command: Command) =>
      run(context, { action: 'show', name, json: wantsJson(command) }),
    );
  models
    .command('default')
    .description('show the default model, or set it')
    .argument('[model]')
    .action((name: string | undefined, _, command: Command) =>
      run(context, { action: 'default', name, json: wantsJson(command) }),
    );
  models
    .command('alias')
    .description('give a model a name of your own, which works wherever a model is named; alone: list them')
    .argument('[name]')
    .argument('[model]')
    .option('--remove <alias>', 'remove an alias')
    .action((name: string | undefined, model: string | undefined, { remove }, command: Command) => {
      const given = { ...(name && { name }), ...(model && { model }), ...(remove && { remove }) };
      return run(context, { action: 'alias', ...given, json: wantsJson(command) });
    });
  models
    .command('resolve')
    .description(
      'print the id of the model that a name means: any spelling of it, or a part that only one has',
    )
    .argument('<model>')
    .action((name: string, _, command: Command) =>
      run(context, { action: 'resolve', name, json: wantsJson(command) }),
    );
}

function toListOptions(flags: ListFlags): ModelsOptions {
  const { json = false, quiet = false, all = false, ability = [], filter, sort } = flags;
  const chosen = { ...(filter !== undefined && { filter }), ...(sort !== undefined && { sort }) };
  return { action: 'list', json, quiet, all, abilities: ability, ...chosen };
}

/** The flag may come before or after the subcommand. Throws CliError `usage` for flags of the list. */
function wantsJson(command: Command): boolean {
  refuseInheritedFlags(command, ['json']);
  return command.optsWithGlobals().json === true;
}
