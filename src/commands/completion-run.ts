import type { Context } from '../context.ts';
import { readTyped, toLines } from '../shell-completion/answer-shell.ts';
import { complete } from '../shell-completion/complete.ts';
import { completionScripts } from '../shell-completion/scripts.ts';
import { createValues } from '../shell-completion/values.ts';
import type { CompletionOptions } from './completion.ts';

export async function runCompletion(context: Context, options: CompletionOptions): Promise<void> {
  const { stdout } = context.io;
  const { shell } = options;
  if (options.action === 'script') return stdout.write(completionScripts[shell]);
  const typed = readTyped(shell, options.words, context.env);
  const completion = await complete(options.root, typed.words, createValues(context));
  await stdout.write(`${toLines(shell, completion, typed).join('\n')}\n`);
}
