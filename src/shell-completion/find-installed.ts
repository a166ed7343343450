import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Env } from '../env.ts';
import { completionScripts } from './scripts.ts';

/**
 * Where the shell of the person gets its completion from. `shell` is undefined if SHELL names none that completion is for. A file with the
 * script itself, which fish has, is `old` if this version writes another one.
 */
export type InstalledCompletion = {
  shell: 'bash' | 'zsh' | 'fish' | undefined;
  path?: string;
  isOld?: boolean;
};

export function findInstalledCompletion({ env, home }: { env: Env; home: string }): InstalledCompletion {
  const shell = (['bash', 'zsh', 'fish'] as const).find((name) => name === basename(env.SHELL ?? ''));
  if (shell === undefined) return { shell };
  const fish = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'fish');
  const script = join(fish, 'completions', 'copilot-cli.fish');
  const places = {
    bash: ['.bashrc', '.bash_profile', '.profile'].map((name) => join(home, name)),
    zsh: ['.zshrc', '.zprofile'].map((name) => join(env.ZDOTDIR || home, name)),
    fish: [join(fish, 'config.fish')],
  }[shell];
  const kept = shell === 'fish' ? readText(script) : undefined;
  if (kept !== undefined) return { shell, path: script, isOld: kept !== completionScripts.fish };
  const path = places.find((place) => readText(place)?.includes('copilot-cli completion'));
  return { shell, ...(path !== undefined && { path }) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
