import { type Turn, toPlainText, toPrompt } from '../conversation/conversation.ts';
import type { Transcript } from './transcript.ts';

/** How much of a conversation is painted again, in UTF-16 code units and turns: some screens, however long it is. */
const maxLength = 40_000;
export const maxTurns = 40;

/** Prints the end of a branch as it was when it was said. `isWhole` is false where it has earlier turns than these. */
export function printTurns(
  transcript: Transcript,
  turns: readonly Turn[],
  { isWhole }: { isWhole: boolean },
): void {
  const branch = turns.filter((turn) => toPlainText(turn) !== '');
  const shown = takeEnd(branch);
  if (!isWhole || shown.length < branch.length)
    transcript.notice('The conversation begins earlier; /export writes all of it to a file.');
  for (const turn of shown) {
    if (turn.role === 'user') transcript.printPrompt(toPrompt(turn));
    else {
      transcript.addText(toPlainText(turn));
      transcript.endAnswer();
      if (turn.failure !== undefined) transcript.notice(`This answer was cut off: ${turn.failure}`);
    }
  }
}

function takeEnd(branch: readonly Turn[]): readonly Turn[] {
  let length = 0;
  let first = branch.length;
  while (first > 0 && branch.length - first < maxTurns) {
    length += toPlainText(branch[first - 1] as Turn).length;
    if (length > maxLength && first < branch.length) break;
    first -= 1;
  }
  return branch.slice(first);
}
