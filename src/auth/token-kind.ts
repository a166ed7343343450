/** What a token is, by its prefix. */
export type TokenKind =
  | 'oauth-app'
  | 'github-app'
  | 'fine-grained'
  | 'classic'
  | 'installation'
  | 'copilot'
  | 'api-key'
  | 'unknown';

const prefixes: [prefix: string, kind: TokenKind][] = [
  ['gho_', 'oauth-app'],
  ['ghu_', 'github-app'],
  ['github_pat_', 'fine-grained'],
  ['ghp_', 'classic'],
  ['ghs_', 'installation'],
  ['tid=', 'copilot'],
  ['sk-', 'api-key'],
];

export function toTokenKind(token: string): TokenKind {
  return prefixes.find(([prefix]) => token.startsWith(prefix))?.[1] ?? 'unknown';
}

/** For whoever brought a token of another kind. */
export const workingKinds =
  'Tokens that work begin with gho_ or ghu_, or with github_pat_ where they have the permission "Copilot Requests".';

/** Why a token of this kind can never work here, as the end of a sentence; undefined where it may. */
export function explainWrongKind(kind: TokenKind): string | undefined {
  switch (kind) {
    case 'classic':
      return 'is a classic personal access token (ghp_), which Copilot does not accept';
    case 'copilot':
      return 'is a Copilot token (tid=), which lives for half an hour; a GitHub token is wanted, from which Copilot tokens are made';
    case 'api-key':
      return 'is an API key of another service (sk-), not a GitHub token';
    default:
      return undefined;
  }
}
