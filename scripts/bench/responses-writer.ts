import { createSeal, type Message, type StreamWriter } from './stream-writer.ts';

/** Observed ids are longer; short ones are the harder case, for they make more events of the same bytes. */
const idLength = 96;
const response = {
  id: createSeal(0, idLength),
  object: 'response',
  created_at: 1793000000,
  status: 'in_progress',
  model: 'gpt-5-mini-2025-08-07',
  output: [],
};

export function createResponsesWriter(): StreamWriter {
  const output: object[] = [];
  let sequence = 0;

  const toMessage = (type: string, fields: object): Message => ({
    event: type,
    data: JSON.stringify({ type, sequence_number: sequence++, ...fields }),
  });
  // Copilot seals ids anew for each event.
  const createId = (): string => createSeal(sequence, idLength);
  const place = (fields: object = {}): object => ({
    item_id: createId(),
    output_index: output.length,
    ...fields,
  });

  function writeDeltas(type: string, deltas: string[], fields: object = {}): Message[] {
    return deltas.map((delta) =>
      toMessage(type, { ...place(fields), delta, obfuscation: createSeal(sequence, 8) }),
    );
  }

  function writeItem(opening: object, content: () => Message[], closing: object): Message[] {
    const written = [
      toMessage('response.output_item.added', {
        output_index: output.length,
        item: { id: createId(), ...opening },
      }),
      ...content(),
      toMessage('response.output_item.done', {
        output_index: output.length,
        item: { id: createId(), ...closing },
      }),
    ];
    output.push(closing);
    return written;
  }

  function think(deltas: string[]): Message[] {
    const text = deltas.join('');
    const part = { summary_index: 0 };
    const opening = { type: 'reasoning', summary: [], encrypted_content: createSeal(sequence, 800) };
    return writeItem(
      opening,
      () => [
        toMessage('response.reasoning_summary_part.added', {
          ...place(part),
          part: { type: 'summary_text', text: '' },
        }),
        ...writeDeltas('response.reasoning_summary_text.delta', deltas, part),
        toMessage('response.reasoning_summary_text.done', { ...place(part), text }),
        toMessage('response.reasoning_summary_part.done', {
          ...place(part),
          part: { type: 'summary_text', text },
        }),
      ],
      { ...opening, summary: [{ type: 'summary_text', text }] },
    );
  }

  function say(deltas: string[]): Message[] {
    const toPart = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
    const part = { content_index: 0 };
    const whole = toPart(deltas.join(''));
    const opening = { type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    return writeItem(
      opening,
      () => [
        toMessage('response.content_part.added', { ...place(part), part: toPart('') }),
        ...writeDeltas('response.output_text.delta', deltas, { ...part, logprobs: [] }),
        toMessage('response.output_text.done', { ...place(part), text: whole.text, logprobs: [] }),
        toMessage('response.content_part.done', { ...place(part), part: whole }),
      ],
      { ...opening, status: 'completed', content: [whole] },
    );
  }

  function call(deltas: string[]): Message[] {
    const item = { type: 'function_call', call_id: `call_${output.length}`, name: 'read_file' };
    const text = deltas.join('');
    return writeItem(
      { ...item, status: 'in_progress', arguments: '' },
      () => [
        ...writeDeltas('response.function_call_arguments.delta', deltas),
        toMessage('response.function_call_arguments.done', { ...place(), arguments: text }),
      ],
      { ...item, status: 'completed', arguments: text },
    );
  }

  return {
    begin: () => [
      toMessage('response.created', { response }),
      toMessage('response.in_progress', { response }),
    ],
    think,
    say,
    call,
    end: () => [
      toMessage('response.completed', {
        response: {
          ...response,
          status: 'completed',
          output,
          usage: {
            input_tokens: 10,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: 300_000,
            output_tokens_details: { reasoning_tokens: 30_000 },
            total_tokens: 300_010,
          },
        },
        copilot_usage: { total_nano_aiu: 11_600_000, token_details: [] },
      }),
    ],
  };
}
