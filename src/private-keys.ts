/** What stands before the letters of a key: headers, blank lines, and marks of a diff, a comment or a quotation. */
const headers = String.raw`(?:[ \t]{0,8}(?:[\w-]{1,40}: [^\r\n]{0,200})?\r?\n){0,6}`;
const escapedHeaders = String.raw`(?:[\w-]{1,40}: [^\\\r\n]{0,200}(?:\\{1,4}[rn]){1,4}){0,6}`;

/** What follows where a private key begins, as programs write it. Source code that only knows the words does not match. */
const behind = [
  // It may be cut off there.
  String.raw`[ \t]{0,4}$`,
  // A line of letters, perhaps behind the number of the line and the name of its file.
  String.raw`[ \t]{0,4}\r?\n${headers}(?:[-+>|#*;/" \t]{0,8}(?:[A-Za-z\d+/]{16}|[\w+/=-]{2,100}[ \t\\",']{0,4}(?:[\r\n]|$))|[^\r\n]{0,200}[A-Za-z\d+/]{32})`,
  // In a text of JSON, or in one within such a text.
  String.raw`(?:\\{1,4}[rn]){1,4}${escapedHeaders}[A-Za-z\d+/=]{4,}(?:["'${'`'}\\]|$)`,
  // With something else in the place of a line end.
  String.raw`(?:[\s\\nr"'${'`'},+;]|<\/?[A-Za-z]{1,8} ?\/?>|%0[AaDd]|%20|&#(?:1[03]|[Xx][AaDd]);){0,40}[A-Za-z\d+/]{32}`,
];
const blank = String.raw`(?: |%20|\+)`;
const kind = `(?:[A-Z\\d]{1,20}${blank}){0,4}PRIVATE${blank}KEY(?:${blank}BLOCK)?`;

/** Words that may begin a private key. */
const head = new RegExp(`-----BEGIN${blank}${kind}-----`, 'g');
const begins = new RegExp(`^(?:${behind.join('|')})`);

/** Within so many characters, letters of a key stand behind its beginning, whatever programs write around them. */
const longestGap = 700;
const lettersOfKey = /[A-Za-z\d+/]{40,}/g;

/** Letters of a key in what a program writes around them. */
function holdsKeyLetters(text: string): boolean {
  return (text.match(lettersOfKey) ?? []).some(
    (letters) => /[a-z]/.test(letters) && /[A-Z]/.test(letters) && /\d/.test(letters),
  );
}

/** Where private keys begin: the places before and behind the words. */
function* findBeginnings(text: string): Generator<{ index: number; start: number }> {
  for (const { index, 0: words } of text.matchAll(head)) {
    const start = index + words.length;
    const next = text.slice(start, start + longestGap);
    const [inner = ''] = next.split(/-----(?:BEGIN|END)/, 1);
    if (holdsKeyLetters(inner) || begins.test(next)) yield { index, start };
  }
}

/** In every text that it fits. */
const beginningMark = new RegExp(`PRIVATE${blank}KEY`);

/** How the base64 form of every PEM begins, as Kubernetes writes secrets. That of a certificate is public. */
const encodedPem = /LS0tLS1CRUdJTi[\w+/]{20,}={0,2}/g;
const isEncodedKey = (encoded: string): boolean =>
  beginningMark.test(Buffer.from(encoded.slice(0, 120), 'base64').toString('latin1'));

/** One of them fits every text in which a key is replaced. */
export const keyMarks: readonly RegExp[] = [beginningMark, encodedPem];

