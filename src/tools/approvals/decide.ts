import type { Env } from '../../env.ts';
import { findProgram } from '../../find-program.ts';
import { isInside } from '../../is-inside.ts';
import type { Access, SpecialPath } from '../tool.ts';
import {
  doesNothing,
  findMetInside,
  isAllowedBy,
  isMetBy,
  isPartAllowedBy,
  matchesPart,
  mayMatchAlias,
  mayMatchVague,
  mayStart,
  type PlainAccess,
  type RuleBase,
} from './match.ts';
import {
  isOfferedBy,
  type Offer,
  offerForAccess,
  offerForExactly,
  offerForParts,
  offerForRepository,
} from './offer.ts';
import { readsDataAlone } from './piped-input.ts';
import { type Effect, formatRule, type Rule } from './rule.ts';
import type { RuleOrigin } from './rule-text.ts';
import { toProgram } from './runners.ts';
import type { ShellCommand, ShellPart } from './shell-command.ts';
import { describeUncoveredWord } from './uncovered-word.ts';

/** A repository gives no rules. */
export type HeldRule = { effect: Effect; rule: Rule; origin: RuleOrigin };

export type Grounds = {
  place: RuleBase;
  /** Folders that the person added, real. */
  addDirs: readonly string[];
  rules: readonly HeldRule[];
  /** Folders of this program with settings, sign-ins and conversations: a command that names one is always asked about. */
  ownFolders?: readonly string[];
  /** Environment of commands. Without it, repositories are not checked for hooks and settings. */
  env?: Env | undefined;
  /** Ordinary files of these folders may be read. */
  allowsReads: boolean;
  /** Everything may be done that no rule denies or asks for, except with secrets and with our own files. */
  allowsAll: boolean;
  /** Ends a look at many files. */
  signal?: AbortSignal;
};

export type Decision =
  | { type: 'allow' }
  | { type: 'ask'; asked: Asked[] }
  | { type: 'deny'; by: HeldRule; access: Access };

/** An access that needs a yes. */
export type Asked = {
  access: Access;
  /** A half sentence about the access: `it redirects to or from a file`. */
  why: string;
  /** The same for the model, if `why` may tell what was looked at on the disk. */
  told?: string;
  /** Undefined if no rule allows it: then it can be allowed once. */
  offer: Offer | undefined;
  /** A rule keeps it asking, whatever is allowed. */
  isHeld?: true;
};

/** What may be done, by these rules. Deny wins over ask, and ask over allow. */
export async function decide(accesses: readonly Access[], grounds: Grounds): Promise<Decision> {
  const asked: Asked[] = [];
  for (const access of accesses) {
    const decision =
      access.kind === 'shell'
        ? await decideShell(access, grounds)
        : decidePlain(markOutside(access, grounds), grounds);
    if (decision === undefined) continue;
    if ('effect' in decision) return { type: 'deny', by: decision, access };
    asked.push(decision);
  }
  return asked.length === 0 ? { type: 'allow' } : { type: 'ask', asked };
}

/** Undefined: allowed. A rule: the one that denies it. */
type Judgement = HeldRule | Asked | undefined;

/** Tools mark such paths; this is the second check. */
function markOutside(access: PlainAccess, { place, addDirs }: Grounds): PlainAccess {
  if ((access.kind !== 'read' && access.kind !== 'write') || access.special !== undefined) return access;
  const isOrdinary = [place.folder, ...addDirs].some((folder) => isInside(access.path, folder));
  return isOrdinary ? access : { ...access, special: 'outside' };
}

function decidePlain(access: PlainAccess, { place, rules, allowsReads, allowsAll }: Grounds): Judgement {
  const reading: PlainAccess[] =
    access.kind === 'write' && access.reads ? [{ kind: 'read', path: access.path }] : [];
  const met = rules.filter(
    ({ effect, rule }) => effect !== 'allow' && [access, ...reading].some((one) => isMetBy(rule, one, place)),
  );
  const denying = met.find(({ effect }) => effect === 'deny');
  if (denying) return denying;
  const [asking] = met;
  if (asking) return { access, why: describeAsking(asking), offer: undefined, isHeld: true };
  const inside = findMetInside(
    rules.filter(({ effect }) => effect !== 'allow'),
    access,
    place,
  );
  if (inside) {
    const why = `it reads a whole folder, part of which your rule \`${formatRule(inside.rule)}\` ${inside.effect === 'deny' ? 'denies' : 'asks about'}`;
    return { access, why, offer: undefined, isHeld: true };
  }
  const special = access.kind === 'read' || access.kind === 'write' ? access.special : undefined;
  if (allowsAll && special !== 'credential' && special !== 'own') return undefined;
  if (allowsReads && access.kind === 'read' && special === undefined) return undefined;
  if (rules.some(({ effect, rule }) => effect === 'allow' && isAllowedBy(rule, access, place)))
    return undefined;
  return {
    access,
    why: special === undefined ? 'no rule allows it' : whySpecial[special],
    offer: offerForAccess(access, place),
  };
}

