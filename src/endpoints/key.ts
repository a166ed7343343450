import type { SecretStore } from '../auth/secret-store.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { toText } from '../json-value.ts';
import { Secret } from '../secret.ts';
import type { Endpoint } from './endpoint.ts';
import { runKeyCommand } from './key-command.ts';

type KeyOwner = Pick<Endpoint, 'name' | 'key' | 'url'>;

export type KeyOptions = { env: Env; secrets: () => SecretStore; signal: AbortSignal };

/** The name of an endpoint's key among the secrets. */
export function toKeyEntry(name: string): string {
  return `endpoint:${name}`;
}

/** The endpoints whose keys are among the secrets. */
export function listKeptKeys(secrets: Pick<SecretStore, 'list'>): string[] {
  const prefix = toKeyEntry('');
  return secrets.list().flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

/** A key that a header can carry. */
const usableKey = /^[\x21-\x7e]+$/;
const maxKeyLength = 16_384;

/** Reads the key of an endpoint once. */
export type KeyReader = {
  /** Undefined if the endpoint has none. Throws CliError `config` that says where none was found. */
  read(): Promise<Secret | undefined>;
  /** Looks again at the next `read`, as for a command whose keys expire. False if that would give the same. */
  forget(): boolean;
};

export function createKeyReader(endpoint: KeyOwner, options: KeyOptions): KeyReader {
  let known: Promise<Secret | undefined> | undefined;
  return {
    read() {
      known ??= readKey(endpoint, options);
      known.catch(() => {
        known = undefined;
      });
      return known;
    },
    forget() {
      if (!endpoint.key || 'env' in endpoint.key || !known) return false;
      known = undefined;
      return true;
    },
  };
}

async function readKey(
  { name, key, url }: KeyOwner,
  { env, secrets, signal }: KeyOptions,
): Promise<Secret | undefined> {
  if (!key) return undefined;
  if ('env' in key) return toKey(env[key.env], name, `the variable ${key.env} is not set`, setAnother(name));
  if ('command' in key) {
    const text = await runKeyCommand(key.command, name, { env, signal });
    return toKey(text, name, 'its command printed nothing', advise`Run it by hand: ${key.command}`);
  }
  const store = secrets();
  checkOrigin(name, url, store);
  const stored = await store.read(toKeyEntry(name)).catch((error) => {
    if (!(error instanceof CliError) || error.code !== 'auth_required') throw error;
    // Nobody has to sign in for it.
    throw new CliError('config', `the key for ${name} cannot be read: ${error.message}`, {
      hint: advise`Unlock it and try again, or store the key elsewhere: ${run(`endpoints add ${name} --key-env VARIABLE`)}`,
      details: { endpoint: name },
      cause: error,
    });
  });
  return toKey(stored?.expose(), name, 'none is stored', setAnother(name));
}

/** What stands in the file of secrets beside a key: where it may go. */
export function describeKeyUse(url: string): { origin: string } {
  return { origin: new URL(url).origin };
}

/** Throws CliError `config` if the key was given for another server: somebody changed the URL in the file. */
function checkOrigin(name: string, url: string, store: SecretStore): void {
  const about = store.list().find((secret) => secret.name === toKeyEntry(name))?.about;
  const origin = toText(about?.origin);
  const { origin: wanted } = describeKeyUse(url);
  if (origin === undefined || origin === wanted) return;
  throw new CliError('config', `the key for ${name} was given for ${origin}, and its URL is now ${url}`, {
    hint: advise`If it may go there, give it again: ${run(`endpoints add ${name} --key`)}`,
    details: { endpoint: name },
  });
}

function setAnother(name: string) {
  return advise`Set it, or say where the key is: ${run(`endpoints add ${name} --key`)}`;
}

/** Throws CliError `config` for a key that no header can carry. */
export function toKey(
  text: string | undefined,
  name: string,
  missing: string,
  hint: ReturnType<typeof advise>,
): Secret {
  const key = text?.trim() ?? '';
  const details = { endpoint: name };
  if (key === '') throw new CliError('config', `there is no key for ${name}: ${missing}`, { hint, details });
  if (key.length > maxKeyLength || !usableKey.test(key))
    throw new CliError('config', `the key for ${name} has characters that no key has`, {
      hint: 'Check for line breaks, blanks or quotes around it.',
      details,
    });
  return new Secret(key);
}
