const plainDelta =
  /^\{"type":"content_block_delta","index":\d+,"delta":\{"type":"text_delta","text":"([^"\\]+)"\}\}$/;

/**
 * The text of an event that brings text and nothing else, which most events do: half the time of a stream would go into objects of
 * which only this is read. Undefined for every other event, and where the text has escapes.
 */
export function readPlainDelta(data: string): string | undefined {
  return plainDelta.exec(data)?.[1];
}
