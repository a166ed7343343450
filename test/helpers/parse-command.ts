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
  // Declaring flags touches nothing of the context.
  register(program, {} as Context, async (_, options) => {
    received = options;
  });
  program.enablePositionalOptions();
  await program.parseAsync(argv, { from: 'user' });
  return received;
}
