import type { Context } from '../context.ts';
import { composePrompt } from '../conversation/prompt.ts';
import { type ChatRequest, createTextMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { toUsageJson } from '../output/usage.ts';
import { untilAborted } from '../pause.ts';
import { readStdinText } from '../terminal/stdin-text.ts';
import { runBatch } from './batch.ts';
import { openBatchFile } from './batch-file.ts';

export type EachLineOptions = {
  words: readonly string[];
  model: string | undefined;
  system: string | undefined;
  /** What every request has besides its messages. */
  settings: Omit<ChatRequest, 'model' | 'messages'>;
  jobs: number;
  output: string | undefined;
  signal: AbortSignal;
  idleTimeoutMs: number | undefined;
};

/** Asks each line of stdin by itself. Lines of blanks are passed over. No conversation is kept. */
export async function askEachLine(context: Context, options: EachLineOptions): Promise<void> {
  const { words, system, settings, jobs, output, signal, idleTimeoutMs } = options;
  const text = await readStdinText(context.io.stdin, { patience: undefined, signal });
  const inputs = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  const file = output === undefined ? undefined : openBatchFile(output, inputs);
  try {
    const client = await context.connect();
    await client.getSession();
    const { model } = await untilAborted(client.chooseModel(options.model), signal);
    const instructions = system === undefined ? [] : [createTextMessage('system', system)];
    const done = file?.done ?? 0;
    if (done > 0) context.notice(`${done} of ${inputs.length} are there already.`);
    const failed = await runBatch({
      inputs,
      model: model.id,
      jobs,
      done,
      toUsageJson,
      ask: (input) => {
        const prompt = createTextMessage('user', composePrompt(words, input) ?? input);
        const request = { ...settings, model: model.id, messages: [...instructions, prompt] };
        return client.ask(request, { model, signal, idleTimeoutMs, onNotice: context.warn });
      },
      write: (record) =>
        file ? file.append(record) : context.io.stdout.write(`${JSON.stringify(record)}\n`),
    });
    if (failed > 0) {
      throw new CliError('upstream', `${failed} of ${inputs.length} lines were not answered`, {
        hint: 'Their records say why.',
      });
    }
  } finally {
    file?.close();
  }
}
