import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An executable of a shell script, in a folder for PATH. */
export function writeScript(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
