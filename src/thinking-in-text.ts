import { isVisible } from './terminal-text.ts';

/** Whether an answer begins with thinking that the service passes on as text: models of Ollama, vLLM and others mark it so. */
export function hasThinking(text: string): boolean {
  return findMarks(text) !== undefined;
}

/** What is said behind the thinking; empty if it does not end. */
export function withoutThinking(text: string): string {
  const marks = findMarks(text);
  if (!marks) return text;
  const end = text.indexOf(marks.end);
  return end === -1 ? '' : text.slice(end + marks.end.length);
}

/**
 * Whether there is nothing but thinking: any number of thoughts, the last of which may not end. The first may lack its `<think>`: some models
 * have it in their prompt.
 */
function isOnlyThinking(text: string): boolean {
  let rest = hasThinking(text) ? text : withoutPromptedThought(text);
  while (hasThinking(rest)) rest = withoutThinking(rest);
  return rest !== text && !isVisible(rest);
}

/** Of words, as much as shows what stands in front of a mark. */
const longestTail = 200;

/** The same for an answer that comes in pieces. Of one of words it keeps next to nothing: a server has hundreds under way. */
export function createThinkingCheck(): { push(piece: string): void; isOnlyThinking(): boolean } {
  let text = '';
  let kind: 'unknown' | 'thought' | 'words' = 'unknown';
  return {
    push(piece) {
      if (kind === 'words') return;
      text += piece;
      if (kind === 'thought' || text.length <= 2 * longestTail) return;
      if (hasThinking(text) || text.includes(endMark)) kind = 'thought';
      else if (allMarks.some(({ begin }) => text.includes(begin))) kind = 'words';
      text = kind === 'thought' ? text : text.slice(-longestTail);
    },
    isOnlyThinking: () => kind !== 'words' && isOnlyThinking(text),
  };
}

function withoutPromptedThought(text: string): string {
  const end = text.indexOf(endMark);
  if (end === -1) return text;
  const thought = text.slice(0, end);
  return thought.includes(beginMark) || !isThought(thought) ? text : text.slice(end + endMark.length);
}

/** False for words about the mark, such as `It ends with </think>` or `Write this: </think>`. */
function isThought(before: string): boolean {
  const words = before.trimEnd();
  if (!isVisible(words) || /[:=`'"“‘«([{<|\\]$/.test(words)) return false;
  const gap = before.slice(words.length);
  return gap === '' || gap.includes('\n') || /[.!?…。！？)\]*]$/.test(words);
}

function findMarks(text: string): (typeof allMarks)[number] | undefined {
  const start = text.trimStart();
  return allMarks.find(({ begin }) => start.startsWith(begin));
}

const beginMark = '<think>';
const endMark = '</think>';
/** What models write by themselves, and what prompts make them write. Only the first may lack its beginning. */
const allMarks = [
  { begin: beginMark, end: endMark },
  { begin: '<thinking>', end: '</thinking>' },
];
