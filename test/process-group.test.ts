import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ProcessGroup, startGroup } from '../src/process-group.ts';
import { createFolder } from './helpers/folder.ts';

const env = { PATH: process.env.PATH };

/** A shell that starts a child which ignores SIGTERM, writes both numbers, and waits. */
const stubborn = `sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 1; done' & echo $$ > parent; wait`;

function start(script: string, cwd: string): ProcessGroup {
  const group = startGroup('/bin/sh', ['-c', script], { env, cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => group.end(0));
  return group;
}

async function readPid(path: string): Promise<number> {
  await vi.waitFor(() => expect(existsSync(path) && readFileSync(path, 'utf8')).toMatch(/^\d+\n$/), {
    timeout: 5000,
  });
  return Number(readFileSync(path, 'utf8'));
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for is dead, too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const waitForDeath = (pid: number): Promise<void> =>
  vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: 5000 });

describe.skipIf(process.platform !== 'linux')('A group of processes', () => {
  it('ends with all that the program started, even what ignores SIGTERM', async () => {
    const folder = createFolder();
    const group = start(stubborn, folder);
    const [parent, child] = [await readPid(join(folder, 'parent')), await readPid(join(folder, 'child'))];

    await group.end(200);

    await waitForDeath(parent);
    await waitForDeath(child);
  });

  it('takes what the program leaves behind when it ends alone', async () => {
    const folder = createFolder();
    const group = start(`(trap "" TERM HUP; echo $$ > x; sleep 60) & echo $! > child; exit 3`, folder);

    expect(await group.ended).toMatchObject({ code: 3 });

    await waitForDeath(await readPid(join(folder, 'child')));
  });

  const leavers = [
    ['setsid env -i sleep 7791 >/dev/null 2>&1 & echo $! > child', 'in the background'],
    [
      'setsid -f env -i sh -c "echo \\$\\$ > child; exec sleep 7792" >/dev/null 2>&1',
      'in a session of its own',
    ],
    ['(setsid env -i sh -c "(echo \\$\\$ > child; exec sleep 7793) &" &) >/dev/null 2>&1', 'forked twice'],
    ['env -i nohup setsid sleep 7794 >/dev/null 2>&1 & echo $! > child', 'deaf to the end of the terminal'],
  ] as const;

  it.each(leavers)('takes what left it without an environment: %s', async (script) => {
    const folder = createFolder();
    const group = start(`${script}; while [ ! -s child ]; do sleep 0.05; done`, folder);
    const child = await readPid(join(folder, 'child'));

    await group.ended;

    await waitForDeath(child);
  });

  it('reports a program that is not there', async () => {
    const group = startGroup('/nowhere/program', [], { env, cwd: '/', stdio: 'ignore' });

    expect((await group.ended).error).toMatchObject({ code: 'ENOENT' });
  });

  const left = 'setsid env -i sleep 7795 >/dev/null 2>&1 & echo $! > child; echo $$ > parent; wait';
  it.each([
    ['all that stays', stubborn],
    ['what left without an environment', left],
  ])('dies within 5 s of a kill -9 of its parent, with %s', { tags: 'deep' }, async (_what, script) => {
    const folder = createFolder();
    const main = new URL('../src/process-group.ts', import.meta.url).href;
    const loader = new URL('../scripts/typescript-loader.mjs', import.meta.url).href;
    const code = `const { startGroup } = await import(${JSON.stringify(main)});
      startGroup('/bin/sh', ['-c', ${JSON.stringify(script)}], { env: process.env, cwd: ${JSON.stringify(folder)}, stdio: 'ignore' });`;
    const ours = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], {
      stdio: 'inherit',
    });
    onTestFinished(() => void ours.kill('SIGKILL'));
    const [parent, child] = [await readPid(join(folder, 'parent')), await readPid(join(folder, 'child'))];
    expect([lives(parent), lives(child)]).toEqual([true, true]);

    ours.kill('SIGKILL');
    await once(ours, 'exit');

    await waitForDeath(parent);
    await waitForDeath(child);
  });
});
