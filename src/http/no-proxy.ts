import { BlockList, isIP } from 'node:net';
import type { Env } from '../env.ts';

/**
 * Reads NO_PROXY into a function that tells whether a URL goes around the proxy. The rules are those of curl and Go, without look-ups of
 * names: `*`; a name, which covers its subdomains, too, with or without a dot or `*.` before it; an address; a block of addresses such as
 * `10.0.0.0/8`. A port after a name or an address limits the entry to that port. Entries that make no sense cover nothing.
 */
export function parseNoProxy(text: string): (url: URL) => boolean {
  const entries = split(text);
  if (entries.length === 0) return () => false;
  if (entries.includes('*')) return () => true;
  const rules = entries.flatMap((entry) => toRule(entry) ?? []);
  return (url) => {
    const target = toTarget(url);
    return rules.some((rule) => rule(target));
  };
}

/** The value of NO_PROXY that is in force. An empty one counts as none, as in curl and Go. */
export function readNoProxy(env: Env): string {
  return env.no_proxy || env.NO_PROXY || '';
}

/** The entries that cover no URL, such as `10.0.0.0/33`, `10.*` and `https://example.com`. */
export function listOddEntries(text: string): string[] {
  return split(text).filter((entry) => entry !== '*' && (toRule(entry) === undefined || !isPossible(entry)));
}

/** Whether a URL can have such a host. */
function isPossible(entry: string): boolean {
  // toRule has read a block of addresses.
  if (/\/\d{1,3}$/.test(entry) && !entry.includes('://')) return true;
  const { host } = splitPort(entry);
  if (toFamily(host) !== undefined) return true;
  const name = host.replace(/^\*?\./, '').replace(/\.$/, '');
  return /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*$/u.test(name) && !/^[\d.]+$/.test(name);
}

function split(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
}

type Target = { host: string; port: string; family: 'ipv4' | 'ipv6' | undefined };

type Rule = (target: Target) => boolean;

function toTarget({ hostname, port, protocol }: URL): Target {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return { host, port: port || (protocol === 'https:' ? '443' : '80'), family: toFamily(host) };
}

function toRule(entry: string): Rule | undefined {
  const block = /^\[?([^\]/]+)\]?\/(\d{1,3})$/.exec(entry);
  if (block) return toBlockRule(block[1] ?? '', Number(block[2]));
  const { host, port } = splitPort(entry);
  const isPort: Rule = (target) => port === undefined || port === target.port;
  // `010.0.0.1` is no address to isIP, and `10.1` none either: both are names that no URL has.
  const family = toFamily(host);
  if (family !== undefined) {
    const list = new BlockList();
    list.addAddress(host, family);
    return (target) =>
      isPort(target) && target.family !== undefined && list.check(target.host, target.family);
  }
  const name = host.replace(/^\*?\./, '').replace(/\.$/, '');
  if (name === '') return undefined;
  return (target) => isPort(target) && (target.host === name || target.host.endsWith(`.${name}`));
}

function toBlockRule(address: string, prefix: number): Rule | undefined {
  const family = toFamily(address);
  if (family === undefined || prefix > (family === 'ipv4' ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return (target) => target.family !== undefined && list.check(target.host, target.family);
}

/** `[::1]:8080`, `host:8080` and `::1` alone. */
function splitPort(entry: string): { host: string; port: string | undefined } {
  const [, inner, name, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  return { host: inner ?? name ?? entry, port };
}

function toFamily(host: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(host);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
