import { isObject, type JsonObject } from '../../json-value.ts';
import type { ChatRequest } from '../chat-request.ts';

/** Of the fields that no other dialect has, those that Copilot takes; all others end in "Extra inputs are not permitted". */
export const acceptedExtras: ReadonlySet<string> = new Set(['context_management', 'service_tier', 'speed']);

export function writeExtras({ extras }: ChatRequest, isThinking: boolean, notices: Set<string>): JsonObject {
  if (!extras) return {};
  const isOwn = extras.dialect === 'messages';
  const entries = Object.entries(extras.fields);
  const lost = entries.filter(([name]) => !isOwn || !acceptedExtras.has(name)).map(([name]) => name);
  if (lost.length > 0) notices.add(`Left out, for Copilot does not take it with Claude: ${lost.join(', ')}.`);
  const kept = Object.fromEntries(entries.filter(([name]) => !lost.includes(name)));
  if (kept.context_management === undefined || isThinking) return kept;
  return { ...kept, context_management: withoutThinkingEdits(kept.context_management) };
}

/** To clear thinking where none is turned on is refused, and it may have been turned off here. */
function withoutThinkingEdits(management: unknown): unknown {
  if (!isObject(management) || !Array.isArray(management.edits)) return management;
  const edits = management.edits.filter(
    (edit) => !(isObject(edit) && typeof edit.type === 'string' && edit.type.startsWith('clear_thinking')),
  );
  return { ...management, edits };
}
