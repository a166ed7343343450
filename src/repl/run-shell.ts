import { createFence } from '../attachments/format-files.ts';
import { CliError } from '../errors.ts';
import { isDrawn, toPlainOutput } from '../terminal/capture.ts';
import { type RunOutcome, runCommand } from '../terminal/run-command.ts';
import { toOneLine } from '../terminal-text.ts';
import type { ReplApp } from './app.ts';

/** Runs a command in the person's shell, and takes its output along with the next prompt if that is wanted. */
export async function runShell(app: ReplApp, command: string): Promise<void> {
  const { transcript, dialogs, session } = app;
  if (command === '')
    throw new CliError('usage', 'there is no command after !', { hint: 'For example: !git status' });
  transcript.printPrompt(`!${command}`);
  const outcome = await app.lendTerminal(() => runOnTerminal(app, command));
  const ending = describeEnding(outcome);
  if (ending !== undefined) transcript.notice(ending, 'warning');
  const output = isDrawn(outcome.output) ? '' : toPlainOutput(outcome.output);
  if (output === '') return;
  if (!(await dialogs.confirm('Add its output to the next prompt?', { byDefault: false }))) return;
  session.attach({
    type: 'text',
    label: `the output of ${toOneLine(command)}`,
    text: formatOutput(command, output, ending),
  });
  transcript.notice('It goes along with your next prompt; /attach none drops it.');
}

async function runOnTerminal({ context }: ReplApp, command: string): Promise<RunOutcome> {
  const { env, cwd, signal, io } = context;
  let last = '\n';
  try {
    return await runCommand(command, {
      env,
      cwd,
      signal,
      write(text) {
        last = text.at(-1) ?? last;
        return io.stdout.write(text);
      },
    });
  } finally {
    // What is drawn next begins with a line of its own.
    if (last !== '\n') await io.stdout.write('\r\n');
  }
}

/** Undefined where all went well. */
function describeEnding({ code, signal }: RunOutcome): string | undefined {
  if (signal !== undefined) return `Ended by ${signal}.`;
  return code === 0 ? undefined : `Exit code ${code}.`;
}

function formatOutput(command: string, output: string, ending: string | undefined): string {
  const fence = createFence(output);
  const end = ending === undefined ? '' : ` ${ending}`;
  return `The output of the command \`${toOneLine(command)}\`:${end}\n${fence}\n${output}\n${fence}\n`;
}
