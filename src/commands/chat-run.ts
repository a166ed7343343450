import { answer } from '../chat/answered.ts';
import { loadSettings, readAsked } from '../chat/asked.ts';
import type { ChatOptions } from '../chat/chat-options.ts';
import { openAnswer, openConversation } from '../chat/opened.ts';
import { printRequest } from '../chat/print-request.ts';
import type { Context } from '../context.ts';
import { CliError, createTimeoutError } from '../errors.ts';
import { advise, flag, run } from '../hint.ts';
import { refuseLinkOut } from '../output/named-output.ts';
import { ensureSignedIn } from '../sign-in/sign-in.ts';
import { isClosedByShell } from '../terminal/closed-output.ts';

export async function runChat(context: Context, options: ChatOptions): Promise<void> {
  // The first prompt to Copilot may be hours away.
  context.credentials.hold();
  if (options.interactive) checkTerminal(context, options);
  if (options.interactive || isConversation(context, options)) {
    const { startRepl } = await import('../repl/start-repl.ts');
    return startRepl(context, options);
  }
  const { timeoutMs } = options;
  if (timeoutMs !== undefined) context.endAfter(timeoutMs, createTimeoutError(timeoutMs));
  return ask(context, options);
}

/** A person at a terminal who asks nothing in particular gets the chat. */
function isConversation({ io }: Context, options: ChatOptions): boolean {
  const { words, promptFile, files, attachments, extract, schema, batch, dryRun, format, stdin } = options;
  const isBare = words.length + files.length + attachments.length === 0 && promptFile === undefined;
  const isScripted =
    extract !== undefined || schema !== undefined || batch !== undefined || dryRun || format !== 'text';
  return io.stdin.isTerminal && io.stdout.isTerminal && isBare && !isScripted && stdin;
}

/** Throws CliError `usage` for a chat that nobody could type into. */
function checkTerminal({ io: { stdin, stdout } }: Context, { words }: ChatOptions): void {
  if (stdin.isTerminal && stdout.isTerminal) return;
  const stream = stdin.isTerminal ? 'stdout' : 'stdin';
  throw new CliError('usage', `the chat needs a terminal, and ${stream} is none`, {
    hint:
      stream === 'stdin'
        ? advise`Name the data as a file: ${run('chat -i "explain this" -f FILE')}`
        : advise`To print the answer, leave ${flag('-i')} out: ${run(words.length > 0 ? 'chat "PROMPT"' : 'chat')}`,
  });
}

/** Throws CliError `usage` if nobody could read the answer that is paid for, or if it would go where nobody looks for it. */
function checkOutput({ io, cwd }: Context, { batch, extractTo, dryRun }: ChatOptions): void {
  if (extractTo !== undefined) refuseLinkOut(extractTo, cwd);
  const goesElsewhere = batch?.output !== undefined || extractTo !== undefined;
  if (dryRun || goesElsewhere || io.stdout.fd === undefined || !isClosedByShell(io.stdout.fd)) return;
  throw new CliError('usage', 'stdout is closed, so the answer would be lost', {
    hint: 'Nothing was sent. Redirect stdout to a file, or to /dev/null if you do not need the answer.',
  });
}

/** Prompt, then conversation and model, then answer. */
async function ask(context: Context, options: ChatOptions): Promise<void> {
  const { signal } = context;
  checkOutput(context, options);
  // The key store answers while the rest of the program loads.
  if (context.credentials.findShadow() === undefined) context.record.prefetch();
  const settings = await loadSettings(context, options, signal);
  if (options.batch) {
    const { askBatch } = await import('../chat/ask-batch.ts');
    return askBatch(context, { ...options, ...options.batch, settings, signal });
  }
  const asked = await readAsked(context, options, { settings, signal });
  const conversation = openConversation(context, asked, options);
  const client = await context.connect();
  await ensureSignedIn(context, client, conversation.wanted);
  const wait = context.beginWait('Looking for the model');
  try {
    const opened = await openAnswer(context, asked, { options, conversation, client, wait, signal });
    try {
      asked.tellStdin();
      if (options.dryRun) await printRequest(context, opened, { notices: asked.notices, signal });
      else await answer(context, opened, { options, asked, wait, signal });
    } finally {
      await opened.acting?.close();
    }
  } finally {
    wait.end();
  }
}
