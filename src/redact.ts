import type { Env } from './env.ts';
import { keyMarks, replacePrivateKeys, replaceSlicesOfKeys } from './private-keys.ts';

const mask = '[secret]';

/** Where a token begins: no word goes on there, or an escape ends that was written for another character (JSON, URLs, colours of a terminal). */
const start =
  '(?:\\b|(?<=\\\\[nrtbf]|\\\\u[\\da-fA-F]{4}|\\\\x[\\da-fA-F]{2}|%[\\da-fA-F]{2}|\\x1b\\[[\\d;]{0,20}m))';

/** A token by its first letters, which are looked for before what is in front of them: that is faster. */
export function createTokenShape(prefix: string, rest: string, flags = ''): RegExp {
  return new RegExp(`${prefix}(?<=${start}${prefix})${rest}`, flags);
}

/** The tokens that this program meets: GitHub's by prefix, Copilot's `tid=…`, API keys, bearer headers, and those of services that people use. */
const tokenShapes = [
  ...[
    ['github_pat_', '\\w{4,}'],
    ['gh[opusr]_', '\\w{4,}'],
    ['tid=', '\\w{4,}[^\\s"\',]*'],
    ['sk-', '[\\w-]{8,}'],
    ['[sr]k_(?:live|test)_', '\\w{10,}'],
    ['hf_', '[A-Za-z\\d]{20,}'],
    ['hv[sb]\\.', '[\\w-]{20,}'],
    ['AIza', '[\\w-]{30,}'],
    ['ya29\\.', '[\\w-]{20,}'],
    ['xox[abeoprs]-', '[\\w-]{10,}'],
    ['glpat-', '[\\w-]{16,}'],
    ['npm_', '[A-Za-z\\d]{30,}'],
    ['pypi-', '[\\w-]{30,}'],
    ['SG\\.', '[\\w-]{16,}\\.[\\w-]{16,}'],
  ].map(([prefix = '', rest = '']) => createTokenShape(prefix, rest, 'g')),
  /(?<=\b(?:bearer|token) )[\w.=;:+/~-]{20,}/gi,
  /(?<=\bbasic )[A-Za-z\d+/]{16,}={0,2}/gi,
  /(?<=\b(?:AccountKey|SharedAccessKey)=)[\w+/]{16,}={0,2}/gi,
];

/** A JSON Web Token. From left to right, `eyJ-eyJ-…` would be read to its end at each place where one may begin. */
const webToken = createTokenShape('eyJ', '[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}', 'g');
const webTokenBody = /\.(?=(eyJ[\w-]{10,}\.[\w-]{10,}))/g;
const webTokenHead = createTokenShape('eyJ', '[\\w-]{10,}$');

/** As many characters as may tell, in front of a token, that one begins. */
const startLength = 32;

/** In linear time: from the dot behind its first part back to where that begins. */
function replaceWebTokens(text: string, replace: (token: string) => string): string {
  let masked = '';
  let from = 0;
  for (const { index, 1: body = '' } of text.matchAll(webTokenBody)) {
    if (index < from) continue;
    let run = index;
    while (run > from && /[\w-]/.test(text[run - 1] ?? '')) run -= 1;
    const base = Math.max(0, run - startLength);
    const head = webTokenHead.exec(text.slice(base, index));
    if (!head) continue;
    const begin = base + head.index;
    const end = index + 1 + body.length;
    masked += text.slice(from, begin) + replace(text.slice(begin, end));
    from = end;
  }
  return masked + text.slice(from);
}

/** One of them is in every text that one of the shapes fits. In two, because a search in which case does not matter is slow. */
const tokenMark =
  /gh[opusr]_|github_pat_|k_live_|k_test_|hf_|npm_|tid=|sk-[\w-]{8}|eyJ|hv[sb]\.|AIza|ya29\.|xox|glpat-|pypi-|SG\./;
const tokenWord = /(?:bearer|token|basic) [\w.=;:+/~-]{16}|AccessKey=|AccountKey=/i;

const secretNames =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|copilot-session-token|device_code|.*(?:token|secret|password|refresh|access))$/i;

/** Masks everything that looks like a token, and every one of `known`, whatever it looks like. */
export function maskSecrets(text: string, known: readonly string[] = []): string {
  return replaceSecrets(text, () => mask, known);
}

/** No secret is longer that is known by its form, in characters. */
export const longestSecret = 64 * 1024;

/** The first `length` characters of the masked text, without a look at all of it. To cut before is wrong: half a secret is not known for one. */
export function maskStart(text: string, length: number): string {
  return maskSecrets(text.slice(0, length + longestSecret)).slice(0, length);
}

/** As `maskSecrets`, and each line keeps its number. */
export function maskLines(text: string): string {
  return replaceSecrets(text, (secret) => mask + '\n'.repeat(secret.split('\n').length - 1));
}

/** Puts something in the place of each secret. A secret may hold what stands for one within it. */
export function replaceSecrets(
  text: string,
  replace: (secret: string) => string,
  known: readonly string[] = [],
): string {
  let masked = replacePrivateKeys(text, replace);
  for (const value of known) {
    if (value.length >= 4) masked = masked.replaceAll(value, replace);
  }
  if (!tokenMark.test(masked) && !tokenWord.test(masked)) return masked;
  for (const shape of tokenShapes) masked = masked.replace(shape, replace);
  return masked.includes('.eyJ') ? replaceWebTokens(masked, replace) : masked;
}

