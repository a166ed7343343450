import { describe, expect, it } from 'vitest';
import { checkHeaders, parseHeaders } from '../../src/config/header-text.ts';
import { checkCopilotUrl, checkHost, checkUrl, normaliseHost } from '../../src/config/setting-checks.ts';
import {
  checkStatusLine,
  parseStatusLine,
  readSwitch,
  themeChoices,
} from '../../src/config/setting-choices.ts';
import { createTheme } from '../../src/terminal/theme.ts';
import { themeNames } from '../../src/theme-names.ts';

/** Words that follow the name of a setting. */
const complaint = /^(?:is|must|has) /;

describe('a base URL', () => {
  it.each([
    'https://api.githubcopilot.com',
    'https://api.githubcopilot.com/',
    'https://proxy.example.com:8443/copilot/v1',
    'HTTPS://API.EXAMPLE.COM',
    'http://localhost:4141',
    'http://127.0.0.1:4141/',
    'http://127.9.8.7',
    'http://[::1]:4141',
  ])('may be %s', (url) => {
    expect(checkUrl(url)).toBeUndefined();
    expect(checkCopilotUrl(url)).toBeUndefined();
  });

  it.each<[url: string, words: RegExp]>([
    ['', /https/],
    ['api.githubcopilot.com', /https/],
    ['//api.githubcopilot.com', /https/],
    ['https://', /https/],
    ['ftp://api.githubcopilot.com', /https/],
    ['file:///etc/passwd', /https/],
    ['javascript:alert(1)', /https/],
    ['http://api.githubcopilot.com', /this machine only/],
    ['http://localhost.example.com', /this machine only/],
    ['http://127.0.0.1.example.com', /this machine only/],
    ['http://0.0.0.0', /this machine only/],
    ['http://192.168.0.7', /this machine only/],
    ['https://user@example.com', /user name or a password/],
    ['https://user:pass@example.com', /user name or a password/],
    ['https://:pass@example.com', /user name or a password/],
    ['http://user@localhost', /user name or a password/],
    ['https://example.com?key=1', /query or a fragment/],
    ['https://example.com/v1?', /query or a fragment/],
    ['https://example.com#x', /query or a fragment/],
    ['https://example.com/v1#', /query or a fragment/],
  ])('must not be %j', (url, words) => {
    expect(checkUrl(url)).toMatch(words);
    expect(checkUrl(url)).toMatch(complaint);
    expect(checkCopilotUrl(url)).toMatch(words);
  });

  it('is not repeated in the complaint, for it may hold a password', () => {
    expect(checkUrl('https://user:CANARY@example.com')).not.toContain('CANARY');
  });
});

describe('a Copilot API base', () => {
  it.each([
    'https://chatgpt.com/backend-api/codex',
    'https://chatgpt.com/backend-api/codex/',
    'https://chatgpt.com/backend-api/codex//',
    'https://proxy.example.com/x/backend-api/codex',
    'http://127.0.0.1:8080/backend-api/codex',
  ])('must not be %s, which is another service', (url) => {
    expect(checkCopilotUrl(url)).toMatch(/Codex/);
    expect(checkCopilotUrl(url)).toMatch(complaint);
    expect(checkUrl(url)).toBeUndefined();
  });

  it.each([
    'https://example.com/backend-api/codex-relay',
    'https://example.com/codex',
    'https://codex.example.com',
  ])('may be %s', (url) => {
    expect(checkCopilotUrl(url)).toBeUndefined();
  });
});

