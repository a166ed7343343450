import { clientNames } from './clients/client-names.ts';
import { toShellWord } from './command-line.ts';
import { addScheme } from './config/setting-checks.ts';
import { abilityNames } from './copilot/ability.ts';
import { maskSecrets } from './redact.ts';

/** Our words for what was typed, words of the person in quotes if they need them; undefined if they can mean anything. */
type Meaning = (first: string, ...others: string[]) => string[] | undefined;

const showModel: Meaning = (name) => ['models', 'show', name];
const showSession = (name: string): string[] => ['sessions', 'show', name];
const showTemplate: Meaning = (name) => ['templates', 'show', name];
const switchAccount: Meaning = (login) => ['accounts', 'switch', login];
const listMany: Meaning = (text) => (isNumber(text) ? ['sessions', 'list', '-n', text] : undefined);

/** `model=gpt-5-mini` and `model gpt-5-mini` set it, and `model` alone asks for it. */
const config: Meaning = (first, ...others) => {
  const [name = '', value] = splitAtEquals(first);
  const values = value === undefined ? others : [value, ...others];
  return values.length === 0 ? ['config', 'get', name] : ['config', 'set', name, values.join(' ')];
};

/** What is meant by words that a command has no place for, or too few, by the words of the command. */
const meanings: Record<string, Meaning> = {
  accounts: switchAccount,
  'accounts list': switchAccount,
  config,
  'config get': (name, ...others) => (others.length > 0 ? config(name, ...others) : undefined),
  'config list': config,
  'config set': (name, ...others) =>
    name.includes('=') || others.length > 1 ? config(name, ...others) : undefined,
  'config unset': (name) => ['config', 'unset', name],
  doctor: (file) => (/[./]/.test(file) ? ['doctor', '--bundle', file] : undefined),
  endpoints: (word) =>
    isUrl(word) ? ['endpoints', 'add', 'NAME', '--url', toUrl(word)] : ['endpoints', 'test', word],
  'endpoints add': (name, url) => {
    if (url === undefined || isUrl(name) === isUrl(url)) return undefined;
    return isUrl(name)
      ? ['endpoints', 'add', url, '--url', toUrl(name)]
      : ['endpoints', 'add', name, '--url', toUrl(url)];
  },
  'endpoints list': (name) => ['endpoints', 'test', name],
  'endpoints test': (name, model) => ['endpoints', 'test', name, '-m', model ?? 'MODEL'],
  login: (word) =>
    word.includes('.') ? ['login', '--host', word] : word === 'gh' ? ['login', '--from', 'gh'] : undefined,
  logout: (login) => ['logout', '--account', login],
  models: (word) =>
    abilityNames.some((name) => name === word) ? ['models', '--ability', word] : showModel(word),
  'models list': showModel,
  'models show': (...words) => ['models', 'show', words.join(' ')],
  serve: (word, ...others) => {
    if (isNumber(word)) return ['serve', '--port', word];
    return clientNames.some((name) => name === word) && word !== 'codex'
      ? ['serve', '--for', word]
      : ['serve', 'run', '--', word, ...others];
  },
  sessions: (word) => listMany(word) ?? showSession(word),
  'sessions export': (target, file) => ['sessions', 'export', target, '-o', file ?? 'FILE'],
  'sessions list': (word) => listMany(word) ?? showSession(word),
  'sessions rename': (target, ...words) =>
    words.length > 1 ? ['sessions', 'rename', target, words.join(' ')] : undefined,
  'sessions show': (...words) => ['sessions', 'show', words.join(' ')],
  status: (login) => ['status', '--account', login],
  templates: showTemplate,
  'templates list': showTemplate,
  usage: (login) => ['usage', '--account', login],
};

/** The command line, without the program's name, that words behind a command probably mean; undefined if nobody can know. */
export function findMeantCommand(command: string, words: readonly string[]): string | undefined {
  const [first, ...others] = words;
  if (first === undefined || first === '' || !Object.hasOwn(meanings, command)) return undefined;
  // What may be a key is not said again.
  if (words.some((word) => maskSecrets(word) !== word)) return undefined;
  return meanings[command]?.(first, ...others)
    ?.map(toShellWord)
    .join(' ');
}

const isNumber = (text: string): boolean => /^[1-9]\d*$/.test(text);

/** With a scheme, or a host and a port. */
const isUrl = (text: string): boolean => /^https?:\/\/|^[\w.-]+:\d+(?:\/|$)/i.test(text);

const toUrl = (text: string): string => addScheme(text) ?? text;

function splitAtEquals(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
