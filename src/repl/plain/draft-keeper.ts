import { joinTexts, type PromptText, toTyped } from '../../prompt-text.ts';
import type { ReplApp } from '../app.ts';
import { readDraft } from '../composer/pastes.ts';
import type { Attachment } from '../turns/attachment.ts';
import { describeKept } from './plain-transcript.ts';

type Drafts = {
  /** Makes what the person typed the draft. What was the draft returns behind it. */
  place(prompt: PromptText): void;
  /** Adds what the person typed to the draft. */
  append(prompt: PromptText): void;
  /** Gives the draft, which is to be sent now. */
  take(): PromptText;
  /** Something else is sent in place of the draft, which returns behind it. */
  putAside(): void;
  clear(): void;
  /** A prompt with these words, which is not the draft, returns no more. */
  takeOut(text: string): void;
  /** Called when the draft is another one. If something else came in its place, it returns behind that. */
  changed(isPlaced: boolean): void;
  /** Whether a draft returns now. */
  bringBack(): boolean;
  /** What only this chat knows when the person leaves. The draft itself is kept unless it was put back beside prompts that wait. */
  listUnkept(): PromptText[];
};

/** `along`: the attachments that came back with it. */
type Kept = { prompt: PromptText; isKept: boolean; along?: readonly Attachment[] | undefined };

/**
 * The draft of a chat without a composer: nobody sees it, and a line is typed in its place and not behind it. So it returns until it is sent or
 * cleared. `keep` writes what may never be sent to the history.
 */
export function createDraftKeeper(
  app: () => Pick<ReplApp, 'state' | 'setDraft' | 'session' | 'putBehind'>,
  keep: (prompt: PromptText) => void,
  print: (lines: string[]) => void,
): Drafts {
  let current: Kept = { prompt: toTyped(''), isKept: true };
  /** In whose place something else came, the last one behind the others. */
  const aside: Kept[] = [];
  let isOwn = false;

  /** As one that was put back: else the next question would wait for its end. */
  function set(next: Kept): void {
    isOwn = true;
    app().setDraft(next.prompt);
    isOwn = false;
    current = next;
  }

  const clear = (): void => set({ prompt: toTyped(''), isKept: true });

  /** What is sent before it goes without its attachments. */
  function pushAside({ prompt, isKept, along: brought = [] }: Kept): void {
    if (prompt.text.trim() === '') return;
    const { session, putBehind } = app();
    const along = brought.filter((one) => session.attachments.includes(one));
    session.detach(along);
    // The chat may be killed before it returns.
    if (along.length > 0) putBehind(prompt, along);
    else if (!isKept) keep(prompt);
    aside.push({ prompt, isKept: true, along });
  }

  return {
    place(prompt) {
      // An earlier prompt is being changed: what is sent now is that.
      if (app().state.revision) {
        pushAside({ prompt, isKept: false });
        print([describeKept(prompt, 'the earlier prompt is sent')]);
        return;
      }
      pushAside(current);
      set({ prompt, isKept: false });
    },
    append(prompt) {
      const { draft } = app().state;
      const whole = draft.text === '' ? prompt : joinTexts([readDraft(draft), prompt], '\n');
      set({ prompt: whole, isKept: false, along: current.along });
    },
    take() {
      const { prompt } = current;
      if (prompt.text !== '') clear();
      return prompt;
    },
    putAside() {
      if (current.prompt.text === '') return;
      pushAside(current);
      clear();
    },
    clear,
    takeOut(text) {
      const at = aside.findLastIndex(({ prompt }) => prompt.text === text);
      if (at !== -1) aside.splice(at, 1);
    },
    changed(isPlaced) {
      if (isOwn) return;
      const prompt = readDraft(app().state.draft);
      if (prompt.text !== '' && !prompt.text.startsWith(current.prompt.text)) pushAside(current);
      const along = app().session.attachments.filter(({ returnedWith }) => returnedWith !== undefined);
      // What a command or a failure puts there was sent once, and so is in the history.
      current = { prompt, isKept: isPlaced, along };
    },
    bringBack() {
      const last = current.prompt.text === '' && !app().state.revision ? aside.pop() : undefined;
      for (const one of last?.along ?? []) app().session.attach(one);
      if (last) set(last);
      return last !== undefined;
    },
    listUnkept() {
      const { isPlaced, queue } = app().state;
      return isPlaced && queue.length > 0 && !current.isKept ? [current.prompt] : [];
    },
  };
}
