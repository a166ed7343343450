import { signOut, tellSignOut } from '../account/sign-out.ts';
import type { Login } from '../auth/login-record.ts';
import { describePlace } from '../auth/secret-store.ts';
import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { writeJson } from '../output/json.ts';
import { type Column, writeTable } from '../output/table.ts';
import { paint } from '../terminal/io.ts';
import type { AccountsOptions } from './accounts.ts';

export async function runAccounts(context: Context, options: AccountsOptions): Promise<void> {
  switch (options.action) {
    case 'list':
      return listAccounts(context, options.json);
    case 'switch':
      return switchAccount(context, options.account);
    case 'use':
      return chooseHere(context, options.account);
    case 'remove':
      return tellSignOut(context, await signOut(context, [context.record.findLogin(options.account)]));
    case 'migrate':
      return migrate(context, options.account);
    default:
      return options satisfies never;
  }
}

async function listAccounts(context: Context, json: boolean): Promise<void> {
  const { io, record, credentials, notice, warn } = context;
  const inForce = findInForce(context);
  const folders = record.listFolders();
  const listed: ListedAccount[] = record.listLogins().map((login) => ({
    ...login,
    isInForce: login.id === inForce,
    folders: folders.filter(({ id }) => id === login.id).map(({ folder }) => folder),
  }));
  const shadow = credentials.findShadow();
  if (json) {
    const data = { accounts: listed.map(toAccountJson), named_by: record.namedBy ?? null };
    return writeJson(io.stdout, { ...data, token_variable: shadow ?? null });
  }
  if (shadow !== undefined) warn(`the token in ${shadow} is used in place of every account.`);
  if (listed.length === 0) return notice('nobody is signed in; begin with: copilot-cli login');
  await writeTable(io.stdout, accountColumns, listed);
}

async function switchAccount(context: Context, words: string | undefined): Promise<void> {
  const { record, credentials, warn } = context;
  const login = words === undefined ? findOther(context) : record.findLogin(words);
  await record.switchTo(login);
  await say(context, `${login.id} is used from now on.`);
  const shadow = credentials.findShadow();
  if (shadow !== undefined) warn(`${shadow} is set, and its token is used in place of every account.`);
  const { namedBy } = record;
  if (namedBy !== undefined) warn(`${namedBy} names another account where you are.`);
}

/** A list helps to mend the choice of a folder for an account that was signed out. */
function findInForce({ record, warn }: Context): string | undefined {
  try {
    return record.readLogin()?.id;
  } catch (error) {
    if (record.isChosen || !(error instanceof AuthenticationError)) throw error;
    warn(`${error.message}.`);
    return undefined;
  }
}

/** The other one of two. Throws CliError `usage` if it is not clear which. */
function findOther({ record }: Context): Login {
  const logins = record.listLogins();
  if (logins.length === 0) throw new AuthenticationError('not signed in');
  const current = record.readLogin()?.id;
  const [first, ...more] = logins.filter(({ id }) => id !== current);
  if (!first)
    throw new CliError('usage', 'there is no other account', { hint: advise`Add one: ${run('login')}` });
  if (more.length === 0) return first;
  throw new CliError('usage', 'there are several other accounts, so name one', {
    hint: advise`Choose from ${[first, ...more].map(({ id }) => id).join(', ')}, as in: ${run(`accounts switch ${toShellWord(first.id)}`)}`,
  });
}

async function chooseHere(context: Context, words: string | undefined): Promise<void> {
  const { record, cwd } = context;
  const login = words === undefined ? undefined : record.findLogin(words);
  await record.setFolder(cwd, login);
  const where = `in ${cwd} and below`;
  await say(
    context,
    login ? `${login.id} is used ${where}.` : `No account of its own is used ${where} any more.`,
  );
}

async function migrate(context: Context, words: string | undefined): Promise<void> {
  const { record, warn } = context;
  const logins = words === undefined ? record.listLogins() : [record.findLogin(words)];
  if (logins.length === 0) throw new AuthenticationError('not signed in');
  for (const login of logins) {
    const written = await record.move(login);
    if (!written) continue;
    const { place, reason, leftBehind } = written;
    const stays = place.kind === login.place.kind ? 'stay' : 'are now';
    await say(context, `The secrets of ${login.id} ${stays} in ${describePlace(place)}.`);
    for (const sentence of [reason, leftBehind]) if (sentence !== undefined) warn(`${sentence}.`);
  }
}

function say({ io }: Context, sentence: string): Promise<void> {
  return io.stderr.write(`${paint(io.stderr, 'green', sentence)}\n`);
}

type ListedAccount = Login & {
  /** Whether a command here uses it, unless a variable has a token. */
  isInForce: boolean;
  /** Where it was chosen for a folder. */
  folders: string[];
};

const accountColumns: Column<ListedAccount>[] = [
  { title: '', read: ({ isInForce }) => (isInForce ? '*' : '') },
  { title: 'ACCOUNT', read: ({ account }) => account ?? '(not named by GitHub)' },
  { title: 'HOST', read: ({ host }) => host },
  { title: 'PLAN', read: ({ plan }) => plan ?? '' },
  { title: 'MODEL', read: ({ model }) => model ?? '' },
  { title: 'KEPT IN', read: ({ place }) => describePlace(place), isFlexible: true },
  { title: 'FOLDERS', read: ({ folders }) => folders.join(' '), isFlexible: true },
];

/** One of `accounts list --json`. */
function toAccountJson(listed: ListedAccount): Record<string, unknown> {
  const { id, account, host, plan, model, savedAt, place, isInForce, folders } = listed;
  return {
    id,
    account: account ?? null,
    host,
    plan: plan ?? null,
    model: model ?? null,
    saved_at: savedAt === '' ? null : savedAt,
    in_force: isInForce,
    store: { kind: place.kind, name: place.kind === 'file' ? place.path : place.name },
    folders,
  };
}
