import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

const path = '/v1/embeddings';
const model = 'text-embedding-3-small';
const one = (index: number, embedding: unknown = [0.5, 0.25]) => ({ object: 'embedding', index, embedding });

async function ask(replies: readonly unknown[], body: object = { input: ['a', 'b'] }) {
  const server = await startTestServer();
  for (const reply of replies) server.simulator.faults.add({ path: '/embeddings', body: reply });
  const answer = await server.post(path, { model, ...body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('embeddings that do not fit their inputs', () => {
  it.each([
    ['fewer than the inputs', { data: [one(0)] }, '1 embeddings for 2 inputs'],
    ['more than the inputs', { data: [one(0), one(1), one(2)] }, '3 embeddings for 2 inputs'],
    ['none', { data: [] }, '0 embeddings for 2 inputs'],
    ['no list', {}, 'no embeddings'],
    ['one twice', { data: [one(0), one(0)] }, 'two embeddings for input 0'],
    ['one of an input that nobody sent', { data: [one(0), one(7)] }, 'no embedding for input 1'],
    ['null', { data: [one(0), one(1, null)] }, 'input 1 that is not a list of numbers'],
    ['an empty list', { data: [one(0), one(1, [])] }, 'input 1 that is not a list of numbers'],
    ['nulls', { data: [one(0), one(1, [null, 1])] }, 'input 1 that is not a list of numbers'],
    ['half of base64', { data: [one(0), one(1, 'AAAA')] }, 'input 1 that is not a list of numbers'],
    ['something other than an object', { data: [one(0), 'x'] }, 'input 1 that is not a list of numbers'],
    ['a vector of another length', { data: [one(0), one(1, [1])] }, 'vectors of different lengths'],
    ['a number beyond the largest', '{"data":[{"embedding":[1e999]},{"embedding":[1]}]}', 'list of numbers'],
    ['an error', { error: { message: 'boom' } }, 'boom'],
    ['an error beside embeddings', { data: [one(0), one(1)], error: { message: 'boom' } }, 'boom'],
    ['half of the JSON', '{"data":[{"embedding":[1', 'not a JSON object'],
    ['a list', [one(0), one(1)], 'not a JSON object'],
  ])('are an error: %s', async (_, reply, says) => {
    for (const encoding_format of ['float', 'base64']) {
      const answer = await ask([reply], { input: ['a', 'b'], encoding_format });
      expect(answer).toMatchObject({
        status: 502,
        body: { error: { message: expect.stringContaining(says) } },
      });
    }
  });

  it('are an error although only the second call of a long list lacks one', async () => {
    const input = Array.from({ length: 514 }, () => 'a');
    const first = { data: input.slice(0, 512).map((_, index) => one(index)) };
    expect((await ask([first, { data: [one(0)] }], { input })).status).toBe(502);
    const longer = { data: [one(0, [1]), one(1, [1])] };
    expect((await ask([first, longer], { input })).status).toBe(502);
  });

  it('are put in the order of their inputs, whatever order they come in', async () => {
    const { body } = await ask([{ data: [one(1, [1]), one(0, [0])] }]);
    expect(body.data).toMatchObject([
      { index: 0, embedding: [0] },
      { index: 1, embedding: [1] },
    ]);
  });

  it('may lack their index, or come as base64 that nobody asked for', async () => {
    const bytes = Buffer.from(new Float32Array([0.5, 2]).buffer).toString('base64');
    const reply = { data: [{ embedding: bytes }, { embedding: [1, 3] }] };
    expect((await ask([reply])).body.data).toMatchObject([{ embedding: [0.5, 2] }, { embedding: [1, 3] }]);
    const base64 = await ask([reply], { input: ['a', 'b'], encoding_format: 'base64' });
    expect(base64.body.data).toMatchObject([{ embedding: bytes }, { embedding: expect.any(String) }]);
  });
});
