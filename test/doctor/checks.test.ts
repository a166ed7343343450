import { describe, expect, it } from 'vitest';
import type { Finding, Outcome } from '../../src/doctor/check.ts';
import { checkModels, checkQuota } from '../../src/doctor/checks/account.ts';
import { checkKeyStore, type KeyStoreFacts } from '../../src/doctor/checks/key-store.ts';
import { checkRelease, checkVersions } from '../../src/doctor/checks/machine.ts';
import {
  checkCa,
  checkClock,
  checkDns,
  checkGithub,
  checkProxy,
  checkTls,
  type Reach,
} from '../../src/doctor/checks/network.ts';
import { checkClients, checkPort } from '../../src/doctor/checks/serving.ts';
import {
  checkBrowser,
  checkClipboard,
  checkCompletion,
  checkEditor,
  checkKeys,
  checkTerminal,
  type TerminalFacts,
} from '../../src/doctor/checks/terminal.ts';
import { CliError } from '../../src/errors.ts';
import { shellWords, wordHint } from '../../src/hint.ts';

/** `status: detail (fix)`. */
const tell = ({ status, detail, fix }: Finding): string =>
  `${status}: ${detail}${fix === undefined ? '' : ` (${wordHint(fix, shellWords)})`}`;

const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
const failed = (message: string, code?: string): Outcome<never> => ({
  ok: false,
  error: new CliError('network', message, { hint: 'Do this.', cause: { code } }),
});

const day = 86_400_000;
const now = Date.parse('2026-11-10T10:00:00Z');

const reach = (rest: Partial<Reach> = {}): Reach => ({
  url: new URL('https://api.github.com/'),
  proxy: undefined,
  answer: done({ status: 200, date: 'Tue, 10 Nov 2026 10:00:01 GMT' }),
  direct: undefined,
  handshake: done({ protocol: 'TLSv1.3', issuer: 'DigiCert', validTo: now + 30.5 * day }),
  ...rest,
});

const terminal = (env: Record<string, string>, rest: Partial<TerminalFacts> = {}): TerminalFacts => ({
  env: { TERM: 'xterm-256color', LANG: 'en_GB.UTF-8', ...env },
  platform: 'linux',
  isTerminal: true,
  colour: true,
  columns: 120,
  rows: 40,
  ...rest,
});

const has =
  (...programs: string[]) =>
  (program: string): string | undefined =>
    programs.includes(program) ? `/usr/bin/${program}` : undefined;

const proxy = { address: 'proxy.corp:8080', variable: 'HTTPS_PROXY' };

const quota = {
  unit: 'credits',
  unlimited: false,
  entitlement: 100,
  remaining: 3,
  percentRemaining: 3,
  overagePermitted: false,
  overageUsed: 0,
  resetsAt: undefined,
} as const;
const account = { login: 'octocat', plan: 'business', sku: undefined, chatEnabled: true };

const keyStore = (rest: Partial<KeyStoreFacts>): Finding =>
  checkKeyStore({
    choice: 'auto',
    stored: [],
    state: { kind: 'usable', name: 'GNOME Keyring' },
    path: '/c.json',
    ...rest,
  });
const unusable = (problem: 'missing' | 'locked' | 'slow' | 'broken') =>
  ({ kind: 'unusable', name: 'K', problem, reason: `the key store (K) is ${problem}` }) as const;

