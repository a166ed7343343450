import { BlockList, isIP } from 'node:net';

/** This machine, private networks, the link, and networks that belong to providers, where clouds have their metadata. */
const ranges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '64:ff9b:1::/48',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
];

/** How IPv6 writes an address of IPv4, beside `::ffff:`, which BlockList knows. With the zeros, `::` and `::1` are here, too. */
const embeddings = ['::', '::ffff:0:', '64:ff9b::'];

function listRanges(): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const bits = Number(prefix);
    list.addSubnet(address, bits, isIP(address) === 4 ? 'ipv4' : 'ipv6');
    if (isIP(address) !== 4) continue;
    for (const embedding of embeddings) list.addSubnet(`${embedding}${address}`, 96 + bits, 'ipv6');
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    // 6to4 has it at the front.
    const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
    list.addSubnet(`2002:${groups.join(':')}::`, 16 + bits, 'ipv6');
  }
  return list;
}

let listed: BlockList | undefined;

/** Whether a URL's host is not on the public internet, as far as it says so itself: no name is looked up. Takes `hostname` from `URL`. */
export function isPrivateHost(hostname: string): boolean {
  const host = toPlain(hostname);
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const version = isIP(host);
  listed ??= listRanges();
  return version !== 0 && listed.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** Why `from` may not lead to `to`, to follow the URL in a sentence. Undefined if it may. `first` is the URL that the person named. */
export function refuseLead({ first, from, to }: { first: URL; from: URL; to: URL }): string | undefined {
  const isSameHost = toPlain(first.hostname) === toPlain(to.hostname);
  if (isPrivateHost(to.hostname) && !isSameHost) return 'is on this machine or in a private network';
  return from.protocol === 'https:' && to.protocol === 'http:' ? 'is not encrypted' : undefined;
}

function toPlain(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
