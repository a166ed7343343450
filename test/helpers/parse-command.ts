import { tmpdir } from 'node:os';
import { Command } from 'commander';
import type { Context } from '../../src/context.ts';

type Register<Options> = (
  parent: Command,
  context: Context,
  run: (context: Context, options: Options) => Promise<void>,
) => void;

/** What a command's run function is handed for a command line; undefined where it is not called. */
export async function parseCommand<Options>(
  register: Register<Options>,
  argv: string[],
): Promise<Options | undefined> {
  let received: Options | undefined;
  const program = new Command('copilot-cli')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  // Reading flags touches nothing else of the context.
  const context = { cwd: tmpdir(), notice: () => {} } as Partial<Context> as Context;
  register(program, context, async (_, options) => {
    received = options;
  });
  program.enablePositionalOptions();
  await program.parseAsync(argv, { from: 'user' });
  return received;
}
