import { describe, expect, it } from 'vitest';
import { planRecovery } from '../../src/copilot/recovery.ts';
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
const draft = (messages: Message[]): ChatRequest => ({ model: 'm', messages });
const toMessages = (request: ChatRequest | undefined) => request?.messages.map(({ parts }) => parts);

describe('a refused request', () => {
  it.each([
    ['input item ID does not belong to this connection'],
    ['The encrypted content for item rs_1 could not be verified. Reason: …'],
    ['Function call is missing a thought_signature'],
    ['messages.1.content.0: Invalid `signature` in `thinking` block'],
  ])('goes without its thinking: %s', (message) => {
    const revision = planRecovery(refuse(message), draft([user(text), thought, user(text)]));
    expect(toMessages(revision?.request)).toEqual([[text], [text], [text]]);
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
    expect(toMessages(first?.request)).toEqual([[left, text], [text, image], [image], [image, image]]);
    expect(first?.notice).toMatch(/older images/);
    const second = planRecovery(refusal, first?.request ?? asked);
    expect(toMessages(second?.request)).toEqual([[left, text], [text, left], [left], [image, image]]);
    expect(planRecovery(refusal, second?.request ?? asked)).toBeUndefined();
  });

  it.each([[[user(text)]], [[user(text), user(text, image)]]])(
    'is final where it was too large without such',
    (messages) => {
      expect(planRecovery(refuse('Request Entity Too Large', 413), draft(messages))).toBeUndefined();
    },
  );

  it('is final where nothing can be taken away', () => {
    expect(planRecovery(refuse('The requested model is not supported.'), draft([thought]))).toBeUndefined();
    expect(planRecovery(new Error('a bug'), draft([thought]))).toBeUndefined();
  });
});
