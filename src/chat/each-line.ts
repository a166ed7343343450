import type { Context } from '../context.ts';
import { composePrompt } from '../conversation/prompt.ts';
import { type ChatRequest, createTextMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { toUsageJson } from '../output/usage.ts';
import { untilAborted } from '../pause.ts';
import { readStdinText } from '../terminal/stdin-text.ts';
import { runBatch } from './batch.ts';
import { openBatchFile } from './batch-file.ts';
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
 * Asks each line of stdin by itself. Lines of blanks are passed over. No conversation is kept. Throws CliError `quota` where the credits
 * do not last for all lines, when what was begun is answered and written.
 */
export async function askEachLine(context: Context, options: EachLineOptions): Promise<void> {
  const { words, system, settings, jobs, output, maxCredits, signal, idleTimeoutMs } = options;
  const text = await readStdinText(context.io.stdin, { patience: undefined, signal });
  const inputs = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  const file = output === undefined || output === '-' ? undefined : openBatchFile(output, inputs);
  const told = new Set<string>();
  // What holds for every line is said once.
  const warnOnce = (sentence: string): void => {
    if (!told.has(sentence)) context.warn(sentence);
    told.add(sentence);
  };
  try {
    const client = await context.connect();
    await client.getSession();
    const { model } = await untilAborted(client.chooseModel(options.model), signal);
    checkEffort(settings.reasoning?.effort, model);
    const instructions = system === undefined ? [] : [createTextMessage('system', system)];
    const toRequest = (input: string): ChatRequest => ({
      ...settings,
      model: model.id,
      messages: [...instructions, createTextMessage('user', composePrompt(words, input) ?? input)],
    });
    const { done = 0, spent = 0 } = file ?? {};
    const budget =
      maxCredits === undefined ? undefined : await createCreditBudget(model, { limit: maxCredits, spent });
    if (done > 0) context.notice(`${done} of ${inputs.length} are there already.`);
    const outcome = await runBatch({
      inputs,
      model: model.id,
      jobs,
      done,
      toUsageJson,
      ask: (input) => client.ask(toRequest(input), { model, signal, idleTimeoutMs, onNotice: warnOnce }),
      reserve: (input) => (budget ? budget.reserve(toRequest(input)) : withoutLimit),
      write: (record) =>
        file ? file.append(record) : context.io.stdout.write(`${JSON.stringify(record)}\n`),
    });
    if (budget && outcome.done < inputs.length)
      throw createSpentError(options, { done: outcome.done, total: inputs.length, spent: budget.spent });
    if (outcome.failed > 0) {
      throw new CliError('upstream', `${outcome.failed} of ${inputs.length} lines were not answered`, {
        hint: 'Their records say why.',
      });
    }
  } finally {
    file?.close();
  }
}

const withoutLimit: Reservation = { settle: () => {}, release: () => {} };

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
