import { setMaxListeners } from 'node:events';
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { composePrompt } from '../conversation/prompt.ts';
import { type ChatRequest, createTextMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { schemaVersion } from '../output/json.ts';
import { toUsageJson } from '../output/usage.ts';
import { gatherReply, readText } from '../output/whole-reply.ts';
import { untilAborted } from '../pause.ts';
import { readStdinText } from '../terminal/stdin-text.ts';
import { runBatch } from './batch.ts';
import { createWriteError, isStream, openBatchFile } from './batch-file.ts';
import { type BatchOutput, createStreamOutput } from './batch-output.ts';
import { type Asked, type BatchItem, checkAsked, toAskedText } from './batch-record.ts';
import { createCreditBudget, type Reservation } from './credit-budget.ts';
import { checkEffort } from './request.ts';

export type EachLineOptions = {
  words: readonly string[];
  model: string | undefined;
  system: string | undefined;
  /** What every request has besides its messages. */
  settings: Omit<ChatRequest, 'model' | 'messages'>;
  jobs: number;
  output: string | undefined;
  /** What the answers may cost together, in AI credits; those that the output has already count. */
  maxCredits: number | undefined;
  signal: AbortSignal;
  idleTimeoutMs: number | undefined;
};

/**
 * Asks each line of stdin by itself. Lines of blanks are passed over. No conversation is kept. Throws the failure of the first line that
 * has no answer, or CliError `quota` if the credits do not last for all lines, when what was begun is answered and written.
 */
export async function askEachLine(context: Context, options: EachLineOptions): Promise<void> {
  const takeover = new AbortController();
  const signal = AbortSignal.any([options.signal, takeover.signal]);
  // Every request that is under way listens.
  setMaxListeners(0, signal);
  const output = await openOutput(context, options.output, {
    signal,
    onLost: (error) => takeover.abort(error),
  });
  let failure: unknown;
  try {
    await askLines(context, { ...options, signal }, output);
  } catch (error) {
    failure = error;
  }
  await output.close();
  if (failure !== undefined) throw failure;
}

async function askLines(context: Context, options: EachLineOptions, output: BatchOutput): Promise<void> {
  const { words, system, settings, jobs, maxCredits, signal, idleTimeoutMs } = options;
  const name = options.output ?? '';
  const toFile = options.output !== undefined && options.output !== '-';
  const asked: Asked = {
    each: 'line',
    prompt: toAskedText(words.length === 0 ? undefined : words.join(' ')),
    system: toAskedText(system),
    effort: settings.reasoning?.effort,
    max_tokens: settings.maxOutputTokens,
  };
  checkAsked(output.stored, asked, name);
  const text = await readStdinText(context.io.stdin, { patience: undefined, signal });
  const items: BatchItem[] = (text ?? '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((input) => ({ input, isFile: false }));

  const client = await context.connect();
  await client.getSession();
  const { model } = await untilAborted(client.chooseModel(options.model), signal);
  checkEffort(settings.reasoning?.effort, model);
  checkAsked(output.stored, { ...asked, model: model.id }, name);
  const matched = output.match(items);
  const todo = [...items.keys()].filter((index) => !matched[index]?.isReply);

  const instructions = system === undefined ? [] : [createTextMessage('system', system)];
  const toRequest = (input: string): ChatRequest => ({
    ...settings,
    model: model.id,
    messages: [...instructions, createTextMessage('user', composePrompt(words, input) ?? input)],
  });
  const spent = matched.reduce((sum, record) => sum + (record?.cost ?? 0), 0);
  const budget =
    maxCredits === undefined ? undefined : await createCreditBudget(model, { limit: maxCredits, spent });
  let answered = items.length - todo.length;
  if (answered > 0) context.notice(`${answered} of ${items.length} lines have answers already.`);

  const warnOnce = createOnce(context.warn);
  const toHead = (index: number, type: string): Record<string, unknown> => ({
    schema_version: schemaVersion,
    index,
    input: items[index]?.input,
    type,
  });
  const toTail = (index: number): Record<string, unknown> => {
    const before = matched[index]?.cost;
    return { ...(before && { credits_before: before }), asked: { ...asked, model: model.id } };
  };
  const outcome = await runBatch({
    todo,
    jobs,
    prepare: async (index) => toRequest(items[index]?.input ?? ''),
    reserve: (request) => (budget ? budget.reserve(request) : withoutLimit),
    async ask(index, request, reservation) {
      try {
        const events = await gatherReply(
          client.ask(request, { model, signal, idleTimeoutMs, onNotice: warnOnce }),
        );
        const usage = events.find((event) => event.type === 'usage')?.usage;
        reservation.settle(usage);
        return {
          ...toHead(index, 'reply'),
          model: model.id,
          text: readText(events),
          finish_reason: events.find((event) => event.type === 'finish')?.reason ?? null,
          usage: toUsageJson(usage),
          ...toTail(index),
        };
      } catch (error) {
        reservation.release();
        throw error;
      }
    },
    toFailure: (index, { code, message }) => ({
      ...toHead(index, 'failure'),
      error: { code, message },
      ...toTail(index),
    }),
    async add(index, record) {
      await output.add(index, record);
      if (record.type === 'reply') answered += 1;
    },
  }).catch((error) => {
    const cause = signal.aborted ? signal.reason : error;
    if (!(cause instanceof CliError)) throw cause;
    const goOn = toFile
      ? 'The same command goes on with the rest.'
      : 'To be able to go on, let -o name a file.';
    throw cause.addHint(`${answered} of ${items.length} lines have answers. ${goOn}`);
  });
  if (budget && outcome.left > 0) {
    throw createSpentError(options, { done: answered, total: items.length, spent: budget.spent });
  }
  const [first] = outcome.failures;
  if (first) {
    const count = `${outcome.failures.length} of ${items.length} lines were not answered`;
    throw new CliError(first.error.code, `${count}; line ${first.index + 1}: ${first.error.message}`, {
      hint: toFile ? 'Their records say why. The same command asks them again.' : 'Their records say why.',
    });
  }
}

const withoutLimit: Reservation = { settle: () => {}, release: () => {} };

async function openOutput(
  { io, cwd, now }: Context,
  name: string | undefined,
  options: { signal: AbortSignal; onLost: (error: CliError) => void },
): Promise<BatchOutput> {
  if (name === undefined || name === '-') return createStreamOutput(io.stdout);
  if (!isStream(name, cwd)) return openBatchFile({ ...options, name, cwd, now });
  return createStreamOutput({
    async write(text) {
      try {
        appendFileSync(resolve(cwd, name), text);
      } catch (error) {
        throw createWriteError(name, error, 'internal');
      }
    },
  });
}

/** What holds for every line is said once. */
function createOnce(say: (sentence: string) => void): (sentence: string) => void {
  const told = new Set<string>();
  return (sentence) => {
    if (!told.has(sentence)) say(sentence);
    told.add(sentence);
  };
}

function createSpentError(
  { maxCredits, output }: EachLineOptions,
  { done, total, spent }: { done: number; total: number; spent: number },
): CliError {
  return new CliError(
    'quota',
    `${done} of ${total} lines are done for about ${spent} credits, and ${maxCredits} are allowed`,
    {
      hint:
        output === undefined
          ? 'To be able to go on with a higher --max-credits, let -o name a file.'
          : 'To go on, run the same command with a higher --max-credits.',
    },
  );
}