const whySpecial: Record<SpecialPath, string> = {
  own: 'it is a file of copilot-cli itself',
  credential: 'it looks like a file with secrets',
  outside: 'it is outside of the folder',
  hidden: 'it is hidden',
  ignored: 'it is ignored by git',
};

type ShellAccess = Extract<Access, { kind: 'shell' }>;

async function decideShell(access: ShellAccess, grounds: Grounds): Promise<Judgement> {
  const [{ lookOnce }, { UnknownPlacesError }] = await Promise.all([
    import('./walk-path.ts'),
    import('./disk.ts'),
  ]);
  let judgement: Judgement;
  try {
    judgement = await lookOnce(() => judgeCommand(access, grounds));
  } catch (error) {
    if (!(error instanceof UnknownPlacesError)) throw error;
    judgement = { access, why: error.message || whyUnknown, offer: undefined, isHeld: true };
  }
  if (judgement === undefined || 'effect' in judgement) return judgement;
  return { ...judgement, told: await describeByWords(access, grounds) };
}

const whyUnknown = 'the places that it names cannot all be told';

/** Why a command is asked about, by its words alone: the model is not told what files, links and settings say of which it may not read. */
async function describeByWords(
  { command: text }: ShellAccess,
  { place, rules, env }: Grounds,
): Promise<string> {
  const [command, { listRun, maySayYes }, { goesElsewhere }] = await Promise.all([
    parse(text, place, env),
    import('./other-processes.ts'),
    import('./walk-path.ts'),
  ]);
  const met = findMet(command, rules);
  if (met) return describeAsking(met);
  if (command.hasMoreWords || goesElsewhere(text)) return whyUnknown;
  if (listRun(command, (part) => isNamedByRule(part, rules)).some(maySayYes)) return whyTyping;
  const unsure = findUnsure(command, rules);
  if (unsure) return describeUnsure(unsure);
  const allowing = rules.filter(({ effect }) => effect === 'allow');
  const open = command.parts.filter((part) => !allowing.some(({ rule }) => isPartAllowedBy(rule, part)));
  if (command.doubt !== undefined) return command.doubt;
  return open.length > 0
    ? whyOpen(
        open,
        allowing.map(({ rule }) => rule),
      )
    : 'it may do more than the rules allow';
}

async function parse(text: string, place: RuleBase, env: Env | undefined): Promise<ShellCommand> {
  const { parseShellCommand } = await import('./shell-command.ts');
  const hasBash = env === undefined || findProgram('bash', { env }) !== undefined;
  return parseShellCommand(text, place.folder, { hasBash });
}

const whyTyping = 'it may type into your terminal';

