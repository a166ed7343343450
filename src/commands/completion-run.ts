import type { Context } from '../context.ts';
import { completionScripts } from '../shell-completion/scripts.ts';
import type { CompletionOptions } from './completion.ts';

export async function runCompletion({ io }: Context, { shell }: CompletionOptions): Promise<void> {
  await io.stdout.write(completionScripts[shell]);
}
