import {
  type AssistantTurn,
  type CallResult,
  isSummary,
  listCalls,
  type Turn,
  toPlainText,
  toPrompt,
} from '../conversation/conversation.ts';
import { findIncompleteReason } from '../copilot/check-answer.ts';
import type { Preview, ToolEvent } from '../tools/tool.ts';
import type { CallView } from './calls/call-view.ts';
import { describeCall } from './calls/describe-call.ts';
import { isLong, shownLength, shownLines } from './composer/pastes.ts';
import { shortenPrompt, type Transcript } from './transcript.ts';

/** How much of a conversation is printed again, in UTF-16 code units and turns: a few screens. */
const maxHistoryLength = 40_000;
export const maxTurns = 40;
/** A call takes a line, and a change some more. */
const callLength = 100;

/**
 * Prints the end of a branch. `isWhole` is false if the branch has turns before these. `calls` is needed if one of them has calls. With
 * `endIsTold`, the caller says how the last answer ended.
 */
export function printTurns(
  transcript: Transcript,
  turns: readonly Turn[],
  {
    isWhole,
    calls,
    endIsTold = false,
  }: { isWhole: boolean; calls?: CallView | undefined; endIsTold?: boolean | undefined },
): void {
  const branch = turns.filter((turn) => toPlainText(turn) !== '' || countCalls(turn) > 0);
  const shown = takeEnd(branch);
  if (!isWhole || shown.length < branch.length)
    transcript.notice('Earlier turns are not shown; /export writes all of them to a file.');
  for (const turn of shown) {
    if (isSummary(turn)) transcript.notice('Earlier turns, summed up:');
    else if (turn.role === 'user') printEarlierPrompt(transcript, toPrompt(turn));
    else {
      transcript.addText(toPlainText(turn));
      transcript.endAnswer();
      for (const event of listCallEvents(turn)) calls?.take(event);
      if (endIsTold && turn === turns.at(-1)) continue;
      if (turn.failure !== undefined || turn.finish === undefined)
        transcript.notice(`This answer ${describeCut(turn)}.`);
    }
  }
}

/** How an answer that is not whole ended, as the end of a sentence. A program that was killed wrote no reason. */
export function describeCut({ failure }: AssistantTurn): string {
  if (failure === undefined) return 'is incomplete';
  if (failure === 'stopped') return 'was stopped';
  return `is incomplete: ${(findIncompleteReason(failure) ?? failure).replace(/\.$/, '')}`;
}

export function hasCalls(turns: readonly Turn[]): boolean {
  return turns.some((turn) => countCalls(turn) > 0);
}

function countCalls(turn: Turn): number {
  return turn.role === 'assistant' ? listCalls(turn).length : 0;
}

/** What the calls of an answer showed when they were made. */
function listCallEvents(turn: AssistantTurn): ToolEvent[] {
  const results = new Map((turn.results ?? []).map((result) => [result.call, result]));
  return listCalls(turn).flatMap(({ name, arguments: input }, index): ToolEvent[] => {
    const result = results.get(index);
    const { summary = describeCall(name, input), parts = [], changes } = result ?? {};
    const preview = toPreview(result);
    const call = { index, name, summary };
    return [
      { type: 'tool-began', ...call, ...(preview && { preview }) },
      {
        type: 'tool-ended',
        ...call,
        state: toState(result),
        parts,
        seconds: 0,
        ...(changes && { changes }),
      },
    ];
  });
}

/** A call without a result was not made; one whose result has no parts ran when the program ended. */
function toState(result: CallResult | undefined): (ToolEvent & { type: 'tool-ended' })['state'] {
  if (!result) return 'refused';
  if (!result.parts) return 'stopped';
  return result.state ?? (result.isError ? 'failed' : 'done');
}

/** Undefined if the call changed nothing, or if a text of a changed file is not kept. */
function toPreview({ changes = [] }: Partial<CallResult> = {}): Preview | undefined {
  const files = changes.flatMap(({ path, before, after, made, isLost }) =>
    isLost || (after !== undefined && made === undefined) ? [] : { path, before, after: made },
  );
  return files.length > 0 && files.length === changes.length ? { type: 'diff', files } : undefined;
}

/** What was pasted is not known any more, so a long prompt is folded as a whole, as its pastes were when it was sent. */
function printEarlierPrompt(transcript: Transcript, prompt: string): void {
  const most = isLong(prompt) ? { lines: shownLines, length: shownLength } : undefined;
  const { shown, omitted } = shortenPrompt(prompt, most);
  transcript.printPrompt(prompt, omitted === undefined ? shown : `${shown}\n${omitted}`);
}

/** Rounds of calls do not push the words out. */
function takeEnd(branch: readonly Turn[]): readonly Turn[] {
  let length = 0;
  let said = 0;
  let first = branch.length;
  while (first > 0 && said < maxTurns) {
    const turn = branch[first - 1] as Turn;
    const text = toPlainText(turn);
    length += text.length + callLength * countCalls(turn);
    if (length > maxHistoryLength && first < branch.length) break;
    if (text !== '') said += 1;
    first -= 1;
  }
  return branch.slice(first);
}
