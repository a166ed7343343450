import { toOneLine } from '../../terminal-text.ts';
import type { ApprovalRequest, Preview } from '../tool.ts';
import type { Asked } from './decide.ts';
import type { Offer, OfferedRules } from './offer.ts';
import { formatRule } from './rule.ts';

/** What a person is asked before a call. All texts of others are made harmless where they are shown. */
export type Question = {
  /** `own`: its name at the server, which rules use. */
  tool: { name: string; title: string; server: string | undefined; own?: string };
  summary: string;
  preview: Preview | undefined;
  /** Why it is asked, in half sentences: `it redirects to or from a file`. */
  reasons: string[];
  /** In the order in which they are numbered: once first, no last. */
  choices: Choice[];
};

export type Choice =
  | { type: 'once' }
  /** `rules` are what would be kept, until the chat ends or for good in this folder; `what` says whom they mean: `this command`. */
  | { type: 'session' | 'folder'; rules: string[]; what: string }
  | { type: 'no' };

/** The choice, and with a no what the model shall do instead. */
export type Answer = Exclude<Choice, { type: 'no' }> | { type: 'no'; instead?: string };

export function createQuestion(
  { tool, plan }: ApprovalRequest,
  asked: readonly Asked[],
  { canStore }: { canStore: boolean },
): Question {
  const { summary, preview } = plan;
  const { name, title, server } = tool;
  return {
    tool: { name, title, server: server?.name, ...(server && { own: toOneLine(server.tool) }) },
    summary,
    preview,
    reasons: [...new Set(asked.map(({ why }) => toOneLine(why)))],
    choices: [{ type: 'once' }, ...listKeeping(asked, canStore), { type: 'no' }],
  };
}

function listKeeping(asked: readonly Asked[], canStore: boolean): Choice[] {
  const offers = asked.map(({ offer }) => offer).filter((offer) => offer !== undefined);
  if (offers.length < asked.length) return [];
  const usual = join(offers, ({ usual: rules }) => rules);
  const levels = offers.some(({ wide }) => wide)
    ? [usual, join(offers, ({ usual: rules, wide }) => wide ?? rules)]
    : [usual];
  const types = canStore ? (['session', 'folder'] as const) : (['session'] as const);
  return levels.flatMap(({ rules, what }) =>
    types.map((type) => ({ type, rules: rules.map(formatRule), what })),
  );
}

/** Each rule once, in one list. */
function join(offers: readonly Offer[], choose: (offer: Offer) => OfferedRules): OfferedRules {
  const chosen = offers.map(choose);
  const rules = chosen.flatMap((one) => one.rules);
  const texts = rules.map(formatRule);
  const words = [...new Set(chosen.map(({ what }) => what))];
  const isMany = words.length === 1 && chosen.length > 1 && words[0] === 'this file';
  return {
    rules: rules.filter((rule, index) => texts.indexOf(formatRule(rule)) === index),
    what: isMany ? 'these files' : words.join(', '),
  };
}
