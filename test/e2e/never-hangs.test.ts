import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cli, createCli, type Run } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';

/** For how long a command may go on after its time is over or a signal came, in milliseconds. */
const grace = 2_000;

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

async function createSignedIn(): Promise<Cli> {
  const cli = await createCli();
  await cli.signIn();
  return cli;
}

function createPipe(name = 'pipe'): string {
  const path = join(createFolder(), name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** Becomes a writer that says nothing, as soon as somebody reads. */
async function openSilently(pipe: string): Promise<void> {
  const fd = await vi.waitFor(() => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK), {
    timeout: 10_000,
    interval: 10,
  });
  onTestFinished(() => closeSync(fd));
}

/** Sends a signal when the command is where the test wants it, and gives the time that it took from then on. */
async function stop(
  { child, done }: ReturnType<Cli['start']>,
  signal: Signal,
  isThere: () => Promise<unknown>,
): Promise<Run> {
  onTestFinished(() => void child.kill('SIGKILL'));
  await isThere();
  const sentAt = performance.now();
  child.kill(signal);
  const run = await done;
  return { ...run, milliseconds: performance.now() - sentAt };
}

describe('a named pipe that nobody writes to', () => {
  const uses: [string, (pipe: string) => string[]][] = [
    ['-f', (pipe) => ['chat', '-f', pipe, 'q']],
    ['-a', (pipe) => ['chat', '-a', pipe, 'q']],
    ['--schema', (pipe) => ['chat', '--schema', pipe, 'q']],
    ['--tools', (pipe) => ['chat', '--json', '--tools', pipe, 'q']],
    ['run', (pipe) => ['run', pipe]],
  ];

  it.each(uses)('ends with 124 when the time is over, behind %s', async (_, toArgv) => {
    const cli = await createSignedIn();
    const { child, done } = cli.start([...toArgv(createPipe('pipe.md')), '--timeout', '1']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const run = await done;
    expect(run.code).toBe(124);
    expect(run.milliseconds).toBeLessThan(1_000 + grace);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });

  it.each(
    uses.flatMap(([name, toArgv]) =>
      (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, name, toArgv] as const),
    ),
  )('ends at once by %s behind %s, though its writer is there and silent', async (signal, _, toArgv) => {
    const cli = await createSignedIn();
    const pipe = createPipe('pipe.md');
    const run = await stop(cli.start(toArgv(pipe)), signal, () => openSilently(pipe));
    expect(run.code).toBe(exitCodes[signal]);
    expect(run.milliseconds).toBeLessThan(grace);
  });
});
