import { constants } from 'node:os';
import { createFence } from '../attachments/format-files.ts';
import { cutMiddle } from '../cut-middle.ts';
import { countLines, describeCount } from '../describe-count.ts';
import { CliError } from '../errors.ts';
import { fillEnvironment, maskEnvironment, showFilled } from '../redact.ts';
import { chooseEncoding } from '../terminal/ascii.ts';
import { isDrawn, type RunOutcome, runCommand, toPlainOutput, toTypedText } from '../terminal/run-command.ts';
import { toOneLine } from '../terminal-text.ts';
import { estimateTokens, formatTokenEstimate } from '../tokens/request-tokens.ts';
import type { ReplApp } from './app.ts';
import { hang } from './gutter.ts';
import type { Attachment } from './turns/attachment.ts';
import { lowerFirst } from './view/list-keys.ts';
import { meansMore } from './word-commands.ts';

/** How much of an output is sent, in UTF-16 code units. More of the end is kept, because errors stand there. */
const mostSent = { length: 30_000, begin: 10_000 };

/** The length of a command in the label of its attachment. */
const maxNameLength = 24;

/** Runs a command in the person's shell. Its output is sent with the next prompt, unless the person detaches it. */
export async function runShell(app: ReplApp, command: string): Promise<void> {
  const { transcript, session } = app;
  if (command === '')
    throw new CliError('usage', 'there is no command after !', { hint: 'For example: !git status' });
  transcript.printPrompt(`!${command}`);
  const outcome = await app.lendTerminal(() => runOnTerminal(app, command));
  const ending = describeEnding(outcome);
  if (ending !== undefined) transcript.notice(ending, isStopped(outcome) ? 'dim' : 'warning');
  else if (isLost(command)) transcript.notice(lostNotice);
  const attachment = toAttachment(command, outcome, app.context.env);
  if (attachment) session.attach(attachment);
}

async function runOnTerminal(app: ReplApp, command: string): Promise<RunOutcome> {
  const { env, cwd, signal, io } = app.context;
  const stopHint = createStopHint(app);
  let last = '\n';
  stopHint.expect();
  try {
    const outcome = await runCommand(command, {
      io,
      env,
      cwd,
      signal,
      write(text) {
        last = text.at(-1) ?? last;
        const erased = stopHint.erase();
        if (last === '\n' && !isDrawn(text)) stopHint.expect();
        return io.stdout.write(erased + text);
      },
      // The next thing that is drawn starts on a new line.
      async onShown() {
        const end = stopHint.erase() + (last === '\n' ? '' : '\r\n');
        if (end !== '') await io.stdout.write(end);
      },
    });
    // This text was typed before any key that is read from now on.
    const typed = toTypedText(outcome.unread);
    // Several lines may have been pasted, and what waits for a command that is stopped does not follow by itself.
    const isEnded = /[\r\n]$/.test(outcome.unread);
    const isEntered = isEnded && !typed.includes('\n') && !meansMore(typed) && !isStopped(outcome);
    // What is typed from now on is behind the Enter. Behind a line end, it would be text that was pasted.
    const rest = isEntered || !isEnded ? '' : meansMore(typed) && !typed.includes('\n') ? ' ' : '\n';
    if (typed !== '') app.type(typed + rest, { isEntered, isEnded });
    signal.throwIfAborted();
    return outcome;
  } finally {
    const erased = stopHint.erase();
    if (erased !== '') await io.stdout.write(erased);
  }
}

/** A command that is silent for this long looks as if it hung, in milliseconds. */
const silenceMs = 1_000;

/** Says on the line below the output how to stop a command that is silent. The line is erased before anything else is written. */
function createStopHint({ context: { io, env }, look }: ReplApp): { expect(): void; erase(): string } {
  let timer: NodeJS.Timeout | undefined;
  let isShown = false;
  return {
    expect() {
      if (!io.stdout.canRedraw) return;
      timer = setTimeout(() => {
        isShown = true;
        const [line = ''] = hang('result', [look.theme.paint('dim', 'Ctrl+C stops it')], look);
        io.stdout.writeNow(chooseEncoding(env)(line));
      }, silenceMs).unref();
    },
    erase() {
      clearTimeout(timer);
      const erased = isShown ? '\r\u001b[K' : '';
      isShown = false;
      return erased;
    },
  };
}

