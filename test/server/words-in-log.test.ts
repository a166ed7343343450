import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';
import type { Fault } from '../simulator/fault.ts';
import { createBody } from './streams/callers.ts';

const modelCall = /^\/(?:chat\/completions|responses|v1\/messages)$/;
const words = 'The canary sings at dawn';

describe('the words of a prompt that the service quotes are told the caller and not the log', () => {
  it.each<[string, Omit<Fault, 'path'>]>([
    [
      'in a refusal',
      { status: 400, body: { error: { code: 'invalid_request_body', message: `Bad: ${words}` } } },
    ],
    ['in a refusal without a code', { status: 400, body: { error: { message: words } } }],
    ['in a plain text', { status: 400, body: words, contentType: 'text/plain' }],
    ['in a filter', { status: 422, body: { error: { code: 'content_filter', message: `"${words}"` } } }],
    ['in a sign-in', { status: 401, body: { error: { message: words } } }],
    ['in a limit', { status: 429, headers: { 'retry-after': '1' }, body: { error: { message: words } } }],
    ['in a gateway that fails', { status: 502, body: { error: { message: words } } }],
    ['as a code', { status: 400, body: { error: { code: words, message: 'No.' } } }],
    ['in JSON with a status of success', { status: 200, body: { error: { message: words } } }],
  ])('%s', async (_, fault) => {
    const server = await startTestServer();
    server.simulator.faults.add({ path: modelCall, times: 50, ...fault });
    for (const stream of [false, true]) {
      const reply = await server.post('/v1/responses', { ...createBody('responses', 'gpt-5.4'), stream });
      expect(reply.status).toBeGreaterThanOrEqual(400);
    }
    expect(server.logged()).toContain('request_failed');
    expect(server.logged()).not.toContain('canary');
  });

  it('in the middle of a stream', async () => {
    const server = await startTestServer({
      answer: { text: ['Hel', 'lo'] },
      transport: { errorEventAt: 3 },
    });
    await (await server.post('/v1/messages', { ...createBody('messages', 'gpt-5.4'), stream: true })).text();
    expect(server.logged()).toContain('stream_error');
    expect(server.logged()).not.toContain('Hel');
  });

  it('but our own words of a failure are in it', async () => {
    const server = await startTestServer();
    server.simulator.faults.add({ path: modelCall, status: 400, body: { error: { message: words } } });
    await server.post('/v1/responses', createBody('responses', 'gpt-5.4'));
    await server.post('/v1/responses', { model: 'gpt-9000', input: words });
    expect(server.logged()).toMatch(/Copilot refused the request/);
    expect(server.logged()).toMatch(/there is no model gpt-9000/);
    expect(server.logged()).not.toContain('canary');
  });
});
