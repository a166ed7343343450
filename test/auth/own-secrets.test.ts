import { describe, expect, it } from 'vitest';
import { isOwnSecret, withoutOwnSecrets } from '../../src/auth/own-secrets.ts';

describe('The environment of a program that a model starts', () => {
  it('has no secret of ours, under whatever name', () => {
    const env = {
      PATH: '/bin',
      GITHUB_TOKEN: 'ghp_0123456789',
      gh_token: 'gho_0123456789',
      COPILOT_CLI_SERVER_KEY: 'local-key',
      GATEWAY_KEY: 'gateway-key',
      COPY: 'Bearer ghp_0123456789',
      UNDEFINED: undefined,
    };

    expect(withoutOwnSecrets(env, ['GATEWAY_KEY'])).toEqual({ PATH: '/bin' });
  });

  it('keeps what only has a short value in common', () => {
    expect(withoutOwnSecrets({ GITHUB_TOKEN: '1', LINES: '12', OPENAI_API_KEY: 'theirs' })).toEqual({
      LINES: '12',
      OPENAI_API_KEY: 'theirs',
    });
  });

  it.each(['GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'Github_Token'])(
    'never shows %s',
    (name) => {
      expect(isOwnSecret(name)).toBe(true);
    },
  );
});
