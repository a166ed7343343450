import { setMaxListeners } from 'node:events';
import type { Context } from '../context.ts';
import type { QuotaSnapshot } from '../copilot/account.ts';
import { estimatePremiumRequests, toBilled } from '../copilot/billing.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import { addUsage, type Usage } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, flag, type Hint } from '../hint.ts';
import { schemaVersion, writeJson } from '../output/json.ts';
import { isStream } from '../output/named-output.ts';
import { formatQuota, formatUsage, toUsageJson } from '../output/usage.ts';
import { untilAborted } from '../pause.ts';
import { ensureSignedIn } from '../sign-in/sign-in.ts';
import type { Wait } from '../terminal/waits.ts';
import { runBatch } from './batch.ts';
import { openBatchFile, readBatchFile } from './batch-file.ts';
import { type BatchItems, listFileItems, readLineItems } from './batch-items.ts';
import {
  type BatchOutput,
  createBatchProgress,
  createOwnCheck,
  createStoredOutput,
  createStreamOutput,
  openStreamOutput,
} from './batch-output.ts';
import { type Asked, checkAsked, type StoredRecord } from './batch-record.ts';
import {
  askForRecord,
  type BatchPrompt,
  type BatchPromptOptions,
  createBatchPrompt,
} from './batch-request.ts';
import { checkShares, type Share } from './check-room.ts';
import { checkCredits, createCreditBudget, createRequestCost, type Reservation } from './credits.ts';
import { checkEffort } from './request.ts';
import { refuseStdinData } from './stdin-input.ts';

export type BatchOptions = Omit<BatchPromptOptions, 'isOwn'> & {
  /** False leaves stdin alone. */
  stdin: boolean;
  jobs: number;
  output: string | undefined;
  /** The most that all answers may cost, in AI credits, with those already in the output. */
  maxCredits: number | undefined;
  /** Print what would be sent, without sending it. */
  dryRun: boolean;
  showUsage: boolean;
  idleTimeoutMs: number | undefined;
};

/**
 * Asks each line of stdin, or each file, without a conversation. Throws the first item's failure, or CliError `quota` if the credits run
 * out, once everything begun is written.
 */
export async function askBatch(context: Context, options: BatchOptions): Promise<void> {
  const takeover = new AbortController();
  const signal = AbortSignal.any([options.signal, takeover.signal]);
  // Every request that is under way listens.
  setMaxListeners(0, signal);
  // With `each: 'file'` the files are the items; otherwise they are attached to each line.
  const files = options.each === 'file' ? [] : options.files;
  const isOwn = createOwnCheck(context, options.output);
  const prompt = await createBatchPrompt(context, { ...options, files, isOwn, signal });
  if (options.each === 'file' && options.stdin) await refuseStdinData(context, signal);
  const output = await openOutput(context, options, { signal, onLost: (error) => takeover.abort(error) });
  let failure: unknown;
  try {
    const batch = await prepareBatch(context, { ...options, isOwn, signal }, { prompt, output });
    await (options.dryRun ? printBatch : sendBatch)(context, { ...options, signal }, batch);
  } catch (error) {
    failure = signal.aborted && !(error instanceof CliError) ? signal.reason : error;
  }
  try {
    await output.close();
  } catch (error) {
    failure ??= error;
  }
  if (failure !== undefined) throw failure;
}

type Batch = BatchItems & {
  prompt: BatchPrompt;
  output: BatchOutput;
  client: CopilotClient;
  model: Model;
  asked: Asked;
  toRequest(text: string): ChatRequest;
  /** The records of earlier runs, by item. */
  stored: readonly (StoredRecord | undefined)[];
  /** The numbers of the items that have no answer. */
  todo: number[];
};

/** All that can fail before a request is paid for. */
async function prepareBatch(
  context: Context,
  options: BatchOptions & Pick<BatchPromptOptions, 'isOwn'>,
  { prompt, output }: Pick<Batch, 'prompt' | 'output'>,
): Promise<Batch> {
  const { each, files, fileLists, isOwn, settings, signal } = options;
  const name = options.output ?? '';
  checkAsked(output.stored, prompt.asked, name);
  const waitFor = <T>(label: string, work: (wait: Wait) => Promise<T>): Promise<T> => {
    const wait = context.beginWait(label);
    return work(wait).finally(wait.end);
  };
  const items =
    each === 'line'
      ? await readLineItems(context, signal)
      : await waitFor('Looking for the files', () =>
          listFileItems(context, { files, fileLists, isOwn, signal }),
        );
  const client = await context.connect();
  await ensureSignedIn(context, client, prompt.wanted);
  return waitFor('Looking for the model', async (wait) => {
    const { model } = await untilAborted(client.chooseModel(prompt.wanted), signal);
    checkEffort(settings.reasoning?.effort, model);
    checkAsked(output.stored, { ...prompt.asked, model: model.id }, name);
    wait.say('Reading attachments');
    const { asked, toRequest } = await prompt.prepare(model);
    checkAsked(output.stored, asked, name);
    const stored = output.match(items.items);
    const todo: number[] = [];
    for (const [index, record] of stored.entries()) {
      if (!record?.isReply || !(await items.isCurrent(index, record))) todo.push(index);
    }
    return { ...items, prompt, output, client, model, asked, toRequest, stored, todo };
  });
}

