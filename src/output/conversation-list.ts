import type { FoundTurn } from '../conversation/store.ts';
import type { Summary } from '../conversation/summaries.ts';
import { paint } from '../terminal/colour.ts';
import type { Output } from '../terminal/io.ts';
import { toOneLine } from '../terminal-text.ts';
import { formatAge } from './age.ts';
import { writeTable } from './table.ts';

/** `now` is in milliseconds. */
export function writeConversationTable(output: Output, summaries: Summary[], now: number): Promise<void> {
  return writeTable(
    output,
    [
      { title: 'ID', read: ({ id }) => id },
      { title: 'TITLE', read: ({ title }) => title, isFlexible: true },
      { title: 'TURNS', read: ({ turns }) => String(turns), align: 'right' },
      { title: 'MODEL', read: ({ model }) => model ?? '' },
      {
        title: 'UPDATED',
        read: ({ updatedAt }) => (output.isTerminal ? formatAge(updatedAt, now) : updatedAt),
      },
      { title: 'KIND', read: toKind },
    ],
    summaries,
  );
}

/** Chats are gone on with by `--continue` and offered by `--resume`; one-shots are not. */
function toKind({ isOneShot }: Summary): 'chat' | 'one-shot' {
  return isOneShot ? 'one-shot' : 'chat';
}

/** On a terminal two lines a turn, the match in bold; on a pipe one, tab-separated. */
export function writeFoundTurns(output: Output, found: FoundTurn[], now: number): Promise<void> {
  if (output.isTerminal) return output.write(found.map((one) => describeFound(output, one, now)).join('\n'));
  return writeTable(
    output,
    [
      { title: 'ID', read: ({ summary }) => summary.id },
      { title: 'ROLE', read: ({ turn }) => turn.role },
      { title: 'TIME', read: ({ turn }) => turn.at },
      { title: 'TEXT', read: ({ snippet: { before, match, after } }) => before + match + after },
    ],
    found,
  );
}

function describeFound(output: Output, { summary, turn, snippet }: FoundTurn, now: number): string {
  const speaker = turn.role === 'user' ? 'you' : turn.model;
  const place = [summary.id, summary.title, speaker, formatAge(turn.at, now)].map(toOneLine);
  // Each piece by itself, and its blanks at the ends kept.
  const [before, match, after] = [snippet.before, snippet.match, snippet.after].map(toPiece);
  return `${paint(output, 'dim', place.filter(Boolean).join(', '))}\n${before}${paint(output, 'bold', match ?? '')}${after}\n`;
}

function toPiece(text: string): string {
  const line = toOneLine(text);
  return `${/^\s/.test(text) ? ' ' : ''}${line}${/\s$/.test(text) ? ' ' : ''}`;
}

/** One of `sessions list --json`. */
export function toSummaryJson(summary: Summary): Record<string, unknown> {
  const { id, name, title, createdAt, updatedAt, turns, model, credits } = summary;
  return {
    id,
    name: name ?? null,
    title,
    created_at: createdAt,
    updated_at: updatedAt,
    turns,
    model: model ?? null,
    credits: credits ?? null,
    kind: toKind(summary),
  };
}

/** One of `sessions search --json`. */
export function toFoundJson({ summary, turn, snippet }: FoundTurn): Record<string, unknown> {
  const { id, name, title } = summary;
  return {
    conversation: { id, name: name ?? null, title },
    turn: { id: turn.id, role: turn.role, at: turn.at },
    snippet,
  };
}
