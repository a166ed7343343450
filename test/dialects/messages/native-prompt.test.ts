import { expect, it } from 'vitest';
import { messages as dialect } from '../../../src/dialects/messages/dialect.ts';
import { sonnet } from './models.ts';

type Fields = Record<string, unknown>;

const text = (words: string) => ({ type: 'text', text: words });
const reminder = (words: string) => text(`<system-reminder>\n${words}\n</system-reminder>`);
const asked = { role: 'user', content: 'Hi' };
const mark = { cache_control: { type: 'ephemeral' } };
const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'read', input: {} }] };
const result = { type: 'tool_result', tool_use_id: 'a', content: [text('ok')] };
const answer = { role: 'assistant', content: [text('Yes')] };
const late = (content: unknown) => ({ role: 'system', content });

const toNative = (body: Fields): Fields =>
  dialect.native.toBody(dialect.prepareRequest(body, []))?.body as Fields;

const toTranslated = (body: Fields): Fields =>
  dialect.writeRequest(
    dialect.readRequest(dialect.prepareRequest(JSON.parse(JSON.stringify(body)), []).body).request,
    sonnet,
  ).body as Fields;

const toBlocks = (content: unknown): unknown => (typeof content === 'string' ? [text(content)] : content);

/** A plain text is the same as one block. */
const toComparable = ({ system, messages, tools }: Fields): unknown =>
  JSON.parse(
    JSON.stringify({
      system: toBlocks(system),
      messages: (messages as Fields[]).map(({ role, content }) => ({ role, content: toBlocks(content) })),
      tools: (tools as Fields[] | undefined)?.map(({ cache_control }) => cache_control),
    }),
  );

const tool = (name: string, fields: Fields = {}) => ({
  name,
  input_schema: { type: 'object', properties: {} },
  ...fields,
});

it.each<[what: string, body: Fields]>([
  ['no system message', { messages: [asked] }],
  ['a system message at the end', { messages: [asked, late('Noon.')] }],
  ['a marked one', { messages: [asked, late([{ ...text('Noon.'), ...mark }])] }],
  ['one in the middle', { messages: [asked, late('Noon.'), answer, asked] }],
  ['one before the next question', { messages: [asked, answer, late('Noon.'), asked] }],
  ['one behind a result', { messages: [asked, use, { role: 'user', content: [result] }, late('Noon.')] }],
  [
    'one between a call and its result',
    { messages: [asked, use, late('Noon.'), { role: 'user', content: [result] }] },
  ],
  ['two in a row', { messages: [asked, late('Noon.'), late([text('One.'), text('Two.')])] }],
  ['a blank one', { messages: [asked, late(' ')] }],
  ['one at the start', { system: 'Be brief.', messages: [late('Noon.'), asked] }],
  ['one at the start and none in the field', { messages: [late([{ ...text('Noon.'), ...mark }]), asked] }],
  [
    'the line of Claude Code about itself',
    { system: [text('x-anthropic-billing-header: cch=1'), text('Be brief.')], messages: [asked] },
  ],
  ['nothing but that line', { system: [text('x-anthropic-billing-header: cch=1')], messages: [asked] }],
  ['a mark on a whole message', { messages: [{ ...asked, ...mark }] }],
  ['a mark on a whole message before a system message', { messages: [{ ...asked, ...mark }, late('Noon.')] }],
  ['a mark on a whole system message', { messages: [asked, { ...late('Noon.'), ...mark }] }],
  ['a mark on the whole request', { ...mark, messages: [asked, answer, asked] }],
  [
    'a mark on the whole request that ends with a system message',
    { ...mark, messages: [asked, late('Noon.')] },
  ],
  ['a mark on a whole result', { messages: [asked, use, { role: 'user', content: [result], ...mark }] }],
  [
    'six marks',
    {
      tools: [tool('read', mark), tool('write', mark)],
      system: [{ ...text('Be brief.'), ...mark }],
      messages: [
        {
          role: 'user',
          content: [
            { ...text('a'), ...mark },
            { ...text('b'), ...mark },
          ],
        },
        late([{ ...text('c'), ...mark }]),
      ],
    },
  ],
])('a prompt with %s reaches Claude in the same form natively and translated', (_, body) => {
  const whole = { model: sonnet.id, max_tokens: 100, ...body };
  const native = toNative(whole);
  expect(toComparable(native)).toEqual(toComparable(toTranslated(whole)));
  expect(JSON.stringify(native)).not.toMatch(/"role":"system"|billing/);
  expect(JSON.stringify(native).split('cache_control').length - 1).toBeLessThanOrEqual(4);
});

it('a late system message stands where it was said, with its mark', () => {
  const { messages } = toNative({ messages: [asked, late([{ ...text('Noon.'), ...mark }]), answer, asked] });
  expect(messages).toEqual([
    { role: 'user', content: [text('Hi'), { ...reminder('Noon.'), ...mark }] },
    answer,
    asked,
  ]);
});

it('a body without any of this stays the same object, so that its bytes go on', () => {
  const body = { stream: true, system: [text('Be brief.')], messages: [asked, answer, asked] };
  expect(toNative(body)).toBe(body);
});

it("the caller's own body is left as it is", () => {
  const marked = Array.from({ length: 6 }, (_, index) => ({ ...text(`${index}`), ...mark }));
  const body = { messages: [{ role: 'user', content: marked }, late('Noon.')] };
  const before = JSON.stringify(body);
  toNative(body);
  expect(JSON.stringify(body)).toBe(before);
});

it('a mark on the whole request goes to the end of its messages, without a notice', () => {
  const prepared = dialect.prepareRequest({ ...mark, messages: [asked, answer, asked] }, []);
  expect(prepared.notices).toEqual([]);
  expect(dialect.native.toBody(prepared)?.body.messages).toEqual([
    asked,
    answer,
    { role: 'user', content: [{ ...text('Hi'), ...mark }] },
  ]);
});
