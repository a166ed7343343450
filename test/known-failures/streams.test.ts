// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import type { Message } from '../../src/dialects/chat-request.ts';
import { createTestClient, says } from '../helpers/client.ts';

const chatPath = '/chat/completions';
const chatModel = 'kimi-k2.7-code';
const tools = [
  { name: 'read', parameters: { type: 'object', properties: { path: { type: 'string' } } } },
  { name: 'list', parameters: { type: 'object', properties: {} } },
];
const useTools = { messages: [says('Go')], tools };

/** A stream of `/chat/completions`, word for word. */
const toStream = (...chunks: object[]) => ({
  path: chatPath,
  status: 200,
  contentType: 'text/event-stream',
  body: `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`,
});
const toChunk = (choice: object) => ({ id: 'chatcmpl-1', model: 'gpt', choices: [choice] });

describe('streams', () => {
  it('failure 12: the text of /responses whose item ids change with every event is whole, and so are thinking and calls', async () => {
    const client = await createTestClient({
      answer: {
        reasoning: ['Let me ', 'see.'],
        text: ['One ', 'two ', 'three.'],
        toolCalls: [
          { name: 'read', arguments: ['{"path":', '"a"}'] },
          { name: 'list', arguments: '{}' },
        ],
      },
    });
    const reply = await client.ask('gpt-5.3-codex', { ...useTools, reasoning: { summary: 'auto' } });
    expect(client.modelCalls()[0]?.path).toBe('/responses');
    expect(reply).toMatchObject({
      text: 'One two three.',
      reasoning: [{ text: 'Let me see.' }],
      toolCalls: [
        { name: 'read', arguments: '{"path":"a"}' },
        { name: 'list', arguments: '{}' },
      ],
      finish: 'tool-calls',
    });
  });

  it('failure 15: text and tool calls of Claude are read from all choices, streamed or whole', async () => {
    const client = await createTestClient({
      answer: { text: 'I look.', toolCalls: [{ name: 'read', arguments: '{"path":"a"}' }] },
    });
    const read = { name: 'read', arguments: '{"path":"a"}' };
    const expected = { text: 'I look.', toolCalls: [read], finish: 'tool-calls' };
    const ask = () => client.ask('claude-haiku-4.5', useTools, { preferred: 'chat-completions' });
    expect(await ask()).toMatchObject(expected);
    const body = {
      choices: [
        { finish_reason: 'stop', message: { role: 'assistant', content: 'I look.' } },
        {
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'toolu_1', type: 'function', function: read }],
          },
        },
      ],
    };
    client.simulator.faults.add({ path: chatPath, status: 200, contentType: 'application/json', body });
    expect(await ask()).toMatchObject(expected);
  });

  it('failure 16: tool calls are read that begin at index 1, without a role, without ids later on, or without arguments', async () => {
    const client = await createTestClient();
    const toDelta = (call: object) => toChunk({ delta: { tool_calls: [call] } });
    client.simulator.faults.add(
      toStream(
        toDelta({ index: 1, id: 'toolu_1', function: { name: 'read', arguments: '' } }),
        toDelta({ index: 1, function: { arguments: '{"path":' } }),
        toDelta({ index: 1, function: { arguments: '"a"}' } }),
        toDelta({ index: 3, id: 'toolu_2', function: { name: 'list', arguments: '' } }),
        toChunk({ delta: { content: null }, finish_reason: 'stop' }),
      ),
    );
    const { toolCalls, finish, message } = await client.ask(chatModel, useTools);
    expect(finish).toBe('tool-calls');
    expect(toolCalls).toMatchObject([
      { id: 'toolu_1', name: 'read', arguments: '{"path":"a"}' },
      { id: 'toolu_2', name: 'list' },
    ]);
    const results = toolCalls.map(
      ({ id }): Message => ({ role: 'tool', callId: id, parts: [], isError: false }),
    );
    await client.ask(chatModel, { ...useTools, messages: [...useTools.messages, message, ...results] });
    // No arguments at all mean an object without fields.
    expect(client.readBody(1).messages).toContainEqual(
      expect.objectContaining({
        tool_calls: [
          expect.objectContaining({ function: { name: 'read', arguments: '{"path":"a"}' } }),
          expect.objectContaining({ function: { name: 'list', arguments: '{}' } }),
        ],
      }),
    );
  });

  it('failure 17: chunks without choices say nothing, and a probe that gets none is answered with nothing', async () => {
    const client = await createTestClient();
    client.simulator.faults.add(
      toStream(
        { choices: [], created: 0, id: '', model: '', prompt_filter_results: [{ prompt_index: 0 }] },
        toChunk({ delta: { content: 'Hi' } }),
        { id: 'chatcmpl-1', copilot_usage: { total_nano_aiu: 1 } },
        toChunk({ delta: {}, finish_reason: 'stop' }),
        { id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
      ),
    );
    expect(await client.ask(chatModel, 'hi')).toMatchObject({ text: 'Hi', finish: 'stop' });
    const body = {
      id: 'chatcmpl-2',
      model: 'claude',
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    };
    client.simulator.faults.add({ path: chatPath, status: 200, contentType: 'application/json', body });
    const { model } = await client.client.chooseModel(chatModel);
    // As callers of the server get it; what a person asks is told that the answer is empty.
    const probe = client.client.askInBatches(
      { ...useTools, model: chatModel, maxOutputTokens: 1 },
      { model, signal: new AbortController().signal },
    );
    const events: ChatEvent[] = [];
    for await (const batch of probe) events.push(...batch);
    expect(events.filter(({ type }) => type.endsWith('-delta'))).toEqual([]);
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1);
  });

  it.each([
    ['gpt-5-mini', '/responses'],
    ['claude-haiku-4.5', '/v1/messages'],
    [chatModel, chatPath],
  ])(
    'failure 27: a stream of %s that ends without its end is an error, and never an answer',
    async (model, path) => {
      const client = await createTestClient({ answer: { text: ['One ', 'two'] } });
      client.simulator.faults.add({ path, transport: { cutBeforeFinish: true, omitDone: true } });
      await expect(client.ask(model, 'hi')).rejects.toMatchObject({ code: 'truncated' });
      expect(client.modelCalls()).toHaveLength(1);
    },
  );

  it('failure 27: a connection that breaks before anything was shown is tried again', async () => {
    const client = await createTestClient();
    client.simulator.faults.add({ path: chatPath, transport: { resetAfterEvents: 0 } });
    expect((await client.ask(chatModel, 'hi')).text).toBe('You said: hi');
    expect(client.waits).toHaveLength(1);
    expect(client.modelCalls()).toHaveLength(2);
  });
});
