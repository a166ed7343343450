import type { JsonFile, Privacy } from '../config/json-file.ts';
import type { CredentialStoreChoice } from '../config/setting-choices.ts';
import { AuthenticationError } from '../errors.ts';
import { advise, run, login as signInStep } from '../hint.ts';
import { isInside } from '../is-inside.ts';
import { isObject, type JsonObject, parseJson, toNumber, toObject, toText } from '../json-value.ts';
import { Secret } from '../secret.ts';
import { toOneLine } from '../terminal-text.ts';
import { type CopilotAccess, fromAccess, toAccess } from './copilot-access.ts';
import type { SecretPlace, SecretStore, WrittenPlace } from './secret-store.ts';

/** A sign-in without its token. */
export type Login = {
  /** `octocat@github.com`. */
  id: string;
  host: string;
  account: string | undefined;
  /** When it was stored, ISO 8601. */
  savedAt: string;
  /** Set if the sign-in went to other URLs than those of the host. */
  serverUrl: string | undefined;
  apiUrl: string | undefined;
  plan: string | undefined;
  /** The model that this account asks by default. */
  model: string | undefined;
  place: SecretPlace;
};

export type NewLogin = Partial<Omit<Login, 'id' | 'place'>> & {
  host: string;
  account: string | undefined;
  token: Secret;
  savedAt: string;
};

export type SaveOptions = {
  /** The Copilot token that was got with it, under the key of the GitHub token. */
  access?: { key: string; access: CopilotAccess } | undefined;
  choice?: CredentialStoreChoice | undefined;
};

export type LoginRecord = {
  readonly path: string;
  /** Every account, the oldest first. Throws CliError `config` if the file is broken. */
  listLogins(): Login[];
  /** The account in force. Throws AuthenticationError if the one that was named is not here, and what `listLogins` throws. */
  readLogin(): Login | undefined;
  /** Whether this command names an account: what is set belongs to that one. */
  readonly isChosen: boolean;
  /** Whether the account in force was named for this command or this folder, and by what. */
  readonly namedBy: string | undefined;
  /** Whether nobody chose the account in force: it is what the sign-out of another one left, or the newest at the host of the settings. */
  readonly isLeftOver: boolean;
  /** The account that the words mean. Throws AuthenticationError with the known ones. */
  findLogin(words: string, saidBy?: string): Login;
  /** The GitHub token of an account. Undefined if the key store has lost it. Throws what reading a secret throws. */
  readToken(login: Login): Promise<Secret | undefined>;
  /** Begins to read what a request needs, so that it waits less. Never throws. */
  prefetch(): void;
  /** Adds or replaces an account, and makes it the one in force. */
  saveLogin(login: NewLogin, options?: SaveOptions): Promise<WrittenPlace>;
  /** Makes an account the one in force where nothing else is said. */
  switchTo(login: Login): Promise<void>;
  /** Makes it the account of a folder and of those below; undefined forgets the choice. */
  setFolder(folder: string, login: Login | undefined): Promise<void>;
  /** The folders that have an account of their own. */
  listFolders(): { folder: string; id: string }[];
  /** The default model of an account; undefined removes it. */
  setModel(login: Login, model: string | undefined): Promise<void>;
  /** Moves its secrets to where the settings want them. */
  move(login: Login): Promise<WrittenPlace | undefined>;
  /** The Copilot token of an account, or of a token that is not a sign-in. `key` identifies the GitHub token without telling it. */
  readAccess(owner: AccessOwner, key: string): Promise<CopilotAccess | undefined>;
  /** Stores nothing for an account that was removed meanwhile. */
  saveAccess(owner: AccessOwner, key: string, access: CopilotAccess): Promise<void>;
  /** Throws CliError `config` if a login could not be saved. */
  ensureWritable(): Promise<void>;
  /** Makes the file private if possible, and tells who can read it. */
  close(): Privacy;
  /** Removes these accounts with their Copilot tokens; with no account left, every other Copilot token as well. Then a broken file goes, too. Returns what removing secrets returns. */
  remove(logins: readonly Login[] | 'all'): Promise<string | undefined>;
};

