import { connect, type TLSSocket } from 'node:tls';
import type { HandshakeNeeds } from './proxy.ts';

/** What a server shows in a TLS handshake. */
export type Handshake = {
  /** Such as `TLSv1.3`. */
  protocol: string;
  /** Who signed the certificate: the organisation, else the name. */
  issuer: string;
  /** When it ends, in milliseconds of the epoch. */
  validTo: number;
};

/**
 * Shakes hands with a server, whoever signed its certificate, and asks for its root page without any credentials: with TLS 1.3 a server
 * complains about a missing client certificate only then. Throws the error of the transport.
 */
export async function shakeHands(
  url: URL,
  { tunnel, secureContext }: HandshakeNeeds,
  signal: AbortSignal,
): Promise<Handshake> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    ...(tunnel ? { socket: tunnel } : { host, port: Number(url.port || 443) }),
    ...(secureContext && { secureContext }),
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    rejectUnauthorized: false,
  });
  const stop = (): void => void socket.destroy(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    return await readHandshake(socket, url);
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function readHandshake(socket: TLSSocket, url: URL): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    let found: Handshake | undefined;
    const end = (): void =>
      found ? resolve(found) : reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const { issuer, valid_to: validTo } = socket.getPeerCertificate();
      found = {
        protocol: socket.getProtocol() ?? 'TLS',
        issuer: String(issuer?.O ?? issuer?.CN ?? 'nobody'),
        validTo: Date.parse(validTo),
      };
      socket.write(
        `HEAD / HTTP/1.1\r\nhost: ${url.host}\r\nuser-agent: copilot-cli\r\nconnection: close\r\n\r\n`,
      );
    });
    socket.once('data', end).once('close', end);
  });
}
