import { describe, expect, it } from 'vitest';
import { explainWrongKind, type TokenKind, toTokenKind } from '../../src/auth/token-kind.ts';

describe('the kind of a token', () => {
  it.each<[token: string, kind: TokenKind]>([
    ['gho_0123', 'oauth-app'],
    ['ghu_0123', 'github-app'],
    ['github_pat_11ABC_xyz', 'fine-grained'],
    ['ghp_0123', 'classic'],
    ['ghs_0123', 'installation'],
    ['tid=0123;exp=1793000000:0a0b', 'copilot'],
    ['sk-proj-0123', 'api-key'],
    ['0123456789abcdef0123456789abcdef01234567', 'unknown'],
    ['GHO_0123', 'unknown'],
    ['xgho_0123', 'unknown'],
    ['', 'unknown'],
  ])('of %s is %s', (token, kind) => {
    expect(toTokenKind(token)).toBe(kind);
  });

  it.each<[kind: TokenKind, words: RegExp]>([
    ['classic', /classic personal access token \(ghp_\)/],
    ['copilot', /Copilot token \(tid=\).*GitHub token is wanted/],
    ['api-key', /API key of another service \(sk-\)/],
  ])('%s can never work, with a reason', (kind, words) => {
    expect(explainWrongKind(kind)).toMatch(words);
    expect(explainWrongKind(kind)).toMatch(/^is /);
  });

  it.each<TokenKind>(['oauth-app', 'github-app', 'fine-grained', 'installation', 'unknown'])(
    '%s may work',
    (kind) => {
      expect(explainWrongKind(kind)).toBeUndefined();
    },
  );
});
