import { describe, expect } from 'vitest';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import type { Block, MessagesRequest } from '../../../src/dialects/messages/write-messages.ts';
import { createSseDecoder } from '../../../src/sse/decoder.ts';
import { createRandom } from '../../helpers/random.ts';
import { itRepeats } from '../../helpers/sampled.ts';
import { haiku, opus, sonnet, unknown } from './models.ts';
import { createRandomReply, summarize } from './random-events.ts';
import { createPlainRequest, createWildRequest } from './random-requests.ts';

const options = { model: 'claude-sonnet-4-6', id: 'msg_own', created: 1 };

itRepeats(3000, 'requests come back from the wire as they went, without a notice', (rounds) => {
  const random = createRandom(11);
  for (let round = 0; round < rounds; round += 1) {
    const request = createPlainRequest(random);
    const { body, notices } = messages.writeRequest(request, sonnet);
    const sent: unknown = JSON.parse(JSON.stringify(body));
    expect(messages.readRequest(sent)).toMatchObject({ request, stream: true });
    expect(notices).toEqual([]);
  }
});

/** What the service demands of every body. */
function checkBody(body: MessagesRequest): void {
  const ids: string[] = [];
  for (const [index, { role, content }] of body.messages.entries()) {
    expect(role).toBe(index === 0 ? role : body.messages[index - 1]?.role === 'user' ? 'assistant' : 'user');
    expect(content.length).toBeGreaterThan(0);
    for (const block of content) if (block.type === 'text') expect(block.text.trim()).not.toBe('');
    const calls = content.flatMap((block) => (block.type === 'tool_use' ? block.id : []));
    expect(listResults(body.messages[index + 1]?.content).sort()).toEqual(calls.toSorted());
    ids.push(...calls);
  }
  for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(body.messages.at(-1)?.role).toBe('user');
  expect(JSON.stringify(body).match(/"cache_control"/g)?.length ?? 0).toBeLessThanOrEqual(4);
}

/** The ids of the results that a turn begins with. */
function listResults(content: readonly Block[] = []): string[] {
  const end = content.findIndex(({ type }) => type !== 'tool_result');
  const first = end === -1 ? content : content.slice(0, end);
  return first.flatMap((block) => (block.type === 'tool_result' ? block.tool_use_id : []));
}

for (const traits of [sonnet, opus, haiku, unknown])
  itRepeats(1000, `wild requests become bodies that ${traits.id} accepts`, (rounds) => {
    const random = createRandom(12);
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const request = { ...createWildRequest(random), model: traits.id };
      try {
        const { body } = messages.writeRequest(request, traits);
        checkBody(body as MessagesRequest);
        const again = messages.writeRequest(messages.readRequest(body).request, traits);
        expect(again.body.messages).toEqual(body.messages);
      } catch (error) {
        if (!(error instanceof DialectError)) throw error;
        expect(error.path).toBe('messages');
        refused += 1;
      }
    }
    expect(refused).toBeLessThan(rounds * 0.3);
  });

describe('replies', () => {
  itRepeats(3000, 'come back from the stream as they went, cut anywhere', (rounds) => {
    const random = createRandom(13);
    for (let round = 0; round < rounds; round += 1) {
      const events = createRandomReply(random, options.model);
      const encoder = messages.createReplyWriter(options);
      const sent = events.flatMap((event) => encoder.push(event));
      const bytes = Buffer.from(sent.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join(''));
      const lines = createSseDecoder();
      const decoder = messages.createReplyReader();
      const cut = random.integer(bytes.length);
      const received = [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))];
      const decoded = received.flatMap((message) => decoder.push(message));
      expect(summarize([...decoded, ...decoder.end()])).toEqual(summarize(events));
    }
  });

  itRepeats(500, 'count their positions up, and close each block before the next begins', (rounds) => {
    const random = createRandom(14);
    for (let round = 0; round < rounds; round += 1) {
      const encoder = messages.createReplyWriter(options);
      const sent = createRandomReply(random, options.model).flatMap((event) => encoder.push(event));
      const blocks = sent.map(({ data }) => JSON.parse(data) as { type: string; index?: number });
      let next = 0;
      let isOpen = false;
      for (const { type, index } of blocks) {
        if (!type.startsWith('content_block')) continue;
        expect({ index, isOpen }).toEqual({ index: next, isOpen: type !== 'content_block_start' });
        isOpen = type !== 'content_block_stop';
        if (!isOpen) next += 1;
      }
      expect(isOpen).toBe(false);
    }
  });

  itRepeats(2000, 'come back from a whole reply, where their arguments are whole', (rounds) => {
    const random = createRandom(15);
    for (let round = 0; round < rounds; round += 1) {
      const events = createRandomReply(random, options.model);
      if (events.at(-1)?.type === 'finish' && JSON.stringify(events.at(-1)).includes('length')) continue;
      const reply: unknown = JSON.parse(JSON.stringify(messages.writeReply(events, options)));
      const { blocks, others } = summarize(messages.readReply(reply)) as {
        blocks: object;
        others: object[];
      };
      const expected = summarize(events) as { blocks: object; others: object[] };
      expect(blocks).toEqual(expected.blocks);
      expect(others.at(-1)).toEqual(expected.others.at(-1));
    }
  });
});