async function judgeCommand(
  access: ShellAccess,
  { place, addDirs, rules, ownFolders = [], env, allowsAll, signal }: Grounds,
): Promise<Judgement> {
  const [
    command,
    { namesOwnFolder },
    { runsOwnProgram },
    { listRun, maySayYes, readsOtherProcesses },
    { findFileElsewhere, findKeptSecret, readsBesideRepository },
    { describePrinted },
    { findPlaceOutside },
    { mayPutIntoGit },
    { findOutputElsewhere },
    { describeFollowed },
    { findHandedOn, findPackageFolder, listCommandsOfScript },
    { goesElsewhere },
    { UnknownPlacesError },
    { listReadings },
  ] = await Promise.all([
    parse(access.command, place, env),
    import('./own-folders.ts'),
    import('./own-program.ts'),
    import('./other-processes.ts'),
    import('./files-elsewhere.ts'),
    import('./compared-files.ts'),
    import('./places-outside.ts'),
    import('./repository-changes.ts'),
    import('./set-places.ts'),
    import('./followed-sources.ts'),
    import('./package-scripts.ts'),
    import('./walk-path.ts'),
    import('./disk.ts'),
    import('./named-paths.ts'),
  ]);
  const met = findMet(command, rules);
  if (met?.effect === 'deny') return met;
  if (met) return { access, why: describeAsking(met), offer: undefined, isHeld: true };
  if (command.hasMoreWords || goesElsewhere(access.command)) throw new UnknownPlacesError();
  if (namesOwnFolder(access.command, command, ownFolders, place))
    return { access, why: 'it names files of copilot-cli itself', offer: undefined, isHeld: true };
  if (readsOtherProcesses(command, place))
    return { access, why: 'it reads the variables of other processes', offer: undefined };
  if (listRun(command, (part) => isNamedByRule(part, rules)).some(maySayYes))
    return { access, why: whyTyping, offer: undefined, isHeld: true };
  const ownNamed = rules.filter(
    ({ effect, rule }) =>
      effect === 'allow' &&
      rule.kind === 'shell' &&
      rule.command?.words.some((word) => word === 'copilot-cli'),
  );
  const isUnnamed = (part: ShellPart): boolean => !ownNamed.some(({ rule }) => isPartAllowedBy(rule, part));
  const unnamed = {
    ...command,
    parts: command.parts.filter(isUnnamed),
    hidden: command.hidden.filter(isUnnamed),
  };
  if (runsOwnProgram(unnamed, ownNamed.length > 0 ? '' : access.command, place))
    return { access, why: 'it starts copilot-cli itself', offer: undefined, isHeld: true };
  const unsure = findUnsure(command, rules);
  if (unsure) return { access, why: describeUnsure(unsure), offer: undefined, isHeld: true };
  const allowing = rules.filter(({ effect }) => effect === 'allow').map(({ rule }) => rule);
  if (allowsAll || allowing.some((rule) => rule.kind === 'shell' && rule.command === undefined))
    return undefined;
  if (command.doubt !== undefined) return { access, why: command.doubt, offer: undefined };
  const isNamed = (part: ShellPart): boolean =>
    allowing.some((rule) => rule.kind === 'shell' && !rule.command?.isPrefix && isPartAllowedBy(rule, part));
  const unexact = command.parts.filter((part) => !isNamed(part));
  const read = command.parts.map((part) => ({ part, readings: listReadings(part, place) }));
  const readings = read
    .filter(({ part }) => unexact.includes(part))
    .flatMap(({ part, readings: own }) => {
      const others = read.flatMap((one) => (one.part === part ? [] : one.readings));
      return own.map((reading) => ({ reading, others }));
    });
  for (const { reading } of readings)
    if (await readsBesideRepository(reading, place.folder, env))
      return { access, why: '`git diff` reads any file outside of a repository', offer: undefined };
  for (const { reading, others } of readings) {
    const secret = await findKeptSecret(reading, others, place.folder, env);
    if (secret !== undefined)
      return {
        access,
        why: `it gives ${toProgram(reading.words[0] ?? '')} ${secret}, which may be a file with secrets or from elsewhere`,
        offer: undefined,
      };
  }
  for (const { reading } of readings) {
    const why = await describePrinted(reading, place.folder, env);
    if (why !== undefined) return { access, why, offer: undefined };
  }
  for (const { reading, others } of readings) {
    const file = findFileElsewhere(reading, others, place.folder);
    if (file !== undefined)
      return {
        access,
        why: `it reads ${file}, which may be a file with secrets or from elsewhere`,
        offer: undefined,
      };
  }
  for (const part of unexact) {
    const patterns = allowing.flatMap((rule) =>
      rule.kind === 'shell' && rule.command && isPartAllowedBy(rule, part) ? [rule.command] : [],
    );
    if (patterns.length === 0) continue;
    const outside = findPlaceOutside(part, patterns, [place.folder, ...addDirs], place);
    if (outside !== undefined)
      return { access, why: `\`${outside}\` leads out of the folder`, offer: offerForExactly(command.parts) };
    const handedOn = findHandedOn(part.words, patterns, place.folder);
    if (handedOn !== undefined) return { access, why: handedOn, offer: offerForExactly(command.parts) };
  }
  const scripts = findPackageFolder(place.folder);
  const started = command.parts.flatMap(({ words }) => [
    { words, folder: place.folder },
    ...listCommandsOfScript(words, place.folder).map((one) => ({ words: one, folder: scripts })),
  ]);
  for (const { words, folder } of started) {
    const output = findOutputElsewhere(words, folder, [folder, ...addDirs]);
    if (output !== undefined)
      return { access, why: `\`tsc\` writes to ${output}, outside of the folder`, offer: undefined };
    const followed = await describeFollowed(words, folder, [folder, ...addDirs], signal);
    if (followed !== undefined) return { access, why: followed, offer: undefined };
  }
  const open = command.parts.filter((part) => !allowing.some((rule) => isPartAllowedBy(rule, part)));
  const isAnyAllowed = open.length < command.parts.length;
  const left = isAnyAllowed ? open.filter((part) => !doesNothing(part)) : open;
  if (left.length > 0) {
    const isFamily = ({ words }: ShellPart): boolean => !findHandedOn(words, [], place.folder);
    return { access, why: whyOpen(left, allowing), offer: offerForParts(left, isFamily) };
  }
  // Beside git, the look at the repository finds them.
  const runsGit = command.parts.some(({ words: [name = ''] }) => toProgram(name) === 'git');
  const places = [...(runsGit ? [] : [place.folder]), ...addDirs];
  const placed =
    places.length > 0 &&
    readings.find(({ reading }) => mayPutIntoGit(reading, place.folder, places))?.reading;
  if (placed)
    return {
      access,
      why: `\`${placed.words[0]}\` may change what is in git's folder`,
      offer: offerForExactly(command.parts),
    };
  const { findRepositoryProgram } = await import('./repository-programs.ts');
  const all = read.flatMap((one) => one.readings);
  const found = env && (await findRepositoryProgram(all, place.folder, env));
  if (found === undefined) return undefined;
  const offer = found.kept && offerForRepository(found.kept);
  if (offer && isOfferedBy(offer, allowing)) return undefined;
  return { access, why: found.why, offer };
}

