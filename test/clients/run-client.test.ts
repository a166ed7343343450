import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runClient } from '../../src/clients/run-client.ts';
import type { Env } from '../../src/env.ts';
import { InterruptedError } from '../../src/errors.ts';
import { createFolder } from '../helpers/folder.ts';
import { createFacts } from './facts.ts';

const facts = createFacts();
const env: Env = { PATH: process.env.PATH };

type Run = { controller: AbortController; listeners: Set<() => void>; code: Promise<number> };

/** Runs a script as the client, in a folder of its own. */
function start(script: string, { cwd = createFolder(), name = process.execPath } = {}): Run {
  const controller = new AbortController();
  const listeners = new Set<() => void>();
  const onInterrupt = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const options = { facts, env, cwd, signal: controller.signal, onInterrupt };
  return { controller, listeners, code: runClient([name, '-e', script], options) };
}

describe('a program that is run', () => {
  it.each([
    ['0', 'process.exit(0)', 0],
    ['another', 'process.exit(7)', 7],
    ['that of a signal', 'process.kill(process.pid, "SIGKILL")', 137],
  ])('gives its exit code: %s', async (_, script, code) => {
    expect(await start(script).code).toBe(code);
  });

  it('has our folder, our environment and the variables of the server', async () => {
    const cwd = createFolder();
    await start(
      'require("fs").writeFileSync("out.json", JSON.stringify({ ...process.env, CWD: process.cwd() }))',
      {
        cwd,
      },
    ).code;
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))).toMatchObject({
      CWD: cwd,
      PATH: env.PATH,
      OPENAI_BASE_URL: 'http://127.0.0.1:4141/v1',
    });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is handed %s, and we end with it', async (signal, code) => {
    const cwd = createFolder();
    const { controller, code: ended } = start(
      'require("fs").writeFileSync("up", ""); setInterval(() => {}, 1e6)',
      {
        cwd,
      },
    );
    await expect.poll(() => existsSync(join(cwd, 'up'))).toBe(true);
    controller.abort(new InterruptedError(signal));
    expect(await ended).toBe(code);
  });

  it('may go its own way about a signal', async () => {
    const cwd = createFolder();
    const { controller, code } = start(
      'process.on("SIGTERM", () => process.exit(5)); require("fs").writeFileSync("up", ""); setInterval(() => {}, 1e6)',
      { cwd },
    );
    await expect.poll(() => existsSync(join(cwd, 'up'))).toBe(true);
    controller.abort(new InterruptedError('SIGTERM'));
    expect(await code).toBe(5);
  });

  it('handles Ctrl+C itself as long as it runs', async () => {
    const { listeners, code } = start('');
    expect(listeners.size).toBe(1);
    await code;
    expect(listeners.size).toBe(0);
  });

  it('has our terminal: it writes where we write', async () => {
    const written = await runInProcess(`console.log('from the program')`);
    expect(written).toBe('from the program\n');
  });
});

describe('a program that cannot be run', () => {
  it('is one that is not there, with the exit code of a shell', async () => {
    const { code, listeners } = start('', { name: 'no-such-program' });
    await expect(code).rejects.toMatchObject({
      code: 'usage',
      exitCode: 127,
      message: 'there is no program no-such-program',
    });
    expect(listeners.size).toBe(0);
  });

  it('is a file that is no program', async () => {
    const folder = createFolder({ tool: 'text' });
    chmodSync(join(folder, 'tool'), 0o644);
    await expect(start('', { name: join(folder, 'tool') }).code).rejects.toMatchObject({ exitCode: 126 });
  });

  it('is refused in a folder that no longer exists, and the message says so', async () => {
    await expect(start('', { cwd: '/no/such/folder' }).code).rejects.toThrow('the folder /no/such/folder');
  });

  it('is none at all', async () => {
    const options = {
      facts,
      env,
      cwd: '/',
      signal: new AbortController().signal,
      onInterrupt: () => () => {},
    };
    await expect(runClient([], options)).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
  });
});

/** What a process writes that runs the script as its client. */
async function runInProcess(script: string): Promise<string> {
  const source = new URL('../../src/clients/run-client.ts', import.meta.url).pathname;
  const runner = new URL('../../scripts/run-typescript.mjs', import.meta.url).pathname;
  const folder = createFolder({
    'run.ts': `import { runClient } from '${source}';
      await runClient([process.execPath, '-e', ${JSON.stringify(script)}], {
        facts: ${JSON.stringify(facts)}, env: process.env, cwd: process.cwd(),
        signal: new AbortController().signal, onInterrupt: () => () => {},
      });`,
  });
  const child: ChildProcess = spawn(process.execPath, [runner, join(folder, 'run.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let written = '';
  for await (const piece of child.stdout ?? []) written += piece;
  return written;
}