/** Whether all that the command does ends with its shell. */
function isLost(command: string): boolean {
  return /^(?:cd$|popd$|(?:cd|pushd|popd|export|unset|alias|source|\.) [^;&|<>\n]*$)/.test(command);
}

const lostNotice =
  'That holds for this command only: each command has a shell of its own. Join them with &&, as in !cd src && ls.';

/** Whether the person stopped it: the terminal shows the key, and a shell tells the signal as a code. */
function isStopped({ code, signal, output }: RunOutcome): boolean {
  return signal === 'SIGINT' || (code === codeOfInterrupt && output.includes('^C'));
}

const codeOfInterrupt = 128 + constants.signals.SIGINT;

/** Undefined if the command succeeded. */
function describeEnding(outcome: RunOutcome): string | undefined {
  const { code, signal } = outcome;
  if (isStopped(outcome)) return 'Stopped.';
  if (signal !== undefined) return `Ended by ${signal}.`;
  return code === 0 ? undefined : `Exit code ${code}.`;
}

/** Undefined if there is nothing to send: a program that filled the screen, or success without output. */
function toAttachment(
  command: string,
  outcome: RunOutcome,
  env: ReplApp['context']['env'],
): Attachment | undefined {
  const ending = describeEnding(outcome);
  if (isDrawn(outcome.output)) return undefined;
  const plain = toPlainOutput(outcome.output);
  const { text: output, count } = maskEnvironment(plain, env);
  // The person stopped the command and knows it.
  if (output === '^C') return undefined;
  if (output === '' && ending === undefined) return undefined;
  // The command itself can contain a secret, too.
  const name = toOneLine(maskEnvironment(command, env).text);
  const text = cutOutput(plain, outcome.cut, env) ?? cutMiddle(output, mostSent, () => leftOut);
  const lines = describeCount(countLines(text), 'line');
  const facts = [
    ...(ending === undefined ? [] : [lowerFirst(ending.replace(/\.$/, ''))]),
    text !== output ? `cut to ${lines} of its beginning and end` : lines,
    formatTokenEstimate(estimateTokens(text.length)),
    ...(count > 0 ? [`${describeCount(count, 'secret')} masked`] : []),
  ];
  const shown = name.length > maxNameLength ? `${name.slice(0, maxNameLength - 1)}…` : name;
  return {
    type: 'text',
    label: `!${shown}: ${facts.join(', ')}`,
    text: formatOutput(name, text, ending),
  };
}

const leftOut = '… the middle is left out …';

/** Masks an output whose middle is gone. A secret that was cut there is not known for one, so that what stands beside the cut is left out. */
function cutOutput(
  plain: string,
  cut: string | undefined,
  env: ReplApp['context']['env'],
): string | undefined {
  const at = cut === undefined ? -1 : plain.indexOf(cut);
  if (cut === undefined || at === -1) return undefined;
  const filled = fillEnvironment(plain, env);
  const [first, last] = [filled.slice(0, at), filled.slice(at + cut.length)];
  const begin = Math.min(mostSent.begin, first.length >> 1);
  const end = Math.min(mostSent.length - mostSent.begin, last.length >> 1);
  return showFilled(`${first.slice(0, begin)}\n[${leftOut}]\n${last.slice(last.length - end)}`);
}

function formatOutput(command: string, output: string, ending: string | undefined): string {
  const end = ending === undefined ? '' : ` ${ending}`;
  if (output === '') return `The command \`${command}\` had no output.${end}\n`;
  const fence = createFence(output);
  return `The output of the command \`${command}\`:${end}\n${fence}\n${output}\n${fence}\n`;
}
