import { isObject, parseJson } from '../json-value.ts';

const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

export function checkHeaderValue(value: string): string | undefined {
  return headerValue.test(value) ? undefined : 'has a character that is not allowed in a header';
}

export function checkHeaders(value: string): string | undefined {
  try {
    parseHeaders(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** `Name:value,Name:value`, or a JSON object of strings, to lower-case names. Throws an Error that says what is wrong. */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of readPairs(text.trim())) {
    const key = name.trim().toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(key))
      throw new Error('has something that is not a header name before a colon');
    if (isReservedHeader(key)) throw new Error(`must not set the header ${key}`);
    if (!headerValue.test(value))
      throw new Error(`has a character that is not allowed in a header in ${key}`);
    headers[key] = value.trim();
  }
  return headers;
}

/** Whether the transport sets a header of this lower-case name, or would work otherwise with it. */
export function isReservedHeader(name: string): boolean {
  return reservedHeaders.has(name);
}

/** Headers that the transport sets or that would change how it works. */
const reservedHeaders = new Set([
  'authorization',
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
  'expect',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'proxy-authorization',
  'proxy-connection',
]);

function readPairs(text: string): [string, string][] {
  if (text.startsWith('{')) {
    const value = parseJson(text);
    const pairs = isObject(value) ? Object.entries(value) : undefined;
    if (!pairs?.every(([, item]) => ['string', 'number', 'boolean'].includes(typeof item))) {
      throw new Error('is not a JSON object of names and values');
    }
    return pairs.map(([name, item]) => [name, String(item)]);
  }
  return text
    .split(/[,\n]/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      if (colon < 1) throw new Error('must have the form "Name:value,Other-Name:value"');
      return [part.slice(0, colon), part.slice(colon + 1)];
    });
}
