import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { DialectName } from '../../../src/dialects/chat-request.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { createRandom } from '../../helpers/random.ts';
import type { Answer } from '../../simulator/answer/answer.ts';
import type { Transport } from '../../simulator/transport.ts';
import { answers, chatAnswers } from './fixtures.ts';
import { createOffline, parseStream, type Said } from './parse.ts';
import { cutAtRandom, cutEvery, decode, passThrough, recordStream, translate } from './record.ts';

const dialects = [chatCompletions, responses, messages];
const upstreams: { model: string; dialect: Dialect; made: Record<string, Answer> }[] = [
  { model: 'gpt-5-mini', dialect: chatCompletions, made: chatAnswers },
  { model: 'gpt-5.3-codex', dialect: responses, made: answers },
  { model: 'claude-sonnet-4.6', dialect: messages, made: answers },
];
const transports: Record<string, Transport> = {
  plain: {},
  'with CRLF and comments': { crlf: true, comments: true },
};

const rows = upstreams.flatMap(({ model, dialect, made }) =>
  Object.entries(made).flatMap(([name, answer]) =>
    Object.entries(transports).map(([travel, transport]) => ({
      model,
      dialect,
      name,
      answer,
      travel,
      transport,
    })),
  ),
);

const body: Record<DialectName, Record<string, unknown>> = {
  'chat-completions': { model: 'm', messages: [] },
  responses: { model: 'm', input: 'hi' },
  messages: { model: 'm', max_tokens: 1, messages: [] },
};

/** What the fixture says, in the words of a dialect. */
function expectSaid(said: Said, answer: Answer, dialect: DialectName): void {
  const ends = {
    'chat-completions': ['stop', 'length', 'tool_calls'],
    responses: ['completed', 'max_output_tokens', 'completed'],
    messages: ['end_turn', 'max_tokens', 'tool_use'],
  };
  const which = answer.finish === 'length' ? 1 : answer.toolCalls ? 2 : 0;
  expect(said).toMatchObject({
    text: [...(answer.text ?? '')].join(''),
    thinking: [...(answer.reasoning ?? '')].join(''),
    stop: ends[dialect][which],
    outputTokens: 9,
    calls: (answer.toolCalls ?? []).map(({ id, name, arguments: text }) => ({
      id,
      name,
      input: JSON.parse([...text].join('') || '{}'),
    })),
  });
  // Gemini seals its thinking behind its words. A block of its own there would hide them from Claude Code, and nobody needs the seal.
  const isLate = dialect === 'messages' && answer.style === 'gemini' && !answer.toolCalls;
  if (answer.reasoningOpaque) expect(said.seal).toBe(isLate ? '' : answer.reasoningOpaque);
}

/** Behind the end of an answer it means nothing, and comes along or not. */
function withoutMark(stream: string): string {
  return stream.replace(/(?:: keep-alive\s*)?(?:data: \[DONE\]\s*)?$/, '').trimEnd();
}

/** What the packages do not read: arguments that are no JSON, and thinking by its oldest name. */
const skipped = /^calls without arguments, as openai|^thinking in summary/;

/** With each, there is a packet that ends at every byte: alone on its line, or one of several. */
const everySize = [1, 7, 67];

describe.each(rows)(
  'a stream of $model, $name, $travel',
  ({ model, dialect, name, answer, travel, transport }) => {
    // Line endings and comments end in the one decoder of events, so that one answer of each dialect shows them each day.
    const isDaily = travel === 'plain' || name === Object.keys(chatAnswers)[0];
    it(
      'is the same in small pieces, and the packages read the answer from it',
      isDaily ? {} : { tags: 'deep' },
      () => expectSame({ sizes: [5], seeds: 1 }),
    );

    it('is the same wherever it is cut, and the packages read the answer from it', { tags: 'deep' }, () =>
      expectSame({ sizes: everySize, seeds: 10 }),
    );

    async function expectSame({ sizes, seeds }: { sizes: number[]; seeds: number }): Promise<void> {
      const bytes = await recordStream({ dialect, model }, answer, transport);
      const events = await decode([bytes], dialect);
      const passed = await passThrough([bytes], dialect);
      const expected = JSON.stringify(events);

      async function check(packets: Buffer[], place: string): Promise<void> {
        if (JSON.stringify(await decode(packets, dialect)) !== expected)
          expect.fail(`decoded otherwise when cut at ${place}`);
        const got = await passThrough(packets, dialect);
        if (withoutMark(got) !== withoutMark(passed)) expect(got, `cut at ${place}`).toBe(passed);
      }

      for (const size of sizes)
        for (let first = 1; first <= size; first += 1)
          await check(cutEvery(bytes, size, first), `each ${size} bytes from ${first}`);
      for (let seed = 0; seed < seeds; seed += 1)
        await check(cutAtRandom(bytes, createRandom(seed)), `random places of the seed ${seed}`);

      for (const caller of dialects) {
        const said = await parseStream[caller.name](
          createOffline(translate(events, caller)),
          body[caller.name],
        );
        expectSaid(said, answer, caller.name);
      }
      // In OpenAI's first dialect, nobody is passed on but OpenAI's own models.
      if ((answer.style ?? 'openai') === 'openai' && !skipped.test(name))
        expectSaid(
          await parseStream[dialect.name](createOffline(passed), body[dialect.name]),
          answer,
          dialect.name,
        );
    }
  },
);
