import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { companyCa, expired, inspected, mutual } from '../helpers/certificates.ts';
import { type Cli, canary, createCli, githubToken, parseOutput, type Run } from '../helpers/cli.ts';
import { startFakeOllama } from '../helpers/fake-ollama.ts';
import { startRealProxy } from '../helpers/real-proxy.ts';
import { skipsKeyStore, startSecretService } from '../helpers/secret-service.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import { gatewayFaults } from '../simulator/gateways.ts';
import type { Secure } from '../simulator/host.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

type Check = { name: string; status: string; detail: string; fix: string | null };

type Env = Record<string, string>;

/** An editor that is there, and a port that is free. */
const healthy: Env = { EDITOR: 'node', PORT: '0' };

type Machine = {
  /** Servers with TLS. Nobody signs in there: the token is in a variable. */
  secure?: () => Secure;
  simulator?: SimulatorOptions;
  isSignedOut?: boolean;
};

async function createMachine({ secure, simulator = {}, isSignedOut = false }: Machine): Promise<Cli> {
  const account = { ...simulator.account, githubTokens: { [githubToken]: {} } };
  const cli = await createCli({ ...simulator, account }, secure?.());
  Object.assign(cli.env, healthy);
  if (secure) Object.assign(cli.env, { GITHUB_COPILOT_TOKEN: githubToken, SSL_CERT_FILE: companyCa });
  else if (!isSignedOut) await cli.signIn();
  return cli;
}

const listChecks = (run: Run): Check[] => parseOutput(run).checks as Check[];

const listProblems = (run: Run): Check[] =>
  listChecks(run).filter(({ status }) => status === 'warn' || status === 'fail');

/** No request that is paid for. */
function expectNothingPaid({ simulator }: Cli): void {
  const paid = simulator.requests.filter(({ method }) => method === 'POST');
  expect(paid.map(({ path }) => path)).toEqual([]);
}

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

const writeServers = (cli: Cli, text: string): void => {
  const folder = join(cli.home, 'config', 'copilot-cli');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'mcp.json'), text, { mode: 0o600 });
};

const writeConfig = (cli: Cli, text: string): void => {
  mkdirSync(join(cli.home, 'config', 'copilot-cli'), { recursive: true, mode: 0o700 });
  writeFileSync(join(cli.home, 'config', 'copilot-cli', 'config.json'), text, { mode: 0o600 });
};

