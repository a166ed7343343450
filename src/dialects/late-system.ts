import type { Message, SystemMessage, TextPart } from './chat-request.ts';

// Claude has one place for system messages, before all others. Claude Code and Codex send more of them in mid-conversation. Moved to the
// front, they would change the beginning of the prompt with every round, and nothing of it would come from the cache.

/** The messages with each later system message as words of the user's turn in the same place, with its cache marks. */
export function foldLateSystem(messages: readonly Message[]): Message[] {
  const start = countLeading(messages, ({ role }) => role === 'system');
  const folded: Message[] = messages.slice(0, start);
  for (const message of messages.slice(start)) {
    const last = folded.at(-1);
    if (message.role !== 'system') folded.push(message);
    else if (last?.role === 'user')
      folded.splice(-1, 1, { ...last, parts: [...last.parts, ...listReminders(message)] });
    else folded.push({ role: 'user', parts: listReminders(message) });
  }
  return folded;
}

function listReminders({ parts }: SystemMessage): TextPart[] {
  return parts
    .filter(({ text }) => /\S/.test(text))
    .map((part) => ({ ...part, text: toReminder(part.text) }));
}

/** The element in which Claude Code gives instructions in the user's turn, and which Claude knows as such. */
export function toReminder(text: string): string {
  return text.trimStart().startsWith('<system-reminder>')
    ? text
    : `<system-reminder>\n${text}\n</system-reminder>`;
}

/** How many items at the start have what is asked for. */
export function countLeading<T>(items: readonly T[], has: (item: T) => boolean): number {
  const first = items.findIndex((item) => !has(item));
  return first === -1 ? items.length : first;
}
