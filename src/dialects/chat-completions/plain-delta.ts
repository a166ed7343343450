const plainDelta =
  /^\{"choices":\[\{"index":0,"delta":\{"content":"([^"\\]+)"\}\}\](?:,"(?:created":\d+|(?:id|model|object|system_fingerprint)":"[^"\\]*"))*\}$/;

/**
 * The text of a chunk that brings text and nothing else, which most chunks do: half the time of a stream would go into objects of which
 * only this is read. Undefined for every other chunk, and where the text has escapes.
 */
export function readPlainDelta(data: string): string | undefined {
  return plainDelta.exec(data)?.[1];
}
