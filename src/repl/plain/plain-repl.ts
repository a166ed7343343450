import type { Context } from '../../context.ts';
import { isTyped, joinTexts, type PromptText, toTyped, trimText } from '../../prompt-text.ts';
import { isInBackground } from '../../terminal/job.ts';
import { readDraft } from '../composer/pastes.ts';
import {
  createCountdown,
  type Dialog,
  type DialogStep,
  exchangedMs,
  needsSeeing,
  seenMs,
} from '../dialogs/dialog.ts';
import { sayGoodbye } from '../greeting.ts';
import type { Ending } from '../history-keys.ts';
import { isCommand } from '../is-command.ts';
import { createLook } from '../look.ts';
import { createReplCore, type ReplOptions, type ReplView } from '../repl-core.ts';
import { parseSlash } from '../slash/slash-command.ts';
import type { ReplAction } from '../state.ts';
import {
  answerDialog,
  createDialogTeller,
  describeDialog,
  isBesideQuestion,
  leaveDialog,
  type SeenDialog,
  takesText,
} from './answer-dialog.ts';
import { createDraftKeeper } from './draft-keeper.ts';
import { createHeldLines } from './held-lines.ts';
import {
  type Arrival,
  createLinePrinter,
  createLineReader,
  cutNotice,
  findPasted,
  heedJobControl,
} from './line-terminal.ts';
import { createPlainTranscript, describeChange, describeKept, describeWaiting } from './plain-transcript.ts';

/** Time allowed between the two Ctrl+C that leave the chat, in milliseconds. */
const leaveMs = 2_000;

