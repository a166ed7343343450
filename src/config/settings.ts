import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { run } from '../hint.ts';
import { isObject } from '../json-value.ts';
import { suggest } from '../nearest.ts';
import { checkHeaders, checkHeaderValue } from './header-text.ts';
import type { JsonFile } from './json-file.ts';
import { checkModelAliases } from './model-aliases.ts';
import {
  checkChoice,
  checkCopilotUrl,
  checkHost,
  checkPath,
  checkUrl,
  type SettingCheck,
} from './setting-checks.ts';
import {
  bellChoices,
  checkStatusLine,
  checkTools,
  credentialStoreChoices,
  editorModes,
  motionChoices,
  readSwitch,
  statusFields,
  switchChoices,
  themeChoices,
  toolKinds,
} from './setting-choices.ts';

type SettingDefinition = {
  description: string;
  /** Environment variables that carry it, the strongest first. */
  variables: readonly string[];
  check?: SettingCheck;
  /** Translates a variable's words into the setting's. */
  readVariable?: (text: string) => string;
  fallback?: string;
};

/** Every setting of the program. A setting comes from the environment, else from config.json, else it has its default. */
export const settingDefinitions = {
  model: {
    description: 'the model to ask when a command names none',
    variables: ['GITHUB_COPILOT_MODEL', 'COPILOT_DEFAULT_MODEL'],
  },
  'model-aliases': {
    description: 'your own names for models: fast=gpt-5-mini,big=MODEL; see: copilot-cli models alias',
    variables: [],
    check: checkModelAliases,
  },
  host: {
    description: 'the GitHub host to sign in to: github.com, or TENANT.ghe.com',
    variables: ['COPILOT_GH_HOST', 'GH_HOST'],
    check: checkHost,
  },
  'server-url': {
    description: 'where the device flow runs',
    variables: ['GITHUB_SERVER_URL'],
    check: checkUrl,
  },
  'api-url': {
    description: 'where tokens are exchanged and accounts are looked up',
    variables: ['GITHUB_API_URL'],
    check: checkUrl,
  },
  'base-url': {
    description: 'the Copilot API, instead of the one that GitHub names for the account',
    variables: ['GITHUB_COPILOT_BASE_URL'],
    check: checkCopilotUrl,
  },
  'client-id': {
    description: 'the OAuth client id of the device flow',
    variables: ['GITHUB_COPILOT_CLIENT_ID'],
    fallback: 'Iv1.b507a08c87ecfe98',
  },
  'extra-headers': {
    description: 'headers added to Copilot requests: "Name:value,Other-Name:value"',
    variables: ['GITHUB_COPILOT_EXTRA_HEADERS'],
    check: checkHeaders,
  },
  'client-cert': {
    description: 'the certificate that a company network asks for: a PEM file, or a .pfx file with its key',
    variables: ['COPILOT_CLI_CLIENT_CERT'],
    check: checkPath,
  },
  'client-key': {
    description: 'the key of client-cert, if it is in another file',
    variables: ['COPILOT_CLI_CLIENT_KEY'],
    check: checkPath,
  },
  'api-version': {
    check: checkHeaderValue,
    description: 'the X-GitHub-Api-Version of Copilot requests',
    variables: ['GITHUB_COPILOT_API_VERSION'],
    fallback: '2026-06-01',
  },
  'editor-version': {
    check: checkHeaderValue,
    description: 'the Editor-Version of requests with a Copilot token',
    variables: ['GITHUB_COPILOT_EDITOR_VERSION'],
    fallback: 'vscode/1.107.0',
  },
  'plugin-version': {
    check: checkHeaderValue,
    description: 'the Editor-Plugin-Version of requests with a Copilot token',
    variables: ['GITHUB_COPILOT_PLUGIN_VERSION'],
    fallback: 'copilot-chat/0.35.0',
  },
  'integration-id': {
    check: checkHeaderValue,
    description: 'the Copilot-Integration-Id of requests with a Copilot token',
    variables: ['GITHUB_COPILOT_INTEGRATION_ID'],
    fallback: 'vscode-chat',
  },
  'keep-one-shots': {
    description: 'whether single prompts are kept, apart from chats: on, off',
    variables: [],
    check: checkChoice(switchChoices),
    fallback: 'on',
  },
  'credential-store': {
    description: `where secrets are kept: ${credentialStoreChoices.join(', ')}; system is the key store of the system`,
    variables: ['COPILOT_CLI_CREDENTIAL_STORE'],
    check: checkChoice(credentialStoreChoices),
    fallback: 'auto',
  },
  tools: {
    description: `what a model may use in the chat: none, or any of ${toolKinds.join(', ')}, joined by commas; each call still needs a rule or your yes`,
    variables: [],
    check: checkTools,
    fallback: 'read',
  },
  theme: {
    description: `the colours of the chat: ${themeChoices.join(', ')}`,
    variables: [],
    check: checkChoice(themeChoices),
    fallback: 'auto',
  },
  'status-line': {
    description: `what the chat shows above the prompt: none, or any of ${statusFields.join(', ')}, joined by commas`,
    variables: [],
    check: checkStatusLine,
    fallback: statusFields.join(','),
  },
  motion: {
    description: 'animation: full, reduced',
    variables: [],
    check: checkChoice(motionChoices),
    fallback: 'full',
  },
  'editor-mode': {
    description: `key bindings of the prompt in the chat: ${editorModes.join(', ')}`,
    variables: [],
    check: checkChoice(editorModes),
    fallback: 'emacs',
  },
  bell: {
    description: `signal for a long answer that ends while the chat is in the background: ${bellChoices.join(', ')}; notice is a desktop notification`,
    variables: [],
    check: checkChoice(bellChoices),
    fallback: 'off',
  },
  'screen-reader': {
    description: 'show the chat as plain lines that are never redrawn, for screen readers: on, off',
    variables: ['ACCESSIBLE'],
    check: checkChoice(switchChoices),
    readVariable: readSwitch,
    fallback: 'off',
  },
  'update-notice': {
    description:
      'whether a command on a terminal asks the npm registry, once a day, for a newer version: on, off',
    variables: [],
    check: checkChoice(switchChoices),
    fallback: 'off',
  },
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof settingDefinitions;

export const settingNames = Object.keys(settingDefinitions) as SettingName[];

/** `name` is the variable, or the path of the file. */
export type SettingOrigin = { kind: 'environment' | 'file'; name: string } | { kind: 'default' };

export type Setting = { value: string | undefined; origin: SettingOrigin };

export type Settings = {
  /** The value in force. Throws CliError `config` if it is not valid. */
  get(name: SettingName): Setting;
  set(name: SettingName, value: string): Promise<void>;
  /** Replaces what the file has, one process at a time; undefined removes it. Throws what `change` throws. */
  update(name: SettingName, change: (value: string | undefined) => string | undefined): Promise<void>;
  /** False if the file did not have it. */
  unset(name: SettingName): Promise<boolean>;
  /** Keys of the file that mean nothing to this program. */
  unknownKeys(): string[];
  readonly path: string;
};

type SettingsOptions = {
  env: Env;
  file: JsonFile;
  /** The default model of the account in force, and the file that has it. It comes before the one of everybody. */
  accountModel?: () => { value: string; path: string } | undefined;
};

export function createSettings({ env, file, accountModel }: SettingsOptions): Settings {
  /** The last value of each that was valid: a server asks for some of them with every request. */
  const valid = new Map<SettingName, string>();

  return {
    path: file.path,
    get(name) {
      const setting = find(name, env, file, accountModel);
      const { value } = setting;
      if (value === undefined || value === valid.get(name)) return setting;
      const problem = checkSetting(name, value);
      if (problem === undefined) {
        valid.set(name, value);
        return setting;
      }
      const { origin } = setting;
      const where = origin.kind === 'environment' ? origin.name : `${name} in ${file.path}`;
      const hint =
        origin.kind === 'environment' ? `Correct it, or unset ${where}.` : run(`config unset ${name}`);
      throw new CliError('config', `${where} ${problem}`, { hint });
    },
    async set(name, value) {
      const problem = checkSetting(name, value);
      if (problem !== undefined) throw new CliError('usage', `the setting ${name} ${problem}`);
      await file.update((content) => ({ ...content, [name]: value }));
    },
    update: (name, change) =>
      file.update((content) => {
        const { [name]: before, ...rest } = content;
        const value = change(typeof before === 'string' ? before : undefined);
        const problem = value === undefined ? undefined : checkSetting(name, value);
        if (problem !== undefined) throw new CliError('usage', `the setting ${name} ${problem}`);
        return value === undefined ? rest : { ...content, [name]: value };
      }),
    async unset(name) {
      if (!(name in file.read())) return false;
      await file.update(({ [name]: _, ...rest }) => rest);
      return true;
    },
    unknownKeys: () => Object.keys(file.read()).filter((key) => !isSettingName(key)),
  };
}

function find(
  name: SettingName,
  env: Env,
  file: JsonFile,
  accountModel: SettingsOptions['accountModel'],
): Setting {
  const { variables, fallback, readVariable = String }: SettingDefinition = settingDefinitions[name];
  for (const variable of variables) {
    const text = env[variable]?.trim();
    if (text) return { value: readVariable(text), origin: { kind: 'environment', name: variable } };
  }
  const own = name === 'model' ? accountModel?.() : undefined;
  if (own) return { value: own.value, origin: { kind: 'file', name: own.path } };
  const value = file.read()[name];
  if (value === undefined) return { value: fallback, origin: { kind: 'default' } };
  // Headers read better as a JSON object in a JSON file.
  const text = isObject(value) && name === 'extra-headers' ? JSON.stringify(value) : value;
  if (typeof text !== 'string')
    throw new CliError('config', `${name} in ${file.path} must be text in quotes`);
  return { value: text.trim(), origin: { kind: 'file', name: file.path } };
}

/** The values of a setting that has only a few. */
export function listChoices(name: SettingName): readonly string[] {
  const { check }: SettingDefinition = settingDefinitions[name];
  return check?.choices ?? [];
}

function checkSetting(name: SettingName, value: string): string | undefined {
  const { check }: SettingDefinition = settingDefinitions[name];
  return value.trim() === '' ? 'must not be empty' : check?.(value);
}

export function isSettingName(text: string): text is SettingName {
  return Object.hasOwn(settingDefinitions, text);
}

/** Throws CliError `usage` with the nearest names. */
export function parseSettingName(text: string): SettingName {
  if (isSettingName(text)) return text;
  throw new CliError('usage', `there is no setting ${text}${suggest(text, settingNames)}`, {
    hint: run('config list'),
  });
}
