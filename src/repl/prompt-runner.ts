import { CliError } from '../errors.ts';
import { joinTexts, type PromptText, trimText } from '../prompt-text.ts';
import type { ReplApp, WaitingPrompts } from './app.ts';
import { bringAlong } from './bring-along.ts';
import { readDraft, setPrompt, toEcho } from './composer/pastes.ts';
import type { HistoryKeys } from './history-keys.ts';
import { isCommand, isShellCommand } from './is-command.ts';
import { createMentionCheck, type MentionCheck } from './mention-check.ts';
import { returnPrompt } from './return-prompt.ts';
import { offerCompaction } from './slash/compaction.ts';
import { applyRevision, reviseEarlier } from './slash/conversation.ts';
import { findServerPrompt } from './slash/server-prompts.ts';
import {
  checkWords,
  findByName,
  findCommand,
  parseSlash,
  type Slash,
  type SlashCommand,
} from './slash/slash-command.ts';
import { holdPrints } from './transcript.ts';
import type { SentPrompt } from './turns/attachment.ts';
import { printFailure, runTurn } from './turns/run-turn.ts';
import type { Session } from './turns/session.ts';
import { findAdvice, readWordCommand } from './word-commands.ts';

export type PromptRunner = Pick<MentionCheck, 'findDoubt'> & {
  /**
   * Takes a prompt, a slash command or a shell command. During an answer it waits, unless it is a quick command. A prompt takes its turn behind
   * those that are held, and releases them; one that returned to the composer, after a failure or by a command, was said before them.
   * `isUnasked`: no key sent it, so the person is asked at its turn what `findDoubt` asks at a key.
   */
  submit(prompt: PromptText, options?: { isReturned?: boolean; isUnasked?: boolean }): void;
  /** Does the work that comes before all prompts. Prompts that are sent meanwhile wait for it. If it gives false, they stay queued until the person sends them. */
  begin(work: () => Promise<boolean>): Promise<void>;
  /** Sends a prompt, or asks the last one again; with `goesOn`, goes on with the calls that were made for it. */
  ask(prompt: SentPrompt | undefined, options?: { goesOn: boolean }): Promise<boolean>;
  /** Does work that takes a while. Esc aborts the signal; the result is then undefined. */
  work<T>(label: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  stop(): void;
  /** Lets the person choose an earlier prompt to edit. A key asked for it, so nothing is echoed. */
  rewind(): void;
  readonly waiting: WaitingPrompts;
  readonly isBusy: boolean;
  /** Resolves when nothing is running any more. */
  idle(): Promise<void>;
  /** The same, but stops what is running. Waiting prompts are not sent any more. */
  settled(): Promise<void>;
};

type PromptRunnerOptions = {
  app: () => ReplApp;
  session: Session;
  commands: readonly SlashCommand[];
  runShell: (command: string) => Promise<void>;
  /** Gets each prompt that is sent from the composer, waits, is taken back, or is sent after it waited. A queued prompt is not in the history yet. */
  history: Pick<HistoryKeys, 'add' | 'has' | 'wait' | 'takeBack' | 'isDrafted' | 'drop' | 'addWaited'>;
  /** Loads the modules that show an answer. */
  prepare: () => Promise<void>;
  now: () => number;
  signal: AbortSignal;
};

/** Runs what the person sends, one after the other. */
export function createPromptRunner(options: PromptRunnerOptions): PromptRunner {
  const { app, session, commands, history, now, signal } = options;
  const mentions = createMentionCheck(app, commands);
  /** The work that can be stopped now, the newest last. */
  const controllers: AbortController[] = [];
  let running: Promise<void> | undefined;
  let isEnding = false;
  let isArranging = false;
  /** How full the window was when it was last said. */
  let toldFull = 0;
  /** The waiting command that may begin: nothing was being typed when its turn came. */
  let passed: SentPrompt | undefined;
  /** The waiting prompt that is being edited, and the one behind it. */
  let edited: { prompt: SentPrompt; behind: SentPrompt | undefined } | undefined;

  /** Waiting prompts are held until the person sends them: the last answer was stopped or did not come. */
  function hold(isHeld: boolean): void {
    app().dispatch({ type: 'held', isHeld });
  }

  /** Runs one thing at a time. An error becomes a line. */
  function start(work: () => Promise<void>): Promise<void> {
    const done = (running ?? Promise.resolve()).then(work).catch((error) => {
      // After a signal the program itself reports why it ends.
      if (!signal.aborted) printFailure(app().transcript, error);
      // Waiting prompts may depend on what failed, such as another model or conversation.
      if (app().state.queue.length > 0) hold(true);
    });
    const settled = done.finally(() => {
      app().transcript.endCommand();
      if (running === settled) running = undefined;
      if (!running) next();
    });
    running = settled;
    return settled;
  }

  /** Sends the next waiting prompt, unless the answer was stopped. */
  function next(): void {
    const { state, dispatch } = app();
    const [prompt, ...queue] = state.queue;
    if (prompt === undefined || state.isHeld || isEnding || isArranging) return;
    if (state.draft.text !== '' && findPlace() === 0) {
      hold(true);
      return;
    }
    if (takesHands(prompt) && prompt !== passed) {
      void start(() => pass(prompt));
      return;
    }
    const obstacle = mentions.findObstacle(prompt);
    if (obstacle !== undefined) {
      // Without its file it is another prompt. Whoever sends it once more means it as it is.
      dispatch({ type: 'queue', queue: [{ ...prompt, mentioned: [], isUnasked: false }, ...queue] });
      hold(true);
      app().transcript.notice(obstacle);
      return;
    }
    dispatch({ type: 'queue', queue });
    history.addWaited(prompt);
    run(prompt, { isRevision: false });
  }

  /** Whether it takes the keyboard or the composer from whoever types. What asks something waits for Tab by itself. */
  function takesHands(prompt: PromptText): boolean {
    if (isShellCommand(prompt)) return true;
    const slash = parseSlash(prompt);
    return (slash && findByName(slash.name, commands)?.setsDraft?.(slash.words)) ?? false;
  }

  /** Whether it is a command that makes a prompt, which gets what is attached. */
  function makesPrompt(prompt: PromptText): boolean {
    const slash = parseSlash(prompt);
    if (!slash) return false;
    return slash.name.includes(':') || findByName(slash.name, commands)?.findPrompt !== undefined;
  }

  /** It waits behind what is being typed, and follows at Enter. */
  async function pass(command: SentPrompt): Promise<void> {
    passed = command;
    if (!(await app().isTyping())) return;
    hold(true);
  }

  /** The place in the queue of the prompt that is being edited; its end if there is none. */
  function findPlace(): number {
    const { queue } = app().state;
    const behind = edited && history.isDrafted(edited.prompt) ? edited.behind : undefined;
    const place = queue.findIndex(({ waits }) => behind !== undefined && waits === behind.waits);
    return place === -1 ? queue.length : place;
  }

  /** Lets a prompt wait; one that was taken back in its old place. */
  function queue(prompt: PromptText, isUnasked = false): void {
    const { state, dispatch } = app();
    const place = findPlace();
    edited = undefined;
    const bound = isCommand(prompt) && !makesPrompt(prompt) ? prompt : session.bindAttachments(prompt);
    const waiting = history.wait({ ...bound, mentioned: mentions.listFound(prompt), isUnasked });
    if (running && place >= state.queue.length) dispatch({ type: 'queued', prompt: waiting });
    else dispatch({ type: 'queue', queue: state.queue.toSpliced(place, 0, waiting) });
  }

  /** Sends those that wait. What stands beside the draft by now was attached after they were sent. */
  function release(): void {
    if (app().state.isHeld && app().state.queue.length > 0) session.leaveToDraft();
    hold(false);
    if (!running) next();
  }

  /** Runs a quick command beside the answer, which it neither stops nor relabels. All that it prints comes at once, so that nothing is torn. */
  async function runBeside(slash: Slash, prompt: PromptText): Promise<void> {
    // Beside the start of the chat, nothing is printed that could be torn.
    const isHeld = app().state.work !== undefined;
    const { held, flush } = holdPrints(app().transcript, isHeld);
    held.beginCommand(toEcho(trimText(prompt)));
    const beside: ReplApp = Object.create(app(), {
      transcript: { value: held },
      work: { value: (_: string, work: (own: AbortSignal) => Promise<unknown>) => work(signal) },
    });
    try {
      await runCommand(slash, prompt, beside);
    } catch (error) {
      printFailure(held, error);
    }
    if (signal.aborted) return;
    flush();
    held.endCommand();
  }

  /** A revision applies to a prompt sent from the composer, never to one that waited. */
  function run(prompt: SentPrompt, { isRevision }: { isRevision: boolean }): void {
    const slash = parseSlash(prompt);
    if (slash) {
      void start(async () => {
        app().transcript.beginCommand(toEcho(trimText(prompt)));
        await bringAlong(app(), prompt.along, (to) => runCommand(slash, prompt, to));
        holdForRevision();
      });
      return;
    }
    if (isShellCommand(prompt)) {
      void start(() => options.runShell(prompt.text.slice(1).trim()));
      return;
    }
    void start(async () => {
      // If no answer comes, the conversation stays where it was.
      const before = session.file.conversation.head;
      const { revision } = app().state;
      const isRevised = isRevision && applyRevision(app());
      if ((await ask(prompt)) || !isRevised) return;
      session.moveTo(before);
      // By now the composer may hold other words, which do not revise that prompt.
      if (readDraft(app().state.draft).text === prompt.text) app().dispatch({ type: 'revision', revision });
    });
  }

  /** The prompt that is being revised comes before waiting ones. */
  function holdForRevision(): void {
    if (app().state.revision && app().state.queue.length > 0) hold(true);
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

  /** Puts the typed text back if there is no such command, or if the command cannot take those words. */
  async function runCommand(slash: Slash, prompt: PromptText, to = app()): Promise<void> {
    const { name, words, said } = slash;
    let command: SlashCommand | undefined;
    try {
      command = name.includes(':') ? await findServerPrompt(to, name) : findCommand(name, commands, to);
      if (!command) return;
      checkWords(slash, command);
      await command.run(to, words, said);
    } catch (error) {
      const isOfWords = error instanceof CliError && (error.code === 'usage' || error.code === 'model');
      const isMistyped = isOfWords && (command === undefined || words !== '');
      if (isMistyped) putBack(prompt);
      throw error;
    }
  }

  /** Appends to a command that was put back before: the words may continue it. Behind a prompt, it would be a part of that; Up has it. */
  function putBack(prompt: PromptText): void {
    const { draft, isPlaced } = app().state;
    if (draft.text === '') app().setDraft(prompt);
    else if (isPlaced && isCommand(readDraft(draft))) app().setDraft(joinTexts([readDraft(draft), prompt]));
  }

  async function ask(prompt: SentPrompt | undefined, { goesOn } = { goesOn: false }): Promise<boolean> {
    const { transcript, dispatch } = app();
    // What waits after a stop does not follow by itself.
    hold(app().state.isHeld && app().state.queue.length > 0);
    await options.prepare();
    if (prompt !== undefined) transcript.printPrompt(prompt.text, toEcho(prompt));
    const outcome = await withStop(async (own) => {
      const ended = await runTurn(prompt, {
        session,
        transcript,
        calls: app().calls,
        dispatch,
        now,
        goesOn,
        signal: AbortSignal.any([signal, own]),
      });
      hold(app().state.isHeld || own.aborted || ended.failed || !ended.answered);
      return ended;
    });
    if (outcome.answered) toldFull = offerCompaction(app(), toldFull);
    if (outcome.answered || prompt === undefined) return outcome.answered;
    returnPrompt(app(), prompt);
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
        // A command, such as /login, may make the chat ready.
        const [first] = app().state.queue;
        hold(!isReady && !(first && parseSlash(first)));
      }),
    ask,
    findDoubt: mentions.findDoubt,
    submit(said, { isReturned = false, isUnasked = false } = {}) {
      const prompt = readWordCommand(said);
      const { state, dispatch } = app();
      if (prompt.text === '') return release();
      const advice = findAdvice(prompt, (name) => findByName(name, commands) !== undefined);
      if (advice !== undefined) {
        app().transcript.notice(`Not sent: ${prompt.text.trim()}. ${advice}.`);
        if (/\s/.test(prompt.text.trim())) dispatch({ type: 'draft', draft: setPrompt(state.draft, prompt) });
        return;
      }
      if (running && state.revision && !isCommand(prompt)) {
        dispatch({ type: 'draft', draft: setPrompt(state.draft, prompt) });
        dispatch({ type: 'hint', hint: 'Send it after this answer; Esc stops the answer' });
        return;
      }
      const waitsBehind = state.isHeld && state.queue.length > 0 && !isReturned && !state.revision;
      if (waitsBehind && !running && !isCommand(prompt)) {
        session.leaveToDraft();
        queue(prompt);
        release();
        return;
      }
      if (state.queue.length === 0) hold(false);
      const slash = parseSlash(prompt);
      const isQuick = slash && findByName(slash.name, commands)?.isQuick;
      if (running && !isQuick) {
        queue(prompt, isUnasked);
        return;
      }
      history.add(prompt);
      if (isQuick && running) void runBeside(slash, prompt);
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
          if (app().state.queue.length > 0) hold(true);
          app().transcript.notice('Stopped.');
          return undefined;
        } finally {
          dispatch({ type: 'work-ended' });
        }
      });
    },
    stop: () => controllers.at(-1)?.abort(),
    rewind: () => void (running ?? start(() => reviseEarlier(app()).then(holdForRevision))),
    waiting: {
      takeBack(prompt = app().state.queue.at(-1)) {
        const { state, dispatch } = app();
        const place = prompt === undefined ? -1 : state.queue.indexOf(prompt);
        if (!prompt || place === -1) return;
        const replaced = readDraft(state.draft);
        if (replaced.text.trim() !== '' && !history.has(replaced.text)) history.add(replaced);
        edited = { prompt, behind: state.queue[place + 1] };
        dispatch({ type: 'queue', queue: state.queue.toSpliced(place, 1) });
        history.takeBack(prompt);
        for (const attachment of prompt.along ?? []) session.attach(attachment);
        dispatch({ type: 'draft', draft: setPrompt(state.draft, prompt) });
      },
      drop(prompt) {
        const { state, dispatch } = app();
        dispatch({ type: 'queue', queue: state.queue.filter((one) => one !== prompt) });
        history.drop(prompt);
      },
      move(prompt, by) {
        const { state, dispatch } = app();
        const place = state.queue.indexOf(prompt);
        const to = place + by;
        if (place === -1 || to < 0 || to >= state.queue.length) return;
        dispatch({ type: 'queue', queue: state.queue.toSpliced(place, 1).toSpliced(to, 0, prompt) });
      },
      async arrange(work) {
        isArranging = true;
        try {
          await work();
        } finally {
          isArranging = false;
          if (!running) next();
        }
      },
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