/** Keys of age, PuTTY, SSH2, OpenVPN, WireGuard and AWS. */
const otherKeys = [
  /AGE-SECRET-KEY-1[A-Z\d]{40}/,
  /^Private-Lines: [1-9]/m,
  /---- BEGIN SSH2 [A-Z ]{0,20}PRIVATE KEY ----/,
  /-----BEGIN OpenVPN Static key V1-----\s{1,4}[\da-f]{16}/,
  /private_?key["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z\d+/]{43}=/i,
  /secret_?access_?key["']?\s{0,4}[=:]\s{0,4}["']?(?![\w+/]{0,33}EXAMPLE)[A-Za-z\d+/]{40}(?![\w+/])/i,
  /\bAKIA[A-Z\d]{16},(?![\w+/]{0,33}EXAMPLE)[A-Za-z\d+/]{40}(?![\w+/])/,
];
/** The private part of a JSON Web Key. */
const privatePart = /"d\\{0,4}"\s{0,4}:\s{0,4}\\{0,4}"[\w-]{32}/;

/** Takes linear time. */
export function holdsPrivateKey(text: string): boolean {
  if (beginningMark.test(text) && findBeginnings(text).next().done === false) return true;
  if (text.match(encodedPem)?.some(isEncodedKey) === true) return true;
  return otherKeys.some((key) => key.test(text)) || (text.includes('"kty') && privatePart.test(text));
}

const ending = new RegExp(`-----END${blank}${kind}-----`);

/** Of a line with a row of a key in it, and of a row. */
const longestLine = 300;
const longestRow = 100;

/** No key is longer, in characters, also with a number in front of each line. */
const longestKey = 40_000;
/** A line of a key, perhaps behind its number or the name of its file. */
const isLineOfKey = (line: string): boolean =>
  /^[A-Za-z\d+/=]{20}$/.test(line.trimEnd().slice(-20)) ||
  (line.length <= longestLine && holdsKeyLetters(line));

/** Puts something in the place of each private key, also of one whose beginning or end is cut off. Takes linear time. */
export function replacePrivateKeys(given: string, replace: (key: string) => string): string {
  const text = given.includes('LS0tLS1')
    ? given.replace(encodedPem, (encoded) => (isEncodedKey(encoded) ? replace(encoded) : encoded))
    : given;
  if (!beginningMark.test(text)) return text;
  let masked = '';
  let from = 0;
  for (const { index, start } of findBeginnings(text)) {
    if (index < from) continue;
    const end = ending.exec(text.slice(start, start + longestKey));
    masked += replaceTails(text.slice(from, index), replace);
    from = end ? start + end.index + end[0].length : start + countKey(text.slice(start, start + longestKey));
    masked += replace(text.slice(index, from));
  }
  return masked + replaceTails(text.slice(from), replace);
}

const endings = new RegExp(ending.source, 'g');

/** The same for each key whose beginning was cut off, in a text without beginnings. */
function replaceTails(text: string, replace: (key: string) => string): string {
  let masked = '';
  let from = 0;
  for (const { index, 0: words } of text.matchAll(endings)) {
    const after = index + words.length;
    const start = index - countTail(text.slice(from, index));
    masked += text.slice(from, start);
    masked += start < index ? replace(text.slice(start, after)) : words;
    from = after;
  }
  return masked + text.slice(from);
}

/** The characters in front of the end of a key that are its own. */
function countTail(text: string): number {
  const lines = text.split('\n');
  const partial = lines.pop() ?? '';
  const count = lines.length;
  while (
    isLineOfKey(lines.at(-1) ?? '') ||
    (lines.length === count && (lines.at(-1) ?? '').length <= longestRow && isLineOfKey(lines.at(-2) ?? ''))
  )
    lines.pop();
  if (lines.length === count) return countEscapedKey(partial);
  return text.length - lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** The characters at the end of a line that are those of a key in a text of JSON, whose line ends are `\\n`. */
function countEscapedKey(line: string): number {
  const least = Math.max(0, line.length - longestKey);
  let start = line.length;
  while (start > least && /[A-Za-z\d+/=\\]/.test(line[start - 1] ?? '')) start -= 1;
  return holdsKeyLetters(line.slice(start)) ? line.length - start : 0;
}

/** The characters of the lines behind the beginning that may be those of a key. */
function countKey(text: string): number {
  let count = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0 && !isLineOfKey(line) && !/^\s*(?:[\w-]+: .*)?$/.test(line)) break;
    count += line.length + 1;
  }
  return Math.min(count, text.length);
}

/** As many characters as programs write keys in, perhaps behind the number of the line and the name of its file. */
const sliceOfKey =
  /^(?:\s*(?:[^\s:]*[:-])?\d+[-.:\t ]\s*)?(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d+/]{64}(?:[A-Za-z\d+/]{6})?\r?$/;

/**
 * Puts something in the place of rows of such lines: the middle of a key, whose beginning and end were not printed. Those of a certificate, which
 * is public, stay if its beginning is there.
 */
export function replaceSlicesOfKeys(text: string, replace: (slice: string) => string): string {
  const lines = text.split('\n');
  const isSlice = (line: string | undefined): boolean =>
    line !== undefined && line.length <= longestLine && sliceOfKey.test(line);
  const kept: string[] = [];
  let isPublic = false;
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    let end = at;
    while (isSlice(lines[end])) end += 1;
    if (end === at) {
      // Headers and a blank line may stand in front.
      const begun = line.lastIndexOf('-----BEGIN ');
      const begins = begun >= 0 && !line.includes('PRIVATE', begun);
      isPublic = begins || (isPublic && /^\s*(?:\w[\w-]*: .*)?$/.test(line));
    }
    const isMasked = end - at > 1 && !isPublic;
    const taken = lines.slice(at, Math.max(end, at + 1));
    kept.push(...(isMasked ? [replace(taken.join('\n'))] : taken));
    at += taken.length;
  }
  return kept.join('\n');
}
