import { isLoopback } from './loopback.ts';
import { isSecretPair, maskSecrets } from './redact.ts';

/** Whether a variable with this name and value holds a secret of anybody: by its name, or by the form of its value whatever the name is. */
export function isSecretVariable(name: string, value: string): boolean {
  if (isSecretPair(name, value)) return true;
  if (maskSecrets(value) !== value || secretForms.some((form) => form.test(value))) return true;
  return (
    hasPassword(value) ||
    hasOptionWithPassword(value) ||
    hasSecretPair(value) ||
    (!randomNames.test(name) && hasRandomWord(value))
  );
}

const secretForms = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/,
  // The same in base64.
  /\bLS0tLS1CRUdJTi/,
  /^(?:basic|bearer|token) \S{8,}$/i,
  /\bA[KS]IA[A-Z\d]{16}\b/,
  // In connection strings, options and JSON. What begins with `$` is another variable.
  /(?:passw(?:or)?d|passphrase|secret|(?:api|access|account|private)[-_]?key|(?:auth|access|refresh|id)[-_]?token|sharedaccess\w+)["']?\s*[=:]\s*["']?(?!changeit\b|true\b|false\b|none\b|null\b)[^\s;,&"'$%{<]{4,}/i,
  /(?:^|[;\s])pwd=[^\s;$]{4,}[^;]*(?:;|$)/i,
  /[?&;](?:sig|signature|token|key|apikey)=[^\s&;$]{8,}/i,
  /"(?:auth|identitytoken)"\s*:\s*"[^"]{8,}/,
  // A line of netrc, and options of commands.
  /\b(?:machine\s+\S+|default|login\s+\S+)\s(?:.*\s)?password\s+[^\s$]{4,}/s,
  /(?:^|[\s"'=([{,])--?(?:pass(?:word|wd|phrase|in|out)?|token|secret|api-?key)["']?(?:\s+|\s*,\s*)["']?(?!(?:id|src|type)=|(?:file|env):)(?:pass:)?[^\s"'$%{<-][^\s"'$]{3,}|\bsshpass\s+-p\s*[^\s$-]/i,
  // Without a scheme: `me:hunter2@db.example:5432`, `me/hunter2@db.example:1521/x`.
  /^[\w.+-]+:[^\s/@:]{4,}@(?!127\.)(?:(?:[\w-]+\.)+[a-z]{2,}|(?:\d{1,3}\.){3}\d{1,3})(?::\d+)?(?:[/?]|$)/i,
  /^[\w$#]+\/[^\s/@]{3,}@(?:\/\/)?[\w.-]+:\d+/,
  // They hold the values of other variables, packed.
  /^eJ[\w+/=-]{40,}$/,
];

/** A service on this machine has a password that everybody knows: `postgres://postgres:postgres@localhost/test`. */
function hasPassword(address: string): boolean {
  const urls = [...address.matchAll(/:\/\/[^\s/:@]*:[^\s/@]+@([^\s/:]*)/g)];
  // As Go writes it: `me:hunter2@tcp(db.example:3306)/app`.
  const names = [
    ...address.matchAll(/(?:^|[\s"'=])[^\s:/@"']+:[^\s]+@(?:tcp|udp)\d?\(([^\s)]+?)(?::\d+)?\)/g),
  ];
  return [...urls, ...names].some(([, host = '']) => !isLoopback(host));
}

/** `name=value` in a value: behind a blank, a quotation mark or a mark between such pairs, also as an option: `--name=value`, `-Dname=value`. */
const pair =
  /(?:^|[\s;,&?"'`([{|])(?:--?(?:D|e(?=[A-Z]))?)?([A-Za-z_][\w.-]{0,99})=(?:\\?["'])?([^\s;,&"'`|)\]}\\]{4,})/g;
/** In small letters, `key` and the like say too little. */
const wordOfSecret =
  /(?:(?:^|[-_.])(?:[Pp]ass|[Tt]oken|[Ss]ecret|[Pp]w|[Pp]in|pat)|[a-z\d](?:Pass|Token|Secret|Pw|Pin)|[Pp]ass(?:w(?:or)?d|code|phrase))$/;
/** Another variable, a word that stands for none, a place where it is kept, or what everybody knows. */
const harmlessPart =
  /^(?:[$%{<(-]|(?:true|false|none|null|auto|always|never|prompt|changeit)$|\d{1,3}$|(?:file|env|id|src|type):|(?:~|\.{0,2})\/[\w.-]+\/|(?:id|src|type)=)/i;

function hasSecretPair(value: string): boolean {
  return [...value.matchAll(pair)].some(([, name = '', part = '']) => {
    if (harmlessPart.test(part)) return false;
    const word = name.split('.').at(-1) ?? '';
    if (/^[A-Z][A-Z\d_]*$/.test(word)) return isSecretPair(word, part);
    return wordOfSecret.test(word) && (!/^\d+$/.test(part) || isSecretPair(word.replaceAll('-', '_'), part));
  });
}

/** `-u me:hunter2`, as curl takes it. The same option of others takes a user and a group. */
function hasOptionWithPassword(value: string): boolean {
  const options = value.matchAll(
    /(?:^|\s)(?:-[A-Za-z]{0,3}[uU]|--(?:proxy-)?user)[\s=]?["']?([^\s:"'/]+):([^\s"'$]{4,})/g,
  );
  return [...options].some(
    ([, user, password = '']) =>
      user !== password && !/^(?:\d+|root|staff|users|wheel|docker|nogroup|nobody|www-data)$/.test(password),
  );
}

/** Variables whose values look random and are known: commits, sums, versions, numbers of sessions and machines, what a terminal can. */
const randomNames =
  /(?:^|_)(?:SHA\d*|COMMIT\w*|REV(?:ISION)?|REF|HASH|DIGEST|CHECKSUM|(?:SOURCE)?VERSION|ID|GUID|UUID|FINGERPRINT|INTEGRITY|TRACEPARENT|TRACESTATE)$|^(?:HOST(?:NAME)?|COMPUTERNAME|POD_NAME|MEMORY_PRESSURE_WRITE|DBUS_SESSION_BUS_ADDRESS|DIRENV_WATCHES|TERM_FEATURES|npm_package_\w+)$/i;

/** What is removed before words are looked at: UUIDs, and sums of files that name their kind. */
const knownRandom =
  /[\da-f]{8}([-_])(?:[\da-f]{4}\1){3}[\da-f]{12}|\bsha(?:1|256|384|512)[:-][\w+/]{20,}={0,2}/gi;

/** A folder in a path: keys seldom have a whole word between slashes. */
const folder = /\/(?:[a-z]{2,16}|[A-Z][a-z]{2,15})\//;
/** In this many characters a path begins. */
const pathStart = 40;

function hasRandomWord(value: string): boolean {
  const items = value.replace(knownRandom, ' ').split(/[\s:;,]+/);
  // In a URL each part of the path counts.
  const isUrl = value.includes('://');
  const words = items
    .filter((item) => isUrl || !folder.test(item.slice(0, pathStart)))
    .flatMap((item) => item.split(isUrl ? /[^\w+=-]+/ : /[^\w+/=-]+/));
  return words.some((word) => isRandom(word.replace(/=+$/, '')));
}

/**
 * Whether a word looks drawn and not written: the kind of character changes more often than in names such as `JavaToolOptions` and
 * `x86_64-linux`. A capital behind a small letter counts, and a digit beside a letter.
 */
function isRandom(word: string): boolean {
  if (word.length < 16) return false;
  const changes = word.match(/(?:[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z]))/g)?.length ?? 0;
  const rate = changes / (word.length - 1);
  const isMixed = /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
  if (isMixed) return rate >= (word.length < 20 ? 0.35 : word.length < 28 ? 0.25 : 0.2);
  const longest = Math.max(...word.split(/[^A-Za-z\d]+/).map((run) => run.length));
  return longest >= 32 && rate >= 0.2;
}
