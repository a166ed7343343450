import { X509Certificate } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';
import type { Env } from '../env.ts';
import { describeFileProblem } from '../file-problem.ts';
import { readFileNow } from '../read-file-now.ts';

/** A place of certificates beyond Node's own, and what came of reading it. */
export type CertificateSource = {
  /** The variable that names it, or `the system`. */
  name: 'NODE_EXTRA_CA_CERTS' | 'SSL_CERT_FILE' | 'SSL_CERT_DIR' | 'the system';
  /** A file or a folder; undefined for a store without a path. */
  path: string | undefined;
  /** In PEM form. */
  certificates: string[];
  /** Why there are none, as the end of a sentence about the path. */
  problem?: string;
};

/** The bundles of Debian, Fedora, openSUSE, RHEL, and of Alpine and the BSDs. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const maxFileBytes = 16 * 1024 * 1024;
const maxFiles = 1_000;

/** Since Node 22.15 and 23.10. Types of our oldest Node do not know it. */
export const { getCACertificates } = tls as { getCACertificates?: (type: 'default' | 'system') => string[] };

/**
 * All places that may hold a company's certificate: those that variables name, and the store of the system. Takes some ten milliseconds,
 * so read them only if Node's own certificates are not enough.
 */
export function readCertificateSources(
  env: Env,
  bundles: readonly string[] = systemBundles,
): CertificateSource[] {
  const { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = env;
  const separator = process.platform === 'win32' ? ';' : ':';
  return [
    ...(extra ? [readSource('NODE_EXTRA_CA_CERTS', extra)] : []),
    ...(file ? [readSource('SSL_CERT_FILE', file)] : []),
    ...(folders ?? '')
      .split(separator)
      .filter(Boolean)
      .map((folder) => readSource('SSL_CERT_DIR', folder)),
    readSystemStore(bundles),
  ];
}

function readSource(name: CertificateSource['name'], path: string): CertificateSource {
  try {
    const certificates = statSync(path).isDirectory() ? readFolder(path) : readCertificates(path);
    return {
      name,
      path,
      certificates,
      ...(certificates.length === 0 && { problem: 'holds no certificate' }),
    };
  } catch (error) {
    const problem = `cannot be read: ${describeFileProblem(error).reason}`;
    return { name, path, certificates: [], problem };
  }
}

/** On Linux the store is a file. Only a newer Node can read the stores of macOS and Windows. */
function readSystemStore(bundles: readonly string[]): CertificateSource {
  const path = bundles.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  if (path !== undefined && process.platform !== 'darwin') return readSource('the system', path);
  const certificates = getCACertificates?.('system') ?? [];
  return { name: 'the system', path: undefined, certificates };
}

function readFolder(folder: string): string[] {
  return readdirSync(folder)
    .slice(0, maxFiles)
    .map((name) => join(folder, name))
    .filter(isBundle)
    .flatMap(readCertificates);
}

function isBundle(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= maxFileBytes;
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]{1,100000}-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, or the one of a DER file. Everything else in the file is ignored. */
function readCertificates(path: string): string[] {
  const bytes = readFileNow(path, maxFileBytes);
  const blocks = bytes.toString('latin1').match(pemBlock);
  return (blocks ?? [bytes]).flatMap((block) => {
    try {
      return [new X509Certificate(block).toString()];
    } catch {
      return [];
    }
  });
}
