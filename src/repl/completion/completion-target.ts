import { findOpenMentions } from '../../attachments/find-mentions.ts';
import { type Draft, replaceRange } from '../composer/draft.ts';
import { markMentions, readMarks, readOtherMarks } from '../composer/pasted-marks.ts';
import { nameWords } from '../slash/slash-command.ts';
import type { Candidate } from '../state.ts';

/** The text before the cursor that can be completed. A candidate replaces the range from `start` to `end`. */
export type CompletionTarget =
  /** The name of a command, without its slash. */
  | { type: 'command'; start: number; end: number; query: string }
  /** The last word behind the name of a command. */
  | {
      type: 'parameter';
      command: string;
      words: readonly string[];
      start: number;
      end: number;
      query: string;
    }
  /** A path behind an `@`. The range includes the `@`. */
  | { type: 'path'; isQuoted: boolean; start: number; end: number; query: string };

type TargetOptions = {
  /** Whether everything behind the command is one parameter, including spaces. */
  takesPhrase: (command: string) => boolean;
  /** Whether the name of a file or of a resource begins so. Without it, a word of several mentions may always be one name. */
  isNameBegun?: (path: string) => boolean;
};

/** The longest path. Text further back need not be searched. */
const maxLength = 4096;

const commandName = /^\/([\p{L}\p{N}_.:-]*)$/u;
const parameter = new RegExp(String.raw`^\/(${nameWords})[ \t]+([^\n]*)$`, 'iu');
/** The cursor must stand at the end of a word. */
const wordEnd = /^(?:$|[\s)\]}"'`,;:!?])/;

/** Undefined if nothing can be completed. `cursor` is in UTF-16 code units. */
export function findTarget(
  text: string,
  cursor: number,
  options: TargetOptions,
): CompletionTarget | undefined {
  if (!wordEnd.test(readMarks(text.charAt(cursor)))) return undefined;
  return findPathTarget(text, cursor, options) ?? findCommandTarget(text, cursor, options);
}

function findPathTarget(
  text: string,
  cursor: number,
  { isNameBegun = () => true }: TargetOptions,
): CompletionTarget | undefined {
  const before = text.slice(Math.max(0, cursor - maxLength), cursor);
  const [whole, last] = findOpenMentions(readOtherMarks(before));
  if (!whole) return undefined;
  const isLast = last !== undefined && last.path !== whole.path && !isNameBegun(readMarks(whole.path));
  const { isQuoted, path } = isLast ? last : whole;
  const query = readMarks(path);
  const start = cursor - query.length - (isQuoted ? 2 : 1);
  return { type: 'path', isQuoted, start, end: cursor + (isQuoted && text[cursor] === '"' ? 1 : 0), query };
}

function findCommandTarget(
  text: string,
  cursor: number,
  { takesPhrase }: TargetOptions,
): CompletionTarget | undefined {
  if (text[0] !== '/' || cursor === 0 || cursor > maxLength) return undefined;
  const before = readMarks(text.slice(0, cursor));
  const name = commandName.exec(before)?.[1];
  if (name !== undefined) return { type: 'command', start: 1, end: cursor, query: name };
  const [, command = '', rest] = parameter.exec(before) ?? [];
  if (rest === undefined) return undefined;
  const words = takesPhrase(command) ? [rest] : rest.split(/\s+/);
  const query = words.at(-1) ?? '';
  return { type: 'parameter', command, words, start: cursor - query.length, end: cursor, query };
}

/** The draft with a candidate in place of the target, and the cursor behind it. */
export function acceptCandidate(draft: Draft, target: CompletionTarget, candidate: Candidate): Draft {
  const { ending = '' } = candidate;
  const quoted = quoteFor(target, candidate.text);
  const isClosed = quoted.startsWith('@"') && !candidate.text.endsWith('/');
  const text = isClosed ? `${quoted}"` : quoted;
  const isFollowed = /^\s/.test(draft.text.slice(target.end, target.end + 1));
  return replaceRange(draft, {
    start: target.start,
    end: target.end,
    text: isFollowed ? text : text + ending,
  });
}

/** The draft with the beginning that all candidates share in place of the target. */
export function acceptPrefix(draft: Draft, target: CompletionTarget, prefix: string): Draft {
  return replaceRange(draft, { start: target.start, end: target.end, text: quoteFor(target, prefix) });
}

/** A path with spaces needs quotes. They stay open, because the path may continue. */
function quoteFor(target: CompletionTarget, text: string): string {
  const marked = markMentions(text);
  if (target.type !== 'path') return marked;
  return target.isQuoted || /\s/.test(text) ? `@"${marked}` : `@${marked}`;
}

/** Whether a prompt can mention the path. Quotes cannot be quoted, and open quotes before a space are text. */
export function canMention(path: string): boolean {
  return !path.includes('\n') && !/^["\s]/.test(path) && !(path.includes('"') && /\s/.test(path));
}
