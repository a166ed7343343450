import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { createHttp } from '../../src/http/http.ts';
import type { ClientCertificate } from '../../src/http/secure-context.ts';
import { certificate, companyCa, expired, inspected, mutual } from '../helpers/certificates.ts';
import type { Secure } from '../simulator/host.ts';

type Server = { url: string; shaken: number; failed: number };

/** Answers with the name in the certificate of the caller. */
async function startServer({ name, options }: Secure): Promise<Server> {
  const server = createServer(options, (request, response) => {
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    response.end(`hello ${peer.subject?.CN ?? 'stranger'}`);
  });
  const found = { url: '', shaken: 0, failed: 0 };
  server.on('secureConnection', () => (found.shaken += 1));
  server.on('tlsClientError', () => (found.failed += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  found.url = `https://${name}:${(server.address() as AddressInfo).port}/`;
  return found;
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const readFileOf = (path: string): string => readFileSync(path, 'utf8');

type Options = {
  env?: Record<string, string>;
  systemBundles?: string[];
  client?: ClientCertificate;
  isAnonymous?: boolean;
};

function openHttp({ env = {}, systemBundles = [], client }: Options) {
  const http = createHttp({ env, now: () => 0, systemBundles, findClientCertificate: () => client });
  onTestFinished(() => http.close());
  return http;
}

const get = (url: string) =>
  ({ method: 'GET', url, headers: {}, signal: new AbortController().signal }) as const;

async function fetchText(server: Server, options: Options = {}): Promise<string> {
  const http = openHttp(options);
  return (await http.send({ ...get(server.url), isAnonymous: options.isAnonymous ?? false })).text();
}

async function fail(server: Server, options: Options = {}): Promise<string> {
  const error = await fetchText(server, options).then(
    () => undefined,
    (thrown) => thrown,
  );
  const { message, hint } = describeError(error);
  expect(message + hint).not.toContain('CANARY');
  return `${message}. ${hint}`;
}

/** A key without a passphrase, unless one is given. */
const client = (
  names: Partial<{ certificate: string; key: string; passphrase: string }>,
): ClientCertificate => ({
  certificate: certificate(names.certificate ?? 'client.pem'),
  key: certificate(names.key ?? 'client.key.pem'),
  passphrase: { variable: 'THE_PASSPHRASE', value: names.passphrase },
});

describe('a certificate of a company', () => {
  it.each<[name: string, toOptions: (folder: string) => Options]>([
    ['SSL_CERT_FILE names', () => ({ env: { SSL_CERT_FILE: companyCa } })],
    ['NODE_EXTRA_CA_CERTS names in a file of variables', () => ({ env: { NODE_EXTRA_CA_CERTS: companyCa } })],
    ['the store of the system has', () => ({ systemBundles: ['/nowhere', companyCa] })],
    ['a file in the form of Windows holds', () => ({ env: { SSL_CERT_FILE: certificate('ca.cer') } })],
    [
      'a folder holds, behind a link',
      (folder) => {
        symlinkSync(companyCa, join(folder, '0a1b2c3d.0'));
        copyFileSync(certificate('client.key.pem'), join(folder, 'some.key'));
        return { env: { SSL_CERT_DIR: `/nowhere:${folder}` } };
      },
    ],
    [
      'a bundle holds, beside words and a broken one',
      (folder) => {
        const path = join(folder, 'bundle.pem');
        const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
        writeFileSync(path, `# ours\n${broken}`);
        writeFileSync(path, readFileOf(companyCa), { flag: 'a' });
        return { env: { SSL_CERT_FILE: path } };
      },
    ],
  ])('is trusted if %s it', async (_, toOptions) => {
    const server = await startServer(inspected());
    expect(await fetchText(server, toOptions(makeFolder()))).toBe('hello stranger');
  });

  it('costs one failed handshake in the life of a process, however many requests come at once', async () => {
    const server = await startServer(inspected());
    const http = openHttp({ env: { SSL_CERT_FILE: companyCa } });
    for (const round of [1, 2]) {
      const sent = Array.from({ length: 4 }, async () => (await http.send(get(server.url))).text());
      expect(await Promise.all(sent), `round ${round}`).toEqual(Array(4).fill('hello stranger'));
      if (round === 1) server.failed = 0;
    }
    expect(server.failed).toBe(0);
  });

  it.each<[name: string, options: Options, words: RegExp]>([
    [
      'nobody knows',
      {},
      /certificate of 0\.0\.0\.0:\d+ is not trusted here\. .*NODE_EXTRA_CA_CERTS or SSL_CERT_FILE.*copilot-cli doctor/,
    ],
    [
      'a file should hold that is not there',
      { env: { SSL_CERT_FILE: '/nowhere/ca.pem' } },
      /SSL_CERT_FILE names \/nowhere\/ca\.pem, which cannot be read: there is no such file/,
    ],
    [
      'a file should hold that has none',
      { env: { NODE_EXTRA_CA_CERTS: certificate('client.key.pem') } },
      /NODE_EXTRA_CA_CERTS names \S+client\.key\.pem, which holds no certificate/,
    ],
  ])('that %s is an error that says what to set', async (_, options, words) => {
    expect(await fail(await startServer(inspected()), options)).toMatch(words);
  });

  it('that has expired is an error that names the clock', async () => {
    const server = await startServer(expired());
    expect(await fail(server, { env: { SSL_CERT_FILE: companyCa } })).toMatch(/expired.*clock/);
  });
});

describe('a client certificate', () => {
  const env = { SSL_CERT_FILE: companyCa };

  it.each<[name: string, shown: ClientCertificate]>([
    ['in two files', client({})],
    ['whose key has a passphrase', client({ key: 'client.locked-key.pem', passphrase: 'CANARY-passphrase' })],
    ['in one file of Windows', client({ certificate: 'client.pfx', passphrase: 'CANARY-passphrase' })],
  ])('%s is shown to a server that asks', async (_, shown) => {
    expect(await fetchText(await startServer(mutual()), { env, client: shown })).toBe('hello a person');
  });

  it('in one file with its key is shown, too', async () => {
    const path = join(makeFolder(), 'both.pem');
    writeFileSync(path, readFileOf(certificate('client.pem')) + readFileOf(certificate('client.key.pem')));
    const shown = { ...client({}), certificate: path, key: path };
    expect(await fetchText(await startServer(mutual()), { env, client: shown })).toBe('hello a person');
  });

  it('is not shown to the server of a page', async () => {
    const server = await startServer(mutual({ rejectUnauthorized: false }));
    expect(await fetchText(server, { env, client: client({}), isAnonymous: true })).toBe('hello stranger');
  });

  it('that a server misses is an error that says what to set', async () => {
    const server = await startServer(mutual({ maxVersion: 'TLSv1.2' }));
    expect(await fail(server, { env })).toMatch(
      /may require a client certificate\. .*copilot-cli config set client-cert FILE/,
    );
  });

  it('that a server with TLS 1.3 misses looks like a closed connection, and the error names doctor', async () => {
    const server = await startServer(mutual({ minVersion: 'TLSv1.3' }));
    expect(await fail(server, { env })).toMatch(/closed the connection\. .*copilot-cli doctor/);
  });

  it.each<[name: string, shown: ClientCertificate, words: RegExp]>([
    [
      'is not there',
      client({ certificate: 'nowhere.pem' }),
      /client-cert names \S+nowhere\.pem, which cannot be read/,
    ],
    ['has no key', client({ key: 'nowhere.pem' }), /client-key names \S+nowhere\.pem, which cannot be read/],
    ['has the key of another', client({ key: 'other.key.pem' }), /does not belong to the certificate/],
    [
      'needs a passphrase',
      client({ key: 'client.locked-key.pem' }),
      /needs a passphrase\. Set THE_PASSPHRASE/,
    ],
    [
      'has another passphrase',
      client({ key: 'client.locked-key.pem', passphrase: 'CANARY-wrong' }),
      /cannot be opened with the passphrase that is set/,
    ],
    [
      'is in a bundle with another passphrase',
      client({ certificate: 'client.pfx', passphrase: 'CANARY-wrong' }),
      /client\.pfx cannot be opened/,
    ],
    ['is none', client({ certificate: 'make.sh' }), /make\.sh cannot be used/],
  ])('that %s is a mistake in the configuration', async (_, shown, words) => {
    const server = await startServer(mutual());
    await expect(fetchText(server, { env, client: shown })).rejects.toMatchObject({ code: 'config' });
    expect(await fail(server, { env, client: shown })).toMatch(words);
  });
});
