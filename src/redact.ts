const mask = '[secret]';

/** Shapes of the tokens this program meets: GitHub's by prefix, Copilot's `tid=…`, API keys, bearer headers. */
const tokenShapes = [
  /\bgithub_pat_\w{4,}/g,
  /\bgh[opusr]_\w{4,}/g,
  /\btid=\w{4,}[^\s"',]*/g,
  /\bsk-[\w-]{8,}/g,
  /(?<=\b(?:bearer|token) )[\w.=;:+/~-]{20,}/gi,
];

const secretNames =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|copilot-session-token|device_code|.*(?:token|secret|password|refresh|access))$/i;

/** Replaces whatever looks like a token, and every one of `known`, which may look like anything. */
export function maskSecrets(text: string, known: readonly string[] = []): string {
  let masked = text;
  for (const value of known) {
    if (value.length >= 4) masked = masked.replaceAll(value, mask);
  }
  for (const shape of tokenShapes) masked = masked.replace(shape, mask);
  return masked;
}

/** A copy fit for a log: values under secret names are masked at any depth, and so are tokens inside other strings. */
export function maskValue(value: unknown, known: readonly string[] = []): unknown {
  if (typeof value === 'string') return maskSecrets(value, known);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretNames.test(name) && isRevealing(item) ? mask : maskValue(item, known),
    ]),
  );
}

/** Numbers, flags and null tell no secret. */
function isRevealing(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** Headers of ours and of the protocol whose values tell no secret. Any other may carry a key that the person set. */
const harmlessHeaders = new Set([
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'copilot-integration-id',
  'copilot-vision-request',
  'editor-plugin-version',
  'editor-version',
  'openai-intent',
  'user-agent',
  'x-github-api-version',
  'x-initiator',
  'x-request-id',
]);

/** A copy fit for a log: the name of every header, and the values of those that are known to be harmless. */
export function maskHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      harmlessHeaders.has(name.toLowerCase()) ? maskSecrets(value) : mask,
    ]),
  );
}
