import type { Env } from '../../env.ts';
import { CliError, describeError } from '../../errors.ts';
import { toOneLine } from '../../terminal-text.ts';
import { type ApprovalRequest, type Approve, refusedByPerson, type Verdict } from '../tool.ts';
import type { ApprovalStore } from './approval-store.ts';
import { type Asked, type Decision, decide, type HeldRule } from './decide.ts';
import { findReal } from './disk.ts';
import type { OfferedRules } from './offer.ts';
import { type Answer, createQuestion, type Question } from './question.ts';
import { type Effect, formatRule, parseRule } from './rule.ts';
import { type RuleOrigin, ruleOrigins } from './rule-text.ts';

export type ApprovalFlags = {
  /** Rules as a person types them, one each. */
  allow?: readonly string[] | undefined;
  ask?: readonly string[] | undefined;
  deny?: readonly string[] | undefined;
  /** Everything that no rule denies or asks for, except secrets and our own files. */
  allowAll?: boolean | undefined;
  /** More folders whose ordinary files are those of the folder. */
  addDirs?: readonly string[] | undefined;
  /** Ordinary files may be read without a question. */
  reads?: boolean | undefined;
};

export type ApprovalsOptions = {
  /** Where the person stands. Its real path is the key of what is stored. */
  folder: string;
  home: string;
  /** Of commands: by it, what a repository makes git run is found. */
  env?: Env;
  /** Folders of this program, which no rule opens to a command. */
  ownFolders?: readonly string[];
  flags?: ApprovalFlags;
  /** Undefined: nothing is stored, as in tests of others. */
  store?: ApprovalStore | undefined;
  /** Undefined if nobody can be asked: then a call without approval is refused at once. Throws the signal's reason. */
  askPerson?: ((question: Question, signal: AbortSignal) => Promise<Answer>) | undefined;
  /** Called with one sentence if a rule could not be stored, and holds until the chat ends. */
  onNotice?: ((sentence: string) => void) | undefined;
  /** Called with the rules that are stored for the folder from now on. */
  onKept?: ((rules: readonly string[]) => void) | undefined;
};

export type Approvals = {
  approve: Approve;
  /** All rules that hold now: those of the flags first, then this chat, this folder, and all folders. */
  list(): HeldRule[];
  /** Throws CliError `usage` for a rule that cannot be read, and `config` if it cannot be stored. */
  add(effect: Effect, rule: string, origin: Exclude<RuleOrigin, 'flag'>): Promise<void>;
  /** False if it does not hold. A rule of a flag goes until the chat ends. */
  remove(held: HeldRule): Promise<boolean>;
};

