import { joinTexts, type PromptText, toTyped } from '../../prompt-text.ts';
import type { ReplApp } from '../app.ts';
import { readDraft } from '../composer/pastes.ts';
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

type Kept = { prompt: PromptText; isKept: boolean };

/**
 * The draft of a chat without a composer: nobody sees it, and a line is typed in its place and not behind it. So it returns until it is sent or
 * cleared. `keep` writes what may never be sent to the history.
 */
export function createDraftKeeper(
  app: () => Pick<ReplApp, 'state' | 'setDraft'>,
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

  function pushAside({ prompt, isKept }: Kept): void {
    if (prompt.text.trim() === '') return;
    // The chat may be killed before it returns.
    if (!isKept) keep(prompt);
    aside.push({ prompt, isKept: true });
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
      set({ prompt: whole, isKept: false });
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
      const before = current;
      // What a command or a failure puts there was sent once, and so is in the history.
      current = { prompt: readDraft(app().state.draft), isKept: isPlaced };
      const { text } = current.prompt;
      if (text !== '' && !text.startsWith(before.prompt.text)) pushAside(before);
    },
    bringBack() {
      const last = current.prompt.text === '' && !app().state.revision ? aside.pop() : undefined;
      if (last) set(last);
      return last !== undefined;
    },
    listUnkept() {
      const { isPlaced, queue } = app().state;
      return isPlaced && queue.length > 0 && !current.isKept ? [current.prompt] : [];
    },
  };
}
