/** A delta without escapes among fields that are numbers, plain strings or empty: none of them holds another. */
const plainDelta =
  /^\{"type":"response\.(output_text|reasoning_summary_text|function_call_arguments)\.delta"(?:,"(?:(?:sequence_number|output_index|content_index|summary_index)":\d+|(?:delta|item_id|obfuscation)":"[^"\\]*"|logprobs":\[\]))*\}$/;

/** What is read of a delta: where it belongs, and what it says. */
export type PlainDelta = {
  type: string;
  outputIndex: number;
  summaryIndex: number | undefined;
  text: string;
};

/**
 * What is read of an event that brings a few words, which most events do: half the time of a stream would go into the ids and the padding
 * beside them. Undefined for every other event, and where the words have escapes.
 */
export function readPlainDelta(data: string): PlainDelta | undefined {
  const type = plainDelta.exec(data)?.[1];
  if (type === undefined) return undefined;
  const outputIndex = readNumber(data, '"output_index":');
  const text = readPlainText(data, '"delta":"');
  if (outputIndex === undefined || text === undefined) return undefined;
  return { type, outputIndex, summaryIndex: readNumber(data, '"summary_index":'), text };
}

function readPlainText(data: string, name: string): string | undefined {
  const found = data.indexOf(name);
  if (found === -1) return undefined;
  const start = found + name.length;
  return data.slice(start, data.indexOf('"', start));
}

function readNumber(data: string, name: string): number | undefined {
  const found = data.indexOf(name);
  if (found === -1) return undefined;
  let value = 0;
  for (let position = found + name.length; ; position += 1) {
    const digit = data.charCodeAt(position) - 48;
    if (!(digit >= 0 && digit <= 9)) return value;
    value = value * 10 + digit;
  }
}
