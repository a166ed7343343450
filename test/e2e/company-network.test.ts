import { describe, expect, it } from 'vitest';
import { certificate, companyCa, expired, inspected, mutual, otherMachine } from '../helpers/certificates.ts';
import { type Cli, createCli, githubToken } from '../helpers/cli.ts';
import { type ProxyUser, type RealProxy, startRealProxy } from '../helpers/real-proxy.ts';
import { startServe } from '../helpers/start-serve.ts';
import type { Secure } from '../simulator/host.ts';

const user: ProxyUser = { name: 'me@corp', password: 'p@ss:CANARY%' };
const credentials = `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}`;

type Env = Record<string, string>;

/** Where it says nothing of certificates, the CA is the one of the company, as a file of variables names it. */
const usual: Env = { SSL_CERT_FILE: companyCa };

/** Everything that GitHub and Copilot are, behind the certificate of a company. */
async function createBehind(secure: Secure): Promise<Cli> {
  return createCli({ account: { githubTokens: { [githubToken]: {} } } }, secure);
}

const token = { GITHUB_COPILOT_TOKEN: githubToken };

type Network = {
  name: string;
  secure: () => Secure;
  /** The proxy's user, if the network has a proxy. */
  user?: ProxyUser | 'anybody';
  /** How the proxy speaks TLS, if it does. */
  proxySecure?: Secure;
  toEnv: (proxy: RealProxy | undefined) => Env;
};

const networks: Network[] = [
  { name: 'inspects the traffic: SSL_CERT_FILE', secure: inspected, toEnv: () => usual },
  {
    name: 'inspects the traffic: NODE_EXTRA_CA_CERTS',
    secure: inspected,
    toEnv: () => ({ NODE_EXTRA_CA_CERTS: companyCa }),
  },
  {
    name: 'has a proxy for everybody',
    secure: inspected,
    user: 'anybody',
    toEnv: (proxy) => ({ ...usual, HTTPS_PROXY: `http://${proxy?.address}` }),
  },
  {
    name: 'has a proxy that asks for a name and a password',
    secure: inspected,
    user,
    toEnv: (proxy) => ({ ...usual, https_proxy: `http://${credentials}@${proxy?.address}` }),
  },
  {
    name: 'has a proxy that speaks TLS with a certificate of the company',
    secure: inspected,
    user,
    proxySecure: mutual(),
    toEnv: (proxy) => ({
      ...usual,
      HTTPS_PROXY: `https://${credentials}@${proxy?.address}`,
      COPILOT_CLI_CLIENT_CERT: certificate('client.pfx'),
      COPILOT_CLI_CLIENT_KEY_PASSPHRASE: 'CANARY-passphrase',
    }),
  },
  {
    name: 'asks for a client certificate behind a proxy',
    secure: mutual,
    user,
    toEnv: (proxy) => ({
      ...usual,
      HTTP_PROXY: `${credentials}@${proxy?.address}`,
      COPILOT_CLI_CLIENT_CERT: certificate('client.pem'),
      COPILOT_CLI_CLIENT_KEY: certificate('client.locked-key.pem'),
      COPILOT_CLI_CLIENT_KEY_PASSPHRASE: 'CANARY-passphrase',
    }),
  },
  {
    name: 'has a proxy that NO_PROXY leads around, by a block of addresses',
    secure: inspected,
    toEnv: () => ({ ...usual, HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'intern.test,0.0.0.0/8' }),
  },
];

async function enter({ secure, user: asked, proxySecure, toEnv }: Network) {
  const cli = await createBehind(secure());
  const proxy = asked && (await startRealProxy(asked === 'anybody' ? undefined : asked, proxySecure));
  const check = (): void => {
    if (proxy)
      expect(new Set(proxy.tunnels.map((host) => host.split(':')[0]))).toEqual(new Set([otherMachine]));
  };
  return { cli, proxy, env: { ...token, ...toEnv(proxy) }, check };
}

describe.each(networks)('a network that $name', (network) => {
  it('lets an exchange and a stream through', async () => {
    const { cli, env, check } = await enter(network);
    const run = await cli.run(['chat', 'hi'], { env });
    expect(run).toMatchObject({ stdout: 'You said: hi\n', stderr: '', code: 0 });
    expect(cli.simulator.requests.map(({ path }) => path)).toContain('/copilot_internal/v2/token');
    check();
  });

  it('lets the requests of the server through', async () => {
    const { cli, env, check } = await enter(network);
    const server = await startServe(cli, [], env);
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4.1', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
    });
    expect(await answer.text()).toMatch(/"content":"You.*\[DONE\]/s);
    await server.end();
    check();
  });
});

describe('an error in a network', () => {
  it.each<[name: string, secure: () => Secure, toEnv: (address: string) => Env, words: RegExp]>([
    [
      'of a CA that nobody knows names what to set',
      inspected,
      () => ({}),
      /certificate of 0\.0\.0\.0:\d+ is not trusted here\. .*NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/,
    ],
    ['of an expired certificate names the clock', expired, () => usual, /expired.*Check the clock/],
    [
      'of a proxy without a password names where it goes',
      inspected,
      (address) => ({ HTTPS_PROXY: address }),
      /requires a user name and a password .*Put them into HTTPS_PROXY: http:\/\/USER:PASSWORD@HOST:PORT/,
    ],
    [
      'of a proxy with another password says so',
      inspected,
      (address) => ({ https_proxy: `http://me:CANARY@${address}` }),
      /proxy 127\.0\.0\.1:\d+ \(from https_proxy\) does not accept its user name and password .*Correct them in https_proxy/,
    ],
    [
      'of a client certificate that is not there names the setting',
      mutual,
      () => ({ ...usual, COPILOT_CLI_CLIENT_CERT: '/nowhere/me.pem' }),
      /client-cert names \/nowhere\/me\.pem, which cannot be read/,
    ],
  ])('%s', async (_, secure, toEnv, words) => {
    const cli = await createBehind(secure());
    const { address } = await startRealProxy(user);
    const run = await cli.runHere(['chat', 'hi'], { env: { ...token, ...toEnv(address) } });
    expect(run.stderr).toMatch(words);
    expect([13, 3]).toContain(run.code);
    expect(run.stdout).toBe('');
  });
});
