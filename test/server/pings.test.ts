import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/dialects/chat-request.ts';
import { startTestServer } from '../helpers/api-server.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';
import { createBody, createClients, pairs } from './streams/callers.ts';
import { parseStream } from './streams/parse.ts';

const pingMs = 30;
const silenceMs = 400;
const paths: Record<DialectName, string> = {
  'chat-completions': '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
};
const pings: Record<DialectName, string> = {
  'chat-completions': ': ping\n\n',
  responses: ': ping\n\n',
  messages: 'event: ping\ndata: {"type":"ping"}\n\n',
};

describeOverlapping('callers', () => {
  describe.each(pairs)('$caller of $model', ({ model, caller }) => {
    const body = { ...createBody(caller, model), stream: true };

    it.each([
      ['before it says that it answers', { firstDelayMs: silenceMs }],
      ['before the first word', { firstTokenDelayMs: silenceMs }],
    ])('get pings while Copilot is silent %s', async (_, delay) => {
      const server = await startTestServer({ answer: { text: 'At last.', ...delay }, server: { pingMs } });
      const text = await (await server.post(paths[caller], body)).text();
      expect(text.split(pings[caller]).length).toBeGreaterThan(4);
      expect(text.indexOf(pings[caller])).toBeLessThan(text.indexOf('last'));
      const said = await parseStream[caller](createClients(server), createBody(caller, model));
      expect(said.text).toBe('At last.');
    });

    it('get a failure in the stream once it has begun', async () => {
      const server = await startTestServer({ server: { pingMs } });
      const body402 = { error: { code: 'quota_exceeded', message: 'Nothing left.' } };
      const fault = {
        path: /^\/(chat|responses|v1)/,
        status: 402,
        body: body402,
        delayMs: silenceMs,
        times: 2,
      };
      server.simulator.faults.add(fault);
      const reply = await server.post(paths[caller], body);
      const text = await reply.text();
      expect(reply.status).toBe(200);
      expect(text.startsWith(pings[caller])).toBe(true);
      expect(text).toContain('Nothing left.');
      expect(text).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
      const parsed = parseStream[caller](createClients(server), createBody(caller, model));
      await expect(parsed).rejects.toThrow('Nothing left.');
      expect(server.records.map(({ status }) => status)).toEqual([402, 402]);
    });
  });
});
