export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a record, or an empty one: request bodies are read field by field, never trusted. */
export function toRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

export function toArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function toRecords(value: unknown): JsonRecord[] {
  return toArray(value).map(toRecord);
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