/** The chat in plain lines that are never redrawn, for screen readers and simple terminals. Throws if a signal ends it. */
export async function runPlainRepl(context: Context, options: ReplOptions): Promise<void> {
  const { stdin, stdout } = context.io;
  const teller = createDialogTeller(stdout.columns - 1);
  const printer = createLinePrinter((text) => void stdout.write(text).catch(() => {}));
  const transcript = createPlainTranscript(print, stdout.columns);
  const view: ReplView = {
    transcript,
    size: { columns: stdout.columns, rows: stdout.rows },
    isSpoken: true,
    update: tell,
    async lendTerminal(work) {
      isLent = true;
      reader.stop();
      try {
        return await work();
      } finally {
        // A job that was ended in the background does not get its terminal back.
        if (!isInBackground()) reader.start();
        isLent = false;
      }
    },
    prepare: async () => {},
    async hasBegun() {
      const typed = await reader.takeBegun();
      held.put(joinTexts([held.text, typed]));
      tellHeld();
      return held.text.text !== '';
    },
    type: takeTyped,
    takeOutOfDraft: (text) => drafts.takeOut(text),
    close() {
      hasLeft = true;
      const unsent = [...drafts.listUnkept(), trimText(joinTexts([held.text, begun]))];
      for (const prompt of unsent) if (prompt.text !== '') history.add(prompt);
    },
  };
  const look = createLook({ ...options.look, level: 'none', links: false, motion: false });
  const { app, runner, history, begin, ended } = createReplCore(context, { ...options, look }, () => view);
  const drafts = createDraftKeeper(() => app, history.add, print);
  let hasBegun = false;
  let hasLeft = false;
  let isLent = false;
  const held = createHeldLines();
  /** What was last said about prompts that wait. */
  let toldWaiting = '';
  /** A line that was begun before a question came. The next Enter ends it, and answers nothing. */
  let begun = toTyped('');
  /** The same while a text is asked for, which may have lines before it, too. */
  let endsBegun = false;
  let answeredAt = Number.NEGATIVE_INFINITY;
  /** From when on a line answers the question of yes or no, as `performance.now()` counts: it may have been typed before. */
  let answersFrom = 0;
  const seeing = createCountdown();
  /** Whether the question is not shown yet. */
  const isComing = (): boolean => answersFrom === Number.POSITIVE_INFINITY && !seeing.isRunning;
  /** The question that was last shown, and whether a line of the person is what ends it now. */
  let asked: Dialog | undefined;
  let isAnswering = false;
  /** Runs after a question has ended without an answer. */
  const gone = createCountdown();
  /** How many questions were shown. */
  let shown = 0;
  /** Whether lines wait in the draft until the question is answered. */
  let hasKept = false;
  let interruptedAt = Number.NEGATIVE_INFINITY;
  /** The draft that was not sent at once, as a mention in it names nothing. */
  let doubted: PromptText | undefined;
  let prompting: NodeJS.Timeout | undefined;

  function print(lines: readonly string[]): void {
    printer.print(lines);
    askLater();
  }

  /** Asks for the next prompt once nothing more is printed. */
  function askLater(): void {
    clearTimeout(prompting);
    prompting = setTimeout(() => {
      const { dialog, work, isHeld, queue, draft } = app.state;
      if (printer.isAsking || !hasBegun || !reader.isReady || hasLeft || work || (runner.isBusy && !dialog))
        return;
      if (dialog && isComing()) return;
      if (!dialog && held.text.text === '' && drafts.bringBack()) return;
      if (!dialog && isHeld) {
        const waiting = describeWaiting(queue, { isDrafting: draft.text !== '' });
        if (waiting !== toldWaiting && waiting !== '') printer.print([waiting]);
        toldWaiting = waiting;
      }
      if (!isHeld) toldWaiting = '';
      const question = dialog ? describeDialog(dialog).question : 'You: ';
      printer.ask(held.isPaste && (!dialog || takesText(dialog)) ? 'More: ' : question);
    });
  }

  const describe = (action: ReplAction = { type: 'draft', draft: app.state.draft }): string[] =>
    describeChange(action, context.now(), app.session.attachments);
  function tell(action?: ReplAction): void {
    if (action?.type === 'dialog') {
      void show(action.dialog);
      return;
    }
    if (action?.type === 'draft') drafts.changed(action.isPlaced === true);
    if (action?.type === 'draft' && (app.state.dialog || hasLeft)) return;
    // The prompt of the command line waits for the start, and what was typed during a command for its end, not for an answer.
    const isNext = action?.type === 'queued' && (!hasBegun || isLent);
    printer.print(action && !isNext ? describe(action) : []);
    askLater();
  }

  function answer(step: DialogStep): void {
    isAnswering = true;
    answeredAt = performance.now();
    try {
      app.dialogs.take(step);
    } finally {
      isAnswering = false;
    }
  }

  async function show(dialog: Dialog | undefined): Promise<void> {
    shown += 1;
    // An answer to a question that has ended by itself may still be on its way.
    if (asked && !isAnswering) gone.begin(exchangedMs);
    asked = dialog;
    if (!dialog) {
      goOn();
      return;
    }
    const own = shown;
    endsBegun = false;
    // Another text, such as a hint, belongs to the question that is there.
    const isUnseen = needsSeeing(dialog) && !dialog.isSeen;
    if (isUnseen) answersFrom = Number.POSITIVE_INFINITY;
    if (isUnseen) seeing.stop();
    // What follows an answer at once is typed for the next question.
    if (isUnseen || (takesText(dialog) && performance.now() - answeredAt >= seenMs)) {
      const typed = await reader.takeBegun();
      begun = joinTexts([begun, held.take(typed)]);
      if (!app.state.dialog) goOn();
      if (hasLeft || own !== shown) return;
      endsBegun = takesText(dialog) && typed.text !== '';
    } else if (takesText(dialog)) begun = joinTexts([begun, held.take(toTyped(''))]);
    if (isUnseen)
      seeing.begin(gone.isRunning ? exchangedMs : seenMs, () => {
        answersFrom = performance.now();
      });
    if (isUnseen && gone.isRunning)
      printer.print(['The question before this one is gone. This one takes an answer in two seconds.']);
    printer.print(teller.tell(dialog));
    if (takesText(dialog) ? endsBegun : begun.text !== '')
      printer.print(['Your next Enter ends the line that you have begun. Answer after it.']);
    printer.ask(describeDialog(dialog).question);
  }

  /** Gives back what was typed before and beside a question. */
  function goOn(): void {
    if (hasKept && app.state.draft.text !== '') print(describe());
    hasKept = false;
    if (begun.text === '') return;
    held.put(begun);
    begun = toTyped('');
    tellHeld();
  }

  function tellHeld(): void {
    const lines = held.describe();
    if (lines.length > 0) print(lines);
  }

  /** Lines that do not answer a question wait in the draft until it is answered. */
  function keep(said: PromptText): void {
    const whole = joinTexts([begun, said]);
    begun = toTyped('');
    if (whole.text.trim() === '') return;
    drafts.append(whole);
    hasKept = true;
    printer.print([describeKept(whole, 'you have answered')]);
  }

  function takeAnswer(dialog: SeenDialog, said: PromptText, arrival: Arrival): void {
    const { text } = said;
    const isPaste = arrival.isOpen || text.includes('\n') || !(text === '' || isTyped(said, 0, text.length));
    const isInTime = arrival.at >= answersFrom && begun.text === '';
    if (isInTime && !isPaste && !isBesideQuestion(dialog, text)) {
      answer(answerDialog(dialog, text));
      return;
    }
    keep(isPaste ? findPasted(said) : said);
    // It is asked as soon as it has been shown.
    if (!isComing()) printer.ask(describeDialog(dialog).question);
  }

  /** A line end that was pasted sends nothing. */
  function take(said: PromptText, arrival: Arrival): void {
    const { text } = said;
    const isPaste = arrival.isOpen || text.includes('\n');
    printer.noteEnter();
    // Only two Ctrl+C in a row leave the chat.
    interruptedAt = Number.NEGATIVE_INFINITY;
    const { dialog } = app.state;
    if (arrival.isUnended) printer.print(['']);
    if (arrival.isCut) print([cutNotice]);
    else if (dialog && !takesText(dialog)) {
      if (needsSeeing(dialog)) takeAnswer(dialog, said, arrival);
      else answer(answerDialog(dialog, text));
    } else if (dialog && endsBegun) {
      endsBegun = false;
      keep(isPaste ? findPasted(said) : said);
      printer.ask(describeDialog(dialog).question);
    } else if (isPaste) hold(said);
    else if (!dialog && arrival.isEarly) drafts.place(held.take(said));
    else if (text.endsWith('\\')) {
      held.begin(said);
      printer.ask('More: ');
    } else if (dialog) answer(answerDialog(dialog, trimText(held.take(said)).text));
    else if (held.isPaste && isCommand(said)) {
      // It is not part of the paste.
      submit(said);
      void runner.idle().then(askForHeld);
    } else sendLine(said);
  }

  function sendLine(said: PromptText): void {
    submit(trimText(held.take(said)));
    void runner.idle().then(askLater);
  }

  /** Takes what was typed while a command had the terminal. */
  function takeTyped(text: string, { isEnded, isEntered }: { isEnded: boolean; isEntered: boolean }): void {
    const line = toTyped(isEnded ? text.trimEnd() : text);
    if (hasLeft) history.add(trimText(line));
    else if (isEntered && !text.endsWith('\\')) sendLine(line);
    else if (isEnded && line.text.includes('\n')) hold(line);
    else if (isEnded && !isEntered) drafts.place(line);
    else {
      held.begin(findPasted(line));
      tellHeld();
    }
  }

  /** Holds pasted lines until the person presses Enter. */
  function hold(pasted: PromptText): void {
    held.paste(pasted);
    askForHeld();
  }

  function askForHeld(): void {
    if (!held.isPaste) return;
    printer.print([held.describePaste()]);
    printer.ask('More: ');
  }

  function submit(said: PromptText): void {
    const isReturned = said.text.trim() === '';
    if (!isReturned) dropDoubted(said);
    // A command leaves the draft that was put back, and what is sent in place of an earlier prompt ends it.
    if (!isReturned && !isCommand(said)) {
      if (app.state.revision) drafts.clear();
      else drafts.putAside();
    }
    const prompt = isReturned ? drafts.take() : said;
    const doubt = runner.findDoubt(prompt);
    if (doubt !== undefined) {
      keepDoubted(prompt, doubt);
      return;
    }
    if (!isReturned && !runner.isBusy) transcript.noteTyped(prompt.text);
    teller.forget();
    runner.submit(prompt, { isReturned });
    askLater();
  }

  /** It waits for a second Enter. */
  function keepDoubted(prompt: PromptText, doubt: string): void {
    if (app.state.revision) drafts.clear();
    else drafts.putAside();
    print([`Not sent. ${doubt}`]);
    drafts.append(prompt);
    doubted = prompt;
  }

  /** No line can be changed here: what is typed instead is typed anew. */
  function dropDoubted(said: PromptText): void {
    if (!doubted || readDraft(app.state.draft).text !== doubted.text) return;
    if (isCommand(said) && parseSlash(said)?.name !== parseSlash(doubted)?.name) return;
    history.add(doubted);
    drafts.clear();
    doubted = undefined;
  }

  function interrupt(): void {
    const { dialog, work, draft, revision } = app.state;
    // The terminal has shown ^C.
    printer.noteEnter();
    printer.print(['']);
    const wasHeld = held.text.text !== '';
    const isDropped = takesText(dialog) && wasHeld;
    if (held.isPaste || isDropped || !(dialog || work)) held.drop();
    if (isDropped) askLater();
    else if (dialog) answer(leaveDialog(dialog));
    else if (work) {
      runner.stop();
      tellHeld();
    } else if (wasHeld) print(['Nothing was sent.', ...describe()]);
    else if (revision || draft.text !== '') {
      drafts.clear();
      if (revision) app.cancelRevision();
      else print(['Nothing was sent.']);
    } else if (context.now() - interruptedAt < leaveMs) app.leave();
    else {
      interruptedAt = context.now();
      print(['Ctrl+C again leaves.']);
    }
  }

  const reader = createLineReader({
    stream: stdin.stream,
    write: stdout.isTerminal && context.env.TERM !== 'dumb' ? stdout.writeNow : undefined,
    onText: take,
    onReady: askLater,
    isAsked: () => needsSeeing(app.state.dialog),
    begun: () => held.text,
    onEnd(rest) {
      held.put(joinTexts([held.text, rest]));
      app.leave();
    },
  });
  const stops = [
    context.onInterrupt(interrupt),
    context.onExit(reader.stop),
    heedJobControl(context, reader, {
      isLent: () => isLent || hasLeft,
      lend: (work) => app.lendTerminal(work, { isInterruptible: false }),
      onReturn: printer.askAgain,
    }),
  ];
  reader.start();
  void begin().then(() => {
    hasBegun = true;
    const { model } = app.session;
    if (model) print([`${model.id} answers.`]);
    askLater();
  });
  let ending: Ending;
  try {
    ending = await ended();
  } finally {
    clearTimeout(prompting);
    reader.stop();
    for (const stop of stops) stop();
    if (printer.isAsking) printer.print(['']);
  }
  await sayGoodbye(app, ending);
  context.signal.throwIfAborted();
}
