import { createSeal, type Message, type StreamWriter } from './stream-writer.ts';

export function createMessagesWriter(): StreamWriter {
  let index = -1;

  function writeBlock(content_block: object, deltas: object[]): Message[] {
    index += 1;
    return [
      toMessage('content_block_start', { index, content_block }),
      ...deltas.map((delta) => toMessage('content_block_delta', { index, delta })),
      toMessage('content_block_stop', { index }),
    ];
  }

  return {
    begin: () => [toMessage('message_start', { message: createOpening() }), toMessage('ping', {})],
    think: (deltas) =>
      writeBlock({ type: 'thinking', thinking: '', signature: '' }, [
        ...deltas.map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: createSeal(index, 800) },
      ]),
    say: (deltas) =>
      writeBlock(
        { type: 'text', text: '' },
        deltas.map((text) => ({ type: 'text_delta', text })),
      ),
    call: (deltas) =>
      writeBlock(
        { type: 'tool_use', id: `toolu_bdrk_${index}`, name: 'read_file', input: {} },
        deltas.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    end: () => [
      toMessage('message_delta', {
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { input_tokens: 10, output_tokens: 300_000, cache_read_input_tokens: 0 },
        copilot_usage: { total_nano_aiu: 5_200_000, token_details: [] },
      }),
      toMessage('message_stop', { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 10 } }),
    ],
  };
}

function createOpening(): object {
  return {
    id: 'msg_bdrk_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-6',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  };
}

function toMessage(type: string, fields: object): Message {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}
