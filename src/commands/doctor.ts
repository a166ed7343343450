import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type DoctorOptions = {
  json: boolean;
  /** Ask the npm registry for a newer release. */
  release: boolean;
  /** The file to write a report into. */
  bundle: string | undefined;
};

export function registerDoctor(parent: Command, context: Context, run: Run<DoctorOptions>): void {
  parent
    .command('doctor')
    .description('check everything that an answer needs, and say how to fix what is broken')
    .option('--json', 'print JSON')
    .option('--release', 'ask the npm registry for a newer release')
    .option('--bundle <file>', 'write a report for a bug, without secrets, into a new file')
    .action(({ json = false, release = false, bundle }: Partial<DoctorOptions>) =>
      run(context, { json, release, bundle }),
    );
}
