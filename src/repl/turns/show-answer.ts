import { isVisible } from '../../copilot/check-answer.ts';
import type { Model } from '../../copilot/model.ts';
import type { ChatEvent, FinishReason } from '../../dialects/chat-event.ts';
import type { Dispatch } from '../state.ts';
import type { Transcript } from '../transcript.ts';

export type ShowOptions = {
  /** The model that answers. It is known when the answer begins. */
  getModel: () => Model | undefined;
  transcript: Transcript;
  dispatch: Dispatch;
  /** Milliseconds. */
  now: () => number;
};

/** Shows an answer while it comes. Throws what the events throw. */
export async function showAnswer(
  events: AsyncIterable<ChatEvent>,
  { getModel, transcript, dispatch, now }: ShowOptions,
  outcome: { answered: boolean },
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
      case 'reasoning-delta':
        firstAt ??= now();
        if (phase !== 'Thinking') setPhase('Thinking');
        transcript.addReasoning(event.text);
        break;
      case 'text-delta':
        firstAt ??= now();
        if (phase !== 'Answering') setPhase('Answering');
        if (isVisible(event.text)) outcome.answered = true;
        transcript.addText(event.text);
        break;
      case 'usage':
        dispatch({
          type: 'usage',
          model: getModel()?.id ?? '',
          usage: event.usage,
          seconds: (now() - (firstAt ?? now())) / 1000,
        });
        break;
      case 'finish':
        finish = event.reason;
        break;
      case 'start':
      case 'tool-call-delta':
        break;
      default:
        event satisfies never;
    }
  }
  transcript.endAnswer();
  return finish;
}
