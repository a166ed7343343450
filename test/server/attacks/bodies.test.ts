import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../helpers/api-server.ts';
import { sendRaw, toHead } from '../raw-request.ts';
import { ask } from './ask.ts';

const json = { 'content-type': 'application/json' };

describe('a body', () => {
  it('that says it has a gigabyte is refused before it comes', async () => {
    const server = await startTestServer();
    const head = toHead('POST /v1/chat/completions', { ...json, 'content-length': String(2 ** 30) });
    const { status, text } = await sendRaw(server.url, [head]);
    expect(status).toBe(413);
    expect(text).toContain('larger than');
  });

  it('without an end is refused when it is too long, and does not fill the memory', async () => {
    const server = await startTestServer({ server: { maxBodyBytes: 4 * 2 ** 20 } });
    const megabyte = Buffer.alloc(2 ** 20, 'a');
    const before = process.memoryUsage();
    function* send() {
      yield toHead('POST /v1/chat/completions', { ...json, 'transfer-encoding': 'chunked' });
      for (let count = 0; count < 1024; count += 1) {
        yield '100000\r\n';
        yield megabyte;
        yield '\r\n';
      }
    }
    const { status } = await sendRaw(server.url, send());
    const after = process.memoryUsage();
    expect(status).toBe(413);
    expect(after.rss - before.rss).toBeLessThan(200 * 2 ** 20);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"model":'],
    ['no object', '[]'],
    ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['brackets alone', '['.repeat(100_000)],
    ['a deep list', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['messages of the wrong kind', '{"model":"gpt-4.1","messages":"hi"}'],
    ['a prototype', '{"model":"gpt-4.1","__proto__":{"messages":[]}}'],
  ])('of %s is refused on each route that takes one', async (_, body) => {
    const server = await startTestServer();
    for (const path of [
      '/chat/completions',
      '/responses',
      '/messages',
      '/embeddings',
      '/messages/count_tokens',
    ]) {
      const reply = await ask(server.url + path, { method: 'POST', headers: json, body });
      // The service's own choice answers where no model is named, and /responses takes more.
      expect(reply.status, `${path} ${reply.text}`).toBeLessThan(500);
      if (!String(body).includes('gpt-4.1')) expect(reply.status, path).toBe(400);
    }
    expect((await ask(`${server.url}/healthz`)).status).toBe(200);
  });

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each([
    ['/chat/completions', 'gpt-4.1', `"messages":[{"role":"user","content":${deep}}]`],
    ['/chat/completions', 'claude-sonnet-4.6', `"messages":[{"role":"user","content":${deep}}]`],
    [
      '/chat/completions',
      'claude-sonnet-4.6',
      `"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"a":${deep}}}}]`,
    ],
    ['/chat/completions', 'gpt-4.1', `"messages":[{"role":"user","content":"hi"}],"metadata":${deep}`],
    [
      '/messages',
      'claude-sonnet-4.6',
      `"max_tokens":9,"messages":[{"role":"user","content":[{"type":"x","y":${deep}}]}]`,
    ],
    [
      '/messages',
      'gpt-5.4',
      `"max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"b","input":{"c":${deep}}}]}]`,
    ],
    ['/responses', 'gpt-5.4', `"input":[{"type":"x","y":${deep}}]`],
    [
      '/responses',
      'gpt-5.4',
      `"input":"hi","tools":[{"type":"function","name":"f","parameters":{"a":${deep}}}]`,
    ],
    [
      '/messages/count_tokens',
      'gpt-5.4',
      `"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"a":${deep}}}]`,
    ],
    [
      '/messages/count_tokens',
      'claude-sonnet-4.6',
      `"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"a":${deep}}}]`,
    ],
    ['/embeddings', 'text-embedding-3-small', `"input":${deep}`],
  ])('with a deep place in %s for %s is an error of the caller', async (path, model, rest) => {
    const server = await startTestServer();
    const body = `{"model":"${model}",${rest}}`;
    const reply = await ask(server.url + path, { method: 'POST', headers: json, body });
    expect(reply.status, reply.text.slice(0, 300)).toBeLessThan(500);
    expect(reply.text).not.toMatch(/call stack|RangeError/i);
  });
});
