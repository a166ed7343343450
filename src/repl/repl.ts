import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { toKeymapPath } from '../config/paths.ts';
import type { BellChoice } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import { describeError } from '../errors.ts';
import { loadOnce } from '../once.ts';
import { defer } from '../pause.ts';
import { chooseEncoding } from '../terminal/ascii.ts';
import { knowsPasteMarks, toBackground } from '../terminal/capabilities.ts';
import { editText } from '../terminal/editor.ts';
import { isInBackground } from '../terminal/job.ts';
import {
  createRawTerminal,
  cursorQuestion,
  markQuestion,
  questions,
  resetModes,
} from '../terminal/raw-terminal.ts';
import { createScreen } from '../terminal/screen.ts';
import { spinnerMs } from '../terminal/waits.ts';
import { createBell } from './bell.ts';
import { createReplCompleter } from './completion/repl-completer.ts';
import { type KeyBinding, keyBindings } from './composer/key-bindings.ts';
import { readDraft, setPrompt } from './composer/pastes.ts';
import type { ViKeys } from './composer/vi/vi-keys.ts';
import { createController } from './controller.ts';
import { sayGoodbye } from './greeting.ts';
import type { Ending } from './history-keys.ts';
import { type Key, type TerminalReport, toKey } from './keys/key.ts';
import { createKeyDecoder } from './keys/key-decoder.ts';
import { createLook } from './look.ts';
import { createPastedImages } from './pasted-images.ts';
import { createReplCore, type ReplOptions, type ReplView, type ViewSource } from './repl-core.ts';
import { isSearching } from './state.ts';
import { listenForStop } from './stop-listener.ts';
import { createTranscript } from './transcript.ts';
import { printFailure } from './turns/run-turn.ts';
import { createLiveView, toDraftRows } from './view/draw-live.ts';

/** How long the first lines wait for the terminal to report its background, in milliseconds. Nobody notices this delay. */
const backgroundMs = 50;
/** How long the chat stands still for the terminal to report its cursor, in milliseconds: as long as a slow connection needs. */
const reportMs = 300;

/** How late a terminal's answers may come over a slow connection, in milliseconds. */
const lateMs = 1_000;