function whyOpen(parts: readonly ShellPart[], rules: readonly Rule[]): string {
  const fed = parts.find(({ words, isFed }) => isFed && !readsDataAlone(words));
  if (fed) return `\`${fed.words[0]}\` may follow what a pipe gives it`;
  const [part] = parts;
  return (part && describeUncoveredWord(part, rules)) ?? 'no rule allows it';
}

function isNamedByRule(part: ShellPart, rules: readonly HeldRule[]): boolean {
  return rules.some(
    ({ effect, rule }) =>
      effect === 'allow' &&
      rule.kind === 'shell' &&
      rule.command !== undefined &&
      isPartAllowedBy(rule, part),
  );
}

function findMet({ parts, hidden, carried }: ShellCommand, rules: readonly HeldRule[]): HeldRule | undefined {
  const met = rules.filter(
    ({ effect, rule }) =>
      effect !== 'allow' && [...parts, ...hidden, ...carried].some((part) => matchesPart(rule, part)),
  );
  // An empty command runs nothing, but a rule for all commands means it.
  const all = rules.filter(
    ({ effect, rule }) => effect !== 'allow' && rule.kind === 'shell' && rule.command === undefined,
  );
  return [...met, ...all].sort((one, other) => rank(one) - rank(other))[0];
}

/** A rule against what a command may run. */
function findUnsure(
  { parts, hidden, carried, isOpaque }: ShellCommand,
  rules: readonly HeldRule[],
): HeldRule | undefined {
  return rules.find(
    ({ effect, rule }) =>
      effect !== 'allow' &&
      rule.kind === 'shell' &&
      (isOpaque ||
        [...parts, ...hidden, ...carried].some(
          (part) =>
            mayMatchVague(rule, part) ||
            (part.isWhole && !part.isValue ? mayStart(rule, part) : mayMatchAlias(rule, part)),
        )),
  );
}

function describeUnsure({ rule, effect }: HeldRule): string {
  return `it may run \`${formatRule(rule)}\`, which your rules ${effect === 'deny' ? 'deny' : 'ask about'}`;
}

function rank({ effect }: HeldRule): number {
  return effect === 'deny' ? 0 : 1;
}

function describeAsking({ rule }: HeldRule): string {
  return `the rule \`${formatRule(rule)}\` always asks`;
}