describe('headers to add', () => {
  it.each<[text: string, headers: Record<string, string>]>([
    ['A:b,C:d', { a: 'b', c: 'd' }],
    ['X-Team: blue , X-Trace:on', { 'x-team': 'blue', 'x-trace': 'on' }],
    ['A:b\nC:d\n', { a: 'b', c: 'd' }],
    ['A:b,,C:d,', { a: 'b', c: 'd' }],
    ['A:', { a: '' }],
    ['Referer:https://example.com:8443/x', { referer: 'https://example.com:8443/x' }],
    ['A:1,a:2', { a: '2' }],
    ['{"A":"b","C":"d"}', { a: 'b', c: 'd' }],
    [' {"Accept":"a,b","X":" y "} ', { accept: 'a,b', x: 'y' }],
    ['{"N":5}', { n: '5' }],
    ['{}', {}],
    ['', {}],
    ['X-Name:Grüße', { 'x-name': 'Grüße' }],
  ])('are read from %j', (text, headers) => {
    expect(parseHeaders(text)).toEqual(headers);
    expect(checkHeaders(text)).toBeUndefined();
  });

  it.each<[what: string, text: string]>([
    ['text without a colon', 'nonsense'],
    ['no name', ':value'],
    ['a name with a space', 'X Team:blue'],
    ['a name with a control character', 'X\u0000:blue'],
    ['a name with a line break in JSON', '{"X\\r\\nEvil":"1"}'],
    ['a name in brackets', '(x):1'],
    ['an empty name in JSON', '{"":"1"}'],
    ['CR and LF in a value', 'A:b\r\nEvil:1'],
    ['CR and LF in a value in JSON', '{"A":"b\\r\\nEvil: 1"}'],
    ['LF in a value in JSON', '{"A":"b\\nEvil: 1"}'],
    ['CR at the end of a value in JSON', '{"A":"b\\r"}'],
    ['NUL in a value', 'A:b\u0000c'],
    ['a value beyond Latin-1', 'A:世界'],
    ['broken JSON', '{"A":"b"'],
    ['JSON with an object for a value', '{"A":{"b":"c"}}'],
    ['JSON with null for a value', '{"A":null}'],
    ['a JSON list', '["A:b"]'],
  ])('must not be %s', (_, text) => {
    expect(checkHeaders(text)).toMatch(complaint);
    expect(() => parseHeaders(text)).toThrow(Error);
  });

  it.each([
    'Authorization',
    'authorization',
    'AUTHORIZATION',
    ' Authorization ',
    'Host',
    'Content-Length',
    'Connection',
    'Transfer-Encoding',
  ])('must not set %j', (name) => {
    expect(checkHeaders(`${name}:x`)).toMatch(/must not set the header/);
    expect(checkHeaders(JSON.stringify({ [name]: 'x' }))).toMatch(/must not set the header/);
  });

  it('are not repeated in a complaint, for their values may be secrets', () => {
    for (const text of [
      '{"A":"CANARY"',
      '{"A":CANARY}',
      'A:CANARY\u0000',
      'Authorization:CANARY',
      'A:b,CANARY',
    ]) {
      expect(checkHeaders(text), text).not.toContain('CANARY');
    }
  });
});

describe('a host', () => {
  it.each<[typed: string, host: string]>([
    ['github.com', 'github.com'],
    ['GitHub.com', 'github.com'],
    [' acme.ghe.com ', 'acme.ghe.com'],
    ['https://acme.ghe.com', 'acme.ghe.com'],
    ['https://acme.ghe.com/', 'acme.ghe.com'],
    ['HTTPS://Acme.GHE.com/login/device', 'acme.ghe.com'],
    ['http://acme.ghe.com', 'acme.ghe.com'],
    ['acme.ghe.com/enterprises/acme', 'acme.ghe.com'],
    ['acme.ghe.com//', 'acme.ghe.com'],
    ['localhost:3000', 'localhost:3000'],
    ['127.0.0.1:3000', '127.0.0.1:3000'],
    ['my-host', 'my-host'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('typed as %j is %s', (typed, host) => {
    expect(normaliseHost(typed)).toBe(host);
    expect(checkHost(typed)).toBeUndefined();
  });

  it.each([
    '',
    ' ',
    'https://',
    '/path',
    'two words',
    'user@acme.ghe.com',
    'https://user:pass@acme.ghe.com',
    'acme.ghe.com?x=1',
    'acme.ghe.com#x',
    'ssh://acme.ghe.com',
    'acme_corp.ghe.com',
    '-acme.ghe.com',
    'acme.ghe.com-',
    '.ghe.com',
    'acme.ghe.com:',
    'acme.ghe.com:x',
    'acme.ghe.com:99999',
    '999.999.999.999',
    'acme.ghe.com\nevil.example',
    'bücher.example',
  ])('is not %j', (typed) => {
    expect(normaliseHost(typed)).toBeUndefined();
    expect(checkHost(typed)).toMatch(complaint);
  });
});

it('every theme can be chosen, and auto; and each of them can be made', () => {
  expect(themeChoices).toEqual(['auto', ...themeNames]);
  expect(themeNames.map((name) => createTheme(name, 'truecolor').name)).toEqual(themeNames);
});

describe('the status line', () => {
  it.each([
    ['none', []],
    ['cost', ['cost']],
    ['cost, model', ['model', 'cost']],
    ['SPEED speed,,Quota', ['quota', 'speed']],
  ])('of %j has its fields once and in their order', (value, fields) => {
    expect(checkStatusLine(value)).toBeUndefined();
    expect(parseStatusLine(value)).toEqual(fields);
  });

  it('says which field it does not have, and which it has', () => {
    expect(checkStatusLine('model,wether')).toBe(
      'cannot show wether: it is none, or any of model, context, cost, quota, tokens, speed, joined by commas',
    );
  });
});

it.each([
  ['1', 'on'],
  ['yes', 'on'],
  ['anything', 'on'],
  ['0', 'off'],
  ['False', 'off'],
  ['no', 'off'],
])('ACCESSIBLE=%s switches it %s', (text, expected) => {
  expect(readSwitch(text)).toBe(expected);
});
