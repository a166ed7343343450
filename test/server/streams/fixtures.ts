import type { Answer } from '../../simulator/answer/answer.ts';

/** What is easily broken: line endings, quotes, characters of two to four bytes, and what looks like the end of a stream. */
const text = 'Grüße, "漢字"\n\ndata: [DONE]\r\n🎉 \\ \u2028 {"object":"x"} ';
const calls = [
  { id: 'call_1', name: 'read', arguments: '{"path":"ä/🎉.ts","lines":[1,2]}' },
  { id: 'call_2', name: 'list', arguments: '{}' },
];
const seal = Buffer.from('a seal that stays the same for the length of a test').toString('base64');
const thinking = { reasoning: 'Let me ünderstand this. 漢', reasoningOpaque: seal };
const usage = { inputTokens: 40, cachedInputTokens: 10, outputTokens: 9 };

/** The answers of which streams are made, by what is special about them. */
export const answers: Record<string, Answer> = {
  text: { text, usage },
  pieces: { text: [...text], usage },
  length: { text, finish: 'length', usage },
  thinking: { text, ...thinking, usage },
  calls: { toolCalls: calls, usage },
  'calls without arguments': { toolCalls: [{ id: 'call_1', name: 'list', arguments: [] }], usage },
  everything: {
    text: [text],
    ...thinking,
    reasoning: [thinking.reasoning],
    toolCalls: calls.map((call) => ({ ...call, arguments: [call.arguments] })),
    usage,
    annotations: { IPCodeCitations: [] },
  },
  'an end mark where none belongs': { text, usage, done: true },
};

const styles = ['openai', 'claude', 'gemini'] as const;
const placements = ['finish', 'separate'] as const;

/** The habits of the backends behind the first dialect, one with the other. */
export const chatAnswers: Record<string, Answer> = {
  ...Object.fromEntries(
    styles.flatMap((style) =>
      placements.flatMap((usagePlacement) =>
        Object.entries(answers).map(([name, answer]) => [
          `${name}, as ${style} has it, usage ${usagePlacement}`,
          { ...answer, style, usagePlacement },
        ]),
      ),
    ),
  ),
  'thinking last': { text, ...thinking, reasoningLast: true, usage },
  'thinking in summary': { text, reasoning: 'Hm.', reasoningField: 'cot_summary', usage, style: 'openai' },
  'no end mark': { text, done: false, usage, style: 'openai' },
};
