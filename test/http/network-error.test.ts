import { describe, expect, it } from 'vitest';
import { CliError, describeError } from '../../src/errors.ts';
import { readRetryAfter, toNetworkError } from '../../src/http/network-error.ts';

const url = new URL('https://user:pass@api.example.test:8443/models?key=value');
const { signal } = new AbortController();

const withCode = (code: string, message = 'raw'): Error => Object.assign(new Error(message), { code });

describe('a request without an answer', () => {
  it.each<[code: string, words: RegExp]>([
    ['ENOTFOUND', /^no connection to api\.example\.test:8443: its name cannot be resolved$/],
    ['EAI_AGAIN', /cannot be resolved now/],
    ['ECONNREFUSED', /^api\.example\.test:8443 refused the connection$/],
    ['ECONNRESET', /closed the connection/],
    ['UND_ERR_SOCKET', /closed the connection/],
    ['UND_ERR_CONNECT_TIMEOUT', /no connection to api\.example\.test:8443 in time/],
    ['UND_ERR_HEADERS_TIMEOUT', /did not begin to answer in time/],
    ['UND_ERR_BODY_TIMEOUT', /stopped in the middle of its answer/],
    ['UND_ERR_ABORTED', /the proxy refuses to connect to api\.example\.test:8443/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /certificate .* is not trusted/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /certificate .* is not trusted/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /certificate .* is not trusted/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate .* is not trusted/],
    ['CERT_HAS_EXPIRED', /certificate .* is not trusted/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate .* is not trusted/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /may require a client certificate$/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /may require a client certificate$/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /requires a client certificate$/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /does not accept the client certificate$/],
    ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', /client certificate: it has expired$/],
    ['ENETUNREACH', /: the network is down$/],
    ['EPERM', /cannot be reached \(EPERM\)/],
    ['EHOSTUNREACH', /^no connection to api\.example\.test:8443: no way leads there$/],
  ])('is worded by its code: %s', (code, words) => {
    const cause = withCode(code);
    const error = toNetworkError(cause, url, { signal });
    expect(error).toMatchObject({ name: 'CliError', cause });
    expect(describeError(error)).toMatchObject({
      code: 'network',
      exitCode: 13,
      message: expect.stringMatching(words),
      hint: expect.stringMatching(/\.$/),
      details: { host: 'api.example.test:8443' },
    });
  });

  it.each<[name: string, error: unknown]>([
    ['in the cause', new TypeError('fetch failed', { cause: withCode('ENOTFOUND') })],
    [
      'in the cause of the cause',
      new Error('a', { cause: new Error('b', { cause: withCode('ENOTFOUND') }) }),
    ],
    [
      'in the cause, whatever the code around it',
      Object.assign(withCode('UND_ERR'), { cause: withCode('ENOTFOUND') }),
    ],
    ['among the errors of every address', new AggregateError([withCode('ENOTFOUND'), withCode('X')], 'all')],
  ])('is worded by the code that is %s', (_, error) => {
    expect(toNetworkError(error, url, { signal }).message).toContain('cannot be resolved');
  });

  const noMemory = 'WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance';

  it.each<[name: string, error: unknown, message: RegExp, hint: RegExp]>([
    [
      'Node without WebAssembly',
      new ReferenceError('WebAssembly is not defined'),
      /without WebAssembly/,
      /--jitless/,
    ],
    ['no memory for WebAssembly', new RangeError(noMemory), /no memory for WebAssembly/, /ulimit -v/],
    [
      'WebAssembly in a cause',
      new TypeError('failed', { cause: new ReferenceError('WebAssembly is not defined') }),
      /without WebAssembly/,
      /--jitless/,
    ],
    ['the permissions of Node', withCode('ERR_ACCESS_DENIED'), /permissions of Node/, /--allow-net/],
    [
      'the permissions of Node, for each address',
      new AggregateError([withCode('ERR_ACCESS_DENIED')]),
      /permissions of Node/,
      /--allow-net/,
    ],
  ])('that Node cannot send is no failure of the network: %s', (_, error, message, hint) => {
    expect(describeError(toNetworkError(error, url, { signal }))).toMatchObject({
      code: 'config',
      exitCode: 3,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it.each([
    ['EMFILE', 'ulimit'],
    ['ENFILE', 'ulimit'],
    ['ENOMEM', 'Close other programs'],
  ])('blames neither proxies nor certificates where this machine has no more to give: %s', (code, words) => {
    const { hint } = describeError(toNetworkError(withCode(code), url, { signal }));
    expect(hint).toContain(words);
    expect(hint).not.toMatch(/PROXY|CERTS/);
  });

  it('has the words of the transport where there is no code', () => {
    expect(toNetworkError(new Error('odd'), url, { signal }).message).toBe(
      'api.example.test:8443 cannot be reached (odd)',
    );
  });

  it('never shows what else is in the address', () => {
    const { message } = toNetworkError(withCode('ECONNREFUSED'), url, { signal });
    expect(message).not.toMatch(/user|pass|key|models/);
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'])(
    'says nothing of proxies and certificates for %s, unless a variable that is not read names a proxy',
    (code) => {
      const { hint } = describeError(toNetworkError(withCode(code), url, { signal }));
      expect(hint).toMatch(/^Check the connection of this machine/);
      expect(hint).not.toMatch(/PROXY|CERTS/);
    },
  );

  it('names the proxy variable where a connection is refused and another one is set', () => {
    const error = toNetworkError(withCode('ECONNREFUSED'), url, { signal, ignoredVariable: 'ALL_PROXY' });
    expect(describeError(error).hint).toMatch(/^ALL_PROXY is set, which is not read\. Set HTTPS_PROXY/);
  });

  it('names the proxy variable where nobody answers', () => {
    const error = toNetworkError(withCode('UND_ERR_CONNECT_TIMEOUT'), url, { signal });
    expect(describeError(error).hint).toContain('HTTPS_PROXY');
  });

  it('stays what it is where it has words already', () => {
    const error = new CliError('upstream', 'worded');
    expect(toNetworkError(error, url, { signal })).toBe(error);
  });
});

describe('a request that was stopped', () => {
  it('fails with the reason, whatever the transport made of it', () => {
    const reason = new CliError('interrupted', 'stopped by SIGINT');
    expect(toNetworkError(withCode('UND_ERR_ABORTED'), url, { signal: AbortSignal.abort(reason) })).toBe(
      reason,
    );
  });

  it('is interrupted where the reason is no error', () => {
    expect(
      toNetworkError(withCode('UND_ERR_ABORTED'), url, { signal: AbortSignal.abort('x') }),
    ).toMatchObject({
      code: 'interrupted',
    });
  });
});

const now = Date.parse('2026-11-10T10:00:00Z');

describe('a Retry-After header', () => {
  it.each<[header: string | string[], seconds: number]>([
    ['0', 0],
    ['2', 2],
    ['1600000', 1_600_000],
    [' 30 ', 30],
    ['1.2', 2],
    [['7', '9'], 7],
    ['Tue, 10 Nov 2026 10:01:30 GMT', 90],
    ['Tue, 10 Nov 2026 10:00:00 GMT', 0],
    ['Tue, 10 Nov 2026 09:00:00 GMT', 0],
    ['2026-11-10T10:00:10Z', 10],
    ['2026-11-10T10:00:00.100Z', 1],
  ])('of %j asks to wait %i seconds', (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });

  it.each([
    [undefined],
    [''],
    ['  '],
    ['soon'],
    ['-5'],
    ['5 minutes'],
    [[]],
    ['NaN'],
    ['abc 5'],
    ['9'.repeat(400)],
  ])('of %j says nothing', (header) => {
    expect(readRetryAfter(header, now)).toBeUndefined();
  });
});
