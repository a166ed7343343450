import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';
import { ask } from './attacks/ask.ts';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const apiKey = 'the-key-of-the-server';

describe('a person with a browser gets a page', () => {
  it('that tells of the key, and is asked for it', async () => {
    const server = await startTestServer({ server: { apiKey } });
    const { status, headers, text } = await ask(`${server.url}/usage`, { headers: browser });
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toContain('Basic');
    expect(headers['content-type']).toContain('text/html');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text).toContain('This server needs its key');
    expect(text).toContain('<a href="/usage">Try again</a>');
    const credentials = Buffer.from(`anybody:${apiKey}`).toString('base64');
    const entered = await ask(`${server.url}/usage`, {
      headers: { ...browser, authorization: `Basic ${credentials}` },
    });
    expect([entered.status, entered.text.includes('Usage of copilot-cli')]).toEqual([200, true]);
  });

  it('for a link on another site, with a link that opens what was meant', async () => {
    const server = await startTestServer();
    const followed = await ask(`${server.url}/usage`, {
      headers: { ...browser, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    });
    expect(followed.status).toBe(403);
    expect(followed.text).toContain('<a href="/usage">open it</a>');
    const opened = await ask(`${server.url}/usage`, {
      headers: { ...browser, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' },
    });
    expect([opened.status, opened.text.includes('Usage of copilot-cli')]).toEqual([200, true]);
  });

  it.each([
    ['a path that does not exist', '/nowhere', 404],
    ['a path that only takes a POST', '/v1/responses', 405],
    ['a model that does not exist', '/v1/models/gpt-9000', 404],
    ['markup in a path', '/%3Cscript%3Ealert(1)%3C/script%3E"><script>', 404],
    ['markup in the query of a link from elsewhere', '/usage?"><script>alert(1)</script>', 403],
    ['a path that looks like another host', '//evil.example/usage', 404],
  ])('for %s', async (_, path, status) => {
    const server = await startTestServer();
    const site = status === 403 ? { 'sec-fetch-site': 'cross-site' } : {};
    const reply = await ask(server.url + path, { headers: { ...browser, ...site } });
    expect([reply.status, reply.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(reply.text).not.toMatch(/<script|href="(?!\/(?!\/))/);
  });
});

describe('a program gets JSON', () => {
  it.each([
    ['that names no type', {}],
    ['that takes anything', { accept: '*/*' }],
    ['that prefers JSON to pages', { accept: 'application/json, text/html;q=0.5' }],
  ])('%s', async (_, headers) => {
    const server = await startTestServer({ server: { apiKey } });
    const reply = await ask(`${server.url}/usage`, { headers });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text).error.code).toBe('invalid_api_key');
  });

  it('for a POST, whatever it accepts', async () => {
    const server = await startTestServer();
    const reply = await ask(`${server.url}/v1/responses`, { method: 'POST', headers: browser, body: 'x' });
    expect(JSON.parse(reply.text).error.message).toContain('not JSON');
  });
});