/** A message bus that takes connections, and says nothing. */
async function startSilentBus({ home }: Cli): Promise<Env> {
  const path = join(home, 'bus');
  const bus = createNetServer((socket) => onTestFinished(() => void socket.destroy())).listen(path);
  await once(bus, 'listening');
  onTestFinished(() => void bus.close());
  return { COPILOT_CLI_CREDENTIAL_STORE: 'auto', DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
}

type Fault = Machine & {
  /** The check that finds it. */
  check: string;
  title: string;
  status: 'warn' | 'fail';
  code: number;
  argv?: string[];
  /** Plants it, and gives the variables that belong to it. */
  plant?: (cli: Cli) => unknown;
  detail: RegExp;
  fix: RegExp;
};

const faults: Fault[] = [
  {
    check: 'release',
    title: 'a newer release',
    status: 'warn',
    code: 0,
    argv: ['--release'],
    plant: async () => {
      const port = await listen((request, response) => {
        expect(request.url).toBe('/npm/copilot-cli/latest');
        response.setHeader('content-type', 'application/json').end('{"version":"99.0.0"}');
      });
      return { npm_config_registry: `http://127.0.0.1:${port}/npm/` };
    },
    detail: /^99\.0\.0 is newer than \d/,
    fix: /^npm install --global copilot-cli@latest$/,
  },
  {
    check: 'settings',
    title: 'a setting that is not valid',
    status: 'fail',
    code: 3,
    plant: (cli) => writeConfig(cli, '{"extra-headers":"x y:1"}'),
    detail: /^extra-headers in \S+config\.json has something that is not a header name/,
    fix: /copilot-cli config unset extra-headers/,
  },
  {
    check: 'settings',
    title: 'a file of settings that is not JSON',
    status: 'fail',
    code: 3,
    plant: (cli) => writeConfig(cli, 'model = x'),
    detail: /config\.json is not a JSON object/,
    fix: /Correct it, or move it away/,
  },
  {
    check: 'settings',
    title: 'a key that is no setting',
    status: 'warn',
    code: 0,
    plant: (cli) => writeConfig(cli, '{"modle":"x"}'),
    detail: /has modle, which is not a setting/,
    fix: /copilot-cli config list/,
  },
  {
    check: 'files',
    title: 'a sign-in that others can read',
    status: 'warn',
    code: 0,
    plant: (cli) => chmodSync(cli.credentialsFile, 0o644),
    detail: /credentials\.json was readable by others \(mode 644\); now only you can read it/,
    fix: /copilot-cli login/,
  },
  {
    check: 'files',
    title: 'a folder of settings that others can enter',
    status: 'warn',
    code: 0,
    plant: (cli) => {
      const folder = join(cli.home, 'data', 'copilot-cli');
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o755);
    },
    detail: /data\/copilot-cli was readable by others \(mode 755\)$/,
    fix: /^chmod 700 \S+data\/copilot-cli$/,
  },
  {
    check: 'files',
    title: 'a file in the place of a folder',
    status: 'warn',
    code: 0,
    plant: (cli) => {
      writeFileSync(join(cli.home, 'blocked'), '');
      return { XDG_DATA_HOME: join(cli.home, 'blocked') };
    },
    detail: /blocked\/copilot-cli cannot be used: .*not a folder/,
    fix: /Make it a folder of yours, with mode 700/,
  },
  {
    check: 'key-store',
    title: 'a key store that was chosen and is not there',
    status: 'warn',
    code: 0,
    plant: () => ({ COPILOT_CLI_CREDENTIAL_STORE: 'system', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }),
    detail: /^the key store \(.+\) /,
    fix: /copilot-cli config set credential-store file/,
  },
  {
    check: 'key-store',
    title: 'a key store that never answers',
    status: 'warn',
    code: 0,
    plant: startSilentBus,
    detail: /^the key store \(.+\) did not answer within 5 s/,
    fix: /Restart it, or sign in to the desktop again/,
  },
  {
    check: 'token',
    title: 'nobody who is signed in',
    status: 'fail',
    code: 4,
    isSignedOut: true,
    detail: /^not signed in$/,
    fix: /^copilot-cli login$/,
  },
  {
    check: 'token',
    title: 'a file of the sign-in that is not JSON',
    status: 'fail',
    code: 3,
    plant: (cli) => writeFileSync(cli.credentialsFile, 'half a fi', { mode: 0o600 }),
    detail: /credentials\.json is not a JSON object$/,
    fix: /Correct it, or move it away/,
  },
  {
    check: 'token',
    title: 'a token of a kind that does not work',
    status: 'fail',
    code: 4,
    plant: () => ({ GITHUB_COPILOT_TOKEN: `ghp_${canary}0123456789` }),
    detail: /^the token in GITHUB_COPILOT_TOKEN is a classic personal access token/,
    fix: /Unset it and run: copilot-cli login/,
  },
  {
    check: 'token',
    title: 'a token of such a kind for other programs',
    status: 'warn',
    code: 0,
    plant: () => ({ GH_TOKEN: `ghp_${canary}0123456789` }),
    detail: /^the token in GH_TOKEN is a classic .*; it is not used$/,
    fix: /^unset GH_TOKEN$/,
  },
  {
    check: 'token',
    title: 'a token that hides the sign-in',
    status: 'warn',
    code: 0,
    plant: () => ({ GITHUB_TOKEN: githubToken }),
    detail: /^the token in GITHUB_TOKEN is used in place of your sign-in$/,
    fix: /^unset GITHUB_TOKEN$/,
  },
  {
    check: 'proxy',
    title: 'a proxy that is not there, where none is needed',
    status: 'fail',
    code: 13,
    secure: inspected,
    plant: () => ({ HTTPS_PROXY: `http://me:${canary}@127.0.0.1:1` }),
    detail: /^the proxy 127\.0\.0\.1:1 \(from HTTPS_PROXY\) does not answer/,
    fix: /Without the proxy 0\.0\.0\.0:\d+ answers: unset HTTPS_PROXY, or add 0\.0\.0\.0 to NO_PROXY\.$/,
  },
  {
    check: 'proxy',
    title: 'a proxy that wants another password',
    status: 'fail',
    code: 13,
    secure: inspected,
    plant: async () => {
      const { address } = await startRealProxy({ name: 'me', password: 'other' });
      return { https_proxy: `http://me:${canary}@${address}` };
    },
    detail: /does not accept its user name and password/,
    fix: /Correct them in https_proxy/,
  },
  {
    check: 'proxy',
    title: 'a proxy with a certificate of an unknown CA',
    status: 'fail',
    code: 13,
    plant: async () => {
      const { address } = await startRealProxy(undefined, inspected());
      return { HTTPS_PROXY: `https://${address}`, GITHUB_API_URL: 'https://0.0.0.0:1' };
    },
    detail: /^the certificate of the proxy 127\.0\.0\.1:\d+ \(from HTTPS_PROXY\) is not trusted here$/,
    fix: /^Set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE to the file of the CA certificate of the proxy\.$/,
  },
  {
    check: 'proxy',
    title: 'a variable that names no proxy',
    status: 'fail',
    code: 3,
    plant: () => ({ HTTPS_PROXY: 'socks5://127.0.0.1:1' }),
    detail: /^HTTPS_PROXY names a SOCKS proxy, which is not supported$/,
    fix: /Set HTTPS_PROXY to the URL of an HTTP proxy, such as/,
  },
  {
    check: 'proxy',
    title: 'a variable for proxies that is not read',
    status: 'warn',
    code: 0,
    plant: () => ({ ALL_PROXY: 'socks5://127.0.0.1:1' }),
    detail: /^ALL_PROXY is set, which is not read$/,
    fix: /Set HTTPS_PROXY/,
  },
  {
    check: 'dns',
    title: 'a name that does not exist',
    status: 'fail',
    code: 13,
    plant: () => ({ GITHUB_API_URL: 'https://api.github.invalid' }),
    detail: /^the name api\.github\.invalid cannot be resolved/,
    fix: /Check the connection/,
  },
  {
    check: 'tls',
    title: 'a certificate that has expired',
    status: 'fail',
    code: 13,
    secure: expired,
    detail: /not trusted here: it has expired/,
    fix: /Check the clock of this machine/,
  },
  {
    check: 'tls',
    title: 'a client certificate that is missing',
    status: 'fail',
    code: 13,
    secure: () => mutual({ minVersion: 'TLSv1.3' }),
    detail: /requires a client certificate$/,
    fix: /copilot-cli config set client-cert FILE/,
  },
  {
    check: 'ca',
    title: 'a CA of a company that is not known here',
    status: 'fail',
    code: 13,
    secure: inspected,
    plant: () => ({ SSL_CERT_FILE: '' }),
    detail: /is not trusted here: Example Company signed it$/,
    fix: /set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/,
  },
  {
    check: 'ca',
    title: 'a file of certificates that is not there',
    status: 'warn',
    code: 0,
    plant: () => ({ NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }),
    detail: /^NODE_EXTRA_CA_CERTS names \/nowhere\/ca\.pem, which cannot be read/,
    fix: /^Correct NODE_EXTRA_CA_CERTS, or unset it\.$/,
  },
  {
    check: 'clock',
    title: 'a clock that is behind',
    status: 'warn',
    code: 0,
    plant: ({ simulator }) => {
      const date = new Date(Date.now() + 17 * 60_000).toUTCString();
      simulator.faults.add({ path: '/', host: 'api', status: 404, body: {}, headers: { date } });
    },
    detail: /^the clock of this machine is 17 min behind GitHub's$/,
    fix: /./,
  },
  {
    check: 'github',
    title: 'nobody who listens',
    status: 'fail',
    code: 13,
    plant: () => ({ GITHUB_API_URL: 'http://127.0.0.1:1' }),
    detail: /^127\.0\.0\.1:1 refused the connection$/,
    fix: /^Check the connection of this machine, and the URL/,
  },
  {
    check: 'github',
    title: 'a gateway that answers in its place',
    status: 'fail',
    code: 13,
    plant: ({ simulator }) =>
      simulator.faults.add({ path: /./, host: 'api', times: 9, ...gatewayFaults.forbidden }),
    detail: /^something between you and 127\.0\.0\.1:\d+ answered in its place/,
    fix: /in a browser, or ask whoever runs the network/,
  },
  {
    check: 'github',
    title: 'a host that never answers',
    status: 'fail',
    code: 13,
    plant: async ({ simulator }) => {
      simulator.expireCopilotTokens();
      simulator.faults.add({ path: /./, host: 'api', times: 9, noAnswer: true });
    },
    detail: /did not answer within 8 s$/,
    fix: /Check the connection/,
  },
  {
    check: 'exchange',
    title: 'a token that GitHub does not accept',
    status: 'fail',
    code: 4,
    simulator: { exchange: { refusal: 'bad-credentials' } },
    isSignedOut: true,
    plant: () => ({ GITHUB_COPILOT_TOKEN: githubToken }),
    detail: /does not accept the token from GITHUB_COPILOT_TOKEN$/,
    fix: /Set GITHUB_COPILOT_TOKEN to another token/,
  },
  {
    check: 'exchange',
    title: 'an exchange that is broken',
    status: 'fail',
    code: 1,
    simulator: { exchange: { refusal: 'server-error' } },
    isSignedOut: true,
    plant: () => ({ GITHUB_COPILOT_TOKEN: githubToken }),
    detail: /could not make a Copilot token \(status 5\d\d\)$/,
    fix: /Try again in a minute/,
  },
  {
    check: 'seat',
    title: 'an account without Copilot',
    status: 'fail',
    code: 5,
    simulator: { exchange: { refusal: { notificationId: 'no_copilot_access' } } },
    isSignedOut: true,
    plant: () => ({ GITHUB_COPILOT_TOKEN: githubToken }),
    detail: /^this account has no access to Copilot/,
    fix: /Sign up at/,
  },
  {
    check: 'seat',
    title: 'a chat that is switched off',
    status: 'fail',
    code: 5,
    plant: ({ simulator }) => {
      simulator.state.account.chatEnabled = false;
    },
    detail: /^chat is switched off for this account$/,
    fix: /Ask the owner of your organisation/,
  },
  {
    check: 'endpoint',
    title: 'a Copilot API where nobody listens',
    status: 'fail',
    code: 13,
    plant: () => ({ GITHUB_COPILOT_BASE_URL: 'http://127.0.0.1:1' }),
    detail: /^127\.0\.0\.1:1 refused the connection$/,
    fix: /See who sets base-url: copilot-cli config list/,
  },
  {
    check: 'models',
    title: 'no list of models',
    status: 'fail',
    code: 1,
    plant: ({ simulator, home }) => {
      simulator.faults.add({ path: '/models', status: 500, body: { error: { message: 'No.' } }, times: 9 });
      return { XDG_CACHE_HOME: join(home, 'no-cache') };
    },
    detail: /No\.|status 500|500/,
    fix: /./,
  },
  {
    check: 'model',
    title: 'a default model that does not exist',
    status: 'fail',
    code: 6,
    plant: () => ({ GITHUB_COPILOT_MODEL: 'gpt-99-nano' }),
    detail: /gpt-99-nano/,
    fix: /copilot-cli models/,
  },
  {
    check: 'quota',
    title: 'a quota that is used up',
    status: 'fail',
    code: 8,
    plant: ({ simulator }) => {
      simulator.state.account.plan = 'exhausted';
    },
    detail: /^the quota of this account is used up/,
    fix: /Allow paid use/,
  },
  {
    check: 'endpoints',
    title: 'an endpoint of your own that does not answer',
    status: 'warn',
    code: 0,
    plant: async (cli) => {
      await cli.runHere(['endpoints', 'add', 'ollama', '--url', 'http://127.0.0.1:1/v1']);
    },
    detail: /ollama/,
    fix: /copilot-cli endpoints test ollama/,
  },
  {
    check: 'endpoints',
    title: 'an endpoint whose models are named, and that does not answer',
    status: 'warn',
    code: 0,
    plant: async (cli) => {
      await cli.runHere(['endpoints', 'add', 'vllm', '--url', 'http://127.0.0.1:1/v1', '--model', 'm']);
    },
    detail: /^vllm: 127\.0\.0\.1:1 refused the connection$/,
    fix: /copilot-cli endpoints test vllm/,
  },
  {
    check: 'mcp',
    title: 'an MCP server whose program is missing',
    status: 'warn',
    code: 0,
    plant: async (cli) => {
      await cli.runHere(['mcp', 'add', 'good', '--', 'sh']);
      await cli.runHere(['mcp', 'add', 'gone', '--', 'no-such-program', '--flag']);
    },
    detail: /^gone needs no-such-program, which is not installed$/,
    fix: /^copilot-cli mcp get gone$/,
  },
  {
    check: 'mcp',
    title: 'an MCP server whose URL is none',
    status: 'warn',
    code: 0,
    plant: (cli) => writeServers(cli, '{"mcpServers": {"web": {"url": "notion.example/mcp"}}}'),
    detail: /^web has a url that does not begin with http/,
    fix: /^copilot-cli mcp get web$/,
  },
  {
    check: 'mcp',
    title: 'an MCP server that needs a variable',
    status: 'warn',
    code: 0,
    plant: (cli) =>
      writeServers(cli, '{"mcpServers": {"a": {"command": "sh", "args": ["$' + '{NO_SUCH_KEY}"]}}}'),
    detail: /^a .*NO_SUCH_KEY/,
    fix: /^copilot-cli mcp get a$/,
  },
  {
    check: 'mcp',
    title: 'a file of MCP servers that is no JSON',
    status: 'warn',
    code: 0,
    plant: (cli) => writeServers(cli, '{"mcpServers": '),
    detail: /mcp\.json/,
    fix: /./,
  },
  {
    check: 'mcp',
    title: 'a file of MCP servers with an entry that is none',
    status: 'warn',
    code: 0,
    plant: (cli) => writeServers(cli, '{"mcpServers": {"odd": {"command": 5}}}'),
    detail: /odd.*has neither a command nor a url/,
    fix: /^Correct that file\.$/,
  },
  {
    check: 'clipboard',
    title: 'a desktop without a program for its clipboard',
    status: 'warn',
    code: 0,
    plant: (cli) => ({ WAYLAND_DISPLAY: 'wayland-0', PATH: cli.home, EDITOR: process.execPath }),
    detail: /^wl-copy is not installed/,
    fix: /^sudo apt install wl-clipboard$/,
  },
  {
    check: 'browser',
    title: 'a browser that is not installed',
    status: 'warn',
    code: 0,
    plant: () => ({ BROWSER: 'no-such-browser --new-tab %s' }),
    detail: /^BROWSER names no-such-browser, which is not installed$/,
    fix: /^unset BROWSER$/,
  },
  {
    check: 'editor',
    title: 'an editor that is not installed',
    status: 'warn',
    code: 0,
    plant: () => ({ VISUAL: '"/no/such editor" --wait' }),
    detail: /^VISUAL names \/no\/such editor, which is not installed$/,
    fix: /^export EDITOR=nano$/,
  },
  {
    check: 'completion',
    title: 'a completion script of another version',
    status: 'warn',
    code: 0,
    plant(cli) {
      const folder = join(cli.home, 'config', 'fish', 'completions');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'copilot-cli.fish'), 'complete -c copilot-cli');
      return { SHELL: '/usr/bin/fish' };
    },
    detail: /^\S+copilot-cli\.fish is of another version$/,
    fix: /^copilot-cli completion fish > /,
  },
  {
    check: 'serve',
    title: 'a port that another program has',
    status: 'warn',
    code: 0,
    plant: async () => ({ PORT: String(await listen((_, response) => void response.end('other'))) }),
    detail: /^port \d+ is taken by another program$/,
    fix: /^copilot-cli serve --port \d+$/,
  },
  {
    check: 'clients',
    title: 'a client that points elsewhere',
    status: 'warn',
    code: 0,
    plant: async (cli) => {
      await cli.runHere(['serve', '--for', 'claude-code', '--write']);
      const path = join(cli.home, '.claude', 'settings.json');
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(/http:\/\/127\.0\.0\.1:\d+/, 'https://elsewhere.test'),
      );
      cli.simulator.requests.length = 0;
    },
    detail: /settings\.json of claude-code does not point here any more$/,
    fix: /copilot-cli serve --for claude-code --write/,
  },
  {
    check: 'clients',
    title: 'a client whose settings are gone',
    status: 'warn',
    code: 0,
    plant: async (cli) => {
      await cli.runHere(['serve', '--for', 'codex', '--write']);
      rmSync(join(cli.home, '.codex'), { recursive: true });
      cli.simulator.requests.length = 0;
    },
    detail: /config\.toml of codex is gone/,
    fix: /copilot-cli serve --for codex --write/,
  },
];

