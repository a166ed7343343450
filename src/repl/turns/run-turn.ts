import { blamesConversation } from '../../chat/check-room.ts';
import { describeEnclosures } from '../../chat/enclosures.ts';
import type { Said } from '../../chat/say.ts';
import { describeLimit, findIncompleteReason } from '../../copilot/check-answer.ts';
import type { Model } from '../../copilot/model.ts';
import type { FinishEvent } from '../../dialects/chat-event.ts';
import { CliError, describeParts, InterruptedError, listSteps } from '../../errors.ts';
import { createVisibleCheck } from '../../terminal-text.ts';
import type { RunEvent } from '../../tools/rounds.ts';
import type { ToolEvent } from '../../tools/tool.ts';
import type { CallView } from '../calls/call-view.ts';
import type { Calls } from '../calls/calls.ts';
import { chatWords } from '../hint-words.ts';
import type { Dispatch } from '../state.ts';
import type { Transcript } from '../transcript.ts';
import type { SentPrompt } from './attachment.ts';
import type { AskHandlers, Session } from './session.ts';

type TurnOptions = {
  session: Session;
  transcript: Transcript;
  calls: Calls;
  dispatch: Dispatch;
  now: () => number;
  /** Goes on with a run that was cut off between two answers. */
  goesOn?: boolean;
  /** Aborts when the person stops the answer, or the program ends. */
  signal: AbortSignal;
};

/** `asked`: the model was asked, with or without success; otherwise nothing of the prompt was kept. `answered`: text or a call came.
 * `failed`: a one-shot would not exit with 0. */
type TurnOutcome = { asked: boolean; answered: boolean; failed: boolean };

/** Sends a prompt, or asks the last one again, and shows the answer. Never throws: a failure becomes a line with the next step. */
export async function runTurn(prompt: SentPrompt | undefined, options: TurnOptions): Promise<TurnOutcome> {
  const { session, transcript, dispatch, now, signal } = options;
  const outcome = { asked: false, answered: false, failed: false };
  dispatch({ type: 'work-began', label: 'Asking', at: now() });
  try {
    if (prompt !== undefined) printSaid(transcript, await session.say(prompt, signal));
    outcome.asked = true;
    // The person may choose another one for the next prompt meanwhile.
    const model = await session.loadModel(signal);
    const sent = createSent();
    const handlers = { ...createHandlers(options), onSent: sent.note };
    const events = session.ask({ ...handlers, goesOn: options.goesOn ?? false });
    const finish = await showAnswer(events, { ...options, sent, getModel: () => model }, outcome);
    if (finish?.reason === 'length')
      transcript.notice(`The answer stops at ${describeLimit(finish)}.`, 'warning');
  } catch (error) {
    outcome.failed = true;
    transcript.endAnswer();
    if (signal.aborted) printStopped(transcript, outcome);
    else printFailure(transcript, withRemedy(error, outcome), { isIncomplete: outcome.answered });
  } finally {
    if (outcome.answered) dispatch({ type: 'facts', facts: { isBegun: true } });
    dispatch({ type: 'work-ended' });
  }
  return outcome;
}

/** Prints a line for each attachment, and for each mention that could not be attached. */
export function printSaid(transcript: Transcript, { enclosures, omissions }: Said): void {
  transcript.printDetails([
    ...describeEnclosures(enclosures).map((sentence) => ({ sentence, isWarning: false })),
    ...omissions,
  ]);
}

/** Printed below the part of the answer that came. If none came, the prompt is back in the composer. */
function printStopped(transcript: Transcript, { answered }: TurnOutcome): void {
  const sentence = answered ? `Stopped. ${retryHint}` : 'Stopped.';
  transcript.printDetails([{ sentence, isWarning: false }]);
}

/** Handlers that show what happens to a request before its answer comes. */
export function createHandlers({
  transcript,
  dispatch,
  now,
  signal,
}: Pick<TurnOptions, 'transcript' | 'dispatch' | 'now' | 'signal'>): AskHandlers {
  return {
    signal,
    onNotice: (sentence) => transcript.notice(sentence, 'warning'),
    onWait: ({ seconds, reason }) => dispatch({ type: 'wait-began', reason, until: now() + seconds * 1000 }),
    onQuota: (quota) => dispatch({ type: 'facts', facts: { quota } }),
  };
}

/** A conversation that is too long can be compacted. */
function withRemedy(error: unknown, { asked }: TurnOutcome): unknown {
  if (!(error instanceof CliError) || error.code !== 'input_too_large') return error;
  return asked || blamesConversation(error)
    ? error.addHint('/compact replaces older turns with a summary.')
    : error;
}

const retryHint = '/retry asks again.';

/** Prints what went wrong, and below it what to do next. An answer of which only a part came looks complete. */
export function printFailure(
  transcript: Transcript,
  error: unknown,
  { isIncomplete = false }: { isIncomplete?: boolean } = {},
): void {
  const { sentence, facts } = describeParts(error, chatWords);
  const steps = listSteps(error, chatWords);
  if (error instanceof InterruptedError && error.signal === 'SIGINT') {
    transcript.notice(['Stopped.', ...steps.map(toSentence)].join(' '));
    return;
  }
  if (isIncomplete && !steps.some((step) => step.includes('/retry'))) steps.push(retryHint);
  const happened = isIncomplete ? tellIncomplete(sentence) : toSentence(sentence);
  transcript.notice(happened, 'error', { steps: orderSteps(steps), facts });
}

