import { describe, expect, it } from 'vitest';
import { toChatCompletionsRequest } from '../../../src/dialects/chat-completions/request.ts';

describe('the body of a chat-completions request', () => {
  it('holds the model, the messages in their order, and nothing that a model may refuse', () => {
    const body = toChatCompletionsRequest({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'Hi' },
        { role: 'assistant', text: 'Hello' },
        { role: 'user', text: 'Bye\n' },
      ],
    });
    expect(body).toEqual({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'Bye\n' },
      ],
      stream: true,
    });
  });
});
