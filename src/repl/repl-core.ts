import type { ToolUse } from '../chat/chat-options.ts';
import type { EditorMode } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import { listBranch } from '../conversation/current-branch.ts';
import type { ConversationStore } from '../conversation/store.ts';
import { describeCount } from '../describe-count.ts';
import { InterruptedError } from '../errors.ts';
import { type PromptText, toTyped } from '../prompt-text.ts';
import type { Size } from '../terminal/screen.ts';
import { toOneLine } from '../terminal-text.ts';
import type { ReplApp, TypedEnd } from './app.ts';
import { createCalls } from './calls/calls.ts';
import { showWhole } from './calls/show-whole.ts';
import { createDraftFiles } from './composer/draft-files.ts';
import { insert } from './composer/edit-draft.ts';
import { createHistoryFile } from './composer/history-file.ts';
import { type KeyBinding, keyBindings } from './composer/key-bindings.ts';
import { paste, readDraft, setPrompt } from './composer/pastes.ts';
import { createDialogs } from './dialogs/dialogs.ts';
import { hasCalls, printTurns } from './earlier-turns.ts';
import { describeContinued, noFacts } from './facts.ts';
import { type GreetingOptions, greet } from './greeting.ts';
import { createHistoryAttachments } from './history-attachments.ts';
import { createHistoryKeys, type Ending, type HistoryKeys } from './history-keys.ts';
import type { Key } from './keys/key.ts';
import { listLeft, listTyped } from './left-prompts.ts';
import { createLook, type Look } from './look.ts';
import { createPromptRunner, type PromptRunner } from './prompt-runner.ts';
import { runShell } from './run-shell.ts';
import { signInFirst } from './slash/account.ts';
import { createSlashCommands } from './slash/commands.ts';
import type { SlashCommand } from './slash/slash-command.ts';
import { initialState, isSearching, type ReplAction, type ReplState, reduce } from './state.ts';
import type { Transcript } from './transcript.ts';
import type { Attachment } from './turns/attachment.ts';
import { createChatTools } from './turns/chat-tools.ts';
import { createStartFollower } from './turns/follow-start.ts';
import { createSession, type SessionOptions } from './turns/session.ts';
import { measureApproval } from './view/approval-layout.ts';

export type ReplOptions = SessionOptions &
  GreetingOptions & {
    store: ConversationStore;
    isSaved: boolean;
    look: Look;
    /** What the model may have done, as the flags say. */
    toolUse: ToolUse;
    /** What the command line says: sent as soon as the chat can. */
    first?: { prompt: PromptText | undefined; attachments: readonly Attachment[] };
  };

/** How a chat is shown. Everything else is the same for every view. */
export type ReplView = {
  readonly transcript: Transcript;
  readonly size: Size;
  /** Whether lines are read one after the other, as a screen reader does. */
  readonly isSpoken?: boolean;
  /** The state or the look has changed. `action` is what changed the state. */
  update(action?: ReplAction): void;
  lendTerminal<T>(work: () => Promise<T>): Promise<T>;
  /** Calls the listener at Esc and Ctrl+C, while the terminal is lent to work that reads no keys. Returns the function that ends this. */
  listenForStop?(onStop: () => void): () => void;
  /** Switches the keys of the composer. A view without this has no keys of its own. */
  setEditorMode?(mode: EditorMode): Promise<void>;
  readonly keyBindings?: readonly KeyBinding[];
  watchKeys?(onKey: (key: Key, sent: string) => void): Promise<void>;
  /** Whether the person has begun a line that the terminal has not given yet. A view without this gets each key. */
  hasBegun?(): Promise<boolean>;
  /** Takes a text as if it were typed now. A view without this puts it into the composer. */
  type?(text: string, end: TypedEnd): void;
  /** Drops a prompt with these words that would return to the draft. A view without this has none. */
  takeOutOfDraft?(text: string): void;
  /** Loads the modules that show answers. */
  prepare(): Promise<void>;
  /** The chat ends now, and its dialogs are closed: nothing more is asked. What was typed last goes into the draft. */
  close?(): void;
};

/** What a view is made from. */
export type ViewSource = { getState: () => ReplState; look: () => Look };

export type ReplCore = {
  readonly app: ReplApp;
  readonly runner: PromptRunner;
  readonly history: HistoryKeys;
  readonly commands: readonly SlashCommand[];
  /** Prints the greeting and looks up the account. Never throws. */
  begin(): Promise<void>;
  /**
   * Resolves when the person has left, or a signal ended the chat, and nothing is running any more: with what became of the unsent prompts.
   */
  ended(): Promise<Ending>;
  /** Whether the person has left: what is typed from then on is not for the chat. */
  hasLeft(): boolean;
};

/** How long after a key the draft is written, in milliseconds. */
const keepDraftMs = 1_000;

/** Spoken output is never cut. */
const allHeard = { height: Number.POSITIVE_INFINITY, total: 0, width: 0 };