function tellIncomplete(sentence: string): string {
  const reason = findIncompleteReason(sentence);
  return reason === undefined
    ? `The answer is incomplete. ${toSentence(sentence)}`
    : toSentence(`The answer is incomplete: ${reason}`);
}

/** What can be typed comes first, each on its own line. What only explains follows in one piece. */
function orderSteps(steps: readonly string[]): string[] {
  const hasCommand = (step: string): boolean => /(?:^|\s)[/!][a-z]/.test(step);
  const others = steps.filter((step) => !hasCommand(step));
  return [...steps.filter(hasCommand), ...(others.length > 0 ? [others.join(' ')] : [])];
}

/** The words with which messages begin, if not with a name: names stay as they were typed. */
const openers = new Set(
  'a an another cannot chat it its no nobody not nothing only something stopped the there this too you'.split(
    ' ',
  ),
);

function toSentence(message: string): string {
  const begun = openers.has(/^[a-z]+(?=[\s,:])/.exec(message)?.[0] ?? '')
    ? message.charAt(0).toUpperCase() + message.slice(1)
    : message;
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** Whether a request went out to which nobody has said anything yet. */
export type Sent = { isSilent: boolean; note: (isOut: boolean) => void };

export function createSent(): Sent {
  const sent: Sent = {
    isSilent: false,
    note(isOut) {
      sent.isSilent = isOut;
    },
  };
  return sent;
}

type ShowOptions = {
  /** The model that answers. It is known when the answer begins. */
  getModel: () => Model | undefined;
  sent: Sent;
  transcript: Transcript;
  /** Without it, nothing is called. */
  calls?: Calls;
  dispatch: Dispatch;
  /** Milliseconds. */
  now: () => number;
};

/** Interval of progress updates, in milliseconds. */
const progressMs = 250;

/** Shows an answer, and the calls that the model makes before its last words. */
export async function showAnswer(
  events: AsyncIterable<RunEvent>,
  { getModel, sent, transcript, calls, dispatch, now }: ShowOptions,
  outcome: { answered: boolean },
): Promise<FinishEvent | undefined> {
  let phase = 'Asking';
  let received = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let view: CallView | undefined;
  const setPhase = (label: string): void => {
    phase = label;
    dispatch({ type: 'work-label', label });
  };
  /** A number that changes with each word cannot be read. */
  const count = (text: string): void => {
    received += text.length;
    const at = now();
    if (at - toldAt < progressMs) return;
    toldAt = at;
    dispatch({ type: 'work-received', length: received });
  };
  const follow = async (event: ToolEvent): Promise<void> => {
    view ??= await calls?.load();
    if (phase !== 'Working') setPhase('Working');
    view?.take(event);
  };
  try {
    return await followAnswer(
      events,
      {
        follow,
        addReasoning(text) {
          view?.forget();
          if (phase !== 'Thinking') setPhase('Thinking');
          count(text);
          transcript.addReasoning(text);
        },
        addText(text) {
          if (phase !== 'Answering') setPhase('Answering');
          count(text);
          transcript.addText(text);
        },
        getModel,
        sent,
        dispatch,
        now,
      },
      outcome,
    );
  } finally {
    view?.end();
    transcript.endAnswer();
  }
}

type FollowOptions = Omit<ShowOptions, 'transcript' | 'calls'> & {
  follow?(event: ToolEvent): Promise<void>;
  addText(text: string): void;
  addReasoning(text: string): void;
};

/** Hands on what an answer says, wherever it is shown, and counts what it used. */
export async function followAnswer(
  events: AsyncIterable<RunEvent>,
  { addText, addReasoning, follow, getModel, sent, dispatch, now }: FollowOptions,
  outcome: { answered: boolean },
): Promise<FinishEvent | undefined> {
  let firstAt: number | undefined;
  let finish: FinishEvent | undefined;
  const isVisible = createVisibleCheck();
  /** Whether the model is at work on something of which nobody has said what it cost. */
  let isOpen = false;
  try {
    for await (const event of events) {
      sent.isSilent = false;
      switch (event.type) {
        case 'reasoning-delta':
          isOpen = true;
          firstAt ??= now();
          addReasoning(event.text);
          break;
        case 'text-delta':
          isOpen = true;
          firstAt ??= now();
          outcome.answered ||= isVisible(event.text);
          addText(event.text);
          break;
        case 'usage':
          isOpen = false;
          dispatch({
            type: 'usage',
            model: getModel()?.id ?? '',
            usage: event.usage,
            seconds: (now() - (firstAt ?? now())) / 1000,
          });
          // The next round is another answer; calls and questions stand between.
          firstAt = undefined;
          break;
        case 'finish':
          finish = event;
          break;
        case 'tool-began':
        case 'tool-progress':
        case 'tool-ended':
          await follow?.(event);
          break;
        case 'tool-call-delta':
          isOpen = true;
          outcome.answered = true;
          break;
        case 'start':
          isOpen = true;
          break;
        default:
          event satisfies never;
      }
    }
    return finish;
  } catch (error) {
    // A model may think in silence before it is stopped.
    isOpen ||= sent.isSilent && error instanceof Error && error.name === 'AbortError';
    throw error;
  } finally {
    if (isOpen) dispatch({ type: 'uncounted', model: getModel() });
  }
}
