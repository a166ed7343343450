import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { findObstacle, listOverrides } from '../account/examine-account.ts';
import type { CopilotSession } from '../auth/copilot-tokens.ts';
import { listWrittenFiles, type WrittenFile } from '../clients/list-setups.ts';
import { findRunningServer } from '../clients/running-server.ts';
import type { CredentialStoreChoice } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import type { Account } from '../copilot/account.ts';
import { toBilled } from '../copilot/billing.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { ModelChoice } from '../copilot/model-choice.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import { createEndpointFile, type EndpointFile } from '../endpoints/endpoint-file.ts';
import { CliError } from '../errors.ts';
import { type CertificateSource, readCertificateSources } from '../http/certificate-sources.ts';
import { listOddEntries, readNoProxy } from '../http/no-proxy.ts';
import { once } from '../once.ts';
import { readPort, usualPort } from '../server-port.ts';
import { findInstalledCompletion, type InstalledCompletion } from '../shell-completion/find-installed.ts';
import { type Outcome, settle } from './check.ts';
import type { TokenFacts } from './checks/account.ts';
import type { EndpointFacts } from './checks/endpoints.ts';
import type { KeyStoreFacts } from './checks/key-store.ts';
import type { OwnFile, SettingsFacts, Versions } from './checks/machine.ts';
import type { McpFacts } from './checks/mcp-servers.ts';
import { type Answer, findBroken, type Reach } from './checks/network.ts';
import type { PortUser } from './checks/serving.ts';
import type { KeymapFacts, TerminalFacts } from './checks/terminal.ts';
import { isPortFree, readSettings, watchFiles } from './local-facts.ts';
import { readMcpFacts } from './mcp-facts.ts';
import { fetchNewest } from './newest-release.ts';
import { within } from './within.ts';

/** What the checks are about. Each fact is found out once, when a check first asks for it. */
export type Facts = {
  now(): number;
  platform: NodeJS.Platform;
  versions: Versions;
  terminal: TerminalFacts;
  hasAllProxy: boolean;
  /** Entries of NO_PROXY that cover nothing. */
  oddNoProxy: readonly string[];
  settings(): SettingsFacts;
  /** The file of the person's own keys, and what is wrong with it. Undefined without one. */
  keymap(): Promise<KeymapFacts | undefined>;
  files(): OwnFile[];
  /** Fails if the choice of the store is not valid, or the file of the secrets. */
  keyStore(): Promise<Outcome<KeyStoreFacts>>;
  certificates(): CertificateSource[];
  completion(): InstalledCompletion;
  /** Undefined if nobody asked for it. */
  newestRelease(): Promise<Outcome<string> | undefined>;
  token(): Promise<TokenFacts>;
  reach(): Promise<Outcome<Reach>>;
  /** Undefined if the host is an address. */
  addresses(host: string): Promise<Outcome<string[]> | undefined>;
  /** The check that reports why GitHub is not reached; undefined if it is. */
  broken(): Promise<string | undefined>;
  /** The rest of the way to an answer. Call them only after what comes before succeeded. */
  session(): Promise<Outcome<CopilotSession>>;
  account(): Promise<Outcome<Account>>;
  endpoint(): Promise<Outcome<Answer>>;
  catalogue(): Promise<Outcome<Catalogue>>;
  choice(): Promise<Outcome<ModelChoice>>;
  /** What keeps the account from an answer, by what GitHub says about it. */
  obstacle(): Promise<CliError | undefined>;
  /** Whether the default model is one of Copilot's, and not one of an endpoint. */
  needsCopilot(): Promise<boolean>;
  endpoints(): Promise<EndpointFacts[]>;
  mcpServers(): Promise<Outcome<McpFacts>>;
  port(): Promise<{ port: number; user: PortUser }>;
  clients(): Promise<WrittenFile[]>;
};

/** How long a host may take to answer, in milliseconds: less than a check may. */
const answerMs = 8_000;

type FactsOptions = {
  asksRelease: boolean;
  /** Reads the person's own keys of the chat. */
  findKeymap?: Facts['keymap'];
};

