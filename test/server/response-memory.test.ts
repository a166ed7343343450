import { describe, expect, it } from 'vitest';
import { createResponseMemory } from '../../src/server/answers/response-memory.ts';

const hour = 3_600_000;
const toBody = (value: Record<string, unknown>) => ({ value, bytes: Buffer.from(JSON.stringify(value)) });
const message = (id: string, text: string) => ({
  type: 'message',
  id,
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});

function start() {
  let time = 0;
  const memory = createResponseMemory(() => time);
  const keep = (id: string, output: object[], input: unknown = 'hi', caller = 'ann') =>
    memory.record(caller, toBody({ input }))?.keep({ id, output });
  const expand = (value: Record<string, unknown>, caller = 'ann') =>
    memory.expand(caller, toBody(value)).value;
  return { memory, keep, expand, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('the memory of responses', () => {
  it('leaves a body that refers to nothing as it is', () => {
    const body = toBody({ input: [{ role: 'user', content: 'hi' }], previous_response_id: null });
    expect(start().memory.expand('ann', body)).toBe(body);
  });

  it('puts items in their places', () => {
    const { keep, expand } = start();
    keep('r1', [message('m1', 'one')]);
    keep('r2', [message('m2', 'two')]);
    const input = [{ type: 'item_reference', id: 'm2' }, { role: 'user', content: 'x' }, { id: 'm1' }];
    expect(expand({ input })).toEqual({
      input: [message('m2', 'two'), { role: 'user', content: 'x' }, message('m1', 'one')],
    });
  });

  it('continues a conversation, and writes bytes that say the same', () => {
    const { memory, keep } = start();
    keep('r1', [message('m1', 'one')], 'first');
    const body = memory.expand('ann', toBody({ model: 'x', input: 'second', previous_response_id: 'r1' }));
    expect(body.value).toEqual({
      model: 'x',
      input: [
        { type: 'message', role: 'user', content: 'first' },
        message('m1', 'one'),
        { type: 'message', role: 'user', content: 'second' },
      ],
    });
    expect(JSON.parse(Buffer.from(body.bytes).toString())).toEqual(body.value);
  });

  it('leaves out thinking without its seal and calls that were cut', () => {
    const { keep, expand } = start();
    keep('r1', [
      { type: 'reasoning', id: 'a', summary: [] },
      { type: 'reasoning', id: 'b', summary: [], encrypted_content: 'sealed' },
      { type: 'function_call', id: 'c', arguments: '{"half' },
      { type: 'function_call', id: 'd', arguments: '{}' },
    ]);
    const input = ['a', 'b', 'c', 'd'].map((id) => ({ type: 'item_reference', id }));
    expect(expand({ input }).input).toMatchObject([{ id: 'b' }, { id: 'd' }]);
  });

  it('forgets after an hour without use, and not before', () => {
    const { keep, expand, pass } = start();
    keep('r1', [message('m1', 'one')]);
    const input = [{ type: 'item_reference', id: 'm1' }];
    for (let time = 0; time < 3; time += 1) {
      pass(hour - 1);
      expect(expand({ input }).input).toHaveLength(1);
    }
    pass(hour + 1);
    expect(() => expand({ input })).toThrow('m1');
  });

  it('forgets what was not used for longest once it is full', () => {
    const { memory, keep, expand } = start();
    const long = 'x'.repeat(10 * 2 ** 20);
    for (const index of [0, 1, 2, 3]) keep(`r${index}`, [message(`m${index}`, long)]);
    expand({ input: [{ type: 'item_reference', id: 'm0' }] });
    for (const index of [4, 5, 6]) keep(`r${index}`, [message(`m${index}`, long)]);
    const known = [0, 1, 2, 3, 4, 5, 6].filter((index) => memory.find('ann', `r${index}`));
    expect(known).toContain(0);
    expect(known).not.toContain(1);
    expect(known).toContain(6);
    expect(() => expand({ input: [{ type: 'item_reference', id: 'm1' }] })).toThrow('m1');
  });

  it('keeps callers apart', () => {
    const { memory, keep, expand } = start();
    keep('r1', [message('m1', 'of ann')], 'hi', 'ann');
    keep('r1', [message('m1', 'of bob')], 'hi', 'bob');
    const input = [{ type: 'item_reference', id: 'm1' }];
    expect(expand({ input }, 'bob').input).toMatchObject([{ content: [{ text: 'of bob' }] }]);
    expect(() => expand({ input }, 'eve')).toThrow('m1');
    expect(memory.find('eve', 'r1')).toBeUndefined();
  });

  it('does not keep a stream that is too long, or one that has not begun', () => {
    const { memory } = start();
    const endless = memory.record('ann', toBody({ input: 'hi' }));
    endless?.push('event: response.created\ndata: {"type":"response.created","response":{"id":"r1"}}\n\n');
    for (let count = 0; count < 20; count += 1) endless?.push('x'.repeat(2 ** 20));
    endless?.end();
    expect(memory.find('ann', 'r1')).toBeUndefined();
    memory.record('ann', toBody({ input: 'hi' }))?.end();
  });

  const frame = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const begun = [
    frame('response.created', { response: { id: 'r1', status: 'in_progress', error: null, output: [] } }),
    frame('response.output_item.added', { output_index: 0, item: { ...message('m1', ''), content: [] } }),
    frame('response.output_text.delta', { output_index: 0, delta: 'Half' }),
  ];

  it('keeps of a stream that failed its error and the words that came', () => {
    const { memory } = start();
    const recorder = memory.record('ann', toBody({ input: 'hi' }));
    const error = { code: 'server_error', message: 'boom' };
    const response = { id: 'r1', status: 'failed', error, output: [] };
    for (const piece of [...begun, frame('response.failed', { response })]) recorder?.push(piece);
    recorder?.end();
    expect(memory.find('ann', 'r1')).toMatchObject({
      status: 'failed',
      error,
      output: [{ id: 'm1', status: 'incomplete', content: [{ text: 'Half' }] }],
    });
  });

  it('keeps a stream that its caller left as incomplete', () => {
    const { memory } = start();
    const recorder = memory.record('ann', toBody({ input: 'hi' }));
    for (const piece of begun) recorder?.push(piece);
    recorder?.end();
    expect(memory.find('ann', 'r1')).toMatchObject({
      status: 'incomplete',
      output: [{ content: [{ text: 'Half' }] }],
    });
  });
});
