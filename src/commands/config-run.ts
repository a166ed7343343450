import { parseHeaders } from '../config/header-text.ts';
import {
  type Setting,
  type SettingName,
  type SettingOrigin,
  type Settings,
  settingDefinitions,
  settingNames,
} from '../config/settings.ts';
import type { Context } from '../context.ts';
import { CliError, describeError, TokenExchangeError } from '../errors.ts';
import { run } from '../hint.ts';
import { suggest } from '../nearest.ts';
import { writeJson } from '../output/json.ts';
import { writePaged } from '../output/paged.ts';
import { writeTable } from '../output/table.ts';
import type { Output } from '../terminal/io.ts';
import type { ConfigOptions } from './config.ts';

export async function runConfig(context: Context, options: ConfigOptions): Promise<void> {
  const { settings, io } = context;
  switch (options.action) {
    case 'list':
      return listSettings(context, options.json);
    case 'path':
      return io.stdout.write(`${settings.path}\n`);
    case 'get':
      return showSetting(context, options);
    case 'set':
      return setSetting(context, options);
    case 'unset':
      return unsetSetting(context, options.name);
    default:
      return options satisfies never;
  }
}

async function setSetting(
  context: Context,
  { name, value: given }: ConfigOptions & { action: 'set' },
): Promise<void> {
  const { settings, notice, warn } = context;
  const value = name === 'model' && given.trim() !== '' ? await findUsableModel(context, given) : given;
  const before = describeValue(settings, name);
  const { record } = context;
  if (name === 'model' && record.isChosen) {
    const login = record.readLogin();
    if (login) {
      await record.setModel(login, value);
      return notice(`${name} is now ${value} for ${login.id}; it was ${before}.`);
    }
  }
  await settings.set(name, value);
  const stored = hideValues(name, { value: value.trim(), origin: { kind: 'file', name: settings.path } });
  const { origin } = settings.get(name);
  if (origin.kind === 'environment') {
    notice(`${name} is stored as ${stored.value}.`);
    return warn(`${origin.name} is set, and is used in place of the stored value.`);
  }
  notice(`${name} is now ${stored.value}; it was ${before}.`);
}

async function unsetSetting({ settings, record, notice }: Context, name: SettingName): Promise<void> {
  const before = describeValue(settings, name);
  const login = name === 'model' && record.isChosen ? record.readLogin() : undefined;
  if (login) {
    await record.setModel(login, undefined);
    return notice(`${name} is now ${describeValue(settings, name)} for ${login.id}; it was ${before}.`);
  }
  if (!(await settings.unset(name))) return notice(`${name} was not stored.`);
  notice(`${name} is now ${describeValue(settings, name)}; it was ${before}.`);
}

/** The effective value, in words. An invalid value must not prevent setting a better one. */
function describeValue(settings: Settings, name: SettingName): string {
  try {
    return hideValues(name, settings.get(name)).value ?? 'not set';
  } catch {
    return 'not valid';
  }
}

/**
 * The id of the model with this name. Throws CliError `model` or `forbidden` if it does not exist or cannot answer. If the list is
 * unavailable, the name is used unchecked.
 */
async function findUsableModel(context: Context, name: string): Promise<string> {
  try {
    const client = await context.connect();
    return (await client.chooseModel(name)).model.id;
  } catch (error) {
    const isRefused = error instanceof CliError && (error.code === 'model' || error.code === 'forbidden');
    if (isRefused && !(error instanceof TokenExchangeError)) throw error;
    context.warn(`whether there is a model ${name} could not be checked: ${describeError(error).message}`);
    return name;
  }
}

/** Throws CliError `config` if the setting has no value. */
async function showSetting(
  { settings, io }: Context,
  { name, json }: { name: SettingName; json: boolean },
): Promise<void> {
  const setting = settings.get(name);
  if (setting.value === undefined)
    throw new CliError('config', `${name} is not set`, { hint: run(`config set ${name} VALUE`) });
  if (json) return writeJson(io.stdout, toSettingJson(name, setting));
  return io.stdout.write(`${setting.value}\n`);
}

async function listSettings(context: Context, json: boolean): Promise<void> {
  const { settings, io, warn } = context;
  const rows = settingNames.map((name) => ({
    name,
    ...hideValues(name, settings.get(name)),
    description: settingDefinitions[name].description,
  }));
  for (const key of settings.unknownKeys()) {
    warn(`${settings.path} has a setting ${key} that means nothing here${suggest(key, settingNames) || '.'}`);
  }
  if (json) {
    const entries = rows.map(({ name, description, ...setting }) => ({
      ...toSettingJson(name, setting),
      description,
    }));
    return writeJson(io.stdout, { path: settings.path, settings: entries });
  }
  return writePaged(context, (output) =>
    writeTable(
      output,
      [
        { title: 'NAME', read: ({ name }) => name },
        { title: 'VALUE', read: ({ value }) => value ?? '', isFlexible: true },
        { title: 'FROM', read: ({ origin }) => describeOrigin(origin, output) },
        { title: 'WHAT IT IS', read: ({ description }) => description, isBelow: true },
      ],
      rows,
    ),
  );
}

function toSettingJson(name: SettingName, { value, origin }: Setting): Record<string, unknown> {
  return {
    name,
    value: value ?? null,
    origin: origin.kind,
    origin_name: origin.kind === 'default' ? null : origin.name,
  };
}

/** Scripts rely on the words for a pipe. */
function describeOrigin(origin: SettingOrigin, { isTerminal }: Output): string {
  switch (origin.kind) {
    case 'environment':
      return isTerminal ? `$${origin.name}` : `environment, ${origin.name}`;
    case 'file':
      return 'config.json';
    case 'default':
      return 'default';
    default:
      return origin satisfies never;
  }
}

/** Header values are often keys; only `config get` shows them. */
function hideValues(name: SettingName, setting: Setting): Setting {
  if (name !== 'extra-headers' || setting.value === undefined) return setting;
  return { ...setting, value: `${Object.keys(parseHeaders(setting.value)).join(', ')} (values not shown)` };
}
