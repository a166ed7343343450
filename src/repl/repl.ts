import { statusFields } from '../config/look-values.ts';
import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import type { ConversationStore } from '../conversation/store.ts';
import { editText } from '../terminal/editor.ts';
import { createRawTerminal, questions } from '../terminal/raw-terminal.ts';
import { createScreen } from '../terminal/screen.ts';
import type { ReplApp } from './app.ts';
import { createReplCompleter } from './completion/repl-completer.ts';
import { setText } from './composer/draft.ts';
import { createHistoryFile } from './composer/history-file.ts';
import { expandDraft } from './composer/pastes.ts';
import { createController } from './controller.ts';
import { createDialogs } from './dialogs/ask.ts';
import { printTurns } from './history-blocks.ts';
import { createHistoryKeys } from './history-keys.ts';
import { createPastedImages } from './images/pasted-images.ts';
import { toDraftRows } from './input-layout.ts';
import type { Key } from './keys/key.ts';
import { createKeyDecoder } from './keys/key-decoder.ts';
import type { Look } from './look.ts';
import { createPromptRunner } from './prompt-runner.ts';
import { initialState, reduce } from './reduce.ts';
import { signInFirst } from './sign-in-first.ts';
import { createSlashCommands } from './slash/commands.ts';
import type { ReplAction } from './state.ts';
import { createTranscript } from './transcript.ts';
import { printFailure } from './turns/run-turn.ts';
import { createSession } from './turns/session.ts';
import { createLiveView } from './view/draw-live.tsx';
import { spinnerMs } from './view/work-view.tsx';

export type ReplOptions = {
  store: ConversationStore;
  file: ConversationFile;
  isSaved: boolean;
  model: string | undefined;
  system: string | undefined;
  effort: string | undefined;
  instructions: boolean;
  look: Look;
};

/** A conversation at the terminal, until the person leaves. Throws what ends it from outside: a signal, a terminal that is gone. */
export async function runRepl(context: Context, options: ReplOptions): Promise<void> {
  const { stdin, stdout } = context.io;
  const { now } = context;
  let state = initialState;
  let { look } = options;
  const size = () => ({ columns: stdout.columns, rows: stdout.rows });
  const markdown = loadOnce(() => import('../markdown/markdown-stream.ts'));
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });

  const screen = createScreen({ draw: () => view.draw(), write: (text) => stdout.write(text), size });
  const transcript = createTranscript({
    commit: screen.commit,
    invalidate: screen.invalidate,
    look: () => look,
    columns: () => stdout.columns,
    now,
    createMarkdown: (columns) =>
      markdown.get().createMarkdownStream({ theme: look.theme, links: look.links, columns }),
  });
  const view = createLiveView({
    getState: () => state,
    look: () => look,
    fields: () => statusFields,
    transcript,
    size,
    now,
  });

  function dispatch(action: ReplAction): void {
    const next = reduce(state, action);
    if (next === state) return;
    state = next;
    screen.invalidate({ isUrgent: action.type === 'draft' });
  }

  const session = createSession(context, options);
  const dialogs = createDialogs(() => state, dispatch);
  const commands = createSlashCommands();
  const history = createHistoryKeys({
    file: createHistoryFile({ folder: context.dataFolder, signal: context.signal }),
    getState: () => state,
    dispatch,
    onFailure: (error) => printFailure(transcript, error),
  });
  const runner = createPromptRunner({
    app: () => app,
    session,
    commands,
    runShell: async () => {},
    onSent: history.add,
    prepare: markdown.load,
    now,
    signal: context.signal,
  });

  const app: ReplApp = {
    context,
    store: options.store,
    isSaved: options.isSaved,
    session,
    transcript,
    dialogs,
    get state() {
      return state;
    },
    dispatch,
    get look() {
      return look;
    },
    setLook(changes) {
      look = { ...look, ...changes };
      screen.invalidate();
    },
    get screenSize() {
      return size();
    },
    openConversation(file) {
      session.open(file);
      dispatch({ type: 'attachments', attachments: [] });
    },
    ask: runner.ask,
    work: runner.work,
    setDraft: (text) => dispatch({ type: 'draft', draft: setText(state.draft, text) }),
    async lendTerminal(work) {
      await screen.suspend();
      terminal.leave();
      try {
        return await work();
      } finally {
        terminal.enter();
        screen.resume();
      }
    },
    async printHistory() {
      await markdown.load();
      printTurns(transcript, session.file.conversation);
    },
    leave,
  };

  const images = createPastedImages(app);
  const takeKey = createController({
    getState: () => state,
    dispatch,
    completer: createReplCompleter(app, commands),
    now,
    rows: () => toDraftRows(stdout.columns),
    actions: {
      submit: runner.submit,
      stop: runner.stop,
      takeBack: runner.takeBack,
      leave,
      rewind: () => runner.submit('/edit'),
      openEditor: () => void openEditor().catch((error) => printFailure(transcript, error)),
      walkHistory: history.walk,
      searchHistory: history.startSearch,
      pasteImage: () => void images.paste(),
      takePastedPath: images.takePath,
      dropAttachments: images.drop,
      toggleReasoning: transcript.toggleReasoning,
      redraw: () => screen.resize(),
      suspend: () => void suspend(),
    },
  });

  function onKey(key: Key): void {
    if (key.type === 'report') {
      if (key.report.type === 'kitty-flags') terminal.switchToKitty();
      return;
    }
    if (state.hint !== undefined) dispatch({ type: 'hint', hint: undefined });
    if (state.dialog) dialogs.takeKey(key);
    else if (!history.takeKey(key)) takeKey(key);
  }

  async function openEditor(): Promise<void> {
    const outcome = await app.lendTerminal(() => editText(expandDraft(state.draft), context));
    if (outcome.type === 'edited') app.setDraft(outcome.text);
    else transcript.notice(outcome.reason, 'warning');
  }

  async function suspend(): Promise<void> {
    const { suspendProcess } = context;
    if (suspendProcess) await app.lendTerminal(suspendProcess);
  }

  async function begin(): Promise<void> {
    if (session.file.conversation.head !== undefined) await app.printHistory();
    await signInFirst(app);
    // The first answer shall not wait for it.
    await markdown.load();
  }

  const decoder = createKeyDecoder({ onKey });
  const terminal = createRawTerminal({
    stdin: stdin.stream,
    write: stdout.writeNow,
    onText: decoder.push,
    onEnd: leave,
  });
  const ticking = setInterval(() => {
    if (state.work) screen.invalidate();
  }, spinnerMs);
  const stops = [
    stdout.onResize(() => screen.resize()),
    context.onExit(terminal.leave),
    context.divertMessages(({ kind, sentence }) =>
      transcript.notice(sentence, kind === 'warning' ? 'warning' : 'dim'),
    ),
    () => clearInterval(ticking),
    images.close,
  ];
  context.signal.addEventListener('abort', leave, { once: true });
  terminal.enter();
  void stdout.write(questions);
  screen.invalidate();
  void begin().catch((error) => printFailure(transcript, error));
  try {
    await left;
    await runner.settled();
  } finally {
    await screen.suspend().catch(() => {});
    terminal.leave();
    for (const stop of stops) stop();
    view.close();
  }
  context.signal.throwIfAborted();
}

/** A module that is loaded when it is first needed, and then is there at once. */
function loadOnce<T>(load: () => Promise<T>): { load(): Promise<void>; get(): T } {
  let loaded: T | undefined;
  return {
    async load() {
      loaded ??= await load();
    },
    get() {
      if (!loaded) throw new Error('used before it was loaded');
      return loaded;
    },
  };
}
