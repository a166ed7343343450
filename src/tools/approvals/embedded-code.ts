/**
 * Programs with a small language of their own in their arguments. A command of one is known to run nothing else only in the forms that are listed
 * here; each language has more ways to run a command than a list of those ways would have.
 */

/** The options and other arguments of a command. */
type Read = { values: [option: string, value: string][]; rest: string[] };

type Known = {
  /** Letters without a value, which may stand in a bundle. */
  flags?: string;
  /** Letters with a value, in the same word or the next one. */
  valued?: string;
  /** Long options without a value, and those with one. */
  long?: RegExp;
  longValued?: RegExp;
  /** Options begin with one dash, and are no bundles. */
  isSingle?: true;
  /** Options stand in front of the other arguments only. */
  isFirst?: true;
};

/** Undefined if an option is not known. */
function readKnown(args: readonly string[], known: Known): Read | undefined {
  const { flags = '', valued = '', long, longValued, isSingle, isFirst } = known;
  const read: Read = { values: [], rest: [] };
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') return { ...read, rest: [...read.rest, ...args.slice(at + 1)] };
    if (!/^-./.test(arg)) {
      if (isFirst) return { ...read, rest: args.slice(at) };
      read.rest.push(arg);
      continue;
    }
    const [name = '', ...more] = arg.split('=');
    if (isSingle || arg.startsWith('--')) {
      if (longValued?.test(name))
        read.values.push([name, more.length > 0 ? more.join('=') : (args[++at] ?? '')]);
      else if (!long?.test(arg)) return undefined;
      continue;
    }
    const end = [...arg].findIndex((letter, index) => index > 0 && !flags.includes(letter));
    if (end === -1) continue;
    const letter = arg[end] ?? '';
    if (!valued.includes(letter)) return undefined;
    read.values.push([`-${letter}`, end + 1 < arg.length ? arg.slice(end + 1) : (args[++at] ?? '')]);
  }
  return read;
}

const isOrdinaryFile = (path: string): boolean => path !== '-' && !/^\/(?:dev|proc)\//.test(path);

/** Whether the arguments may contain code that runs other commands. Undefined for other programs. */
export function mayHideCommand(
  program: string,
  args: readonly string[],
  isUnknown: (word: string) => boolean,
): boolean | undefined {
  const check = Object.hasOwn(checks, program) ? checks[program] : undefined;
  return check && !check(args, isUnknown);
}

type Check = (args: readonly string[], isUnknown: (word: string) => boolean) => boolean;

const sed: Check = (args, isUnknown) => {
  // The rest of a word behind `i` is the ending of a copy.
  const read = readKnown(
    args.map((arg) => arg.replace(/^(-[nErsuz]*)i.*/, '$1').replace(/^-$/, '-n')),
    {
      flags: 'nErsuz',
      valued: 'el',
      long: /^--(?:quiet|silent|regexp-extended|in-place(?:=.*)?|separate|unbuffered|null-data|sandbox|posix|help|version)$/,
      longValued: /^--expression$/,
    },
  );
  if (!read) return false;
  const given = read.values.filter(([option]) => option !== '-l').map(([, script]) => script);
  // `-i ''` has the ending in a word of its own on macOS.
  const scripts = given.length > 0 ? given : read.rest.slice(0, read.rest[0] === '' ? 2 : 1);
  if (scripts.some(isUnknown)) return false;
  if (scripts.length === 0) return args.some((arg) => /^--(?:help|version)$/.test(arg));
  const script = scripts.join('\n');
  // Versions differ in whether a delimiter in brackets ends a pattern.
  return readSed(script, true) === 'harmless' && readSed(script, false) !== 'unknown';
};