/** Undefined: a token from a variable or from gh. */
export type AccessOwner = { account: string | undefined; host: string } | undefined;

export type LoginRecordOptions = {
  file: JsonFile;
  secrets: SecretStore;
  /** An account that was named for this command, and what named it. */
  named?: { words: string; by: string } | undefined;
  /** Where the command runs. */
  folder?: () => string;
  /** The GitHub host that the settings want. Throws what reading a setting throws. */
  host?: () => string | undefined;
};

/** Enough GitHub tokens from variables for a person who switches, not for every CI job. */
const maxAccess = 8;

const accountPrefix = 'account:';
const accessPrefix = 'copilot:';

export const toLoginId = ({ account, host }: { account: string | undefined; host: string }): string =>
  `${account ?? ''}@${host}`;

/** The accounts and their Copilot tokens. Secrets lie where the secret store puts them; what else is known stands in its file. */
export function createLoginRecord(options: LoginRecordOptions): LoginRecord {
  const { file, secrets, named } = options;
  const toName = ({ id }: Pick<Login, 'id'>): string => accountPrefix + id;

  function listLogins(): Login[] {
    const old = toOldLogin(file.read(), file.path);
    const logins = secrets
      .list()
      .filter(({ name }) => name.startsWith(accountPrefix))
      .map(({ name, about, place }) => toLogin(name.slice(accountPrefix.length), about, place));
    return old && logins.every(({ id }) => id !== old.id) ? [old, ...logins] : logins;
  }

  function findLogin(words: string, saidBy?: string, isForFolder = false): Login {
    const logins = listLogins();
    const wanted = words.trim().toLowerCase();
    const found = logins.filter(({ id, account }) =>
      [id, account].some((name) => name?.toLowerCase() === wanted),
    );
    const [first, second] = found;
    if (first && !second) return first;
    throw createUnknownError(words, {
      logins: second ? found : logins,
      isAmbiguous: !!second,
      saidBy,
      isForFolder,
    });
  }

  /** The nearest folder upwards that has an account. */
  function findFolder(): { folder: string; id: string } | undefined {
    const choices = listFolders(file.read());
    if (choices.length === 0) return undefined;
    const here = options.folder?.() ?? '';
    return choices
      .filter(({ folder }) => isInside(here, folder))
      .sort((a, b) => b.folder.length - a.folder.length)[0];
  }

  function findNamed(): { words: string; by: string } | undefined {
    if (named) return named;
    const choice = findFolder();
    return choice && { words: choice.id, by: `the choice for ${choice.folder}` };
  }

  function readLogin(): Login | undefined {
    const choice = findNamed();
    if (choice) return findLogin(choice.words, choice.by, named === undefined);
    const logins = listLogins();
    const current = toText(file.read().current);
    const inForce = logins.find(({ id }) => id === current) ?? logins.at(-1);
    if (logins.length < 2) return inForce;
    const host = options.host?.();
    return host === undefined || inForce?.host === host
      ? inForce
      : (logins.findLast((login) => login.host === host) ?? inForce);
  }

  /** Rewrites a file of version 1, its secrets in the same place. */
  async function adoptOld(): Promise<void> {
    // Sets it aside.
    if (isBroken(file)) return file.ensureWritable();
    const content = file.read();
    const old = toOldLogin(content, file.path);
    if (old === undefined) {
      if (content.access !== undefined) await file.update(dropOld);
      return;
    }
    const { refresh } = toObject(content.login);
    const [first] = Object.entries(toObject(content.access));
    const access = first === undefined ? {} : { key: first[0], access: first[1] };
    await secrets.write(toName(old), new Secret(JSON.stringify({ refresh, ...access })), {
      about: fromLogin(old),
      choice: 'file',
      onlyIfNew: true,
      alongside: (before) => ({ ...dropOld(before), current: old.id }),
    });
  }

  async function readHeld(name: string): Promise<JsonObject> {
    return toObject(parseJson((await secrets.read(name))?.expose() ?? ''));
  }

  async function pruneAccess(newest: string): Promise<void> {
    const age = ({ about }: { about: JsonObject }): number => toNumber(about.receivedAt) ?? 0;
    const stored = secrets.list().filter(({ name }) => name.startsWith(accessPrefix));
    const surplus = stored
      .filter(({ name }) => name !== newest)
      .sort((a, b) => age(b) - age(a))
      .slice(maxAccess - 1);
    if (surplus.length > 0) await secrets.remove(surplus.map(({ name }) => name));
  }

  return {
    path: file.path,
    listLogins,
    readLogin,
    isChosen: named !== undefined,
    get namedBy() {
      return findNamed()?.by;
    },
    get isLeftOver() {
      return findNamed() === undefined && readLogin()?.id !== toText(file.read().current);
    },
    findLogin,
    async readToken(login) {
      const old = toObject(file.read().login);
      const isOld = toOldLogin(file.read(), file.path)?.id === login.id;
      const held = isOld ? old : await readHeld(toName(login));
      const token = toText(held.refresh);
      return token === undefined ? undefined : new Secret(token);
    },
    prefetch() {
      try {
        const login = readLogin();
        if (login) secrets.prefetch(toName(login));
      } catch {
        // Whoever needs it reports it.
      }
    },
    async saveLogin(login, { access, choice } = {}) {
      await adoptOld();
      const id = toLoginId(login);
      const before = listLogins().find((known) => known.id === id);
      const about = fromLogin({ ...before, ...login });
      const held = {
        refresh: login.token.expose(),
        ...(access && { key: access.key, access: fromAccess(access.access) }),
      };
      const written = await secrets.write(accountPrefix + id, new Secret(JSON.stringify(held)), {
        about,
        ...(choice && { choice }),
        alongside: (content) => ({ ...content, current: id }),
      });
      // It was stored before GitHub had named the account.
      const nameless = accountPrefix + toLoginId({ account: undefined, host: login.host });
      if (login.account !== undefined && secrets.list().some(({ name }) => name === nameless))
        await secrets.remove([nameless]);
      return written;
    },
    async switchTo({ id }) {
      await adoptOld();
      await file.update((content) => ({ ...content, current: id }));
    },
    async setFolder(folder, login) {
      await adoptOld();
      await file.update((content) => {
        const { [folder]: _, ...others } = toObject(content.folders);
        return { ...content, folders: login ? { ...others, [folder]: login.id } : others };
      });
    },
    listFolders: () => listFolders(file.read()),
    async setModel(login, model) {
      await adoptOld();
      await secrets.describe(toName(login), fromLogin({ ...login, model }));
    },
    async move(login) {
      await adoptOld();
      return secrets.move(toName(login));
    },
    async readAccess(owner, key) {
      const { access } = file.read();
      if (access !== undefined) return toAccess(toObject(access)[key]);
      if (owner === undefined) return toAccess(await readHeld(accessPrefix + key));
      const held = await readHeld(accountPrefix + toLoginId(owner));
      return held.key === key ? toAccess(held.access) : undefined;
    },
    async saveAccess(owner, key, access) {
      await adoptOld();
      if (owner === undefined) {
        const secret = new Secret(JSON.stringify(fromAccess(access)));
        await secrets.write(accessPrefix + key, secret, { about: { receivedAt: access.receivedAt } });
        return pruneAccess(accessPrefix + key);
      }
      await secrets.update(accountPrefix + toLoginId(owner), (secret) => {
        const held = toObject(parseJson(secret?.expose() ?? ''));
        if (toText(held.refresh) === undefined) return undefined;
        return new Secret(JSON.stringify({ refresh: held.refresh, key, access: fromAccess(access) }));
      });
    },
    ensureWritable: () => file.ensureWritable(),
    close: () => file.close(),
    async remove(logins) {
      if (logins === 'all' && isBroken(file)) {
        await file.remove();
        return undefined;
      }
      await adoptOld();
      const ids = (logins === 'all' ? listLogins() : logins).map(({ id }) => id);
      const leaves = listLogins().some(({ id }) => !ids.includes(id));
      const others = leaves ? [] : secrets.list().filter(({ name }) => name.startsWith(accessPrefix));
      const reason = await secrets.remove([
        ...ids.map((id) => toName({ id })),
        ...others.map(({ name }) => name),
      ]);
      await file.update((content) => dropAccounts(content, ids, leaves));
      await (isSpent(file.read()) ? file.remove() : file.removeCopies());
      return reason;
    },
  };
}

