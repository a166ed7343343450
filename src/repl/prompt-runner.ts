import { CliError } from '../errors.ts';
import { joinTexts, type PromptText, toTyped } from '../prompt-text.ts';
import type { ReplApp } from './app.ts';
import { setPrompt } from './composer/draft.ts';
import { readDraft } from './composer/pastes.ts';
import { applyRevision } from './slash/conversation.ts';
import { checkWords, findCommand, parseSlash, type Slash, type SlashCommand } from './slash/slash-command.ts';
import type { SentPrompt } from './turns/attachment.ts';
import { printFailure, runTurn } from './turns/run-turn.ts';
import type { Session } from './turns/session.ts';

export type PromptRunner = {
  /** What the person sent: a prompt, a command, a command of the shell. During an answer it waits, unless it can be done at once. */
  submit(prompt: PromptText): void;
  /** Does what comes before all prompts; those that are sent meanwhile wait for it, and where it gives false, for the person. */
  begin(work: () => Promise<boolean>): Promise<void>;
  /** Says a prompt, or asks again for what was said last. */
  ask(prompt: SentPrompt | undefined): Promise<boolean>;
  /** Does something that takes a while. Esc aborts its signal, and then there is no result. */
  work<T>(label: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  stop(): void;
  takeBack(): void;
  readonly isBusy: boolean;
  /** Resolves when nothing goes on any more. */
  idle(): Promise<void>;
  /** The same, and stops what goes on. What waits is not sent any more. */
  settled(): Promise<void>;
};

type PromptRunnerOptions = {
  app: () => ReplApp;
  session: Session;
  commands: readonly SlashCommand[];
  runShell: (command: string) => Promise<void>;
  /** Told what was sent, for the history. */
  onSent: (prompt: PromptText) => void;
  /** Loads what an answer is shown with. */
  prepare: () => Promise<void>;
  now: () => number;
  signal: AbortSignal;
};

/** What people type to leave or to ask for help in other programs, as the command that does it here. */
const wordCommands: Record<string, string> = {
  exit: '/exit',
  quit: '/exit',
  ':q': '/exit',
  bye: '/exit',
  help: '/help',
  q: '/exit',
  '?': '/keys',
};

/** A lone word that is meant for the chat is no prompt: whoever wants to say it to a model says more. */
function readWordCommand(prompt: PromptText): PromptText {
  const word = prompt.text.trim().toLowerCase();
  return Object.hasOwn(wordCommands, word) ? toTyped(wordCommands[word] ?? '') : prompt;
}

/** Whether it is a lone word that people type to leave, or to ask for help. */
export function isWordCommand(prompt: PromptText): boolean {
  return readWordCommand(prompt) !== prompt;
}

export function isCommand(prompt: PromptText): boolean {
  const meant = readWordCommand(prompt);
  return meant.text.startsWith('!') || parseSlash(meant) !== undefined;
}

/** Does what a person sends, one after the other. */
export function createPromptRunner(options: PromptRunnerOptions): PromptRunner {
  const { app, session, commands, now, signal } = options;
  /** What can be stopped now, the newest last. */
  const controllers: AbortController[] = [];
  let running: Promise<void> | undefined;
  let isEnding = false;

  /** Whether what waits is the person's to send: after an answer that did not come. */
  function hold(isHeld: boolean): void {
    app().dispatch({ type: 'held', isHeld });
  }

  /** One thing at a time; what it throws becomes a line. */
  function start(work: () => Promise<void>): Promise<void> {
    const done = (running ?? Promise.resolve()).then(work).catch((error) => {
      // Whoever ended the program tells why.
      if (!signal.aborted) printFailure(app().transcript, error);
      // What waits may be meant for what did not happen: another model, another conversation.
      if (app().state.queue.length > 0) hold(true);
    });
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
    if (prompt === undefined || state.isHeld || isEnding) return;
    dispatch({ type: 'queue', queue });
    run(prompt, { isRevision: false });
  }

  /** A revision is about what is sent from the composer, never about a prompt that waited. */
  function run(prompt: SentPrompt, { isRevision }: { isRevision: boolean }): void {
    const slash = parseSlash(prompt);
    if (slash) {
      void start(async () => {
        await runCommand(slash, prompt);
        // What stands in the composer now comes first.
        if (app().state.revision && app().state.queue.length > 0) hold(true);
      });
      return;
    }
    if (prompt.text.startsWith('!')) {
      void start(() => options.runShell(prompt.text.slice(1).trim()));
      return;
    }
    void start(async () => {
      // An answer that did not come leaves everything where it was.
      const before = session.file.conversation.head;
      const { revision } = app().state;
      const isRevised = isRevision && applyRevision(app());
      if ((await ask(prompt)) || !isRevised) return;
      session.moveTo(before);
      // Other words that stand in the composer by now are not about that prompt.
      if (readDraft(app().state.draft).text === prompt.text) app().dispatch({ type: 'revision', revision });
    });
  }

  async function withStop<T>(work: (own: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    controllers.push(controller);
    try {
      return await work(controller.signal);
    } finally {
      controllers.splice(controllers.indexOf(controller), 1);
    }
  }

  /** Puts back what was typed where it names no command, or nothing that the command can do. */
  async function runCommand(slash: Slash, prompt: PromptText): Promise<void> {
    const { name, words, said } = slash;
    let command: SlashCommand | undefined;
    try {
      command = findCommand(name, commands);
      checkWords(slash, command);
      await command.run(app(), words, said);
    } catch (error) {
      const isOfWords = error instanceof CliError && (error.code === 'usage' || error.code === 'model');
      const isMistyped = isOfWords && (command === undefined || words !== '');
      if (isMistyped) putBack(prompt);
      throw error;
    }
  }

  /** Behind what was put back before, which the words may have been meant to go on with. */
  function putBack(prompt: PromptText): void {
    const { draft, isPlaced } = app().state;
    if (draft.text === '') app().setDraft(prompt);
    else if (isPlaced) app().setDraft(joinTexts([readDraft(draft), prompt]));
  }

  async function ask(prompt: SentPrompt | undefined): Promise<boolean> {
    const { transcript, dispatch, setDraft } = app();
    hold(false);
    await options.prepare();
    if (prompt !== undefined) transcript.printPrompt(prompt.text);
    const outcome = await withStop(async (own) => {
      const ended = await runTurn(prompt, {
        session,
        transcript,
        dispatch,
        now,
        signal: AbortSignal.any([signal, own]),
      });
      hold(own.aborted || !ended.answered);
      return ended;
    });
    if (outcome.answered || prompt === undefined) return outcome.answered;
    // Nothing typed is lost: what was asked in vain can be sent again.
    if (outcome.asked) session.recoverAttachments();
    if (app().state.draft.text === '') setDraft(prompt);
    return false;
  }

  async function idle(): Promise<void> {
    while (running) await running;
  }

  return {
    begin: (work) =>
      start(async () => {
        hold(true);
        const isReady = await work();
        // A command may be what makes it ready.
        hold(!isReady && !app().state.queue[0]?.text.startsWith('/'));
      }),
    ask,
    submit(said) {
      const prompt = readWordCommand(said);
      const { state, dispatch } = app();
      if (prompt.text === '') {
        hold(false);
        if (!running) next();
        return;
      }
      if (running && state.revision && !isCommand(prompt)) {
        dispatch({ type: 'draft', draft: setPrompt(state.draft, prompt) });
        dispatch({ type: 'hint', hint: 'Send it when the reply has ended; Esc stops the reply' });
        return;
      }
      // A command does not send the prompts that wait for the person.
      if (!isCommand(prompt) || state.queue.length === 0) hold(false);
      options.onSent(prompt);
      const slash = parseSlash(prompt);
      const isQuick =
        slash &&
        commands.some(
          ({ name, aliases, isQuick: quick }) =>
            quick && (name === slash.name || aliases?.includes(slash.name)),
        );
      if (isQuick) {
        // It touches nothing that the answer is made of.
        void runCommand(slash, prompt).catch((error) => printFailure(app().transcript, error));
      } else if (running)
        dispatch({ type: 'queued', prompt: isCommand(prompt) ? prompt : session.bindAttachments(prompt) });
      // What waits after an answer that was stopped follows this one.
      else run(prompt, { isRevision: true });
    },
    async work(label, work) {
      const { dispatch } = app();
      return withStop(async (own) => {
        dispatch({ type: 'work-began', label, at: now() });
        try {
          return await work(AbortSignal.any([signal, own]));
        } catch (error) {
          if (!own.aborted) throw error;
          app().transcript.notice('Stopped.');
          return undefined;
        } finally {
          dispatch({ type: 'work-ended' });
        }
      });
    },
    stop: () => controllers.at(-1)?.abort(),
    takeBack() {
      const { state, dispatch } = app();
      const last = state.queue.at(-1);
      if (last === undefined) return;
      dispatch({ type: 'queue', queue: state.queue.slice(0, -1) });
      for (const attachment of last.along ?? []) session.attach(attachment);
      dispatch({ type: 'draft', draft: setPrompt(state.draft, last) });
    },
    get isBusy() {
      return running !== undefined;
    },
    idle,
    settled: async () => {
      isEnding = true;
      for (const controller of controllers) controller.abort();
      await running;
    },
  };
}
