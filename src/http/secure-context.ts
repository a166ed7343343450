import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { readFileNow } from '../read-file-now.ts';
import { type CertificateSource, getCACertificates } from './certificate-sources.ts';

/** The certificate that this machine shows to servers that ask for one: paths of files. One file may hold both. */
export type ClientCertificate = {
  certificate: string;
  key: string;
  /** Of the key, from an environment variable: a setting would be kept in a file. */
  passphrase: { variable: string; value: string | undefined };
};

/** More than any certificate or key has. */
const maxFileBytes = 1024 * 1024;

type TrustOptions = {
  /** Certificates to trust besides Node's own. */
  sources?: readonly CertificateSource[] | undefined;
  client?: ClientCertificate | undefined;
};

/** What connections trust and show. Throws CliError `config` if the client certificate cannot be used. */
export function createTrust({ sources, client }: TrustOptions): SecureContext {
  // A list replaces the default one, also what NODE_EXTRA_CA_CERTS added to it.
  const ca = sources && [
    ...new Set([
      ...(getCACertificates?.('default') ?? rootCertificates),
      ...sources.flatMap(({ certificates }) => certificates),
    ]),
  ];
  const trusted = ca === undefined ? {} : { ca };
  if (client === undefined) return createSecureContext(trusted);
  const shown = readClient(client);
  try {
    return createSecureContext({ ...trusted, ...shown });
  } catch (cause) {
    throw toClientError(cause, client);
  }
}

function readClient({ certificate, key, passphrase }: ClientCertificate) {
  const first = readNamed('client-cert', certificate);
  const pair = isBundle(certificate) ? { pfx: first } : { cert: first, key: readNamed('client-key', key) };
  return passphrase.value === undefined ? pair : { ...pair, passphrase: passphrase.value };
}

/** Whether a file holds the certificate and the key in the form that Windows exports. */
function isBundle(path: string): boolean {
  return /\.(?:pfx|p12)$/i.test(path);
}

function readNamed(setting: string, path: string): Buffer {
  try {
    return readFileNow(path, maxFileBytes);
  } catch (cause) {
    const { reason, hint } = describeFileProblem(cause);
    throw new CliError('config', `${setting} names ${path}, which cannot be read: ${reason}`, {
      hint,
      cause,
    });
  }
}

function toClientError(cause: unknown, { certificate, key, passphrase }: ClientCertificate): CliError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const words = `${code} ${message}`;
  if (/passphrase|bad_?.?decrypt|mac.verify|interrupted.or.cancelled/i.test(words)) {
    const problem =
      passphrase.value === undefined
        ? 'needs a passphrase'
        : 'cannot be opened with the passphrase that is set';
    return new CliError('config', `the key in ${isBundle(certificate) ? certificate : key} ${problem}`, {
      hint: `Set ${passphrase.variable} to its passphrase.`,
      cause,
    });
  }
  if (/mismatch/i.test(words))
    return new CliError('config', `the key in ${key} does not belong to the certificate in ${certificate}`, {
      hint: 'Check the settings client-cert and client-key.',
      cause,
    });
  return new CliError(
    'config',
    `the client certificate in ${certificate} cannot be used (${code || message})`,
    {
      hint: 'client-cert and client-key name PEM files. client-cert may also name one .pfx or .p12 file that holds both.',
      cause,
    },
  );
}
