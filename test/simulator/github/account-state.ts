/** What a GitHub token is; its prefix tells. */
export type TokenKind = 'gho' | 'ghu' | 'github_pat' | 'ghp' | 'ghs';

/** A GitHub token that the fake knows; every other one is answered with 401. */
export type GithubToken = {
  /** Taken from the prefix when left out. */
  kind?: TokenKind;
  /** The account's login when left out. */
  login?: string;
  /** False answers the token exchange with 404, as it does for apps that cannot see it. */
  exchangeable?: boolean;
  /** False refuses the token as a bearer at the Copilot API. */
  direct?: boolean;
  /** Whether a fine-grained token has the permission "Copilot Requests". */
  copilotRequests?: boolean;
};

/**
 * Which kind of account answers. `no-quota` tells nothing about quota; `exhausted` has used all of it, and model
 * calls are refused with 402. `free-auto` may name no model: it is answered by the one that the service chooses.
 */
export type Plan =
  | 'paid-credits'
  | 'paid-requests'
  | 'free-classic'
  | 'free-snapshots'
  | 'free-auto'
  | 'no-quota'
  | 'unlimited'
  | 'exhausted';

export type AccountState = {
  login: string;
  id: number;
  name: string | null;
  email: string | null;
  githubTokens: Record<string, GithubToken>;
  plan: Plan;
  /** Whether answers tell credits even to an account that is not billed in them. */
  tellsCredits: boolean;
  /** False is what an organisation that forbids chat has; model calls are then refused with 403. */
  chatEnabled: boolean;
  /** Whether the organisation owns the model policies, so that nobody can accept terms here. */
  policiesManaged: boolean;
  /** How GET /copilot_internal/user answers. */
  user: 'ok' | 401 | 403 | 404;
  /** Which Copilot API base GET /copilot_internal/user names. */
  userEndpoints: 'copilot' | 'wrongPlan' | 'absent';
  /** Keys that replace or extend the answer of GET /copilot_internal/user. */
  extra: Record<string, unknown>;
};

export function createAccountState(): AccountState {
  return {
    login: 'octocat',
    id: 583_231,
    name: 'Mona Lisa Octocat',
    email: null,
    githubTokens: {},
    plan: 'paid-credits',
    tellsCredits: false,
    chatEnabled: true,
    policiesManaged: false,
    user: 'ok',
    userEndpoints: 'copilot',
    extra: {},
  };
}
