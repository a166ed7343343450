import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { decode, passThrough, recordStream } from './record.ts';

const upstreams = [
  { model: 'gpt-5-mini', dialect: chatCompletions },
  { model: 'gpt-5.3-codex', dialect: responses },
  { model: 'claude-sonnet-4.6', dialect: messages },
];
const strangers = [
  'event: of_tomorrow\ndata: {"type":"of_tomorrow","choices":[{"index":0,"delta":{}}],"object":"chat.completion.chunk"}\n\n',
  'id: 7\nretry: 10\n: a comment\n\n',
  'data: {"type":"of_tomorrow","choices":[{"index":0,"delta":{"more":[1]}}],"object":"chat.completion.chunk"}\n\n',
];

describe.each(upstreams)('a stream of $model with unknown events', ({ model, dialect }) => {
  it.each(strangers)('is passed on with it, and understood without it: %j', async (stranger) => {
    const bytes = await recordStream({ dialect, model }, { text: 'a b c d e f' });
    const text = bytes.toString('utf8');
    const known = await decode([bytes], dialect);
    const places = [...text.matchAll(/\n\n/g)].map(({ index }) => index + 2).slice(3, -3);
    expect(places.length).toBeGreaterThan(2);
    for (const place of places) {
      const mixed = Buffer.from(text.slice(0, place) + stranger + text.slice(place));
      expect(await decode([mixed], dialect)).toEqual(known);
      expect(await passThrough([mixed], dialect)).toContain(stranger);
    }
  });
});

describe('a stream of the first dialect without its end mark', () => {
  it('gets one, which strict clients wait for, and one that has it gets no other', async () => {
    for (const done of [true, false]) {
      const recorded = { dialect: chatCompletions, model: 'gpt-5-mini' };
      const bytes = await recordStream(recorded, { text: 'It says [DONE] itself', done });
      const passed = await passThrough([bytes], chatCompletions);
      expect(passed.split('data: [DONE]\n\n')).toHaveLength(2);
      expect(passed.endsWith('data: [DONE]\n\n')).toBe(true);
    }
  });
});
