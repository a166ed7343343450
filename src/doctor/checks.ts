import { existsSync } from 'node:fs';
import type { CliError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { KeyStoreError } from '../key-store/key-store.ts';
import { after, type Finding, skip, toFinding } from './check.ts';
import {
  checkExchange,
  checkModel,
  checkModels,
  checkQuota,
  checkSeat,
  checkToken,
  isRefusal,
} from './checks/account.ts';
import { checkEndpoints } from './checks/endpoints.ts';
import { checkKeyStore } from './checks/key-store.ts';
import { checkFiles, checkRelease, checkSettings, checkVersions } from './checks/machine.ts';
import { checkMcpServers } from './checks/mcp-servers.ts';
import {
  checkCa,
  checkClock,
  checkDns,
  checkEndpoint,
  checkGithub,
  checkProxy,
  checkTls,
  type Reach,
} from './checks/network.ts';
import { checkClients, checkPort } from './checks/serving.ts';
import {
  checkBrowser,
  checkClipboard,
  checkCompletion,
  checkEditor,
  checkKeys,
  checkTerminal,
} from './checks/terminal.ts';
import type { Facts } from './facts.ts';
import type { Check } from './run-checks.ts';

/** Hosts get eight seconds; what waits for one of them gets a little more. */
const networkMs = 12_000;
const localMs = 3_000;
/** A key store gets five seconds for an answer. */
const keyStoreMs = 7_000;

type Find = Check<Facts>['find'];

/** A check that needs no network, and whose failure keeps no prompt from an answer. */
const local = (name: string, find: Find): Check<Facts> => ({
  name,
  deadlineMs: localMs,
  lateness: 'warn',
  find,
});
/** A check on the way to an answer. A setting that is not valid may be in the way of many; `settings` alone reports it. */
const remote = (name: string, find: Find): Check<Facts> => ({
  name,
  deadlineMs: networkMs,
  lateness: 'fail',
  async find(facts) {
    const finding = await find(facts);
    const isSetting = facts.settings().problems.some(({ message }) => message === finding.detail);
    return isSetting ? after('settings') : finding;
  },
});

/** The same, on the way to Copilot alone: not needed if the default model belongs to an endpoint. */
const copilots = (name: string, find: Find): Check<Facts> =>
  remote(name, async (facts) => {
    const finding = await find(facts);
    if (finding.status !== 'fail' || (await facts.needsCopilot())) return finding;
    return finding.code === 'auth_required' && name === 'token'
      ? skip(`${finding.detail}; the default model needs no sign-in`)
      : { ...finding, status: 'warn' };
  });

/** All checks, in the order in which they are shown: each after those that it may depend on. */
export const checks: readonly Check<Facts>[] = [
  local('versions', ({ versions }) => checkVersions(versions)),
  {
    ...remote('release', async (facts) => checkRelease(facts.versions.own, await facts.newestRelease())),
    lateness: 'warn',
  },
  local('settings', (facts) => checkSettings(facts.settings())),
  {
    ...local('files', async (facts) => {
      // The file with secrets is closed to others when the sign-in is read.
      await facts.token();
      return checkFiles(facts.files());
    }),
    deadlineMs: networkMs,
  },
  { ...remote('key-store', findKeyStore), deadlineMs: keyStoreMs, lateness: 'warn' },
  copilots('token', async (facts) => {
    const finding = checkToken(await facts.token());
    return finding.status === 'fail' && (await isLockedAway(facts)) ? after('key-store') : finding;
  }),
  copilots('proxy', (facts) =>
    withReach(
      facts,
      (reach) => checkProxy(reach, { allProxy: facts.hasAllProxy, oddNoProxy: facts.oddNoProxy }),
      toFinding,
    ),
  ),
  copilots('dns', (facts) =>
    withReach(facts, async (reach) => checkDns(reach, await facts.addresses(reach.url.hostname))),
  ),
  copilots('tls', (facts) => withReach(facts, (reach) => checkTls(reach, facts.now()))),
  copilots('ca', (facts) => withReach(facts, (reach) => checkCa(reach, facts.certificates()))),
  copilots('clock', (facts) => withReach(facts, (reach) => checkClock(reach, facts.now(), facts.platform))),
  copilots('github', (facts) => withReach(facts, checkGithub)),
  copilots('exchange', (facts) => onWay(facts, findExchange)),
  copilots('seat', (facts) => onWay(facts, findSeat)),
  copilots('endpoint', (facts) => onWay(facts, findEndpoint)),
  copilots('models', (facts) => onWay(facts, findModels)),
  remote('model', async (facts) =>
    (await facts.needsCopilot()) ? onWay(facts, findModel) : checkModel(await facts.choice()),
  ),
  copilots('quota', (facts) => onWay(facts, findQuota)),
  { ...remote('endpoints', async (facts) => checkEndpoints(await facts.endpoints())), lateness: 'warn' },
  local('mcp', async (facts) => checkMcpServers(await facts.mcpServers())),
  local('terminal', ({ terminal }) => checkTerminal(terminal)),
  local('keys', async ({ terminal, keymap }) => checkKeys(terminal, await keymap())),
  local('clipboard', ({ terminal }) => checkClipboard(terminal, lookUp(terminal))),
  local('browser', ({ terminal }) => checkBrowser(terminal, lookUp(terminal))),
  local('editor', ({ terminal }) => checkEditor(terminal, lookUp(terminal))),
  local('completion', (facts) => checkCompletion(facts.completion())),
  local('serve', async (facts) => {
    const { port, user } = await facts.port();
    return checkPort(port, user);
  }),
  local('clients', async (facts) => {
    const isBlocked = facts.files().some(({ problem }) => problem !== undefined);
    return isBlocked ? after('files') : checkClients(await facts.clients(), await facts.port());
  }),
];

async function findKeyStore(facts: Facts): Promise<Finding> {
  const found = await facts.keyStore();
  // The files of settings and secrets have checks of their own.
  if (!found.ok) return after(found.error.message.includes(facts.settings().path) ? 'settings' : 'token');
  const finding = checkKeyStore(found.value);
  return (await isLockedAway(facts)) ? { ...finding, status: 'fail', code: 'auth_required' } : finding;
}

/** Whether the sign-in is in a key store that cannot be used. */
async function isLockedAway(facts: Facts): Promise<boolean> {
  const [{ token }, keyStore] = await Promise.all([facts.token(), facts.keyStore()]);
  const isUnusable = keyStore.ok && keyStore.value.state?.kind === 'unusable';
  return isUnusable && !token.ok && token.error.cause instanceof KeyStoreError;
}

/** Finds a program as a start would. */
function lookUp({ env }: Facts['terminal']): (program: string) => string | undefined {
  return (program) => {
    const path = findProgram(program, { env });
    return path !== undefined && existsSync(path) ? path : undefined;
  };
}

/** What made it impossible to try is a finding of `proxy`. */
async function withReach(
  facts: Facts,
  find: (reach: Reach) => Finding | Promise<Finding>,
  report: (error: CliError) => Finding = () => after('proxy'),
): Promise<Finding> {
  const reach = await facts.reach();
  return reach.ok ? find(reach.value) : report(reach.error);
}

/** A step on the way from the token to an answer. If GitHub cannot be reached, a check before it says so. */
async function onWay(facts: Facts, find: (facts: Facts) => Promise<Finding>): Promise<Finding> {
  const { token } = await facts.token();
  if (!token.ok) return after('token');
  // A Copilot token that is still good needs no GitHub.
  const finding = await Promise.race([find(facts), waitUntilBroken(facts)]);
  if (finding.status !== 'fail' || (finding.code !== 'network' && finding.code !== 'config')) return finding;
  const broken = await facts.broken();
  if (broken !== undefined) return after(broken);
  return (await facts.reach()).ok ? finding : after('proxy');
}

/** Never resolves if GitHub is reached. */
async function waitUntilBroken(facts: Facts): Promise<Finding> {
  const broken = await facts.broken();
  return broken === undefined ? new Promise(() => {}) : after(broken);
}

async function findExchange(facts: Facts): Promise<Finding> {
  return checkExchange(await facts.session());
}

async function findSeat(facts: Facts): Promise<Finding> {
  const session = await facts.session();
  if (!session.ok) return isRefusal(session.error) ? toFinding(session.error) : after('exchange');
  return checkSeat(await facts.account(), await facts.obstacle());
}

async function findEndpoint(facts: Facts): Promise<Finding> {
  const session = await facts.session();
  if (!session.ok) return after(isRefusal(session.error) ? 'seat' : 'exchange');
  return checkEndpoint(session.value.endpoint, await facts.endpoint());
}

async function findModels(facts: Facts): Promise<Finding> {
  const before = await findEndpoint(facts);
  if (before.status === 'skip') return before;
  return before.status === 'fail' ? after('endpoint') : checkModels(await facts.catalogue());
}

async function findModel(facts: Facts): Promise<Finding> {
  const before = await findModels(facts);
  if (before.status === 'skip') return before;
  return before.status === 'fail' ? after('models') : checkModel(await facts.choice());
}

async function findQuota(facts: Facts): Promise<Finding> {
  const session = await facts.session();
  if (!session.ok) return after(isRefusal(session.error) ? 'seat' : 'exchange');
  const account = await facts.account();
  return account.ok ? checkQuota(account.value, await facts.obstacle()) : after('seat');
}
