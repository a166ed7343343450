// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/dialects/chat-request.ts';
import { createTestClient, says, type TestClient } from '../helpers/client.ts';

const dialects = ['gpt-5-mini', 'claude-haiku-4.5', 'gemini-3.5-flash'];
const thinking = { reasoning: { summary: 'auto' as const } };

const refusal = (message: string) => ({
  status: 400,
  body: { error: { message, code: 'invalid_request_body' } },
});
const listNotices = ({ notices }: TestClient): string => notices.join(' ');
const toBodyText = (client: TestClient, index: number): string => JSON.stringify(client.readBody(index));

/** A conversation with gpt-5.3-codex that has thought once. */
async function begin(): Promise<{ client: TestClient; history: Message[]; seal: string }> {
  const client = await createTestClient({ answer: { reasoning: 'Hm.', text: 'Yes.' } });
  const { message, reasoning } = await client.ask('gpt-5.3-codex', {
    messages: [says('Is it?')],
    ...thinking,
  });
  const history = [says('Is it?'), message, says('Sure?')];
  return { client, history, seal: reasoning[0]?.opaque ?? 'no seal came' };
}

describe('the conversation so far', () => {
  it('failure 13: a conversation goes on over another connection, without the ids of the first', async () => {
    const { client, history } = await begin();
    client.simulator.state.connection = 'another';
    expect((await client.ask('gpt-5.3-codex', { messages: history, ...thinking })).text).toBe('Yes.');
    expect(client.modelCalls()).toHaveLength(2);
    expect(client.readBody(1).input).toHaveLength(4);
    expect(client.readBody(1).input).not.toContainEqual(expect.objectContaining({ id: expect.anything() }));
  });

  it.each([
    ['13', 'input item ID does not belong to this connection'],
    [
      '14',
      'The encrypted content for item rs_1 could not be verified. Reason: Encrypted content item_id did not match.',
    ],
  ])(
    'failure %s: thinking that Copilot no longer takes is left out, with one more try: %s',
    async (_, message) => {
      const { client, history, seal } = await begin();
      client.simulator.faults.add({ path: '/responses', ...refusal(message) });
      expect((await client.ask('gpt-5.3-codex', { messages: history, ...thinking })).text).toBe('Yes.');
      expect(client.modelCalls()).toHaveLength(3);
      expect(toBodyText(client, 1)).toContain(seal);
      expect(toBodyText(client, 2)).not.toContain(seal);
      expect(listNotices(client)).toContain('thinking of earlier turns');
    },
  );

  it('failure 14: thinking goes back word for word to the model that thought it, and not to another', async () => {
    const { client, history, seal } = await begin();
    await client.ask('gpt-5.3-codex', { messages: history, ...thinking });
    expect(client.readBody(1)).toMatchObject({
      input: expect.arrayContaining([
        expect.objectContaining({ type: 'reasoning', encrypted_content: seal }),
      ]),
    });
    await client.ask('gpt-5.4-mini', { messages: history, ...thinking });
    expect(toBodyText(client, 2)).not.toContain(seal);
    expect(client.modelCalls()).toHaveLength(3);
  });

  it('failure 18: a field that a backend does not know is left out, with one more try and a notice', async () => {
    const client = await createTestClient({ claudeBackend: 'vertex' });
    const { text } = await client.ask('claude-haiku-4.5', {
      messages: [says('hi')],
      extras: { dialect: 'messages', fields: { context_management: { edits: [] } } },
    });
    expect(text).toBe('You said: hi');
    expect(client.modelCalls().map(({ body }) => 'context_management' in (body as object))).toEqual([
      true,
      false,
    ]);
    expect(listNotices(client)).toContain('context_management');
  });

  it.each([
    ['system.0.cache_control.ephemeral.ttl', '"ttl":"1h"'],
    ['tools.0.custom.strict', '"strict":true'],
  ])(
    'failure 18: a field inside others is left out by its path, which names what the body does not: %s',
    async (path, field) => {
      const client = await createTestClient();
      const message = `${path}: Extra inputs are not permitted`;
      client.simulator.faults.add({
        path: '/v1/messages',
        status: 400,
        body: { type: 'error', error: { type: 'invalid_request_error', message }, request_id: 'req_vrtx_1' },
      });
      const { text } = await client.ask('claude-sonnet-4.6', {
        messages: [
          { role: 'system', parts: [{ type: 'text', text: 'Be brief.', cache: { ttl: '1h' } }] },
          says('hi'),
        ],
        tools: [{ name: 'read', parameters: { type: 'object', properties: {} }, strict: true }],
      });
      expect(text).toBe('You said: hi');
      expect(toBodyText(client, 0)).toContain(field);
      expect(toBodyText(client, 1)).not.toContain(field);
      expect(toBodyText(client, 1)).toContain('Be brief.');
      expect(client.modelCalls()).toHaveLength(2);
      expect(listNotices(client)).toContain(path.split('.').at(-1));
    },
  );

  it('failure 18: a field that is refused again is an error', async () => {
    const client = await createTestClient();
    client.simulator.faults.add({
      path: '/v1/messages',
      ...refusal('metadata: Extra inputs are not permitted'),
      times: 9,
    });
    await expect(
      client.ask('claude-haiku-4.5', { messages: [says('hi')], user: 'somebody' }),
    ).rejects.toMatchObject({ code: 'upstream' });
    expect(client.modelCalls()).toHaveLength(2);
  });

  it.each(dialects)(
    'failure 19: half pairs of a turn that was stopped are mended, and said: %s',
    async (model) => {
      const client = await createTestClient({ checkSignatures: false });
      const { text } = await client.ask(model, {
        messages: [
          says('Read both'),
          {
            role: 'assistant',
            parts: [
              { type: 'tool-call', id: 'call_a', name: 'read', arguments: '{}' },
              { type: 'tool-call', id: 'call_b', name: 'read', arguments: '{}' },
            ],
          },
          { role: 'tool', callId: 'call_a', parts: [{ type: 'text', text: 'It says hi' }], isError: false },
          {
            role: 'tool',
            callId: 'call_lost',
            parts: [{ type: 'text', text: 'Nobody asked' }],
            isError: false,
          },
          says('Go on'),
        ],
        tools: [{ name: 'read', parameters: { type: 'object', properties: {} } }],
      });
      expect(text).toBe('You said: Go on');
      expect(client.modelCalls()).toHaveLength(1);
      expect(toBodyText(client, 0)).toMatch(/It says hi.*The result of this call is not known/);
      expect(toBodyText(client, 0)).not.toContain('Nobody asked');
      expect(listNotices(client)).toMatch(/Results of tools that nothing called are left out/);
      expect(listNotices(client)).toMatch(/Tool calls without a result were given one/);
    },
  );
});
