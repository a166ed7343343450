import { toOneLine } from '../../terminal-text.ts';
import { isPartAllowedBy } from './match.ts';
import { formatRule, type Rule } from './rule.ts';
import type { ShellPart } from './shell-command.ts';

/** Each is judged with all words in front of it. */
const mostWords = 100;
/** In characters. The whole command is shown in any case. */
const longestWord = 60;

/** Which word of a command is the first that a rule for its beginning does not mean. Undefined if no rule is for its beginning. */
export function describeUncoveredWord(part: ShellPart, rules: readonly Rule[]): string | undefined {
  for (const rule of rules) {
    if (rule.kind !== 'shell' || !rule.command?.isPrefix) continue;
    const covers = (count: number): boolean =>
      isPartAllowedBy(rule, { ...part, words: part.words.slice(0, count) });
    const most = Math.min(part.words.length, mostWords);
    let count = rule.command.words.length;
    while (count < most && !covers(count)) count += 1;
    const start = count;
    while (count <= most && covers(count)) count += 1;
    const word = part.words[count - 1];
    if (count === start || count > most || word === undefined) continue;
    const shown = word.length > longestWord ? `${word.slice(0, longestWord)}…` : word;
    return `your rule \`${formatRule(rule)}\` does not cover \`${toOneLine(shown)}\``;
  }
  return undefined;
}
