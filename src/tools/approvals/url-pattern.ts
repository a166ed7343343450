import { hostname, networkInterfaces } from 'node:os';
import { isLoopback } from '../../loopback.ts';

/** The hosts that a rule for URLs means. */
export type UrlPattern = {
  /** Undefined: https, and for this machine http, too. */
  scheme: 'http' | 'https' | undefined;
  /** As `URL` writes it, without a final dot. */
  host: string;
  /** `*.host`: the names below it, and not itself. */
  isBelow: boolean;
  /** Undefined: the usual one of the scheme. */
  port: string | undefined;
  text: string;
};

const schemes = ['http', 'https'] as const;

/** `example.com`, `*.example.com`, `localhost:8080`, `http://10.0.0.1`. A text says what is wrong, to follow the rule in a sentence. */
export function parseUrlPattern(text: string): UrlPattern | string {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z\d+.-]*):\/\/)?(.*)$/i.exec(text) ?? [];
  const name = schemes.find((one) => one === scheme?.toLowerCase());
  if (scheme !== undefined && name === undefined)
    return `has the scheme ${scheme}; only http and https are fetched`;
  if (rest.includes('@')) return 'has a user or password; name the host alone';
  // No host has them, and in a list of rules they would end this one.
  if (/[(),]/.test(rest)) return 'names no host';
  if (/^(?:\*\.)?\.|\.\./.test(rest))
    return 'has a dot without a name in front; the names below a host are *.example.com';
  if (/[/?#\\]/.test(rest.replace(/\/$/, ''))) return 'has a path; a rule names a host, and all of its pages';
  const isBelow = rest.startsWith('*.');
  const host = rest.replace(/\/$/, '').slice(isBelow ? 2 : 0);
  if (host.includes('*')) return 'has a `*` that is not the first label, as in *.example.com';
  const url = parseUrl(`${name ?? 'https'}://${host}`);
  if (!url || host === '') return 'names no host';
  const typedPort = /:0*(\d+)$/.exec(host)?.[1];
  const pattern = {
    scheme: name,
    host: toPlainHost(url.hostname),
    isBelow,
    port: url.port || (name === undefined ? typedPort : undefined),
  };
  if (isBelow && /^[\d.]+$|^\[/.test(pattern.host)) return 'has a `*` before an address of numbers';
  return { ...pattern, text: formatPattern(pattern) };
}

function formatPattern({ scheme, host, isBelow, port }: Omit<UrlPattern, 'text'>): string {
  return `${scheme === undefined ? '' : `${scheme}://`}${isBelow ? '*.' : ''}${host}${port === undefined ? '' : `:${port}`}`;
}

/** The pattern for the host of a URL, and nothing else. Undefined if it is not one of http. */
export function toUrlPattern(text: string): UrlPattern | undefined {
  const url = parseUrl(text);
  if (!url) return undefined;
  const host = toPlainHost(url.hostname);
  const scheme = url.protocol === 'http:' ? 'http' : undefined;
  const pattern = { scheme, host, isBelow: false, port: url.port || undefined } as const;
  return { ...pattern, text: formatPattern(pattern) };
}

/** An allowing rule means no more than it says. One that denies or asks (`isWide`) means each way to the host, and `*.host` the host, too. */
export function matchesUrl(pattern: UrlPattern, text: string, isWide: boolean): boolean {
  const url = parseUrl(text);
  if (!url) return false;
  const host = toPlainHost(url.hostname);
  const scheme = url.protocol.slice(0, -1);
  // Whoever denies one name of this machine means all of them.
  const isItself = host === pattern.host || (isWide && isThisMachine(host) && isThisMachine(pattern.host));
  const isBelow = host.endsWith(`.${pattern.host}`);
  if (isWide) {
    if (!isItself && !(pattern.isBelow && isBelow)) return false;
    if (pattern.scheme !== undefined && pattern.scheme !== scheme) return false;
    return pattern.port === undefined || pattern.port === toPort(url);
  }
  if (pattern.isBelow ? !isBelow : !isItself) return false;
  const isScheme =
    pattern.scheme === undefined ? scheme === 'https' || isLoopback(host) : scheme === pattern.scheme;
  return isScheme && toPort(url) === (pattern.port ?? usualPorts[url.protocol]);
}

function isThisMachine(host: string): boolean {
  const named = [hostname(), `${hostname()}.local`, 'ip6-localhost', 'ip6-loopback', '0.0.0.0', '[::]'];
  const isNamed = named.some((name) => name.toLowerCase() === host);
  return isNamed || isLoopback(host) || host.endsWith('.localhost') || listOwnAddresses().includes(host);
}

function listOwnAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one ? [one.family === 'IPv6' ? `[${one.address}]` : one.address] : []));
}

export function isWebUrl(text: string): boolean {
  return parseUrl(text) !== undefined;
}

const usualPorts: Record<string, string> = { 'http:': '80', 'https:': '443' };

function toPort(url: URL): string {
  return url.port || (usualPorts[url.protocol] ?? '');
}

function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && url.protocol in usualPorts ? url : undefined;
}

/** URL has made IP addresses and other alphabets alike. An IPv4 address in one of IPv6 is the same machine. */
function toPlainHost(hostname: string): string {
  const host = hostname.replace(/\.$/, '');
  const [, high, low] = /^\[::ffff:(?:0:)?([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}
