import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import type { UserMessage } from '../dialects/chat-request.ts';
import { isObject, parseJson } from '../json-value.ts';
import type { PromptText } from '../prompt-text.ts';

/** The version of a journal's layout. A journal with a newer one is refused. */
export const journalVersion = 1;

/** One line of a journal. An answer is written as it comes: its beginning, its pieces, its end. */
export type JournalRecord =
  | {
      type: 'conversation';
      version: number;
      id: string;
      at: string;
      name?: string;
      copiedFrom?: string;
      /** It began as one prompt of a script or a shell, which nobody meant to go on with. */
      oneShot?: true;
    }
  | UserRecord
  | { type: 'assistant'; id: string; parent: string; at: string; model: string; copyOf?: string }
  | { type: 'text'; turn: string; text: string }
  | { type: 'reasoning'; turn: string; index: number; text: string; opaque?: string; redacted?: boolean }
  | { type: 'call'; turn: string; index: number; id?: string; name?: string; arguments: string }
  | { type: 'end'; turn: string; at: string; finish?: FinishReason; usage?: Usage; failure?: string }
  | { type: 'head'; to: string | null; at: string }
  | { type: 'name'; name: string; at: string }
  | { type: 'pin'; prompt: string; pinned: boolean; at: string }
  /** Somebody goes on with what was a one-shot. */
  | { type: 'chat' };

export type UserRecord = {
  type: 'user';
  id: string;
  parent: string | null;
  at: string;
  parts: StoredPart[];
  typed?: PromptText['typed'];
  system?: string;
  copyOf?: string;
  compactedFrom?: string;
};

/** Images and documents lie in files of their own, named for what they hold. */
export type StoredPart =
  | Extract<UserMessage['parts'][number], { type: 'text' }>
  | { type: 'image'; mediaType: string; file: string }
  | { type: 'document'; mediaType: string; file: string; title?: string };

/** Undefined where the line is no record: it was torn, or somebody else wrote it. */
export function parseRecord(line: string): JournalRecord | undefined {
  const value = parseJson(line);
  return isObject(value) && isRecord(value) ? (value as unknown as JournalRecord) : undefined;
}

/** Whether a line is whole, and of a kind that a newer version of this program may know: nothing is wrong with the journal then. */
export function isForeignRecord(line: string): boolean {
  const value = parseJson(line);
  return isObject(value) && typeof value.type === 'string' && !Object.hasOwn(required, value.type);
}

export function formatRecord(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The fields without which a record says nothing. */
const required: Record<JournalRecord['type'], Record<string, 'string' | 'number' | 'object' | 'boolean'>> = {
  conversation: { version: 'number', id: 'string', at: 'string' },
  user: { id: 'string', at: 'string', parts: 'object' },
  assistant: { id: 'string', parent: 'string', at: 'string', model: 'string' },
  text: { turn: 'string', text: 'string' },
  reasoning: { turn: 'string', index: 'number', text: 'string' },
  call: { turn: 'string', index: 'number', arguments: 'string' },
  end: { turn: 'string', at: 'string' },
  head: { at: 'string' },
  name: { name: 'string', at: 'string' },
  pin: { prompt: 'string', pinned: 'boolean', at: 'string' },
  chat: {},
};

const requiredFields = new Map(
  Object.entries(required).map(([type, fields]) => [type, Object.entries(fields)]),
);

/** Long conversations have hundreds of thousands of records. */
function isRecord(value: Record<string, unknown>): boolean {
  const fields = requiredFields.get(String(value.type));
  if (!fields) return false;
  for (const [name, type] of fields) if (typeof value[name] !== type || value[name] === null) return false;
  return true;
}
