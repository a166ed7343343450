import { CliError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { addFile, advise, attach, flag, type Sentence } from '../hint.ts';
import { oddName } from './odd-names.ts';

/**
 * Why a file is left out. `odd`: its name is not UTF-8. `own`: the command itself writes it. `special`: a pipe or a device, which may never end. `hidden`, `ignored` and
 * `outside` (a link that leaves its folder): only if a shell may have named it. `blank`: in a batch, for which one file is no question.
 */
export type LeftOutReason =
  | 'secret'
  | 'binary'
  | 'unreadable'
  | 'odd'
  | 'own'
  | 'special'
  | 'blank'
  | 'hidden'
  | 'ignored'
  | 'outside';

/** The result for one thing that a person named: a file, a folder, a glob or a URL. */
export type Outcome = {
  spec: string;
  /** Names for people, by identity. */
  found: ReadonlyMap<string, string>;
};

type OutcomeOptions = {
  /** Folders that may be empty, unless they hold secrets. */
  mayBeEmpty: readonly string[];
  /** Paths after one flag. */
  lists: readonly (readonly string[])[];
  onNotice: (sentence: string) => void;
};

/**
 * Checks that every name brought a file, because a prompt without its data wastes money. An empty folder that a shell's `*` put among files
 * is left out with a notice. Throws CliError `usage` in all other cases.
 */
export function checkOutcomes(
  outcomes: readonly Outcome[],
  taken: ReadonlySet<string>,
  leftOut: ReadonlyMap<string, LeftOutReason>,
  { mayBeEmpty, lists, onNotice }: OutcomeOptions,
): void {
  const isInVain = ({ found }: Outcome): boolean => ![...found.keys()].some((id) => taken.has(id));
  const useful = new Set(outcomes.filter((outcome) => !isInVain(outcome)).map(({ spec }) => spec));
  const carried = new Set(lists.filter((list) => list.some((spec) => useful.has(spec))).flat());
  for (const outcome of outcomes.filter(isInVain)) {
    const { spec, found } = outcome;
    const holdsSecrets = [...found.keys()].some((id) => leftOut.get(id) === 'secret');
    if (mayBeEmpty.includes(spec) && !holdsSecrets) continue;
    if (!carried.has(spec))
      throw found.size === 0 ? createEmptyError(spec) : createNothingLeftError(outcome, leftOut);
    const isSaid = [...found].every(
      ([id, label]) => label === spec && saidOfLists.has(leftOut.get(id) ?? 'unreadable'),
    );
    if (!isSaid || found.size === 0) onNotice(`${spec} is left out: there is no file to send in it.`);
  }
}

/** Reasons that a notice gives for the name as the person, or a shell, wrote it. */
const saidOfLists: ReadonlySet<LeftOutReason> = new Set([
  'own',
  'odd',
  'special',
  'blank',
  'hidden',
  'ignored',
  'outside',
]);

/** Reported in a notice. */
export type FileRemark = Exclude<LeftOutReason, 'own'> | 'legacy';

const remarks: Record<FileRemark, { one: string; many: string }> = {
  secret: {
    one: 'is left out: it looks like a file of secrets. To send it, give it a flag of its own.',
    many: 'are left out because they look like files of secrets; to send one, give it a flag of its own',
  },
  binary: {
    one: 'is left out: it is not a text file.',
    many: 'are left out because they are not text files',
  },
  unreadable: { one: 'is left out: it cannot be read.', many: 'are left out because they cannot be read' },
  odd: {
    one: `is left out: ${oddName}. To send it, rename it.`,
    many: 'are left out because their names are damaged or not UTF-8; to send them, rename them',
  },
  special: {
    one: 'is left out: it is a pipe or a device. To read it, give it a flag of its own.',
    many: 'are left out because they are pipes or devices; to read one, give it a flag of its own',
  },
  hidden: {
    one: 'is left out: its name begins with a dot. To send it, give it a flag of its own.',
    many: 'are left out because their names begin with a dot; to send one, give it a flag of its own',
  },
  ignored: {
    one: 'is left out: git ignores it. To send it, give it a flag of its own.',
    many: 'are left out because git ignores them; to send one, give it a flag of its own',
  },
  outside: {
    one: 'is left out: it is a link that leads out of its folder. To send what it leads to, name that.',
    many: 'are left out because they are links that lead out of their folders; to send what one leads to, name that',
  },
  blank: { one: 'is left out: it is empty.', many: 'are left out because they are empty' },
  legacy: {
    one: 'is not UTF-8, and is read as Windows-1252.',
    many: 'are not UTF-8, and are read as Windows-1252',
  },
};

/** The most file names in a notice. */
const mostNames = 3;

/** Prints one line for each remark, however many files it is about. */
export function tellRemarks(
  labels: ReadonlyMap<FileRemark, readonly string[]>,
  onNotice: (sentence: string) => void,
): void {
  for (const [remark, names] of labels) {
    const { one, many } = remarks[remark];
    const first = names.slice(0, mostNames).join(', ');
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
    onNotice(names.length === 1 ? `${first} ${one}` : `${names.length} files ${many}: ${first}${more}.`);
  }
}

function createEmptyError(spec: string): CliError {
  return new CliError('usage', `there is no file to send in ${spec}`, {
    hint: 'Files that git ignores and hidden files are sent only if you name them.',
  });
}

/** How a file is added. */
type AddHint = typeof addFile | typeof attach;

/** Whoever names a file alone means it. */
const toOwnFlag = (label: string, add: AddHint): Sentence =>
  advise`To send it, give it a flag of its own: ${add(label)}`;

const emptyHint = 'Write something into the file, or leave it out.';

export function createEmptyFileError(label: string): CliError {
  return new CliError('usage', `${label} is empty, so there is nothing to ask about`, {
    hint: ['Nothing was sent.', emptyHint],
  });
}

/** Words for one file and for several, and what to do about the first. */
const reasons: Record<
  LeftOutReason,
  { one: string; many: string; toHint: (label: string, add: AddHint) => Sentence }
> = {
  secret: {
    one: '1 that looks like a file of secrets',
    many: 'that look like files of secrets',
    toHint: (label) => advise`To send a file of secrets, name it: ${addFile(label)}`,
  },
  binary: {
    one: '1 that is not a text file',
    many: 'that are not text files',
    toHint: (label) => advise`To attach an image or a PDF, name it: ${attach(label)}`,
  },
  unreadable: {
    one: '1 that cannot be read',
    many: 'that cannot be read',
    toHint: (label) => `Check who may read ${label}`,
  },
  odd: {
    one: '1 whose name is damaged or not UTF-8',
    many: 'whose names are damaged or not UTF-8',
    toHint: (label) => `To send ${label}, rename it.`,
  },
  special: {
    one: '1 that is a pipe or a device',
    many: 'that are pipes or devices',
    toHint: (label, add) => advise`To read it, give it a flag of its own: ${add(label)}`,
  },
  blank: { one: '1 that is empty', many: 'that are empty', toHint: () => emptyHint },
  hidden: {
    one: '1 whose name begins with a dot',
    many: 'whose names begin with a dot',
    toHint: toOwnFlag,
  },
  ignored: {
    one: '1 that git ignores',
    many: 'that git ignores',
    toHint: toOwnFlag,
  },
  outside: {
    one: '1 that is a link out of its folder',
    many: 'that are links out of their folders',
    toHint: () => 'To send what a link leads to, name that.',
  },
  own: {
    one: '1 that this command writes itself',
    many: 'that this command writes itself',
    toHint: () => advise`Name another file with ${flag('-o')}`,
  },
};

export function createNothingLeftError(
  { spec, found }: Outcome,
  leftOut: ReadonlyMap<string, LeftOutReason>,
  add: AddHint = addFile,
): CliError {
  const byReason = [...groupBy(found, ([id]) => leftOut.get(id) ?? 'unreadable')];
  const counts = byReason.map(([reason, { length }]) =>
    length === 1 ? reasons[reason].one : `${length} ${reasons[reason].many}`,
  );
  const hints = byReason.map(([reason, [[, first] = ['', spec]]]) => reasons[reason].toHint(first, add));
  return new CliError('usage', `no file of ${spec} is sent; left out: ${counts.join(', ')}`, {
    hint: ['Nothing was sent.', ...hints],
  });
}
