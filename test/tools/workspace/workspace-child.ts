import { join } from 'node:path';
import { createWorkspaceTools } from '../../../src/tools/workspace/workspace-tools.ts';

/** Runs a command in a process of its own, which a test kills. */
export async function runInFolder(cwd: string, command: string): Promise<void> {
  const [bash] = createWorkspaceTools({
    cwd,
    home: cwd,
    roots: [cwd],
    ownFolders: [],
    outputFolder: join(cwd, 'outputs'),
    env: { PATH: process.env.PATH },
    openHttp: () => Promise.reject(new Error('a test of commands has no network')),
    kinds: new Set(['shell']),
    takesPatch: false,
    now: Date.now,
  });
  const { signal } = new AbortController();
  const plan = await bash?.plan({ command }, signal);
  await plan?.run({ signal, onProgress: () => {} });
}