/** The chat without its terminal. */
export function createReplCore(
  context: Context,
  options: ReplOptions,
  createView: (source: ViewSource) => ReplView,
): ReplCore {
  const { now } = context;
  let state: ReplState = {
    ...initialState,
    facts: { ...noFacts, ...describeContinued(options.file.conversation) },
  };
  let { look } = options;
  let leave = (): void => {};
  let hasLeft = false;
  const left = new Promise<void>((resolve) => {
    leave = () => {
      hasLeft = true;
      resolve();
    };
  });
  /** Resolve when another program gives the terminal back. */
  const lent = new Set<Promise<void>>();
  const view = createView({ getState: () => state, look: () => look });
  const { transcript } = view;

  function dispatch(action: ReplAction): void {
    const next = reduce(state, action);
    if (next === state) return;
    const isDraft = next.draft !== state.draft;
    const isAnswer = next.dialog !== state.dialog && next.dialog?.type === 'text';
    const isAttached = next.attachments !== state.attachments;
    state = next;
    if (isDraft) history.changed();
    if (isDraft || isAnswer || isAttached) keepDraft();
    view.update(action);
  }

  const draftFiles = createDraftFiles({ dataFolder: context.dataFolder, isKept: options.isSaved });
  let keeping: NodeJS.Timeout | undefined;

  /** A deleted draft is removed at once: the person may want nobody to read it. */
  function keepDraft(): void {
    if (state.draft.text === '') draftFiles.keep(listTyped({ app, history }));
    keeping ??= setTimeout(keepDraftNow, keepDraftMs).unref();
  }

  function keepDraftNow(): void {
    clearTimeout(keeping);
    keeping = undefined;
    draftFiles.keep(listTyped({ app, history }));
  }

  /** The chat that was killed may have been in another folder, and this one may have a draft already: so the history gets it. */
  async function recoverDrafts(): Promise<void> {
    const { drafts, forget } = draftFiles.findLeft();
    if (drafts.length === 0) return;
    await history.addUnsent(drafts);
    forget();
    transcript.notice(
      drafts.length === 1
        ? 'A draft of a chat that was killed is kept; Up brings it back.'
        : `${drafts.length} drafts of chats that were killed are kept; Up brings them back.`,
    );
  }

  const tools = createChatTools(context, {
    toolUse: options.toolUse,
    askPerson: async (question, signal) => {
      const { askApproval } = await import('./calls/ask-approval.ts');
      return askApproval(app, question, { signal, stop: () => runner.stop() });
    },
    chooseServers: async (unasked, agree) => {
      const { chooseServers } = await import('./calls/ask-for-server.ts');
      return chooseServers(app, unasked, agree, () => runner.stop());
    },
    elicit: async (question, signal) => {
      const { fillIn } = await import('./calls/fill-in.ts');
      return fillIn(app, question, signal);
    },
    followStart: createStartFollower(() => state, dispatch),
  });
  const session = createSession(context, options, dispatch, tools);
  const commands = createSlashCommands(context);
  const history = createHistoryKeys({
    openFile: (signal) => createHistoryFile({ folder: context.dataFolder, signal, isKept: options.isSaved }),
    getState: () => state,
    dispatch,
    attachments: createHistoryAttachments({
      session,
      getState: () => state,
      cwd: context.cwd,
      tell: (sentence) => transcript.notice(sentence, 'warning'),
    }),
    onFailure: (reason) =>
      transcript.notice(`Your prompts are not kept for the next chat: ${reason}.`, 'warning'),
  });
  const runner = createPromptRunner({
    app: () => app,
    session,
    commands,
    runShell: (command) => runShell(app, command),
    history,
    prepare: view.prepare,
    now,
    signal: context.signal,
  });

  const calls = createCalls(async () => (await import('./calls/open-call-view.ts')).openCallView(app));

  const app: ReplApp = {
    context,
    calls,
    store: options.store,
    isSaved: options.isSaved,
    session,
    tools,
    transcript,
    dialogs: createDialogs(() => state, dispatch, {
      measure: (dialog) =>
        view.isSpoken ? allHeard : measureApproval(dialog, { ...view.size, theme: look.theme }),
      open: ({ question, body }) => void showWhole(app, question, body),
    }),
    get state() {
      return state;
    },
    dispatch,
    get look() {
      return look;
    },
    setLook(changes) {
      look = createLook({ ...look, ...changes });
      view.update();
    },
    isSpoken: view.isSpoken ?? false,
    get screenSize() {
      return view.size;
    },
    setEditorMode: view.setEditorMode,
    keyBindings: view.keyBindings ?? keyBindings,
    watchKeys: view.watchKeys,
    openConversation(file) {
      transcript.forgetReasoning();
      calls.forget();
      dispatch({ type: 'revision', revision: undefined });
      if (!session.file.catchUp())
        transcript.notice(
          'The conversation before is not saved yet: it is as soon as that works, while this chat runs.',
          'warning',
        );
      session.open(file);
      const waiting = state.queue.length;
      if (waiting > 0)
        transcript.notice(`${describeCount(waiting, 'queued prompt')} will go to this conversation: /queue`);
      if (state.attachments.length > 0)
        transcript.notice(
          `Still attached to your next prompt: ${state.attachments.map(toOneLine).join(', ')}. /attach none detaches ${state.attachments.length === 1 ? 'it' : 'them'}.`,
        );
    },
    ask: runner.ask,
    work: runner.work,
    waiting: runner.waiting,
    findAlone: history.findAlone,
    putBehind: history.putBehind,
    setDraft(prompt) {
      // A draft that is replaced can be found one step back in the history.
      const typed = readDraft(state.draft);
      const isKept = state.isPlaced && (history.has(typed.text) || prompt.text.startsWith(typed.text));
      const isTaken = state.isPlaced && prompt.text === '';
      if (!isKept && !isTaken && typed.text.trim() !== '') history.add(typed);
      dispatch({ type: 'draft', draft: setPrompt(state.draft, prompt), isPlaced: true });
    },
    takeOutOfDraft(text) {
      session.detachReturned(text);
      history.takeOut(text);
      if (readDraft(state.draft).text === text) app.setDraft(toTyped(''));
      else view.takeOutOfDraft?.(text);
    },
    async isTyping() {
      if (lent.size > 0 || state.dialog || isSearching(state) || (state.draft.text !== '' && !state.isPlaced))
        return true;
      return (await view.hasBegun?.()) ?? false;
    },
    type(text, end = { isEntered: false, isEnded: false }) {
      if (view.type) view.type(text, end);
      else dispatch({ type: 'draft', draft: (text.includes('\n') ? paste : insert)(state.draft, text) });
    },
    cancelRevision() {
      if (!state.revision) return;
      dispatch({ type: 'revision', revision: undefined });
      transcript.notice('The conversation stays as it was.');
    },
    async lendTerminal(work, { isInterruptible = true, stopsByKey = false } = {}) {
      // While another program has the terminal, or after Ctrl+Z, the chat may be killed.
      if (keeping) keepDraftNow();
      const takeBack = app.dialogs.lent();
      const lending = view.lendTerminal(async () => {
        const interrupted = new AbortController();
        const interrupt = (): void => interrupted.abort(new InterruptedError('SIGINT'));
        const stop = isInterruptible ? context.onInterrupt(interrupt) : () => {};
        const stopKeys = stopsByKey ? view.listenForStop?.(interrupt) : undefined;
        try {
          return await work(interrupted.signal);
        } finally {
          stopKeys?.();
          stop();
        }
      });
      const returned = lending.then(
        () => {},
        () => {},
      );
      lent.add(returned);
      try {
        return await lending;
      } finally {
        takeBack();
        lent.delete(returned);
      }
    },
    printHistory: (options) =>
      app.printTurns({ turns: listBranch(session.file.conversation), isWhole: true }, options),
    async printTurns({ turns, isWhole }, { endIsTold } = {}) {
      await view.prepare();
      transcript.forgetReasoning();
      calls.forget();
      const callView = hasCalls(turns) ? await calls.load() : undefined;
      printTurns(transcript, turns, { isWhole, calls: callView, endIsTold });
    },
    leave,
  };

  return {
    app,
    runner,
    history,
    commands,
    begin() {
      const begun = runner.begin(async () => {
        await greet(app, options);
        // Where the terminal edits the lines, there is no history.
        if (!view.isSpoken) await recoverDrafts();
        if (hasLeft) return false;
        const isReady = await signInFirst(app);
        // Load it now, so that the first answer does not wait for it.
        if (isReady) await view.prepare();
        // They start while the first prompt is typed. Failures are reported with the first prompt.
        if (isReady && tools.kinds.includes('mcp')) void tools.openServers().catch(() => {});
        return isReady;
      });
      for (const attachment of options.first?.attachments ?? [])
        session.attach({ ...attachment, isOfDraft: true });
      if (options.first?.prompt) runner.submit(options.first.prompt, { isUnasked: true });
      return begun;
    },
    async ended() {
      if (context.signal.aborted) leave();
      context.signal.addEventListener('abort', leave, { once: true });
      const stop = context.divertMessages(({ kind, sentence }) =>
        transcript.notice(sentence, kind === 'warning' ? 'warning' : 'dim'),
      );
      try {
        await left;
        app.dialogs.close();
        view.close?.();
        await Promise.all([runner.settled(), ...lent]);
        await tools.close();
        const ending = await history.keep(listLeft({ app, history }));
        clearTimeout(keeping);
        const { kept, unkept } = ending;
        // The history may be locked, or not writable.
        const isKept = draftFiles.keep(unkept.map(({ prompt }) => prompt));
        return isKept ? { kept: [...kept, ...unkept], unkept: [] } : ending;
      } finally {
        stop();
      }
    },
    hasLeft: () => hasLeft,
  };
}
