import { type Turn, toPlainText, toPrompt } from '../conversation/conversation.ts';
import { isLong, shownLength, shownLines } from './composer/pastes.ts';
import { shortenPrompt, type Transcript } from './transcript.ts';

/** How much of a conversation is printed again, in UTF-16 code units and turns: a few screens. */
const maxHistoryLength = 40_000;
export const maxTurns = 40;

/** Prints the end of a branch. `isWhole` is false if the branch has turns before these. */
export function printTurns(
  transcript: Transcript,
  turns: readonly Turn[],
  { isWhole }: { isWhole: boolean },
): void {
  const branch = turns.filter((turn) => toPlainText(turn) !== '');
  const shown = takeEnd(branch);
  if (!isWhole || shown.length < branch.length)
    transcript.notice('Earlier turns are not shown; /export writes all of them to a file.');
  for (const turn of shown) {
    if (turn.role === 'user') printEarlierPrompt(transcript, toPrompt(turn));
    else {
      transcript.addText(toPlainText(turn));
      transcript.endAnswer();
      if (turn.failure !== undefined) transcript.notice(`This answer was cut off: ${turn.failure}`);
      // A program that was killed wrote no end.
      else if (turn.finish === undefined) transcript.notice('This answer was cut off.');
    }
  }
}

/** What was pasted is not known any more, so a long prompt is folded as a whole, as its pastes were when it was sent. */
function printEarlierPrompt(transcript: Transcript, prompt: string): void {
  const most = isLong(prompt) ? { lines: shownLines, length: shownLength } : undefined;
  const { shown, omitted } = shortenPrompt(prompt, most);
  transcript.printPrompt(prompt, omitted === undefined ? shown : `${shown}\n${omitted}`);
}

function takeEnd(branch: readonly Turn[]): readonly Turn[] {
  let length = 0;
  let first = branch.length;
  while (first > 0 && branch.length - first < maxTurns) {
    length += toPlainText(branch[first - 1] as Turn).length;
    if (length > maxHistoryLength && first < branch.length) break;
    first -= 1;
  }
  return branch.slice(first);
}
