import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const toPath = (place: string): string => fileURLToPath(new URL(`../../${place}`, import.meta.url));

/** The home of somebody who uses the built program every day: its cache folder has the code that V8 compiled. */
const usedHome = toPath(`node_modules/.cache/used-home-${process.version}`);
/** Is there when the home is complete, and has the time of the build that was used. */
const stamp = join(usedHome, 'complete');

const key = 'config/copilot-cli/compile-cache.key';
const compiled = 'cache/copilot-cli/compiled';

/** Switches it off: a home of a test is used for a few runs, and to keep the compiled program there costs more than it saves. */
export const keepsNoCode = { NODE_DISABLE_COMPILE_CACHE: '1' };

/**
 * Lets the program in this home, of somebody who has signed in, use what it keeps of its own code where it is used every day: a start
 * takes a quarter less. It changes nothing there: the program does not write behind a link.
 */
export function lendKeptCode(home: string, env: Record<string, string>): void {
  for (const place of [key, compiled])
    mkdirSync(dirname(join(home, place)), { recursive: true, mode: 0o700 });
  copyFileSync(join(usedHome, key), join(home, key));
  symlinkSync(join(usedHome, compiled), join(home, compiled));
  for (const name of Object.keys(keepsNoCode)) delete env[name];
}

/** Vitest calls it before the tests that start the program. */
export function setup(): void {
  const builtAt = statSync(toPath('dist/main.js')).mtime;
  if (existsSync(stamp) && statSync(stamp).mtimeMs === builtAt.getTime()) return;
  rmSync(usedHome, { recursive: true, force: true });
  mkdirSync(dirname(join(usedHome, compiled)), { recursive: true });
  const script = [toPath('scripts/run-typescript.mjs'), toPath('test/helpers/use-program.ts')];
  execFileSync(process.execPath, [...script, usedHome, toPath('bin/copilot-cli.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  writeFileSync(stamp, '');
  utimesSync(stamp, builtAt, builtAt);
}
