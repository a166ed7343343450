import type { ChatEvent, FinishReason } from '../../dialects/chat-event.ts';
import { describeError } from '../../errors.ts';
import { checkFinish } from '../../output/finish.ts';
import type { Dispatch } from '../state.ts';
import type { Transcript } from '../transcript.ts';
import type { Session } from './session.ts';

export type TurnOptions = {
  session: Session;
  transcript: Transcript;
  dispatch: Dispatch;
  now: () => number;
  /** Aborts when the person stops the answer, or the program ends. */
  signal: AbortSignal;
};

/** How it went: `asked` where the model was asked, whatever came of it; else nothing of the prompt was kept. */
export type TurnOutcome = { asked: boolean; answered: boolean };

/** Says a prompt, or asks again for what was said last, and shows the answer. Never throws: a failure is a line with the next step. */
export async function runTurn(prompt: string | undefined, options: TurnOptions): Promise<TurnOutcome> {
  const { session, transcript, dispatch, now, signal } = options;
  const outcome = { asked: false, answered: false };
  dispatch({ type: 'work-began', label: 'Asking', at: now() });
  try {
    if (prompt !== undefined) await session.say(prompt, signal);
    dispatch({ type: 'attachments', attachments: [] });
    outcome.asked = true;
    const events = session.ask({
      signal,
      onNotice: (sentence) => transcript.notice(sentence, 'warning'),
      onWait: ({ seconds, reason }) =>
        dispatch({ type: 'wait-began', reason, until: now() + seconds * 1000 }),
      onQuota: (quota) => dispatch({ type: 'facts', facts: { quota } }),
    });
    const finish = await showAnswer(events, options, outcome);
    if (finish === 'length') transcript.notice("The answer stops at the model's output limit.", 'warning');
    checkFinish(finish);
  } catch (error) {
    transcript.endAnswer();
    if (signal.aborted) transcript.notice('Stopped.');
    else printFailure(transcript, error);
  } finally {
    dispatch({ type: 'work-ended' });
  }
  return outcome;
}

async function showAnswer(
  events: AsyncIterable<ChatEvent>,
  { session, transcript, dispatch, now }: TurnOptions,
  outcome: TurnOutcome,
): Promise<FinishReason> {
  let firstAt: number | undefined;
  let finish: FinishReason = 'other';
  let phase = 'Asking';
  const setPhase = (label: string): void => {
    phase = label;
    dispatch({ type: 'work-label', label });
  };
  for await (const event of events) {
    switch (event.type) {
      case 'start':
        dispatch({ type: 'facts', facts: { model: session.model } });
        break;
      case 'reasoning-delta':
        firstAt ??= now();
        if (phase !== 'Thinking') setPhase('Thinking');
        transcript.addReasoning(event.text);
        break;
      case 'text-delta':
        firstAt ??= now();
        if (phase !== 'Answering') setPhase('Answering');
        outcome.answered = true;
        transcript.addText(event.text);
        break;
      case 'usage':
        dispatch({ type: 'usage', usage: event.usage, seconds: (now() - (firstAt ?? now())) / 1000 });
        break;
      case 'finish':
        finish = event.reason;
        break;
      case 'tool-call-delta':
        break;
      default:
        event satisfies never;
    }
  }
  transcript.endAnswer();
  return finish;
}

/** One line: what went wrong, and what to do next. */
export function printFailure(transcript: Transcript, error: unknown): void {
  const { message, hint } = describeError(error);
  const sentence = /[.!?…]$/.test(message) ? message : `${message}.`;
  transcript.notice(hint === undefined ? sentence : `${sentence} ${hint}`, 'error');
}