/** A script is `wrong` if sed does nothing for it but complain. */
function readSed(script: string, hasBrackets: boolean): 'harmless' | 'unknown' | 'wrong' {
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(script)?.[0] ?? '';
    at += found.length;
    return found;
  };

  /** Goes behind the next delimiter. */
  function skipPart(delimiter: string, isPattern: boolean): boolean {
    for (; at < script.length; at += 1) {
      const character = script[at];
      if (character === delimiter) {
        at += 1;
        return true;
      }
      if (character === '\\') at += 1;
      else if (character === '\n') return false;
      else if (character === '[' && isPattern && hasBrackets) {
        const bracket = /\[\^?\]?(?:\[([:.=])[^\]]{0,100}?\1\]|[^\]\n\\]|\\(?!\]))*/y;
        const found = skip(bracket);
        if (found === '' || script[at] !== ']') return false;
      }
    }
    return false;
  }

  function skipAddress(): boolean {
    if (skip(/\d+(?:~\d+)?|\$|[+~]\d+/y) !== '') return true;
    const mark = skip(/\/|\\[^\n\\]/y);
    if (mark === '') return true;
    if (!skipPart(mark.at(-1) ?? '', true)) return false;
    skip(/[IM]*/y);
    return true;
  }

  while (at < script.length) {
    skip(/[\s;{}]*/y);
    if (at >= script.length) break;
    if (skip(/#[^\n]*/y) !== '') continue;
    if (!skipAddress()) return 'wrong';
    skip(/[ \t]*/y);
    if (skip(/,[ \t]*/y) !== '' && !skipAddress()) return 'wrong';
    skip(/[ \t!]*/y);
    const command = script[at] ?? '';
    at += 1;
    if ('{}'.includes(command)) continue;
    if (command === 's' || command === 'y') {
      const delimiter = script[at] ?? '';
      at += 1;
      if (/[\s\\]/.test(delimiter) || delimiter === '') return 'wrong';
      if (!skipPart(delimiter, command === 's') || !skipPart(delimiter, false)) return 'wrong';
      const flags = skip(/[a-z0-9]*/iy);
      if (/[ew]/.test(flags)) return 'unknown';
      if (command === 'y' ? flags !== '' : !/^[gpiImM\d]*$/.test(flags)) return 'wrong';
    } else if (/[aic]/.test(command)) skip(/(?:\\[\s\S]|[^\\\n])*/y);
    else if (/[:btTrR]/.test(command)) skip(/[ \t]*[\w./-]*/y);
    else if (/[qQlL]/.test(command)) skip(/[ \t]*\d*/y);
    else if (!/[=dDgGhHnNpPxzF]/.test(command)) return /[eEwWvM]/.test(command) ? 'unknown' : 'wrong';
    skip(/[ \t]*/y);
    if (!/^(?:[;\n#}]|$)/.test(script.slice(at, at + 1))) return 'wrong';
  }
  return 'harmless';
}

const awk: Check = (args, isUnknown) => {
  const read = readKnown(args, { valued: 'Fv', long: /^--(?:version|help)$/, isFirst: true });
  const program = read?.rest[0] ?? '';
  if (!read || program === '' || isUnknown(program))
    return args.some((arg) => /^--(?:help|version)$/.test(arg));
  return !/system|getline|@|\\\n|(?<!\|)\|(?!\|)|\|{3}/.test(program);
};

const databaseFlags =
  /^--?(?:header|noheader|csv|json|jsonlines|line|column|list|markdown|box|table|html|quote|tabs|ascii|readonly|batch|bail|safe|version|help)$/;

const sqlite: Check = (args, isUnknown) => {
  const read = readKnown(args, {
    isSingle: true,
    long: databaseFlags,
    longValued: /^--?(?:separator|nullvalue|newline|cmd|c|s)$/,
  });
  if (!read) return false;
  const statements = [
    ...read.values.filter(([option]) => /c(?:md)?$/.test(option)).map(([, text]) => text),
    ...read.rest.slice(1),
  ];
  // Without a statement it reads them from stdin.
  const isGiven = statements.length > 0 || args.some((arg) => /^--?(?:version|help)$/.test(arg));
  return isGiven && !statements.some((text) => isUnknown(text) || !isPlainSql(text));
};

const functions = new Set(
  `abs avg cast ceil char coalesce concat count date datetime exp floor format glob group_concat hex ifnull iif instr julianday json json_array
  json_array_length json_each json_extract json_group_array json_group_object json_object json_type last_insert_rowid length like likely ln log lower
  ltrim max min mod nullif pow printf quote random replace round row_number rank dense_rank lag lead first_value last_value rtrim sign sqrt strftime
  string_agg substr substring sum time total trim typeof unicode unixepoch upper
  all and any as between by case check distinct else exists filter from having if in intersect is join key not on or over partition select set then union
  unique using values when where primary varchar decimal numeric
  pragma_table_info pragma_index_list table_info index_list index_info foreign_key_list`
    .trim()
    .split(/\s+/),
);

/** Statements that call no function but these. An extension or `edit` could run anything. */
function isPlainSql(text: string): boolean {
  const bare = text.replaceAll(/'(?:[^']|'')*'/g, "''");
  if (/--|\/\*|\\|`|^\s*[.!]/m.test(bare)) return false;
  if (!bare.split(';').every((statement) => statement.trim() === '' || plainStatement.test(statement)))
    return false;
  return [...bare.matchAll(/(\w+|["\]])?\s*\(/g)].every(({ 1: name, index }) => {
    if (name === undefined || functions.has(name.toLowerCase())) return true;
    // The name of a table, in front of its columns.
    return /\b(?:into|table|exists|references|with)\s+$/i.test(bare.slice(Math.max(0, index - 40), index));
  });
}

const plainStatement =
  /^\s*(?:select|insert|update|delete|create|drop|alter|with|explain|pragma|values|begin|commit|rollback|end|replace|show|describe|desc|analyze|vacuum)\b/i;

const psql: Check = (args, isUnknown) => {
  const read = readKnown(args, {
    flags: 'AXatwWqxz01',
    valued: 'chpUdFPR',
    long: /^--(?:no-align|no-psqlrc|tuples-only|no-password|quiet|expanded|csv|html|single-transaction|version|help)$/,
    longValued: /^--(?:command|host|port|username|dbname|field-separator)$/,
  });
  const statements = read?.values.filter(([option]) => /^-c$|^--command$/.test(option)) ?? [];
  const isHarmless = ([, text]: [string, string]): boolean =>
    !isUnknown(text) && !/[\\`]|program|language/i.test(text) && text.split(';').every(isStatement);
  return statements.length > 0
    ? statements.every(isHarmless)
    : args.some((arg) => /^--(?:version|help)$/.test(arg));
};

function isStatement(text: string): boolean {
  return text.trim() === '' || plainStatement.test(text);
}

const mysql: Check = (args, isUnknown) => {
  const read = readKnown(args, {
    flags: 'BNtsrvCnEHX',
    valued: 'ehPuD',
    long: /^--(?:batch|skip-column-names|table|silent|raw|verbose|compress|vertical|html|xml|ssl|password(?:=.*)?|version|help)$|^-p/,
    longValued: /^--(?:execute|host|port|user|database|protocol|socket|default-character-set)$/,
  });
  const statements = read?.values.filter(([option]) => /^-e$|^--execute$/.test(option)) ?? [];
  // A line may be a command of the client: `system …`, `source …`.
  const isHarmless = ([, text]: [string, string]): boolean =>
    !isUnknown(text) && !/\\/.test(text) && text.split(/[;\n]/).every(isStatement);
  return statements.length > 0
    ? statements.every(isHarmless)
    : args.some((arg) => /^--(?:version|help)$/.test(arg));
};

const m4: Check = (args) => {
  const read = readKnown(args, { flags: 'PsEQ', valued: 'DI', long: /^--(?:version|help|prefix-builtins)$/ });
  if (!read?.values.every(([, value]) => /^[\w=./ -]*$/.test(value))) return false;
  const isGiven = read.rest.length > 0 || args.some((arg) => /^--(?:version|help)$/.test(arg));
  return isGiven && read.rest.every(isOrdinaryFile);
};

const dc: Check = (args, isUnknown) => {
  const read = readKnown(args, { valued: 'e', long: /^--(?:version|help)$/, longValued: /^--expression$/ });
  if (!read || args.length === 0 || read.rest.length > 0) return false;
  return read.values.every(([, text]) => !isUnknown(text) && /^[\d\s.+*/%^_kpnfdrviozKIOZX-]*$/.test(text));
};

/** The rest is a command, which is read as one. */
const env: Check = (args) =>
  readKnown(
    args.map((arg) => (arg === '-' ? '-i' : arg)),
    {
      flags: 'i0v',
      valued: 'uC',
      long: /^--(?:ignore-environment|null|debug|version|help|chdir=.*|unset=.*)$/,
      isFirst: true,
    },
  ) !== undefined;

const sshOption =
  /^(?:StrictHostKeyChecking|UserKnownHostsFile|GlobalKnownHostsFile|ConnectTimeout|ConnectionAttempts|BatchMode|Port|User|IdentityFile|IdentitiesOnly|LogLevel|ServerAlive\w+|TCPKeepAlive|PreferredAuthentications|\w+Authentication|NumberOfPasswordPrompts|Compression|AddressFamily|CheckHostIP|HashKnownHosts|ForwardAgent|RequestTTY|HostKeyAlgorithms|KexAlgorithms|Ciphers|MACs)(?:\s*=|\s)\s*(?:[\w@%./:,+~-][\w@%./:, +~-]*)?$/i;

/** Settings of ssh can name commands. */
function isPlainSsh(known: Known): Check {
  return (args, isUnknown) => {
    const read = readKnown(args, known);
    // ssh takes options behind the host, too.
    const more = known.isFirst && read ? readKnown(read.rest.slice(1), known) : read;
    if (!read || !more) return false;
    return [...read.values, ...more.values].every(
      ([option, value]) =>
        !isUnknown(value) && (option === '-o' ? sshOption.test(value) : /^[\w@%./:,+~-]*$/.test(value)),
    );
  };
}

const copy = isPlainSsh({ flags: '1234BCpqrvATO', valued: 'cilJoP' });

const rsync: Check = (args) =>
  readKnown(args, {
    flags: '0468AbcCdDEgHhIiklLmnNoOpPqrRStuUvWxXyzaJK',
    valued: 'f',
    long: /^--(?:archive|verbose|compress|recursive|delete(?:-\w+)*|dry-run|stats|progress|partial|checksum|human-readable|info=.*|update|times|perms|links|size-only|ignore-existing|existing|relative|inplace|numeric-ids|one-file-system|version|help|(?:ex|in)clude=.*|out-format=.*|itemize-changes|bwlimit=.*|timeout=.*|port=.*|max-size=.*|min-size=.*|prune-empty-dirs|no-[\w-]+)$/,
    longValued: /^--(?:exclude|include|filter|bwlimit|timeout|port)$/,
  }) !== undefined;

const onlyVersion: Check = (args) =>
  args.every((arg) => /^--(?:version|help)$|^-[Vh]$/.test(arg)) && args.length > 0;

const mosh: Check = (args) => readKnown(args, { valued: 'p', isFirst: true }) !== undefined;

const checks: Record<string, Check> = {
  sed,
  gsed: sed,
  awk,
  gawk: awk,
  mawk: awk,
  nawk: awk,
  sqlite3: sqlite,
  duckdb: sqlite,
  psql,
  mysql,
  mariadb: mysql,
  m4,
  dc,
  env,
  ssh: isPlainSsh({ flags: '46ACGKNnqsTtvVxXYakyf', valued: 'bcilJmop', isFirst: true }),
  scp: copy,
  // They take commands on stdin, of which `!` runs one of the shell.
  sftp: onlyVersion,
  ftp: onlyVersion,
  lftp: onlyVersion,
  debugfs: onlyVersion,
  mail: onlyVersion,
  mailx: onlyVersion,
  'ssh-copy-id': isPlainSsh({ flags: 'fnsx', valued: 'iop' }),
  rsync,
  mosh,
};
