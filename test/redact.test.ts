import { describe, expect, it } from 'vitest';
import { maskEnvironment, maskSecrets, maskStart, maskValue } from '../src/redact.ts';
import { key, maskedTexts } from './helpers/masked-texts.ts';

describe('text with a secret in it', () => {
  it.each(maskedTexts)('shows a mask in place of %s', (_, text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it.each<[text: string]>([
    [
      'the token in GITHUB_COPILOT_TOKEN is a classic personal access token (ghp_), which Copilot does not accept',
    ],
    ['is a Copilot token (tid=), which expires after half an hour'],
    ['is an API key of another service (sk-), not a GitHub token'],
    ['not signed in. Run: copilot-cli login'],
    ['https://github.com/settings/copilot/features (status 403, request id 0123:4567:89AB)'],
    ['GitHub gives this account no Copilot token, status 403'],
    ['the highest risk-taking task'],
    ['the word xghp_abcdEFGH1234'],
    ['a basic understanding of npm_config_registry and hf_model, of eyJust and SG.x'],
  ])('stays as it is where there is none: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('hides what is known to be secret, whatever it looks like', () => {
    expect(maskSecrets('a p.4$$w(rd b p.4$$w(rd', ['p.4$$w(rd'])).toBe('a [secret] b [secret]');
  });

  it('hides nothing for a known secret that is too short to be one', () => {
    expect(maskSecrets('the abc of it', ['abc', ''])).toBe('the abc of it');
  });
});

describe('a value for a log', () => {
  it.each<[name: string]>([
    ['authorization'],
    ['Authorization'],
    ['proxy-authorization'],
    ['cookie'],
    ['x-api-key'],
    ['Copilot-Session-Token'],
    ['access_token'],
    ['refresh_token'],
    ['token'],
    ['client_secret'],
    ['password'],
    ['device_code'],
    ['refresh'],
    ['access'],
  ])('has a mask under the name %s', (name) => {
    expect(maskValue({ [name]: 'plain words' })).toEqual({ [name]: '[secret]' });
  });

  it.each<[name: string, value: unknown]>([
    ['user_code', 'ABCD-1234'],
    ['retry_after_s', 30],
    ['token_kind', 'oauth-app'],
    ['tokens', 12],
    ['accessible', 'yes'],
  ])('keeps what is under the name %s', (name, value) => {
    expect(maskValue({ [name]: value })).toEqual({ [name]: value });
  });

  it('is masked at any depth, under secret names and inside strings', () => {
    const value = {
      list: [{ token: 'plain' }, 'see gho_abcd1234'],
      deep: { deeper: { authorization: 'Basic eDp5', text: 'Bearer abcdefghijklmnopqrstuvwx' } },
      known: 'open sesame',
    };
    expect(maskValue(value, ['sesame'])).toEqual({
      list: [{ token: '[secret]' }, 'see [secret]'],
      deep: { deeper: { authorization: '[secret]', text: 'Bearer [secret]' } },
      known: 'open [secret]',
    });
  });

  it('has no secret left where a secret name holds a list, as set-cookie always does', () => {
    const masked = JSON.stringify(maskValue({ 'set-cookie': ['session=CANARY; Path=/'] }));
    expect(masked).not.toContain('CANARY');
  });

  it('keeps numbers, flags and null, and leaves the original alone', () => {
    const value = { count: 1, on: true, none: null, token: 'plain' };
    expect(maskValue(value)).toEqual({ count: 1, on: true, none: null, token: '[secret]' });
    expect(value.token).toBe('plain');
  });
});

describe('the start of a text', () => {
  it.each([
    ['a token', `ghp_${'a1B2'.repeat(9)}`],
    ['a JSON Web Token', `eyJ${'aB3'.repeat(50)}.eyJ${'aB3'.repeat(500)}.${'aB3'.repeat(30)}`],
    ['a private key', key.join('\n')],
  ])('has no half of %s where it is cut', (_, secret) => {
    for (const shown of [1, 5, 30])
      expect(maskStart(`${'x '.repeat(50)}${secret} y`, 100 + shown)).toBe(
        `${'x '.repeat(50)}[secret] y`.slice(0, 100 + shown),
      );
  });
});

describe('the output of a command', () => {
  it('loses a password that is a number, beside a name that says so', () => {
    const text = 'DB_PASS=482913\nexport ADMIN_PIN=1234\nPORT=482913\n';
    expect(maskEnvironment(text, {})).toEqual({
      text: 'DB_PASS=[secret]\nexport ADMIN_PIN=[secret]\nPORT=482913\n',
      count: 2,
    });
  });

  it.each([
    ['APP_CREDENTIALS', 'file', '[secret]:///etc'],
    ['COPILOT_CLI_CREDENTIAL_STORE', 'file', 'file:///etc'],
    ['TOKEN_TYPE', 'file', 'file:///etc'],
    ['GIT_CREDENTIAL_HELPER', 'file', 'file:///etc'],
    ['STORE_TOKEN', 'file', '[secret]:///etc'],
  ])('loses the value of %s only if the name is that of a secret', (name, value, masked) => {
    expect(maskEnvironment('file:///etc', { [name]: value }).text).toBe(masked);
  });
});

describe('hostile text', () => {
  it.each([
    'eyJ-',
    'eyJaaaaaaaaaa.eyJ-',
    '.eyJ',
    'eyJ.',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'SG.-',
    'tid=a',
  ])('is masked in linear time: %s', (piece) => {
    const startedAt = performance.now();
    maskEnvironment(piece.repeat(1_000_000 / piece.length), {});
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a JSON Web Token', () => {
  const parts = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'c2lnbmF0dXJlc2lnbmF0dXJl'];
  const token = parts.join('.');

  it.each([
    ['alone', token, '[secret]'],
    ['behind a word and a dash', `session-${token}`, 'session-[secret]'],
    ['behind an escape', `a\\n${token}`, 'a\\n[secret]'],
    ['behind another', `${token} ${token}`, '[secret] [secret]'],
    ['behind a dot', `a.${token}`, 'a.[secret]'],
    ['in quotes', `{"t":"${token}"}`, '{"t":"[secret]"}'],
    ['within a word, where none begins', `x${token}`, `x${token}`],
    ['without its last part', parts.slice(0, 2).join('.'), parts.slice(0, 2).join('.')],
  ])('is masked: %s', (_, text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });
});
