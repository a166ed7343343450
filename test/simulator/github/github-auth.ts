import type { RecordedRequest } from '../recorded-request.ts';
import { type Reply, toJsonReply } from '../reply.ts';
import type { World } from '../world.ts';
import type { GithubToken, TokenKind } from './account-state.ts';

const documentation = 'https://docs.github.com/rest';
const prefixes: [string, TokenKind][] = [
  ['gho_', 'gho'],
  ['ghu_', 'ghu'],
  ['ghp_', 'ghp'],
  ['ghs_', 'ghs'],
  ['github_pat_', 'github_pat'],
];

/** A token of the table together with what its prefix says. */
export type KnownToken = GithubToken & { value: string; kind: TokenKind; login: string };

/** The token of `Authorization: token …` or `Bearer …`, or undefined where it is missing or unknown. */
export function findGithubToken(request: RecordedRequest, world: World): KnownToken | undefined {
  const value = /^(?:token|bearer)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return value === undefined ? undefined : lookUpToken(value, world);
}

export function lookUpToken(value: string, world: World): KnownToken | undefined {
  const { githubTokens, login } = world.state.account;
  const token = Object.hasOwn(githubTokens, value) ? githubTokens[value] : undefined;
  if (token === undefined) return undefined;
  return { login, ...token, value, kind: token.kind ?? toTokenKind(value) ?? 'gho' };
}

export function toTokenKind(value: string): TokenKind | undefined {
  return prefixes.find(([prefix]) => value.startsWith(prefix))?.[1];
}

/** The error shape of GitHub's REST API; the status is repeated as a string. */
export function toRestError(status: number, message: string): Reply {
  return toJsonReply({ message, documentation_url: documentation, status: String(status) }, status);
}
