import { describe, expect, it } from 'vitest';
import { createUsageLog } from '../../../src/server/usage/usage-log.ts';
import { createUsageRoutes } from '../../../src/server/usage/usage-routes.ts';
import { createFolder } from '../../helpers/folder.ts';
import { onTestEnd } from '../../helpers/overlapping.ts';
import { createAnswer } from '../answers.ts';
import { serveRoutes } from '../serve-routes.ts';

const start = Date.parse('2026-07-01T12:00:00Z');
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

async function createRoutes() {
  const log = createUsageLog({ folder: createFolder(), now: () => start, onNotice: () => {} });
  onTestEnd(() => log.close());
  return { log, ask: await serveRoutes(createUsageRoutes(log), { now: () => start + 3_600_000 }) };
}

describe('GET /usage/summary', () => {
  it('has the sums, also of nothing', async () => {
    const { ask } = await createRoutes();
    expect((await ask('GET', '/usage/summary')).json).toMatchObject({
      totalSessions: 0,
      totalRequests: 0,
      totalTokens: 0,
      averageTokensPerRequest: 0,
      firstRequestTime: null,
      models: [],
      quota: null,
    });
  });
});

describe('GET /usage/details', () => {
  it('has each session, the latest first', async () => {
    const { log, ask } = await createRoutes();
    log.record(createAnswer({ session: 'old' }));
    log.record(createAnswer({ session: 'new', at: start + 1000 }));
    log.record(createAnswer({ session: 'new', at: start + 91_000 }));
    expect((await ask('GET', '/usage/details')).json).toMatchObject([
      {
        sessionId: 'new',
        startTime: '2026-07-01T12:00:01.000Z',
        lastRequestTime: '2026-07-01T12:01:31.000Z',
        requestCount: 2,
        tokenCount: 240,
        duration: 90,
        credits: 1,
      },
      { sessionId: 'old', requestCount: 1, tokenCount: 120, duration: 0 },
    ]);
  });
});

describe('POST /usage/reset', () => {
  it('forgets a session by a beginning of its id', async () => {
    const { log, ask } = await createRoutes();
    for (const session of ['abc-1', 'abd-2', 'x/y z']) log.record(createAnswer({ session }));
    const reply = await ask('POST', '/usage/reset/abc');
    expect(reply.json).toEqual({ success: true, message: 'The usage of session abc-1 was reset.' });
    expect((await ask('POST', `/usage/reset/${encodeURIComponent('x/y z')}`)).status).toBe(200);
    expect((await ask('GET', '/usage/details')).json).toMatchObject([{ sessionId: 'abd-2' }]);
    expect((await ask('GET', '/usage/summary')).json).toMatchObject({ totalRequests: 1 });
  });

  it('knows no session that is not there, and none of two', async () => {
    const { log, ask } = await createRoutes();
    for (const session of ['abc-1', 'abc-12', 'abd']) log.record(createAnswer({ session }));
    expect(await ask('POST', '/usage/reset/nobody')).toMatchObject({
      status: 404,
      json: { error: { code: 'session_not_found', message: expect.stringContaining('"nobody"') } },
    });
    expect(await ask('POST', '/usage/reset/abc')).toMatchObject({
      status: 409,
      json: { error: { code: 'session_ambiguous' } },
    });
    expect((await ask('POST', '/usage/reset/abc-1')).status).toBe(200);
  });

  it('forgets everything', async () => {
    const { log, ask } = await createRoutes();
    log.record(createAnswer());
    expect((await ask('POST', '/usage/reset-all')).json).toMatchObject({ success: true });
    expect((await ask('GET', '/usage/summary')).json).toMatchObject({ totalSessions: 0, totalRequests: 0 });
  });
});

