import type { Command } from 'commander';
import { parseSettingName, type SettingName } from '../config/settings.ts';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type ConfigOptions =
  | { action: 'list'; json: boolean }
  | { action: 'get'; name: SettingName; json: boolean }
  | { action: 'set'; name: SettingName; value: string }
  | { action: 'unset'; name: SettingName }
  | { action: 'path' };

export function registerConfig(parent: Command, context: Context, run: Run<ConfigOptions>): void {
  const config = parent
    .command('config')
    .description('show and change settings; without a command, list them')
    .helpCommand(false);
  config
    .command('list', { isDefault: true })
    .description('list every setting, its value and where the value comes from')
    .option('--json', 'print JSON')
    .action(({ json = false }: { json?: boolean }) => run(context, { action: 'list', json }));
  config
    .command('get')
    .description('print the value of one setting')
    .argument('<setting>')
    .option('--json', 'print it with where it comes from, as JSON')
    .action((name: string, { json = false }: { json?: boolean }) =>
      run(context, { action: 'get', name: parseSettingName(name), json }),
    );
  config
    .command('set')
    .description('store a value')
    .argument('<setting>')
    .argument('<value>')
    .action((name: string, value: string) =>
      run(context, { action: 'set', name: parseSettingName(name), value }),
    );
  config
    .command('unset')
    .description('remove a stored value')
    .argument('<setting>')
    .action((name: string) => run(context, { action: 'unset', name: parseSettingName(name) }));
  config
    .command('path')
    .description('print where the settings are stored')
    .action(() => run(context, { action: 'path' }));
}