const rows: [name: string, finding: () => Finding, words: RegExp][] = [
  [
    'an old Node',
    () => checkVersions({ own: '1.0.0', node: '20.9.0', platform: 'linux', architecture: 'x64' }),
    /^warn: .*older than Node 20\.18 \(Install/,
  ],
  [
    'the oldest Node',
    () => checkVersions({ own: '1.0.0', node: '20.18.0', platform: 'linux', architecture: 'x64' }),
    /^ok: copilot-cli 1\.0\.0, Node 20\.18\.0, linux x64$/,
  ],
  ['a release that nobody asked for', () => checkRelease('1.2.3', undefined), /^skip/],
  ['an older release', () => checkRelease('1.10.0', done('1.9.9')), /^ok: 1\.10\.0 is the newest$/],
  ['a release of tomorrow', () => checkRelease('1.9.9', done('1.10.0')), /^warn: 1\.10\.0 is newer/],
  ['a registry that is silent', () => checkRelease('1.0.0', failed('no')), /^warn: no \(Do this\.\)$/],

  ['no proxy', () => checkProxy(reach(), { allProxy: false }), /^ok: none for api\.github\.com$/],
  [
    'a proxy that is needed',
    () => checkProxy(reach({ proxy, direct: failed('x') }), { allProxy: false }),
    /^ok: proxy\.corp:8080, from HTTPS_PROXY; without it api\.github\.com does not answer$/,
  ],
  [
    'entries of NO_PROXY that cover nothing',
    () => checkProxy(reach({ proxy, direct: failed('x') }), { allProxy: false, oddNoProxy: ['10.*', 'a/b'] }),
    /^warn: NO_PROXY has 10\.\*, a\/b, which covers nothing \(Write a name such as example\.com/,
  ],
  [
    'a proxy that is broken and needed',
    () =>
      checkProxy(reach({ proxy, direct: failed('x'), answer: failed('p', 'PROXY_REFUSED') }), {
        allProxy: false,
      }),
    /^fail: p \(Do this\.\)$/,
  ],
  ['names behind a proxy', () => checkDns(reach({ proxy }), undefined), /^skip: the proxy resolves names$/],
  [
    'a name',
    () => checkDns(reach(), done(['140.82.121.6', '::1'])),
    /^ok: api\.github\.com is 140\.82\.121\.6, ::1$/,
  ],
  ['a name that is found by others only', () => checkDns(reach(), failed('odd')), /^warn: odd/],
  [
    'a certificate',
    () => checkTls(reach(), now),
    /^ok: TLSv1\.3; api\.github\.com has a certificate from DigiCert, valid for 30 more days$/,
  ],
  [
    'TLS behind a broken name',
    () => checkTls(reach({ answer: failed('d', 'ENOTFOUND') }), now),
    /^skip: not checked: see dns$/,
  ],
  [
    'a CA behind an expired certificate',
    () => checkCa(reach({ answer: failed('e', 'CERT_HAS_EXPIRED') }), []),
    /^skip: not checked: see tls$/,
  ],
  [
    'a certificate of another name',
    () => checkTls(reach({ answer: failed('n', 'ERR_TLS_CERT_ALTNAME_INVALID') }), now),
    /^fail: n/,
  ],
  [
    'two broken files of certificates',
    () =>
      checkCa(reach(), [
        { name: 'SSL_CERT_FILE', path: '/a', certificates: [], problem: 'holds no certificate' },
        { name: 'SSL_CERT_DIR', path: '/b', certificates: [], problem: 'cannot be read: gone' },
      ]),
    /^warn: SSL_CERT_FILE names \/a, which holds no certificate; SSL_CERT_DIR names \/b, .*\(Correct SSL_CERT_FILE, .*Correct SSL_CERT_DIR/,
  ],
  [
    'a clock that is ahead',
    () => checkClock(reach(), now + 5 * 60_000, 'darwin'),
    /^warn: .*5 min ahead of GitHub's \(sudo sntp/,
  ],
  ['a clock that is nearly right', () => checkClock(reach(), now + 90_000, 'linux'), /^ok/],
  [
    'an answer without a time',
    () => checkClock(reach({ answer: done({ status: 200, date: undefined }) }), now, 'linux'),
    /^skip/,
  ],
  [
    'a GitHub in trouble',
    () => checkGithub(reach({ answer: done({ status: 503, date: undefined }) })),
    /^warn: .*status 503 \(See https:\/\/www\.githubstatus/,
  ],
  [
    'a GitHub that refuses strangers',
    () => checkGithub(reach({ answer: done({ status: 401, date: undefined }) })),
    /^ok/,
  ],

  [
    'a list from yesterday',
    () => checkModels(done({ models: [], unreadable: 0, origin: 'cache', fetchedAt: 1 })),
    /^warn: Copilot sends no list/,
  ],
  [
    'a built-in list',
    () => checkModels(done({ models: [], unreadable: 0, origin: 'builtin', fetchedAt: 1 })),
    /^warn: .*built-in/,
  ],
  [
    'an empty list',
    () => checkModels(done({ models: [], unreadable: 0, origin: 'account', fetchedAt: 1 })),
    /^warn: Copilot lists no model/,
  ],
  [
    'a quota that is nearly used up',
    () => checkQuota({ ...account, quota }, undefined),
    /^warn: 3 of 100 AI credits left \(3 %\) \(Allow paid use/,
  ],
  [
    'the same, if more may be bought',
    () => checkQuota({ ...account, quota: { ...quota, overagePermitted: true } }, undefined),
    /^ok/,
  ],
  ['no quota', () => checkQuota({ ...account, quota: undefined }, undefined), /^ok: not reported/],

  [
    'a key store that is not wanted',
    () => keyStore({ choice: 'file', state: undefined }),
    /^ok: not used: credential-store is file; the file for secrets is \/c\.json$/,
  ],
  [
    'a key store in use',
    () => keyStore({ stored: [{ name: 'a', place: { kind: 'system', name: 'K' }, about: {} }] }),
    /^ok: GNOME Keyring can be used; 1 secret in it$/,
  ],
  ['a server without a key store', () => keyStore({ state: unusable('missing') }), /^ok: none here/],
  [
    'a chosen key store that is missing',
    () => keyStore({ choice: 'system', state: unusable('missing') }),
    /^warn: .*is missing.*credential-store file\)$/,
  ],
  ['a locked key store', () => keyStore({ state: unusable('locked') }), /^warn: .*is locked.*Unlock it/],
  ['a slow key store', () => keyStore({ state: unusable('slow') }), /^warn: .*is slow.*Restart it/],

  ['a terminal', () => checkTerminal(terminal({})), /^ok: xterm-256color, 120 columns, 256 colours$/],
  ['a terminal without colour', () => checkTerminal(terminal({}, { colour: false })), /no colours wanted$/],
  [
    'a terminal with two faults',
    () => checkTerminal(terminal({ TERM: 'dumb', LC_ALL: 'POSIX' })),
    /^warn: TERM is dumb.*; the locale POSIX is not UTF-8 \(export TERM=.* export LC_ALL/,
  ],
  ['no locale', () => checkTerminal(terminal({ LANG: '' })), /^ok/],
  ['keys in tmux', () => checkKeys(terminal({ TMUX: '/tmp/x' })), /^ok: tmux passes Shift\+Enter/],
  [
    'keys in kitty',
    () => checkKeys(terminal({ TERM: 'xterm-kitty' })),
    /^ok: Shift\+Enter makes a new line$/,
  ],
  [
    'a clipboard over SSH',
    () => checkClipboard(terminal({ SSH_TTY: '/dev/pts/1', WAYLAND_DISPLAY: 'w' }), has()),
    /^ok: by the terminal/,
  ],
  [
    'a clipboard of Wayland',
    () => checkClipboard(terminal({ WAYLAND_DISPLAY: 'w' }), has('wl-copy')),
    /^ok: by wl-copy$/,
  ],
  [
    'a clipboard of macOS',
    () => checkClipboard(terminal({}, { platform: 'darwin' }), has()),
    /^ok: the system's$/,
  ],
  [
    'the second of two browsers',
    () => checkBrowser(terminal({ BROWSER: 'chrome:firefox' }), has('firefox')),
    /^ok/,
  ],
  ['a desktop', () => checkBrowser(terminal({ DISPLAY: ':0' }), has()), /^ok: the system's$/],
  [
    'no editor at all',
    () => checkEditor(terminal({}), has()),
    /^warn: EDITOR is not set, and vi is not installed \(export EDITOR=nano\)$/,
  ],
  [
    'VISUAL before EDITOR',
    () => checkEditor(terminal({ VISUAL: 'code --wait', EDITOR: 'x' }), has('code')),
    /^ok: code, from VISUAL$/,
  ],
  ['a shell without completion', () => checkCompletion({ shell: undefined }), /^skip: SHELL names/],
  [
    'completion that nobody set up',
    () => checkCompletion({ shell: 'zsh' }),
    /^ok: none in zsh; copilot-cli completion --help/,
  ],
  [
    'completion',
    () => checkCompletion({ shell: 'bash', path: '/h/.bashrc' }),
    /^ok: in bash, by \/h\/\.bashrc$/,
  ],
  ['our own server', () => checkPort(4141, 'copilot-cli'), /^ok: copilot-cli serves on port 4141$/],
  [
    'two files of one client',
    () =>
      checkClients(
        [
          { client: 'codex', path: '/a', state: 'kept', url: 'http://127.0.0.1:4141' },
          { client: 'codex', path: '/b', state: 'broken', url: undefined },
        ],
        { port: 4141, user: 'nobody' },
      ),
    /^warn: \/b of codex cannot be read \(copilot-cli serve --for codex --write/,
  ],
  [
    'a client of two files, one with an address',
    () =>
      checkClients(
        [
          { client: 'codex', path: '/a', state: 'kept', url: 'http://127.0.0.1:5000' },
          { client: 'codex', path: '/b', state: 'kept', url: undefined },
        ],
        { port: 4141, user: 'nobody' },
      ),
    /^ok: codex \(http:\/\/127\.0\.0\.1:5000\)$/,
  ],
  ...(['nobody', 'copilot-cli'] as const).map((user): (typeof rows)[number] => [
    `a client where serves ${user}`,
    () =>
      checkClients([{ client: 'codex', path: '/a', state: 'kept', url: 'http://127.0.0.1:4141' }], {
        port: 4141,
        user,
      }),
    user === 'nobody'
      ? /^ok: codex \(http:\/\/127\.0\.0\.1:4141, where nothing serves now: copilot-cli serve\)$/
      : /^ok: codex \(http:\/\/127\.0\.0\.1:4141\)$/,
  ]),
];

describe('a check', () => {
  it.each(rows)('judges %s', (_, find, words) => {
    expect(tell(find())).toMatch(words);
  });
});
