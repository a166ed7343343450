import type { EditorMode } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import type { RecentTurns } from '../conversation/recent-turns.ts';
import type { ConversationStore } from '../conversation/store.ts';
import type { PromptText } from '../prompt-text.ts';
import type { Size } from '../terminal/screen.ts';
import type { Calls } from './calls/calls.ts';
import type { KeyBinding } from './composer/key-bindings.ts';
import type { Dialogs } from './dialogs/dialogs.ts';
import type { Key } from './keys/key.ts';
import type { Look, LookChoices } from './look.ts';
import type { Dispatch, ReplState } from './state.ts';
import type { Transcript } from './transcript.ts';
import type { Attachment, SentPrompt } from './turns/attachment.ts';
import type { ChatTools } from './turns/chat-tools.ts';
import type { KeptAlone } from './turns/kept-attachments.ts';
import type { Session } from './turns/session.ts';

/** What a slash command may use. A command draws nothing itself: it prints lines, asks, and changes state. */
export type ReplApp = {
  readonly context: Context;
  readonly store: ConversationStore;
  readonly session: Session;
  readonly tools: ChatTools;
  readonly transcript: Transcript;
  readonly dialogs: Dialogs;
  readonly calls: Calls;
  readonly state: ReplState;
  readonly dispatch: Dispatch;
  readonly look: Look;
  /** Changes the look of everything shown from now on. */
  setLook(changes: Partial<LookChoices>): void;
  /** Switches the keys of the composer. Undefined if the terminal edits the lines itself. */
  readonly setEditorMode: ((mode: EditorMode) => Promise<void>) | undefined;
  /** What the keys do here: the built-in ones, as the person's file changes them. */
  readonly keyBindings: readonly KeyBinding[];
  /**
   * Gives every key, with what the terminal sent for it, to a listener instead of the chat, until Esc twice or Ctrl+C. Undefined if the
   * terminal edits the lines itself.
   */
  readonly watchKeys: ((onKey: (key: Key, sent: string) => void) => Promise<void>) | undefined;
  readonly screenSize: Size;
  /** Whether lines are read one after the other, as a screen reader does. */
  readonly isSpoken: boolean;
  /** False if the person wants no trace of the conversations. */
  readonly isSaved: boolean;
  /** Continues another conversation. Prints nothing. */
  openConversation(file: ConversationFile): void;
  /**
   * Sends a prompt, or asks the last one again; with `goesOn`, goes on with the calls that were made for it. Resolves when the answer has
   * ended, with false if neither text nor a call came.
   */
  ask(prompt: SentPrompt | undefined, options?: { goesOn: boolean }): Promise<boolean>;
  /** What waits for the end of a reply. */
  readonly waiting: WaitingPrompts;
  /** What is attached without a word. Undefined if there is a draft. */
  findAlone(): KeptAlone | undefined;
  /** Puts a prompt that was sent, and what was attached to it, one step back in the history. The draft stays as it is. */
  putBehind(prompt: PromptText, along: readonly Attachment[]): void;
  /** Puts a prompt into the composer. The person has not sent it. */
  setDraft(prompt: PromptText): void;
  /**
   * Takes away the prompt that an undo or a failure put into the composer, wherever it is by now, and what came back with it: it is in the
   * conversation again, and must not be sent twice.
   */
  takeOutOfDraft(text: string): void;
  /** Whether keys that come now are meant for the prompt that the person types, for a dialog, or for a program that has the terminal. */
  isTyping(): Promise<boolean>;
  /**
   * Takes what the person typed while another program had the terminal. `isEntered`: Enter sends it, unless it stands behind a draft. `isEnded`: it
   * ends with white space for the Enter behind it, unless that sends it.
   */
  type(text: string, options?: TypedEnd): void;
  /** Stops editing an earlier prompt. The prompt and what followed stay as they are. */
  cancelRevision(): void;
  /** Does work that takes a while, and shows its label. Esc aborts the signal; the result is then undefined. */
  work<T>(label: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /**
   * Lends the terminal to the sign-in, an editor or a shell. Ctrl+C aborts the signal and does not end the chat, except with
   * `isInterruptible: false`. With `stopsByKey`, which is for work that reads no keys, so does Esc.
   */
  lendTerminal<T>(
    work: (signal: AbortSignal) => Promise<T>,
    options?: { isInterruptible?: boolean; stopsByKey?: boolean },
  ): Promise<T>;
  printHistory(options?: { endIsTold?: boolean }): Promise<void>;
  /** Prints turns, which may be only the last ones of a branch. */
  printTurns(turns: RecentTurns, options?: { endIsTold?: boolean }): Promise<void>;
  leave(): void;
};

export type TypedEnd = { isEntered: boolean; isEnded: boolean };

/** The prompts that wait, in `state.queue`. */
export type WaitingPrompts = {
  /** Puts a prompt back into the composer, the last one by default. Sent again during the same reply, it waits in its old place. */
  takeBack(prompt?: SentPrompt): void;
  drop(prompt: SentPrompt): void;
  /** Moves a prompt by one place, if there is one. */
  move(prompt: SentPrompt, by: -1 | 1): void;
  /** Sends none of them until this work is done. */
  arrange(work: () => Promise<void>): Promise<void>;
};
