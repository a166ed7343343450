import { once } from '../once.ts';

/** The part of the settings that is read here. */
type AliasSetting = { get(name: 'model-aliases'): { value: string | undefined } };

/** Made when it is needed: classes of Unicode take milliseconds, which a completion has not got. */
const getShape = once(() => /^([\p{L}\p{N}][\p{L}\p{N}._-]{0,49})=([^\s,=]{1,200})$/u);

/** Names that the person gave to models, in lower case, and the models that they mean. Throws CliError `config` if the setting is not valid. */
export function readModelAliases(settings: AliasSetting): ReadonlyMap<string, string> {
  return parseModelAliases(settings.get('model-aliases').value);
}

/** The same, of a value of the setting. */
export function parseModelAliases(value = ''): ReadonlyMap<string, string> {
  return new Map(readPairs(value));
}

/** `fast=gpt-5-mini,local=ollama/qwen3`. */
export function checkModelAliases(value: string): string | undefined {
  const wrong = split(value).find((pair) => !getShape().test(pair));
  return wrong === undefined ? undefined : `is not a list such as fast=gpt-5-mini,big=MODEL: ${wrong}`;
}

export function isAliasName(text: string): boolean {
  return getShape().test(`${text}=x`) && text.toLowerCase() !== 'auto';
}

export function formatModelAliases(aliases: ReadonlyMap<string, string>): string {
  return [...aliases].map(([name, model]) => `${name}=${model}`).join(',');
}

function readPairs(value: string): [string, string][] {
  return split(value).flatMap((pair) => {
    const [, name, model] = getShape().exec(pair) ?? [];
    return name !== undefined && model !== undefined ? [[name.toLowerCase(), model]] : [];
  });
}

function split(value: string): string[] {
  return value
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
}
