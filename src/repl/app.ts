import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import type { RecentTurns } from '../conversation/recent-turns.ts';
import type { ConversationStore } from '../conversation/store.ts';
import type { PromptText } from '../prompt-text.ts';
import type { Size } from '../terminal/screen.ts';
import type { Dialogs } from './dialogs/ask.ts';
import type { Look, LookChoices } from './look.ts';
import type { Dispatch, ReplState } from './state.ts';
import type { Transcript } from './transcript.ts';
import type { SentPrompt } from './turns/attachment.ts';
import type { Session } from './turns/session.ts';

/** What a slash command may use. It draws nothing itself: it prints lines, asks, and changes state. */
export type ReplApp = {
  readonly context: Context;
  readonly store: ConversationStore;
  readonly session: Session;
  readonly transcript: Transcript;
  readonly dialogs: Dialogs;
  readonly state: ReplState;
  readonly dispatch: Dispatch;
  readonly look: Look;
  /** Changes it for what is shown from now on. */
  setLook(changes: Partial<LookChoices>): void;
  readonly screenSize: Size;
  /** False where a person wants no trace of the conversations. */
  readonly isSaved: boolean;
  /** Goes on with another conversation. Nothing is printed. */
  openConversation(file: ConversationFile): void;
  /** Says a prompt, or asks again for what was said last. Resolves when the answer has ended; false where nothing of one came. */
  ask(prompt: SentPrompt | undefined): Promise<boolean>;
  /** Puts a prompt into the composer. */
  setDraft(prompt: PromptText): void;
  /** Goes on in the composer with what a person typed while something else had the terminal. */
  type(text: string): void;
  /** Ends the editing of something that was said; it and what followed stay. */
  cancelRevision(): void;
  /** Does work that takes a while, and shows that. Esc aborts its signal; then there is no result. */
  work<T>(label: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** Gives the terminal away for a while: to the sign-in, an editor, a shell. Ctrl+C aborts the signal, and leaves us alone. */
  lendTerminal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Repaints the end of the conversation that is open now. */
  printHistory(): Promise<void>;
  /** Paints turns that are not all of a branch. */
  printTurns(turns: RecentTurns): Promise<void>;
  leave(): void;
};