async function sendBatch(context: Context, options: BatchOptions, batch: Batch): Promise<void> {
  const { jobs, maxCredits, extract, signal, idleTimeoutMs } = options;
  const { items, words, prompt, output, client, model, toRequest, stored, todo } = batch;
  if (maxCredits !== undefined) await checkCredits(client, model);
  const spent = stored.reduce((sum, record) => sum + (record?.cost ?? 0), 0);
  const budget =
    maxCredits === undefined ? undefined : await createCreditBudget(model, { limit: maxCredits, spent });
  const before = items.length - todo.length;
  if (before > 0) context.notice(`${before} of ${items.length} ${words[1]} have answers already.`);
  const progress = createBatchProgress({
    total: items.length,
    answered: before,
    items: words[1],
    now: context.now,
  });

  const warnOnce = createOnce(context.warn);
  /** The answers that stop at the output limit. Those of items that are asked again do not count. */
  const asks = new Set(todo);
  const cut = stored.map((record, index) => record?.isCut === true && !asks.has(index));
  const costs = new Map<number, Usage>();
  let total: Usage | undefined;
  let quota: QuotaSnapshot | undefined;
  const toRecord = (
    index: number,
    type: string,
    fields: Record<string, unknown>,
  ): Record<string, unknown> => {
    const before = stored[index]?.cost;
    return {
      schema_version: schemaVersion,
      index,
      input: items[index]?.input,
      type,
      ...fields,
      ...(before && { credits_before: before }),
      asked: batch.asked,
    };
  };
  const wait = context.beginWait(() => progress.describe(), { stays: true });
  const outcome = await runBatch({
    todo,
    jobs,
    async prepare(index) {
      const { text, fields } = await batch.read(index);
      const request = toRequest(text);
      await checkShares(listShares(request, { label: batch.toName(index), text }), {
        model,
        listModels: async () => (await client.fetchCatalogue({ fresh: false })).models,
        signal,
      });
      return { request, fields };
    },
    reserve: ({ request }) => (budget ? budget.reserve(request) : withoutLimit),
    async ask(index, { request, fields }, reservation) {
      const answer = await askForRecord(request, {
        checker: prompt.checker,
        extract,
        ask: (one, { isRepair }) =>
          client.ask(one, {
            model,
            signal,
            // No person asks for a repair.
            ...(isRepair && { initiator: 'agent' as const }),
            idleTimeoutMs,
            onNotice: warnOnce,
            onWait: ({ seconds, reason }) => progress.pause(seconds, reason),
            onQuota: (snapshot) => {
              quota = snapshot;
            },
          }),
      });
      total = addUsage(total, answer.usage && withoutAnswerer(answer.usage));
      if ('fields' in answer) {
        reservation.settle(answer.usage);
        if (answer.usage) costs.set(index, answer.usage);
        return toRecord(index, 'reply', {
          ...fields,
          model: answer.usage?.answeredBy ?? model.id,
          ...answer.fields,
        });
      }
      if (answer.usage) {
        reservation.settle(answer.usage);
        costs.set(index, answer.usage);
      } else reservation.release();
      throw answer.error;
    },
    toFailure(index, { code, message, details, data }) {
      const { problems } = details;
      const usage = toUsageJson(costs.get(index));
      return toRecord(index, 'failure', {
        ...batch.toFields(index),
        error: { code, message, ...(problems !== undefined && { problems }) },
        ...(typeof data.text === 'string' && { text: data.text }),
        ...(usage && { usage }),
      });
    },
    async add(index, record) {
      await output.add(index, record);
      cut[index] = record.finish_reason === 'length';
      progress.count(record.type === 'reply' ? 'reply' : 'failure', costs.get(index));
    },
  })
    .catch((error) => {
      const cause = signal.aborted ? signal.reason : error;
      throw cause instanceof CliError
        ? cause.addHint(describeRest(options, batch, progress.answered))
        : cause;
    })
    .finally(async () => {
      wait.end();
      if (todo.length > 0) context.notice(progress.summarise());
      tellCut(context, cut.filter(Boolean).length, batch);
      if (!options.showUsage) return;
      await context.io.stderr.write(`${formatUsage(total)}\n`);
      if (quota) await context.io.stderr.write(`${formatQuota(quota, (await client.findBilling()).unit)}\n`);
    });
  if (budget && outcome.left > 0)
    throw createSpentError(options, batch, { answered: progress.answered, spent: budget.spent });
  const [first] = outcome.failures;
  if (!first) return;
  const count = `${outcome.failures.length} of ${items.length} ${words[1]} were not answered`;
  throw new CliError(first.error.code, `${count}; ${batch.toName(first.index)}: ${first.error.message}`, {
    hint: `Their records say why.${isKept(options) ? ' The same command asks them again.' : ''}`,
  });
}

