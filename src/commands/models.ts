import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { type Ability, abilityNames } from '../copilot/ability.ts';
import type { Run } from './run.ts';

export type ModelsOptions =
  | { action: 'list'; json: boolean; quiet: boolean; all: boolean; abilities: Ability[] }
  | { action: 'default'; name: string | undefined; json: boolean }
  | { action: 'resolve'; name: string; json: boolean };

type ListFlags = { json?: boolean; quiet?: boolean; all?: boolean; ability?: Ability[] };

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
    .helpCommand(false)
    .action((flags: ListFlags) => run(context, toListOptions(flags)));
  models
    .command('list')
    .description('list the models, as without a command')
    .action((_, command: Command) => run(context, toListOptions(command.optsWithGlobals())));
  models
    .command('default')
    .description('show the default model, or set it')
    .argument('[id]')
    .action((name: string | undefined, _, command: Command) =>
      run(context, { action: 'default', name, json: wantsJson(command) }),
    );
  models
    .command('resolve')
    .description(
      'print the id of the model that a name means: any spelling of it, or a part that only one has',
    )
    .argument('<name>')
    .action((name: string, _, command: Command) =>
      run(context, { action: 'resolve', name, json: wantsJson(command) }),
    );
}

function toListOptions({ json = false, quiet = false, all = false, ability = [] }: ListFlags): ModelsOptions {
  return { action: 'list', json, quiet, all, abilities: ability };
}

/** The flag may come before or after the subcommand. */
function wantsJson(command: Command): boolean {
  return command.optsWithGlobals().json === true;
}
