import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel } from '../../test/simulator/copilot/create-model.ts';
import { type Simulator, startSimulator } from '../../test/simulator/simulator.ts';
import type { SimulatorOptions } from '../../test/simulator/simulator-state.ts';
import { runNode } from './process-timing.ts';

export const binary = join(process.cwd(), 'bin', 'copilot-cli.js');

/** Somebody who is signed in to a simulator, with a home of their own. */
export type SignedIn = {
  simulator: Simulator;
  home: string;
  env: Record<string, string>;
  /** Closes the simulator, and deletes the home. */
  close(): Promise<void>;
};

const manyTokens = 100_000_000;

/** A model that takes conversations of any length: options for the simulator, and the variable that chooses it. */
export const roomy = {
  options: {
    catalogue: [
      createModel({
        id: 'roomy',
        supported_endpoints: ['/chat/completions'],
        limits: {
          max_context_window_tokens: manyTokens,
          max_prompt_tokens: manyTokens,
          max_output_tokens: manyTokens,
        },
      }),
    ],
  },
  env: { GITHUB_COPILOT_MODEL: 'roomy' },
};

export async function startSignedIn(options: SimulatorOptions = {}): Promise<SignedIn> {
  const home = mkdtempSync(join(tmpdir(), 'copilot-cli-'));
  const simulator = await startSimulator({ device: { interval: 0.05 }, ...options });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    // A key store is measured if the caller names it, with the bus that it is on.
    COPILOT_CLI_CREDENTIAL_STORE: process.env.COPILOT_CLI_CREDENTIAL_STORE ?? 'file',
    DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS ?? '',
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    ...simulator.env(),
  };
  const close = async (): Promise<void> => {
    await simulator.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await runNode([binary, 'login'], env);
  } catch (error) {
    await close();
    throw error;
  }
  return { simulator, home, env, close };
}
