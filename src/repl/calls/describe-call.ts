import { countLines, describeCount, formatSeconds } from '../../describe-count.ts';
import { isObject, parseJson } from '../../json-value.ts';
import { quoteValue, showName, toOneLine } from '../../terminal-text.ts';
import { refusedByPerson, type ToolEvent } from '../../tools/tool.ts';

export type EndedCall = Extract<ToolEvent, { type: 'tool-ended' }>;

/** A result can be megabytes long, and only its size is told. */
const longestWords = 2_000;

/** What a call does, on one line. It quotes the model. */
export function toSummary(summary: string): string {
  return toOneLine(summary.slice(0, longestWords)) || '(no name)';
}

/** The name of a call and its first value that says what is meant, such as a path. */
export function describeCall(name: string, input: string): string {
  const value = parseJson(input);
  const values = isObject(value) ? Object.values(value) : [];
  const first = values.find((one): one is string => typeof one === 'string');
  const shown = first === undefined ? [] : [name === 'bash' ? showName(first) : quoteValue(first)];
  return [quoteValue(name), ...shown].join(' ');
}

/** How a call went, in a few words: `12 lines`, `failed`. Empty if there is nothing to say. Without a result, it was not decided about. */
export function describeEnd({ state, parts, changes }: EndedCall): string {
  if (state === 'refused' && parts.length === 0) return 'not made';
  if (state !== 'done') return state;
  return changes === undefined || changes.length === 0 ? describeSize(parts) : '';
}

/** What the model is told behind the output of a command, which has not said it. */
const endOfCommand = /(?:^\(no output\))?\n\[Exit code 0\.\]$/;

function describeSize(parts: EndedCall['parts']): string {
  const images = parts.filter(({ type }) => type === 'image').length;
  const lines = countLines(readText(parts).replace(endOfCommand, '').trimEnd());
  const facts = [
    ...(lines > 0 ? [describeCount(lines, 'line')] : []),
    ...(images > 0 ? [describeCount(images, 'image')] : []),
  ];
  return facts.join(', ');
}

/** The words of a result. Those about the person who reads them here are said to them. */
export function readText(parts: EndedCall['parts']): string {
  const words = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  return words.startsWith(refusedByPerson) ? words.replace(refusedByPerson, 'You said no') : words;
}

/** Why a call did not do its work: the end of what the model was told, because a command fails there. Undefined if it did. */
export function describeFailure({ state, parts }: EndedCall): string | undefined {
  if (state !== 'failed' && state !== 'refused') return undefined;
  const lines = readText(parts).slice(-longestWords).split('\n').map(toOneLine).filter(Boolean);
  return lines.length === 0 ? undefined : lines.slice(-2).join(' · ');
}

/** Whole seconds, from one second on. Empty below. */
export function describeTime(seconds: number): string {
  return seconds < 1 ? '' : formatSeconds(seconds * 1000);
}
