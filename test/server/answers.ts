import type { AnswerRecord } from '../../src/server/services.ts';

/** An answer that came as it should. */
export function createAnswer(answer: Partial<AnswerRecord> = {}): AnswerRecord {
  return {
    at: Date.parse('2026-07-01T12:00:00Z'),
    id: 'req_1',
    caller: 'ann',
    session: undefined,
    client: undefined,
    folder: undefined,
    dialect: 'messages',
    endpoint: '/v1/messages',
    model: 'claude-sonnet-5',
    initiator: 'user',
    stream: true,
    status: 200,
    failure: undefined,
    usage: {
      inputTokens: 100,
      cachedInputTokens: 40,
      cacheWriteTokens: undefined,
      outputTokens: 20,
      reasoningTokens: 5,
      credits: 0.5,
    },
    firstByteMs: 120.4,
    milliseconds: 800.6,
    ...answer,
  };
}
