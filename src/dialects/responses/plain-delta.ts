/** An event of text without escapes and of fields that are numbers, plain strings or empty: none of them holds another. */
const plainDelta =
  /^\{"type":"response\.output_text\.delta"(?:,"(?:(?:sequence_number|output_index|content_index)":\d+|(?:delta|item_id|obfuscation)":"[^"\\]*"|logprobs":\[\]))*\}$/;
const indexName = '"output_index":';
const deltaName = '"delta":"';

/**
 * What is read of an event that brings text, which most events do: half the time of a stream would go into the ids and the padding beside
 * it. Undefined for every other event, and where the text has escapes.
 */
export function readPlainDelta(data: string): { outputIndex: number; text: string } | undefined {
  if (!plainDelta.test(data)) return undefined;
  const index = data.indexOf(indexName);
  const start = data.indexOf(deltaName) + deltaName.length;
  if (index === -1 || start < deltaName.length) return undefined;
  return {
    outputIndex: readDigits(data, index + indexName.length),
    text: data.slice(start, data.indexOf('"', start)),
  };
}

function readDigits(text: string, start: number): number {
  let value = 0;
  for (let position = start; ; position += 1) {
    const digit = text.charCodeAt(position) - 48;
    if (!(digit >= 0 && digit <= 9)) return value;
    value = value * 10 + digit;
  }
}
