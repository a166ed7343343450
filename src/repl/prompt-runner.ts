import { CliError } from '../errors.ts';
import type { ReplApp } from './app.ts';
import { findCommand, parseSlash, type Slash } from './slash/find-command.ts';
import type { SlashCommand } from './slash/slash-command.ts';
import { printFailure, runTurn } from './turns/run-turn.ts';
import type { Session } from './turns/session.ts';

export type PromptRunner = {
  /** What the person sent: a prompt, a command, a command of the shell. During an answer it waits, unless it can be done at once. */
  submit(text: string): void;
  /** Says a prompt, or asks again for what was said last. */
  ask(prompt: string | undefined): Promise<void>;
  /** Does something that takes a while. Esc aborts its signal, and then there is no result. */
  work<T>(label: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  stop(): void;
  takeBack(): void;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
};

export type PromptRunnerOptions = {
  app: () => ReplApp;
  session: Session;
  commands: readonly SlashCommand[];
  runShell: (command: string) => Promise<void>;
  /** Told what was sent, for the history. */
  onSent: (text: string) => void;
  /** Loads what an answer is shown with. */
  prepare: () => Promise<void>;
  now: () => number;
  signal: AbortSignal;
};

/** Does what a person sends, one after the other. */
export function createPromptRunner(options: PromptRunnerOptions): PromptRunner {
  const { app, session, commands, now, signal } = options;
  let controller: AbortController | undefined;
  let running: Promise<void> | undefined;

  /** One thing at a time; what it throws becomes a line. */
  function start(work: () => Promise<void>): Promise<void> {
    const done = (running ?? Promise.resolve())
      .then(work)
      .catch((error) => printFailure(app().transcript, error));
    const settled = done.finally(() => {
      if (running === settled) running = undefined;
      if (!running) next();
    });
    running = settled;
    return settled;
  }

  /** What waits goes out when an answer has come to its end, not when it was stopped. */
  function next(): void {
    const { state, dispatch } = app();
    const [prompt, ...queue] = state.queue;
    if (prompt === undefined || state.isHeld) return;
    dispatch({ type: 'queue', queue });
    run(prompt);
  }

  function run(text: string): void {
    const slash = parseSlash(text);
    if (slash) {
      void start(() => runCommand(slash, text));
      return;
    }
    if (text.startsWith('!')) {
      void start(() => options.runShell(text.slice(1).trim()));
      return;
    }
    void start(() => ask(text));
  }

  /** Puts back what was typed where it names no command, or nothing that the command can do. */
  async function runCommand({ name, words }: Slash, text: string): Promise<void> {
    let command: SlashCommand | undefined;
    try {
      command = findCommand(name, commands);
      await command.run(app(), words);
    } catch (error) {
      const isUsage = error instanceof CliError && error.code === 'usage';
      const isMistyped = isUsage && (command === undefined || words !== '');
      if (isMistyped && app().state.draft.text === '') app().setDraft(text);
      throw error;
    }
  }

  async function ask(prompt: string | undefined): Promise<void> {
    const { transcript, dispatch, setDraft } = app();
    controller = new AbortController();
    dispatch({ type: 'held', isHeld: false });
    await options.prepare();
    if (prompt !== undefined) transcript.printPrompt(prompt);
    const outcome = await runTurn(prompt, {
      session,
      transcript,
      dispatch,
      now,
      signal: AbortSignal.any([signal, controller.signal]),
    });
    dispatch({ type: 'held', isHeld: controller.signal.aborted || !outcome.answered });
    controller = undefined;
    // Nothing typed is lost: what was asked in vain can be sent again.
    if (!outcome.answered && prompt !== undefined && app().state.draft.text === '') setDraft(prompt);
  }

  return {
    ask,
    submit(text) {
      const { dispatch } = app();
      dispatch({ type: 'held', isHeld: false });
      if (text === '') {
        if (!running) next();
        return;
      }
      options.onSent(text);
      const slash = parseSlash(text);
      const isQuick =
        slash &&
        commands.some(
          ({ name, aliases, isQuick: quick }) =>
            quick && (name === slash.name || aliases?.includes(slash.name)),
        );
      if (isQuick) {
        // It touches nothing that the answer is made of.
        void runCommand(slash, text).catch((error) => printFailure(app().transcript, error));
      } else if (running) dispatch({ type: 'queued', prompt: text });
      // What waits after an answer that was stopped follows this one.
      else run(text);
    },
    async work(label, work) {
      const { dispatch } = app();
      controller = new AbortController();
      const current = controller.signal;
      dispatch({ type: 'work-began', label, at: now() });
      try {
        return await work(AbortSignal.any([signal, current]));
      } catch (error) {
        if (!current.aborted) throw error;
        app().transcript.notice('Stopped.');
        return undefined;
      } finally {
        controller = undefined;
        dispatch({ type: 'work-ended' });
      }
    },
    stop: () => controller?.abort(),
    takeBack() {
      const { state, dispatch, setDraft } = app();
      const last = state.queue.at(-1);
      if (last === undefined) return;
      dispatch({ type: 'queue', queue: state.queue.slice(0, -1) });
      setDraft(last);
    },
    settled: async () => {
      controller?.abort();
      await running;
    },
  };
}