function isBroken(file: JsonFile): boolean {
  try {
    file.read();
    return false;
  } catch {
    return true;
  }
}

/** A file of version 1 has one sign-in, and Copilot tokens by key. */
function toOldLogin({ login }: JsonObject, path: string): Login | undefined {
  if (!isObject(login) || toText(login.refresh) === undefined) return undefined;
  const host = toText(login.host) ?? 'github.com';
  const account = toAccount(login.account);
  const place: SecretPlace = { kind: 'file', path };
  return toLogin(toLoginId({ account, host }), { ...login, host }, place);
}

function dropOld({ login: _, access: __, ...content }: JsonObject): JsonObject {
  return content;
}

/** While an account is left, a folder keeps its choice: what was meant for one account never goes out as another. */
function dropAccounts(content: JsonObject, ids: readonly string[], leaves: boolean): JsonObject {
  const { current, folders, ...others } = dropOld(content);
  return {
    ...others,
    ...(current !== undefined && !ids.includes(String(current)) && { current }),
    ...(leaves && folders !== undefined && { folders }),
  };
}

/** Whether nothing is left to keep. */
function isSpent({ secrets, version: _, ...others }: JsonObject): boolean {
  return Object.keys({ ...toObject(secrets), ...others }).length === 0;
}

function listFolders({ folders }: JsonObject): { folder: string; id: string }[] {
  return Object.entries(toObject(folders)).map(([folder, id]) => ({ folder, id: String(id) }));
}