/** A fault that only a terminal has. */
const terminalFaults: [title: string, env: Env, columns: number, words: RegExp][] = [
  ['a terminal that can do nothing', { TERM: 'dumb' }, 100, /TERM is dumb/],
  ['a locale without UTF-8', { LANG: 'C' }, 100, /the locale C is not UTF-8/],
  ['a window that is too narrow', {}, 30, /30 columns and 30 rows are few/],
];

const addOllama = async (cli: Cli): Promise<Env> => {
  const { url } = await startFakeOllama();
  await cli.runHere(['endpoints', 'add', 'ollama', '--url', `${url}/v1`]);
  return { GITHUB_COPILOT_MODEL: 'ollama/llama3.2' };
};

const addProxy = async (): Promise<Env> => {
  const { address } = await startRealProxy({ name: 'me', password: canary });
  return { HTTPS_PROXY: `http://me:${canary}@${address}` };
};

const addClaude = async (cli: Cli): Promise<Env> => {
  await cli.runHere(['serve', '--for', 'claude-code', '--write']);
  return {};
};

/** Its models are named, so that nobody asks it for a list. */
const addEndpoint = async (cli: Cli, answer: RequestListener): Promise<Env> => {
  const url = `http://127.0.0.1:${await listen(answer)}/v1`;
  await cli.runHere(['endpoints', 'add', 'vllm', '--url', url, '--model', 'm']);
  return {};
};

