import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Secure } from '../simulator/host.ts';

const folder = new URL('../fixtures/certificates/', import.meta.url);

/** The path of a file of test/fixtures/certificates. */
export const certificate = (name: string): string => fileURLToPath(new URL(name, folder));

const read = (name: string): Buffer => readFileSync(certificate(name));

/** The private CA, as NODE_EXTRA_CA_CERTS and SSL_CERT_FILE want it. */
export const companyCa = certificate('ca.pem');

/**
 * A name that leads to this machine and counts as another one, so that proxies are used for it: the certificates are for it, too.
 */
export const otherMachine = '0.0.0.0';

/** Servers with a certificate of the private CA. */
export const inspected = (options: Secure['options'] = {}): Secure => ({
  name: otherMachine,
  options: { cert: read('server.pem'), key: read('server.key.pem'), ...options },
});

/** The same, and they ask for a certificate of the same CA. */
export const mutual = (options: Secure['options'] = {}): Secure =>
  inspected({ ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true, ...options });

/** Servers whose certificate has expired. */
export const expired = (): Secure => inspected({ cert: read('expired.pem'), key: read('expired.key.pem') });