const toAccount = (value: unknown): string | undefined => toText(toOneLine(toText(value) ?? ''));

function toLogin(id: string, about: JsonObject, place: SecretPlace): Login {
  return {
    id,
    host: toText(about.host) ?? id.slice(id.lastIndexOf('@') + 1),
    account: toAccount(about.account),
    savedAt: toText(about.savedAt) ?? '',
    serverUrl: toText(about.serverUrl),
    apiUrl: toText(about.apiUrl),
    plan: toText(about.plan),
    model: toText(about.model),
    place,
  };
}

function fromLogin(login: Partial<Omit<NewLogin, 'token'>>): JsonObject {
  const { host, account, savedAt, serverUrl, apiUrl, plan, model } = login;
  return { host, account, savedAt, serverUrl, apiUrl, plan, model };
}

function createUnknownError(
  words: string,
  {
    logins,
    isAmbiguous,
    saidBy,
    isForFolder,
  }: { logins: readonly Login[]; isAmbiguous: boolean; saidBy: string | undefined; isForFolder: boolean },
): AuthenticationError {
  const said = saidBy === undefined ? '' : ` (from ${saidBy})`;
  const names = logins.map(({ id }) => id).join(', ');
  if (isAmbiguous)
    return new AuthenticationError(`${words}${said} is the name of more than one account`, {
      hint: `Name one of: ${names}`,
    });
  return new AuthenticationError(`there is no account ${words} here${said}`, {
    hint:
      logins.length === 0
        ? signInStep
        : [
            `The accounts are: ${names}.`,
            advise`To add one: ${run('login')}`,
            ...(isForFolder ? [advise`To choose another here: ${run('accounts use LOGIN --here')}`] : []),
          ],
  });
}
