import { describe, expect, it } from 'vitest';
import { type Draft, planRecovery, withoutField } from '../../src/copilot/recovery.ts';
import type { ChatRequest, ImagePart, Message } from '../../src/dialects/chat-request.ts';
import { UpstreamError } from '../../src/errors.ts';

const text = { type: 'text', text: 'Look' } as const;
const image: ImagePart = { type: 'image', source: { mediaType: 'image/png', data: 'AA' } };
const left = { type: 'text', text: '[an image that was left out]' };
const user = (...parts: (typeof text | ImagePart)[]): Message => ({ role: 'user', parts });
const thought: Message = {
  role: 'assistant',
  parts: [{ type: 'reasoning', text: 'Hm', opaque: 'AA' }, text],
};

const refuse = (message: string, status = 400): UpstreamError =>
  new UpstreamError('upstream', message, { details: { status } });
const draft = (messages: Message[], withoutFields: string[] = []): Draft => ({
  request: { model: 'm', messages },
  withoutFields,
});
const toMessages = (request: ChatRequest | undefined) => request?.messages.map(({ parts }) => parts);

describe('a refused request', () => {
  it.each([
    ['input item ID does not belong to this connection'],
    ['The encrypted content for item rs_1 could not be verified. Reason: …'],
    ['Function call is missing a thought_signature'],
    ['messages.1.content.0: Invalid `signature` in `thinking` block'],
  ])('goes without its thinking: %s', (message) => {
    const revision = planRecovery(refuse(message), draft([user(text), thought, user(text)]));
    expect(toMessages(revision?.draft.request)).toEqual([[text], [text], [text]]);
    expect(revision?.notice).toMatch(/thinking of earlier turns/);
    expect(planRecovery(refuse(message), draft([user(text)]))).toBeUndefined();
  });

  it('goes without older images where it was too large, and at last with the latest alone', () => {
    const shown = (...parts: (typeof text | ImagePart)[]): Message => ({
      role: 'tool',
      callId: 'a',
      parts,
      isError: false,
    });
    const refusal = refuse('Request Entity Too Large', 413);
    const asked = draft([user(image, text), user(text, image), shown(image), shown(image, image)]);
    const first = planRecovery(refusal, asked);
    expect(toMessages(first?.draft.request)).toEqual([[left, text], [text, image], [image], [image, image]]);
    expect(first?.notice).toMatch(/older images/);
    const second = planRecovery(refusal, first?.draft ?? asked);
    expect(toMessages(second?.draft.request)).toEqual([[left, text], [text, left], [left], [image, image]]);
    expect(planRecovery(refusal, second?.draft ?? asked)).toBeUndefined();
  });

  it.each([[[user(text)]], [[user(text), user(text, image)]]])(
    'is final where it was too large without such',
    (messages) => {
      expect(planRecovery(refuse('Request Entity Too Large', 413), draft(messages))).toBeUndefined();
    },
  );

  it('goes without the fields that it must not have', () => {
    const message =
      'context_management: Extra inputs are not permitted, tools.0.custom.eager: Extra inputs are not permitted';
    const revision = planRecovery(refuse(message), draft([]));
    expect(revision).toEqual({
      draft: draft([], ['context_management', 'tools.0.custom.eager']),
      notice: 'Left out, because Copilot does not take it now: context_management, tools.0.custom.eager.',
    });
    expect(planRecovery(refuse(message), revision?.draft ?? draft([]))).toBeUndefined();
  });

  it('is given up where there is no end of such fields', () => {
    const fields = Array.from({ length: 8 }, (_, index) => `field_${index}`);
    expect(
      planRecovery(refuse('another: Extra inputs are not permitted'), draft([], fields)),
    ).toBeUndefined();
  });

  it('is final where nothing can be taken away', () => {
    expect(planRecovery(refuse('The requested model is not supported.'), draft([thought]))).toBeUndefined();
    expect(planRecovery(new Error('a bug'), draft([thought]))).toBeUndefined();
  });
});

describe('a body without a field', () => {
  const body = {
    context_management: {},
    system: [{ text: 'a', cache_control: { type: 'ephemeral', scope: 'org' } }],
    tools: [{ name: 'a', defer: true }, { name: 'b', defer: true }, 'odd'],
  };

  it.each<[path: string, expected: object]>([
    ['context_management', { system: body.system, tools: body.tools }],
    [
      'system.0.cache_control.ephemeral.scope',
      { ...body, system: [{ text: 'a', cache_control: { type: 'ephemeral' } }] },
    ],
    ['tools.0.custom.defer', { ...body, tools: [{ name: 'a' }, { name: 'b' }, 'odd'] }],
    ['nowhere.at.all', body],
    ['tools.0', body],
    ['', body],
  ])('%s', (path, expected) => {
    const before = JSON.stringify(body);
    expect(withoutField(body, path)).toEqual(expected);
    expect(JSON.stringify(body)).toBe(before);
  });
});
