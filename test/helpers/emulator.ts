import { type Emulator, type EmulatorOptions, openEmulator } from '../emulator/emulator.ts';
import { binary, type Cli, expectNoSecret } from './cli.ts';
import { onTestEnd } from './overlapping.ts';

/** The built program in an emulated terminal, as a person sees it. It ends with the test. */
export function startEmulator(cli: Cli, argv: string[], options: EmulatorOptions = {}): Emulator {
  const env = { ...cli.env, ...options.env };
  return startNodeEmulator(['--', binary, ...argv], { ...options, env });
}

/** Any program of Node in an emulated terminal; `argv` is for Node. It ends with the test. */
export function startNodeEmulator(argv: string[], options: EmulatorOptions = {}): Emulator {
  const emulator = openEmulator(argv, options);
  onTestEnd(async () => {
    await emulator.close();
    expectNoSecret(emulator.output());
  });
  return emulator;
}