/** The texts of a request, apart from the item's own. */
function listShares({ messages }: ChatRequest, item: { label: string; text: string }): Share[] {
  const texts = messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'text' ? part.text : [])),
  );
  const at = texts.findLastIndex((text) => text.includes(item.text));
  return [
    { label: item.label, texts: at === -1 ? [] : [item.text] },
    {
      label: 'the attachments of each',
      texts: texts.map((text, index) => (index === at ? text.replace(item.text, () => '') : text)),
    },
  ];
}

/** A cut answer counts as answered, so a script needs this warning. */
function tellCut(context: Context, count: number, { items, words }: Batch): void {
  if (count === 0) return;
  const verb = count === 1 ? 'has an answer that stops' : 'have answers that stop';
  context.warn(
    `${count} of ${items.length} ${words[1]} ${verb} at the model's output limit or the end of its context window and may not be complete; "finish_reason" is "length" there.`,
  );
}

const withoutLimit: Reservation = { settle: () => {}, release: () => {} };

/** The dry run as one JSON object. */
async function printBatch(context: Context, { each }: BatchOptions, batch: Batch): Promise<void> {
  const { items, client, model, toRequest, todo } = batch;
  const billing = await client.findBilling(model);
  const cost = await createRequestCost(toBilled(model, billing));
  const perRequest = estimatePremiumRequests(model, billing);
  let first: Record<string, unknown> | null = null;
  let requests = 0;
  let tokens = 0;
  let credits: number | undefined = 0;
  const unreadable: Record<string, unknown>[] = [];
  for (const index of todo) {
    context.signal.throwIfAborted();
    let text: string;
    try {
      ({ text } = await batch.read(index));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      unreadable.push({ index, input: items[index]?.input, message: error.message });
      continue;
    }
    const request = toRequest(text);
    if (!first) {
      const { path, headers, body, notices } = await client.prepare(request, { model });
      for (const notice of notices) context.warn(notice);
      first = { method: 'POST', path, headers, body };
    }
    const count = cost.countTokens(request);
    const estimate = cost.estimate(count, 0);
    requests += 1;
    tokens += count;
    credits = credits === undefined || estimate === undefined ? undefined : credits + estimate;
  }
  await writeJson(context.io.stdout, {
    each,
    model: model.id,
    requests,
    answered: items.length - todo.length,
    unreadable,
    tokenizer: cost.encoding,
    input_tokens_estimated: tokens,
    input_credits_estimated: credits === undefined ? null : Number(credits.toPrecision(6)),
    premium_requests_estimated:
      perRequest === undefined ? null : Number((perRequest * requests).toPrecision(12)),
    first,
  });
}

async function openOutput(
  { io, cwd, now }: Context,
  { output: name, dryRun }: BatchOptions,
  options: { signal: AbortSignal; onLost: (error: CliError) => void },
): Promise<BatchOutput> {
  if (name === undefined || name === '-') return createStreamOutput(io.stdout);
  if (isStream(name, cwd)) {
    if (dryRun) return createStoredOutput([], name);
    return openStreamOutput(name, cwd, options.signal);
  }
  return dryRun
    ? createStoredOutput(readBatchFile(name, cwd), name)
    : openBatchFile({ ...options, name, cwd, now });
}

/** Reports what applies to every item once. */
function createOnce(say: (sentence: string) => void): (sentence: string) => void {
  const told = new Set<string>();
  return (sentence) => {
    if (!told.has(sentence)) say(sentence);
    told.add(sentence);
  };
}

/** Whether the same command can go on. */
function isKept({ output }: BatchOptions): boolean {
  return output !== undefined && output !== '-';
}

function describeRest(options: BatchOptions, { items, words }: Batch, answered: number): Hint {
  return [
    `${answered} of ${items.length} ${words[1]} have answers.`,
    isKept(options)
      ? 'Run the same command again to ask the rest.'
      : advise`To be able to continue, name a file with ${flag('-o')}.`,
  ];
}

function createSpentError(
  options: BatchOptions,
  { items, words }: Batch,
  { answered, spent }: { answered: number; spent: number },
): CliError {
  return new CliError(
    'quota',
    `${answered} of ${items.length} ${words[1]} are done for about ${spent} credits, and ${options.maxCredits} are allowed`,
    {
      hint: isKept(options)
        ? advise`To continue, run the same command with a higher ${flag('--max-credits')}.`
        : advise`To be able to continue with a higher ${flag('--max-credits')}, name a file with ${flag('-o')}.`,
    },
  );
}

/** Several models may have answered. */
function withoutAnswerer({ answeredBy: _, ...usage }: Usage): Usage {
  return usage;
}