const addPage = (cli: Cli): Promise<Env> =>
  addEndpoint(cli, (_, response) =>
    response.writeHead(404, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>404</title>'),
  );

const addRedirect = (cli: Cli): Promise<Env> =>
  addEndpoint(cli, (_, response) => response.writeHead(307, { location: '/docs' }).end());

describe('doctor', () => {
  it.each<[name: string, machine: Machine, prepare?: (cli: Cli) => Promise<Env>]>([
    ['that is signed in', {}],
    ['in a network that inspects traffic', { secure: inspected }],
    ['whose default model is one of an endpoint', { isSignedOut: true }, addOllama],
    ['with an endpoint whose base URL is a page', {}, addPage],
    ['with an endpoint whose base URL redirects', {}, addRedirect],
    ['behind a proxy with a password', { secure: inspected }, addProxy],
    ['with clients that are set up', {}, addClaude],
  ])('reports nothing on a healthy machine %s', async (_, machine, prepare) => {
    const cli = await createMachine(machine);
    const env = (await prepare?.(cli)) ?? {};
    cli.simulator.requests.length = 0;
    const run = await cli.runHere(['doctor', '--json'], { env });
    expect(listProblems(run)).toEqual([]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(listChecks(run).filter(({ fix }) => fix !== null)).toEqual([]);
    expectNothingPaid(cli);
  });

  for (const fault of faults) {
    // Of each check, the first fault is planted in every run.
    const isFirst = faults.find(({ check }) => check === fault.check) === fault;
    it(
      `finds ${fault.title} by its check alone: ${fault.check}`,
      isFirst ? {} : { tags: 'deep' },
      async () => {
        const cli = await createMachine(fault);
        const env = ((await fault.plant?.(cli)) ?? {}) as Env;
        const run = await cli.runHere(['doctor', '--json', ...(fault.argv ?? [])], { env });
        expect(listProblems(run)).toEqual([
          {
            name: fault.check,
            status: fault.status,
            detail: expect.stringMatching(fault.detail),
            fix: expect.stringMatching(fault.fix),
          },
        ]);
        expect(run.code).toBe(fault.code);
        expectNothingPaid(cli);
      },
    );
  }

  it.each(terminalFaults)('finds %s by its check alone: terminal', async (_, env, columns, words) => {
    const cli = await createMachine({});
    const terminal = startInTerminal(cli, ['doctor'], {
      env: { LANG: 'C.UTF-8', TERM: 'xterm', ...env },
      columns,
    });
    expect(await terminal.exitCode).toBe(0);
    const plain = stripVTControlCharacters(terminal.output);
    const problems = plain.match(/^(?:warn|fail) .*$/gm) ?? [];
    expect(problems).toEqual([expect.stringMatching(/^warn {2}terminal {2,}/)]);
    expect(problems[0]).toMatch(words);
    expect(plain).toMatch(/To fix: \S.*\d+ checks: 1 warning, \d skipped/s);
  });

  it.skipIf(skipsKeyStore)(
    'finds a locked key store by its check alone, though the sign-in is in it',
    async () => {
      const cli = await createMachine({ isSignedOut: true });
      const service = await startSecretService();
      Object.assign(cli.env, service.env);
      await cli.signIn();
      const open = await cli.run(['doctor', '--json']);
      expect(listProblems(open)).toEqual([]);
      expect(listChecks(open).find(({ name }) => name === 'key-store')?.detail).toMatch(
        /can be used; \d secrets? in it$/,
      );
      service.lock();
      const locked = await cli.run(['doctor', '--json']);
      expect(listProblems(locked)).toEqual([
        expect.objectContaining({
          name: 'key-store',
          status: 'fail',
          fix: expect.stringMatching(/^Unlock it/),
        }),
      ]);
      expect(locked.code).toBe(4);
    },
  );

  it.skipIf(skipsKeyStore)(
    'finds a silent key store by its check alone, though the sign-in is in it',
    {
      tags: 'deep',
    },
    async () => {
      const cli = await createMachine({ isSignedOut: true });
      const service = await startSecretService();
      Object.assign(cli.env, service.env);
      await cli.signIn();
      const run = await cli.run(['doctor', '--json'], { env: await startSilentBus(cli) });
      expect(listProblems(run)).toEqual([
        expect.objectContaining({
          name: 'key-store',
          status: 'fail',
          fix: expect.stringMatching(/^Restart it/),
        }),
      ]);
      expect(run.code).toBe(4);
    },
  );
});