describe('GET /usage', () => {
  it.each([undefined, '*/*', 'application/json', 'text/html;q=0.5, application/json', 'text/html;q=0'])(
    'is the summary for whoever accepts %s',
    async (accept) => {
      const { ask } = await createRoutes();
      const reply = await ask('GET', '/usage', accept === undefined ? {} : { accept });
      expect(reply.json).toMatchObject({ totalRequests: 0 });
    },
  );

  it('is a page for a browser, with numbers, bars and sessions', async () => {
    const { log, ask } = await createRoutes();
    log.record(
      createAnswer({ session: 'mine', usage: { ...createAnswer().usage, inputTokens: 12_345 } as never }),
    );
    log.record(createAnswer({ model: 'gpt-5.2', failure: 'upstream' }));
    log.recordQuota({
      kind: 'chat',
      entitlement: 300,
      percentRemaining: 87.5,
      overageUsed: undefined,
      overagePermitted: false,
      resetsAt: '2026-08-01T00:00:00Z',
    });
    const { headers, text } = await ask('GET', '/usage', browser);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('<b>claude-sonnet-5</b> <span>1 request, 12,365 tokens, 0.5 credits</span>');
    expect(text).toContain('<b>gpt-5.2</b> <span>1 request, 1 failed, 120 tokens, 0.5 credits</span>');
    expect(text).toContain('<p>263 of 300 chat messages left (87.5 %), renewed on 2026-08-01');
    expect(text).toContain('<small>2 by you, 0 by agents, 1 failed</small>');
    expect(text).toContain('<td>mine</td>');
    expect(text).toContain('1 hour ago');
    expect(text.match(/<g><title>/g)).toHaveLength(24);
    expect(text).toContain('<title>12:00 UTC: 2 requests, 1 failed, 12,485 tokens, 1 credit</title>');
  });

  it('shows premium requests and no credits for an account that counts those', async () => {
    const { log, ask } = await createRoutes();
    const usage = { ...createAnswer().usage, credits: undefined, premiumRequests: 0.33 };
    log.record(createAnswer({ session: 'mine', usage: usage as never }));
    log.record(createAnswer({ session: 'mine', usage: usage as never }));
    const { text } = await ask('GET', '/usage', browser);
    expect(text).toContain('<div><dt>Premium requests</dt><dd>~0.66<');
    expect(text).toContain('<span>2 requests, 240 tokens, ~0.66 premium requests</span>');
    expect(text).not.toMatch(/credit/i);
    expect((await ask('GET', '/usage/summary')).json).toMatchObject({ credits: 0, premiumRequests: 0.66 });
  });

  it('names a session by its client and its folder, and counts who began its requests', async () => {
    const { log, ask } = await createRoutes();
    const session = { session: 'mine', client: 'claude-cli', folder: 'shop' };
    log.record(createAnswer(session));
    for (const _ of [1, 2, 3])
      log.record(createAnswer({ ...session, initiator: 'agent', folder: undefined }));
    const { text } = await ask('GET', '/usage', browser);
    expect(text).toMatch(
      /<td>claude-cli in <b>shop<\/b><small>mine<\/small><\/td><td><time[^>]*>1 hour ago<\/time><\/td><td>1<\/td><td>3<\/td>/,
    );
    expect((await ask('GET', '/usage/details')).json).toMatchObject([
      { sessionId: 'mine', client: 'claude-cli', folder: 'shop', personRequests: 1, agentRequests: 3 },
    ]);
    expect((await ask('GET', '/usage/summary')).json).toMatchObject({ personRequests: 1, agentRequests: 3 });
  });

  it('runs and loads nothing but itself, and says so to the browser', async () => {
    const { ask } = await createRoutes();
    const { headers, text } = await ask('GET', '/usage', browser);
    const policy = headers.get('content-security-policy') ?? '';
    const nonce = /^default-src 'none'; style-src 'nonce-([\w-]{24})';/.exec(policy)?.[1];
    expect(policy).toContain(`script-src 'nonce-${nonce}'; connect-src 'self';`);
    expect(text).toContain(`<style nonce="${nonce}">`);
    expect(text.match(/<script[^>]*>/g)).toEqual([`<script nonce="${nonce}" type="module">`]);
    expect(text).not.toMatch(/<link|<img|<iframe|\bstyle=|\bon\w+=|url\(|@import|https?:/i);
    const again = await ask('GET', '/usage', browser);
    expect(again.headers.get('content-security-policy')).not.toBe(policy);
  });

  it('shows what clients say as text', async () => {
    const { log, ask } = await createRoutes();
    const evil = `"><script>alert('1')</script>\u001b[31m`;
    log.record(createAnswer({ session: evil, model: evil }));
    const { text } = await ask('GET', '/usage', browser);
    expect(text).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;[31m');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toContain('\u001b');
  });
});