/** Runs the chat on the terminal until the person leaves. Throws if a signal or a lost terminal ends it. */
export async function runRepl(context: Context, options: ReplOptions): Promise<void> {
  const { stdin, stdout } = context.io;
  const { now } = context;
  const size = () => ({ columns: stdout.columns, rows: stdout.rows });
  const markdown = loadOnce(() => import('../markdown/markdown-stream.ts'));
  const bellChoice = context.settings.get('bell').value as BellChoice;
  const bell =
    bellChoice === 'off' ? undefined : createBell({ choice: bellChoice, write: stdout.writeNow, now });
  const keymap = await loadKeymap(context);
  const encode = chooseEncoding(context.env);
  const screen = createScreen({
    draw: () => live.draw(),
    write: (text) => stdout.write(encode(text)),
    size,
  });
  const look = createLook({ ...options.look, bindings: keymap.bindings });
  const { app, runner, history, commands, begin, ended, hasLeft } = createReplCore(
    context,
    { ...options, look },
    createView,
  );
  const { dispatch, dialogs, transcript } = app;
  const getState = () => app.state;
  const live = createLiveView({ getState, look: () => app.look, transcript, size, now });

  function createView({ look }: ViewSource): ReplView {
    return {
      transcript: createTranscript({
        commit: screen.commit,
        invalidate: screen.invalidate,
        look,
        columns: () => stdout.columns,
        now,
        createMarkdown: (columns) => markdown.get().createMarkdownStream({ ...look(), columns }),
      }),
      get size() {
        return size();
      },
      update(action) {
        if (action?.type === 'work-began') bell?.begin();
        if (action?.type === 'work-ended' && !app.state.queue.some(() => !app.state.isHeld)) bell?.end();
        screen.invalidate({ isUrgent: action?.type === 'draft' });
      },
      async setEditorMode(mode) {
        if (mode === 'vi') await loadVi();
        else {
          vi = undefined;
          dispatch({ type: 'vi-mode', viMode: undefined, isPending: false });
        }
      },
      keyBindings: keymap.bindings,
      watchKeys,
      lendTerminal,
      listenForStop: (onStop) =>
        listenForStop({
          stdin: stdin.stream,
          write: stdout.writeNow,
          onEnd: app.leave,
          onExit: context.onExit,
          onStop,
          onSuspend: suspend,
          take: (key) => controller.take(key),
        }),
      // Several lines may have been pasted.
      type(text, { isEntered }) {
        const isAlone = app.state.draft.text === '';
        controller.take({ type: text.includes('\n') ? 'paste' : 'text', text });
        if (isEntered && isAlone) controller.take(toKey('enter'));
      },
      prepare: markdown.load,
      close() {
        isClosing = true;
        decoder.endPaste();
        isClosing = false;
      },
    };
  }

  let isLent = false;

  async function lendTerminal<T>(work: () => Promise<T>): Promise<T> {
    isLent = true;
    await screen.suspend();
    terminal.leave();
    try {
      return await work();
    } finally {
      // A job that was ended in the background does not get its terminal back.
      if (!isInBackground()) {
        stdout.writeNow(resetModes);
        terminal.enter();
        screen.resume();
      }
      isLent = false;
    }
  }

  function suspend(): void {
    const { suspendProcess } = context;
    if (!suspendProcess) return;
    void (isLent ? suspendProcess() : app.lendTerminal(suspendProcess, { isInterruptible: false }));
  }

  let isRegaining = false;

  /** After SIGSTOP, the shell has put the terminal into its own mode. */
  async function regainTerminal(): Promise<void> {
    if (isLent || isRegaining) return;
    isRegaining = true;
    await context.waitForTerminal();
    isRegaining = false;
    if (context.signal.aborted || isLent) return;
    terminal.leave();
    terminal.enter();
    screen.resize();
  }

  const images = createPastedImages(app);
  let isKitty = false;
  /** Set while vi mode is on. */
  let vi: ViKeys | undefined;

  async function loadVi(): Promise<void> {
    const { createViKeys } = await import('./composer/vi/vi-keys.ts');
    vi = createViKeys({
      getDraft: () => app.state.draft,
      setDraft: controller.setDraft,
      type: controller.type,
      onMode: (viMode, isPending) => dispatch({ type: 'vi-mode', viMode, isPending }),
      stopsAtOnce: () => app.state.draft.text === '' && (app.state.work ?? app.state.revision) !== undefined,
      up: controller.up,
      down: controller.down,
      searchHistory(text) {
        history.startSearch();
        if (text !== '') history.takeKey({ type: 'text', text });
      },
      knowsAlt: () => isKitty,
      escape: controller.escape,
    });
    dispatch({ type: 'vi-mode', viMode: 'insert', isPending: false });
  }

  const controller = createController({
    getState,
    dispatch,
    completer: createReplCompleter(app, commands),
    now,
    vi: () => vi,
    keyBindings: keymap.bindings,
    rows: () => toDraftRows(stdout.columns),
    actions: {
      submit: runner.submit,
      stop: runner.stop,
      takeBack: () => runner.waiting.takeBack(),
      leave: app.leave,
      rewind: runner.rewind,
      openEditor: () => void openEditor().catch((error) => printFailure(transcript, error)),
      walkHistory: history.walk,
      searchHistory: history.startSearch,
      pasteImage: () => void images.paste(),
      takePastedPath: images.takePath,
      namesImages: images.namesImages,
      findDoubt: runner.findDoubt,
      dropAttachments() {
        const dropped = app.state.attachments.join(', ');
        app.session.dropAttachments();
        transcript.notice(`No longer attached: ${dropped}.`);
      },
      cancelRevision: app.cancelRevision,
      leaveHistory: history.leave,
      hasEntered: history.has,
      keepCleared: history.keepCleared,
      stash() {
        history.stash(app.session);
        if (app.state.draft.text === '') dialogs.draftEmptied();
      },
      emptied: dialogs.draftEmptied,
      detachLast: () => void app.session.detachLast(),
      toggleReasoning: () => app.calls.openNewest() || transcript.toggleReasoning(),
      redraw: () => void screen.redraw(findCursor),
      suspend,
    },
  });

  /** What the terminal sent since the last key. */
  let sent = '';
  let onWatched: ((key: Key, sent: string) => void) | undefined;

  function watchKeys(onWatchedKey: (key: Key, sent: string) => void): Promise<void> {
    return new Promise((resolve) => {
      let wasEscape = false;
      onWatched = (key, bytes) => {
        onWatchedKey(key, bytes);
        const isEscape = key.type === 'key' && key.name === 'escape';
        const isOver = (isEscape && wasEscape) || (key.type === 'key' && key.ctrl && key.name === 'c');
        wasEscape = isEscape;
        if (!isOver) return;
        onWatched = undefined;
        resolve();
      };
    });
  }

  function onKey(key: Key): void {
    const bytes = sent;
    sent = '';
    if (onWatched && key.type !== 'report') {
      onWatched(key, bytes);
      return;
    }
    if (key.type === 'report') {
      onReport(key.report);
      return;
    }
    if (app.state.hint !== undefined) dispatch({ type: 'hint', hint: undefined });
    if (app.state.dialog && controller.takeForProgram(key)) return;
    const wasSearching = isSearching(app.state);
    if (!dialogs.takeKey(key) && !history.takeKey(key)) controller.take(key);
    if (wasSearching && !isSearching(app.state) && app.state.draft.text === '') dialogs.draftEmptied();
  }

  async function openEditor(): Promise<void> {
    const before = readDraft(app.state.draft);
    const outcome = await app.lendTerminal(async () => {
      const edited = await editText(before.text, context);
      // If a signal ended the editor, this draft is kept as soon as the terminal is back.
      if (edited.type === 'edited') {
        const { keepOrigin } = await import('./composer/keep-origin.ts');
        dispatch({ type: 'draft', draft: setPrompt(app.state.draft, keepOrigin(before, edited.text)) });
      }
      return edited;
    });
    if (outcome.type === 'kept') transcript.notice(outcome.reason, 'warning');
  }

  /** The first frame waits for nothing that has to be loaded. */
  async function beginChat(): Promise<void> {
    screen.invalidate();
    void begin();
    await screen.settled();
    await live.load();
    screen.invalidate();
  }

  const answered = defer();
  const lastReport = defer();

  function onReport(report: TerminalReport): void {
    if (report.type === 'paste-marks') marksPastes = report.known;
    if (report.type === 'kitty-flags') {
      isKitty = true;
      marksPastes = true;
      terminal.switchToKitty();
    }
    if (report.type === 'cursor-position') onCursor(report.row - 1);
    if (report.type === 'focus') bell?.look(report.focused);
    if (report.type === 'background') app.setLook({ background: toBackground(report) });
    // This report answers the last of our questions.
    if (report.type === 'device-attributes') {
      answered.resolve();
      lastReport.resolve();
    }
  }

  let onCursor: (row: number | undefined) => void = () => {};

  /** Asks the terminal for the row of its cursor, from zero. Undefined if it does not tell at once. */
  function findCursor(): Promise<number | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => onCursor(undefined), reportMs);
      onCursor = (row) => {
        clearTimeout(timer);
        onCursor = () => {};
        resolve(row);
      };
      void stdout.write(cursorQuestion).catch(() => onCursor(undefined));
    });
  }

  const pasteMarks = knowsPasteMarks(context.env);
  let marksPastes = pasteMarks === true;
  /** While a paste that the end of the chat cut goes into the draft. */
  let isClosing = false;
  const decoder = createKeyDecoder({
    onKey(key) {
      const isOfDraft = isClosing && (key.type === 'paste' || key.type === 'text');
      if (key.type === 'report' || isOfDraft || !hasLeft()) onKey(key);
    },
    marksPastes: () => marksPastes,
  });
  const terminal = createRawTerminal({
    stdin: stdin.stream,
    write: stdout.writeNow,
    onText(text) {
      sent += text;
      decoder.push(text);
    },
    onEnd: app.leave,
    reportsFocus: bell !== undefined,
  });
  const ticking = setInterval(() => {
    if (app.state.work && (app.look.motion || app.state.work.wait)) screen.invalidate();
  }, spinnerMs);
  const patience = setTimeout(answered.resolve, app.look.themeChoice === 'auto' ? backgroundMs : 0);
  const stops = [
    stdout.onResize(() => {
      screen.resize();
      dialogs.resized();
    }),
    context.onExit(terminal.leave),
    context.onJobControl({ onStop: suspend, onContinue: () => void regainTerminal() }),
    () => clearInterval(ticking),
    () => clearTimeout(patience),
    images.close,
  ];
  await context.waitForTerminal();
  if (context.settings.get('editor-mode').value === 'vi') await loadVi();
  if (!context.signal.aborted) terminal.enter();
  void stdout.write((pasteMarks === 'ask' ? markQuestion : '') + questions).catch(() => {});
  // What has not come by then will not come. Read by nobody, it would be typed into the shell.
  const lateReport = sleep(lateMs, undefined, { ref: false });
  void answered.promise.then(beginChat);
  let ending: Ending;
  try {
    ending = await ended();
  } finally {
    app.leave();
    await screen.suspend().catch(() => {});
    if (!context.signal.aborted) await Promise.race([lastReport.promise, lateReport]);
    terminal.leave();
    for (const stop of stops) stop();
    live.close();
  }
  await sayGoodbye(app, ending);
  context.signal.throwIfAborted();
}

/** The keys of the chat. An invalid keys file is reported; the built-in keys apply. */
async function loadKeymap({ settings, warn }: Context): Promise<{ bindings: readonly KeyBinding[] }> {
  const path = toKeymapPath(settings.path);
  if (!existsSync(path)) return { bindings: keyBindings };
  const { readKeymap } = await import('./composer/keymap-file.ts');
  try {
    return { bindings: readKeymap(path) };
  } catch (error) {
    const { message, hint } = describeError(error);
    warn(`${message}. ${hint ?? ''} The built-in keys apply.`);
    return { bindings: keyBindings };
  }
}