export function createFacts(
  context: Context,
  { asksRelease, findKeymap = async () => undefined }: FactsOptions,
): Facts {
  const { env, io, signal, credentials, record, version } = context;
  const { platform } = process;
  // Before anything reads the file of the sign-in.
  const readFiles = watchFiles(context);

  const http = once(() => settle(() => context.loadHttp()));
  const githubToken = once(() => settle(() => credentials.resolve()));
  const client = once(async () => {
    const token = await githubToken();
    return context.connect(token.ok ? token.value : undefined);
  });
  const fromClient = <T>(work: (client: CopilotClient) => Promise<T>): (() => Promise<Outcome<T>>) =>
    once(() => settle(async () => work(await client())));

  const session = fromClient((connected) => connected.getSession());
  const account = fromClient((connected) => connected.fetchAccount());
  const choice = fromClient((connected) => connected.chooseModel(undefined));

  async function ask(
    url: string,
    { isApi = true, isDirect = false }: { isApi?: boolean; isDirect?: boolean } = {},
  ): Promise<Answer> {
    const connected = unwrap(await http());
    const headers = { accept: 'application/json', 'user-agent': context.userAgent };
    const request = { method: 'GET', url, headers, isApi, isDirect } as const;
    const response = await within(signal, answerMs, new URL(url), (own) =>
      connected.send({ ...request, signal: own }),
    );
    await response.discard();
    return { status: response.status, date: response.headers.date };
  }

  /** An endpoint whose models the person named may not list any: whatever it answers, also a page or a redirect, shows that it is there. */
  const countModels = (file: EndpointFile, name: string): Promise<Outcome<number>> =>
    settle(async () => {
      const endpoint = file.find(name);
      const connected = await context.connectToEndpoint(name);
      const { models } = await connected.fetchCatalogue({ fresh: true });
      if (endpoint.models.length > 0) await ask(endpoint.url, { isApi: false });
      return models.length;
    });

  const reach = once(() =>
    settle(async (): Promise<Reach> => {
      const token = await githubToken();
      const { apiUrl } = token.ok ? token.value.github : credentials.findHost();
      const url = new URL(`${apiUrl}/`);
      const connected = unwrap(await http());
      const proxy = connected.findProxy(url);
      const [answer, direct, handshake] = await Promise.all([
        settle(() => ask(url.href)),
        proxy && settle(() => ask(url.href, { isDirect: true })),
        url.protocol === 'https:'
          ? settle(() => within(signal, answerMs, url, (own) => connected.shakeHands(url, own)))
          : undefined,
      ]);
      return { url, proxy, answer, direct, handshake };
    }),
  );

  return {
    now: context.now,
    platform,
    versions: { own: version, node: process.versions.node, platform, architecture: process.arch },
    terminal: {
      env,
      platform,
      isTerminal: io.stdout.isTerminal,
      colour: io.stdout.colour,
      columns: io.stdout.columns,
      rows: io.stdout.rows,
    },
    hasAllProxy: Boolean(env.all_proxy || env.ALL_PROXY),
    oddNoProxy: listOddEntries(readNoProxy(env)),
    settings: once(() => {
      try {
        return readSettings(
          context,
          listOverrides(context).map(({ setting, origin }) => ({ setting, origin })),
        );
      } catch {
        return readSettings(context, []);
      }
    }),
    files: () => readFiles(),
    keyStore: once(() =>
      settle(async () => {
        const { secrets, settings } = context;
        const choice = settings.get('credential-store').value as CredentialStoreChoice;
        const stored = secrets.list();
        const isWanted = choice !== 'file' || stored.some(({ place }) => place.kind === 'system');
        return { choice, stored, state: isWanted ? await secrets.examine() : undefined, path: secrets.path };
      }),
    ),
    completion: () => findInstalledCompletion(context),
    certificates: once(() => readCertificateSources(env)),
    keymap: findKeymap,
    newestRelease: once(async () =>
      asksRelease ? settle(async () => fetchNewest(unwrap(await http()), context, answerMs)) : undefined,
    ),
    token: once(async () => {
      const token = await githubToken();
      const shadow = credentials.findShadow();
      const login = await settle(() => record.readLogin());
      const hides = shadow !== undefined && login.ok && login.value !== undefined;
      return { token, ignored: credentials.listIgnored(), shadow: hides ? shadow : undefined };
    }),
    reach,
    addresses: async (host) =>
      isIP(host.replace(/^\[|\]$/g, '')) ? undefined : settle(() => resolveName(host)),
    broken: once(async () => {
      const reached = await reach();
      return reached.ok ? findBroken(reached.value) : undefined;
    }),
    session,
    account,
    endpoint: once(() => settle(async () => ask(`${unwrap(await session()).endpoint.url}/_ping`))),
    catalogue: fromClient((connected) => connected.fetchCatalogue({ fresh: true })),
    choice,
    obstacle: once(async () => {
      const [found, known, chosen] = [await session(), await account(), await choice()];
      if (!found.ok || !known.ok || !chosen.ok) return undefined;
      const billing = await (await client()).findBilling();
      return findObstacle(found.value.access, known.value, toBilled(chosen.value.model, billing));
    }),
    needsCopilot: once(async () => {
      const needed = await settle(async () => (await client()).needsSignIn(undefined));
      return !needed.ok || needed.value;
    }),
    endpoints: once(async () => {
      const file = createEndpointFile(context.endpointsFile);
      return Promise.all(
        file.listNames().map(async (name) => ({ name, models: await countModels(file, name) })),
      );
    }),
    mcpServers: once(() => settle(() => readMcpFacts(context))),
    port: once(async (): Promise<{ port: number; user: PortUser }> => {
      const port = readPort(env.PORT) ?? usualPort;
      if (await isPortFree(port)) return { port, user: 'nobody' };
      const ours = await settle(async () =>
        findRunningServer(unwrap(await http()), { host: '127.0.0.1', port, signal }),
      );
      return { port, user: ours.ok && ours.value ? 'copilot-cli' : 'another program' };
    }),
    clients: once(() => listWrittenFiles(join(context.dataFolder, 'clients.json'))),
  };
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

async function resolveName(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new CliError('network', `the name ${host} cannot be resolved`, {
      hint: 'Check the connection and the DNS servers of this machine. If its network has a proxy, set HTTPS_PROXY.',
      cause,
    });
  }
}
