import type { Command } from 'commander';
import {
  parseSettingName,
  type SettingName,
  type SettingOrigin,
  settingDefinitions,
  settingNames,
} from '../config/settings.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { findNearest } from '../nearest.ts';
import { writeJson } from '../output/json.ts';
import { writeTable } from '../output/table.ts';

export type ConfigOptions =
  | { action: 'list'; json: boolean }
  | { action: 'get'; name: SettingName }
  | { action: 'set'; name: SettingName; value: string }
  | { action: 'unset'; name: SettingName }
  | { action: 'path' };

export function registerConfig(parent: Command, context: Context, run = runConfig): void {
  const config = parent
    .command('config')
    .description('show and change settings; alone, it lists them')
    .action(() => run(context, { action: 'list', json: false }));
  config
    .command('list')
    .description('every setting, its value and where the value comes from')
    .option('--json', 'print JSON')
    .action(({ json = false }: { json?: boolean }) => run(context, { action: 'list', json }));
  config
    .command('get')
    .description('print the value of one setting')
    .argument('<name>')
    .action((name: string) => run(context, { action: 'get', name: parseSettingName(name) }));
  config
    .command('set')
    .description('store a value')
    .argument('<name>')
    .argument('<value>')
    .action((name: string, value: string) =>
      run(context, { action: 'set', name: parseSettingName(name), value }),
    );
  config
    .command('unset')
    .description('remove a stored value')
    .argument('<name>')
    .action((name: string) => run(context, { action: 'unset', name: parseSettingName(name) }));
  config
    .command('path')
    .description('print where the settings are stored')
    .action(() => run(context, { action: 'path' }));
}

export async function runConfig(context: Context, options: ConfigOptions): Promise<void> {
  const { settings, io } = context;
  switch (options.action) {
    case 'list':
      return listSettings(context, options.json);
    case 'path':
      return io.stdout.write(`${settings.path}\n`);
    case 'get': {
      const { value } = settings.get(options.name);
      if (value === undefined)
        throw new CliError('config', `${options.name} is not set`, {
          hint: `Run: copilot-cli config set ${options.name} VALUE`,
        });
      return io.stdout.write(`${value}\n`);
    }
    case 'set': {
      await settings.set(options.name, options.value);
      const { origin } = settings.get(options.name);
      if (origin.kind === 'environment')
        context.warn(`${origin.name} is set, and is used in place of the stored value.`);
      return;
    }
    case 'unset':
      if (!(await settings.unset(options.name))) context.notice(`${options.name} was not stored.`);
      return;
    default:
      return options satisfies never;
  }
}

async function listSettings({ settings, io, warn }: Context, json: boolean): Promise<void> {
  const rows = settingNames.map((name) => ({
    name,
    ...settings.get(name),
    description: settingDefinitions[name].description,
  }));
  for (const key of settings.unknownKeys()) {
    const [nearest] = findNearest(key, settingNames, 1);
    warn(`${settings.path} has a setting ${key} that means nothing here; did you mean ${nearest}?`);
  }
  if (json) {
    const entries = rows.map(({ name, value, origin }) => ({
      name,
      value: value ?? null,
      origin: origin.kind,
      origin_name: origin.kind === 'default' ? null : origin.name,
    }));
    return writeJson(io.stdout, { path: settings.path, settings: entries });
  }
  return writeTable(
    io.stdout,
    [
      { title: 'NAME', read: ({ name }) => name },
      { title: 'VALUE', read: ({ value }) => value ?? '' },
      { title: 'FROM', read: ({ origin }) => describeOrigin(origin) },
      { title: 'WHAT IT IS', read: ({ description }) => description },
    ],
    rows,
  );
}

function describeOrigin(origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'environment':
      return `environment, ${origin.name}`;
    case 'file':
      return 'config.json';
    case 'default':
      return 'default';
    default:
      return origin satisfies never;
  }
}