/** Throws CliError `usage` for a flag that is no rule. */
export function createApprovals(options: ApprovalsOptions): Approvals {
  const { flags = {}, ownFolders = [], store, askPerson, onNotice, onKept, home } = options;
  const folder = findReal(options.folder);
  const addDirs = (flags.addDirs ?? []).map(findReal);
  let held = readFlags(flags);

  /** What is stored may have been changed by another chat. */
  function gather(): { rules: HeldRule[]; isBroken: boolean } {
    const stored = store ? store.read(folder) : [];
    if (stored) return { rules: [...held, ...stored], isBroken: false };
    // What the file denied is not known, so only what the person said since then counts.
    return {
      rules: held.filter(({ origin, effect }) => origin === 'session' || effect !== 'allow'),
      isBroken: true,
    };
  }

  async function judge(
    { plan }: ApprovalRequest,
    signal: AbortSignal,
  ): Promise<Decision & { isBroken: boolean }> {
    const { rules, isBroken } = gather();
    const grounds = {
      place: { folder, home, env: options.env },
      addDirs,
      ownFolders,
      env: options.env,
      rules,
      allowsReads: !isBroken && (flags.reads ?? false),
      allowsAll: !isBroken && (flags.allowAll ?? false),
      signal,
    };
    const told = plan.tells && (await decide(plan.tells, grounds));
    return { ...(told?.type === 'allow' ? told : await decide(plan.accesses, grounds)), isBroken };
  }

  async function keep(rules: OfferedRules['rules'], origin: 'session' | 'folder'): Promise<void> {
    const kept: string[] = [];
    for (const rule of rules) {
      try {
        await addHeld({ effect: 'allow', rule, origin });
        kept.push(formatRule(rule));
      } catch (error) {
        onNotice?.(`${describeError(error).message}; \`${formatRule(rule)}\` holds until the chat ends.`);
        await addHeld({ effect: 'allow', rule, origin: 'session' });
      }
    }
    if (origin === 'folder' && kept.length > 0) onKept?.(kept);
  }

  async function addHeld(rule: HeldRule): Promise<void> {
    if (rule.origin === 'folder' || rule.origin === 'everywhere') {
      if (!store) throw new CliError('internal', 'rules cannot be stored here');
      await store.add(rule, folder);
    } else if (!held.some((one) => isSame(one, rule))) held = [...held, rule];
  }

  async function ask(request: ApprovalRequest, signal: AbortSignal): Promise<Verdict> {
    signal.throwIfAborted();
    const decision = await judge(request, signal);
    signal.throwIfAborted();
    if (decision.type === 'allow') return { isAllowed: true };
    if (decision.type === 'deny') return refuse(...describeDenial(decision.by));
    const { asked, isBroken } = decision;
    if (!askPerson) {
      const whys = [...new Set(asked.map(({ why }) => toOneLine(why)))];
      const told = [...new Set(asked.map(({ why, told = why }) => toOneLine(told)))];
      const followsFiles = asked.some(({ offer }) => offer?.exact.followsFiles);
      return {
        ...refuse(describeRefusal(told), describeWhys(whys), findAllowing(asked)),
        ...(followsFiles && { followsFiles }),
      };
    }
    const question = createQuestion(request, asked, { canStore: store !== undefined && !isBroken });
    const answer = await askPerson(question, signal);
    signal.throwIfAborted();
    if (answer.type === 'no') {
      const instead = answer.instead?.trim();
      return refuse(instead ? `${refusedByPerson}, and: ${instead}` : `${refusedByPerson}.`);
    }
    if (answer.type !== 'once')
      await keep(
        answer.rules.map((rule) => parseRule(rule)),
        answer.type,
      );
    return { isAllowed: true };
  }

  // One question at a time: the answer to one may be the answer to the next.
  let last: Promise<unknown> = Promise.resolve();
  const approve: Approve = (request, signal) => {
    const answered = last.then(() => ask(request, signal));
    last = answered.catch(() => {});
    return answered;
  };

  return {
    approve,
    list: () => gather().rules,
    add: async (effect, text, origin) => addHeld({ effect, rule: parseRule(text, effect), origin }),
    async remove(rule) {
      if (rule.origin === 'folder' || rule.origin === 'everywhere')
        return (await store?.remove(rule, folder)) ?? false;
      const left = held.filter((one) => !isSame(one, rule));
      const isFound = left.length < held.length;
      held = left;
      return isFound;
    },
  };
}

/** `allow` are the rules that would allow it, separated by commas, not quoted for a shell. */
function refuse(reason: string, why?: string, allow?: string): Verdict {
  return {
    isAllowed: false,
    reason,
    ...(allow !== undefined && { allow }),
    ...(why !== undefined && { why }),
  };
}

function readFlags({ allow = [], ask = [], deny = [] }: ApprovalFlags): HeldRule[] {
  const read = (effect: Effect, texts: readonly string[] = []): HeldRule[] =>
    texts.map((text) => ({ effect, rule: parseRule(text, effect), origin: 'flag' }));
  return [...read('allow', allow), ...read('ask', ask), ...read('deny', deny)];
}

function isSame(one: HeldRule, other: HeldRule): boolean {
  return (
    one.effect === other.effect &&
    one.origin === other.origin &&
    formatRule(one.rule) === formatRule(other.rule)
  );
}

function describeDenial({ rule, origin }: HeldRule): [reason: string, why: string] {
  const why = `the rule \`${formatRule(rule)}\` of ${ruleOrigins[origin]} denies it`;
  return [`The user does not allow this: ${why}.`, why];
}

/** For the model, which may find another way. */
function describeRefusal(whys: readonly string[]): string {
  return `This call needs the user's permission, and nobody can be asked now: ${whys.join('; ')}.`;
}

/** Every refusal says by itself that no rule allows it. */
function describeWhys(whys: readonly string[]): string | undefined {
  return whys.filter((why) => why !== 'no rule allows it').join('; ') || undefined;
}

/** The narrowest rules. For a command that no rule for single commands means, the one for all commands. */
function findAllowing(asked: readonly Asked[]): string | undefined {
  const rules = asked.flatMap(({ access, offer, isHeld }) => {
    if (offer) return offer.exact.rules.map(formatRule);
    return access.kind === 'shell' && !isHeld ? ['shell'] : [undefined];
  });
  return rules.includes(undefined) ? undefined : [...new Set(rules)].join(',');
}
