import { describe, expect, it } from 'vitest';
import { createSummaryRequest } from '../../src/chat/summary-request.ts';
import type { AssistantTurn, UserTurn } from '../../src/conversation/conversation.ts';
import type { Model } from '../../src/copilot/model.ts';

const prompt: UserTurn = {
  id: 'a',
  parent: undefined,
  at: '2026-11-28T12:00:00Z',
  role: 'user',
  parts: [{ type: 'text', text: 'what does it say?' }],
};

const called: AssistantTurn = {
  id: 'b',
  parent: 'a',
  at: '2026-11-28T12:00:01Z',
  role: 'assistant',
  model: 'm',
  parts: [{ type: 'tool-call', id: 'call_a', name: 'view', arguments: '{}' }],
  finish: 'tool-calls',
  results: [
    {
      call: 0,
      parts: [
        { type: 'text', text: `begin ${'word '.repeat(50_000)} end` },
        { type: 'image', source: { mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
    },
  ],
};

describe('the request for a summary', () => {
  it('has the results of calls, cut in the middle if the window is too small for them', () => {
    const { messages } = createSummaryRequest([{ prompt, turns: [prompt, called] }], {
      model: { id: 'm', promptTokens: 10_000 } as Model,
      system: undefined,
      focus: '',
      counter: { count: (text: string) => Math.ceil(text.length / 4) } as never,
    });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    const result = JSON.stringify(messages[2]);
    expect(result).toMatch(/begin word .* characters …\].* end/);
    expect(result).toContain('[image]');
    expect(result.length).toBeLessThan(40_000);
  });
});
