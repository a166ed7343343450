import { createSeal, type Message, type StreamWriter } from './stream-writer.ts';

const envelope = {
  created: 1793000000,
  id: 'chatcmpl-CkZ0dGhpcyBpcyBub3QgYW4gaWQ',
  model: 'gpt-5-mini-2025-08-07',
  system_fingerprint: 'fp_c81fd1a2b4',
};

export function createChatCompletionsWriter(): StreamWriter {
  let calls = 0;
  let thoughts = 0;
  return {
    begin: () => [toMessage({ ...envelope, choices: [] }), toDelta({ content: '', role: 'assistant' })],
    think: (deltas) => [
      ...deltas.map((text) => toDelta({ content: null, reasoning_text: text })),
      toDelta({ content: '', reasoning_opaque: createSeal(thoughts++, 800) }),
    ],
    say: (deltas) => deltas.map((content) => toDelta({ content })),
    call(deltas) {
      const index = calls++;
      const head = {
        function: { arguments: '', name: 'read_file' },
        id: `call_${index}`,
        index,
        type: 'function',
      };
      return [
        toDelta({ content: null, tool_calls: [head] }),
        ...deltas.map((piece) => toDelta({ tool_calls: [{ function: { arguments: piece }, index }] })),
      ];
    },
    end: () => [
      toMessage({
        choices: [{ finish_reason: 'tool_calls', index: 0, delta: { content: null } }],
        ...envelope,
        usage: {
          completion_tokens: 300_000,
          prompt_tokens: 10,
          total_tokens: 300_010,
          prompt_tokens_details: { cached_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 30_000 },
        },
      }),
      { event: undefined, data: '[DONE]' },
    ],
  };
}

function toDelta(delta: object): Message {
  return toMessage({ choices: [{ index: 0, delta }], ...envelope });
}

function toMessage(chunk: object): Message {
  return { event: undefined, data: JSON.stringify(chunk) };
}
