/** Whether a URL's host is this machine: 127.0.0.0/8, ::1 or localhost. Takes `hostname` from `URL`, with brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a URL may be handed to the opener of this machine, which takes more than URLs. A page without TLS could be anybody's. */
export function isWebPage(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
}

/** A host as URLs write it. */
export function toUrlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The URL that reaches, from this machine, a server that listens on every address. */
export function toReachableUrl(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