/** For ripgrep: one of them is in each text that `maskLines` changes, and in few others. */
export function listMaskedPatterns(): string[] {
  return [...tokenShapes, webToken, ...keyMarks].map(({ source, ignoreCase }) => {
    // A lookbehind in front of all is as good as what it looks for. Without the others, more is found.
    const plain = dropLooks(source.replace(/^\(\?<=/, '(?:')).replaceAll('\\/', '/');
    return `(?${ignoreCase ? 'i' : ''}-u:${plain})`;
  });
}

/** A regular expression without what it looks for in front and behind. */
function dropLooks(source: string): string {
  let kept = '';
  let depth = 0;
  for (const [piece] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(|\)|./gs)) {
    const opens = piece.startsWith('(');
    if (depth > 0) depth += opens ? 1 : piece === ')' ? -1 : 0;
    else if (/^\(\?<?[=!]/.test(piece)) depth = 1;
    else kept += piece;
  }
  return kept;
}

/** A copy for logs: masks values under secret names at any depth, and tokens in other strings. */
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

/** As `maskValue`, of a text under a name. */
export function maskField(name: string, text: string): string {
  return secretNames.test(name) ? mask : maskSecrets(text);
}

/** Numbers, flags and null reveal no secret. */
function isRevealing(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** Our headers and the protocol's whose values are no secret. Any other header may carry the person's key. */
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

/** A copy for logs: every header name, but only values that are known to be harmless. */
export function maskHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      harmlessHeaders.has(name.toLowerCase()) ? maskSecrets(value) : mask,
    ]),
  );
}

/** Words in the names of variables that hold secrets. */
const secretWord =
  /(?:(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PHRASE|(?<!COM|BY)PASS|PW|CREDENTIAL|CRED|COOKIE|WEBHOOK|MNEMONIC)S?|^(?:PAT|AUTH|DSN|BEARER|JWT|(?:J|PHP|ASPX?)?SESS(?:ION)?ID))(?:V?\d{1,3})?$/i;

/** Folders of shells are called so, and passwords, too. */
const passwordOrFolder = /PWD\d{0,3}$/i;
const folderName = /^(?:OLD|ORIG(?:INAL)?|START|INIT(?:IAL)?|LAST|PREV(?:IOUS)?|SAVED?)?PWD$/i;

/** The last word of a name that says which kind, and not which secret: `CREDENTIAL_STORE=file`, `TOKEN_TYPE=bearer`. */
const kindWord = /_(?:STORE|HELPER|TYPE|BACKEND|PROVIDER|SOCK)$/i;

/** The last word of names whose value is secret also if it is a small number. */
const numberName =
  /(?:(?:PASSWORD|PASSWD|PASSCODE|PASSPHRASE|PASS|PWD|PW)|(?:^|_)(?:SECRET|PIN|OTP|TOTP))\d{0,3}$/i;

/** Shorter values, flags and small numbers are common in text, and not secret. */
const shortestSecret = 4;
const harmlessValue = /^(?:\d{1,7}|true|false)$/i;

/** `NAME=value` as `env`, `export -p` and settings files write it. */
const assignment = /^((?:export |declare -x )?([A-Z][A-Z0-9_]*)=["']?)([^"'\n]+)/gm;

/** The password in a URL: `https://user:password@host`. */
const passwordInAddress = /(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

/** Masks tokens, and values of variables with secret names, in the output of a shell command. `count` is how many places were masked. */
export function maskEnvironment(text: string, env: Env): { text: string; count: number } {
  const filled = fillEnvironment(text, env);
  return { text: showFilled(filled), count: filled.match(filling)?.length ?? 0 };
}

/** They fill the place of a secret, so that its text keeps its length: the first and each further character. Unicode keeps them for programs. */
const fillStart = '\ufdd2';
const fillRest = '\ufdd3';
const filling = /\ufdd2\ufdd3*|\ufdd3+/g;

/** The same text with the same length: what `maskEnvironment` masks is filled. `showFilled` makes masks of it, also where it was cut. */
export function fillEnvironment(given: string, env: Env): string {
  const text = given.replaceAll(filling, (characters) => '\ufffd'.repeat(characters.length));
  const values = Object.entries(env).flatMap(([name, value = '']) =>
    isSecretName(name) ? toSecretPieces(value) : [],
  );
  // The longest first, because one value may begin another.
  const known = [...new Set(values)].sort((one, other) => other.length - one.length);
  return replaceSlicesOfKeys(replaceSecrets(text, fill, known), fill)
    .replace(assignment, (all, before: string, name: string, value: string) =>
      isSecretPair(name, value) ? before + fill(value) : all,
    )
    .replace(passwordInAddress, fill);
}

export function showFilled(filled: string): string {
  return filled.replaceAll(filling, mask);
}

/** Whether a secret would be cut in two in front of this character. */
export function isInSecret(filled: string, at: number): boolean {
  return filled[at] === fillRest;
}

function fill(secret: string): string {
  return fillStart + fillRest.repeat(secret.length - 1);
}

/** Whether a variable is called as one that holds a secret. */
export function isSecretName(name: string): boolean {
  if (passwordOrFolder.test(name)) return !folderName.test(name);
  return !kindWord.test(name) && name.split('_').some((word) => secretWord.test(word));
}

/** Whether a variable with this name and value holds a secret, by its name. */
export function isSecretPair(name: string, value: string): boolean {
  if (/^\d{4,}$/.test(value) && numberName.test(name)) return true;
  return isSecretName(name) && isSecretValue(value);
}

function isSecretValue(value: string): boolean {
  return value.length >= shortestSecret && !harmlessValue.test(value) && value !== mask;
}

/** A value of several lines may be printed in part, or with other line ends. */
function toSecretPieces(value: string): string[] {
  return [value, ...value.split(/\r?\n/)].filter(isSecretValue);
}
