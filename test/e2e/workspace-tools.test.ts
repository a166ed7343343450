import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { answerInTurn, callTools } from '../helpers/answers.ts';
import { type Cli, createCli } from '../helpers/cli.ts';
import { onTestEnd } from '../helpers/overlapping.ts';
import type { Answer } from '../simulator/answer/answer.ts';

async function create(...answers: Answer[]): Promise<{ cli: Cli; folder: string }> {
  const cli = await createCli({ answer: answerInTurn(...answers) });
  await cli.signIn();
  const folder = join(cli.home, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'answer.txt'), 'The answer is 42.\n');
  return { cli, folder };
}

const argv = ['chat', '--session', 'work', '--use', 'read,write,shell', '--allow-all-tools', 'go'];

describe('the built program', () => {
  it('has all tools of the folder, with their threads and processes', async () => {
    const { cli, folder } = await create(
      callTools(
        ['grep', { pattern: 'answer (is|was) \\d+' }],
        ['glob', { pattern: '*.txt' }],
        ['edit', { path: 'answer.txt', old_str: '42', new_str: '43' }],
        ['create', { path: 'new/b.txt', file_text: 'b\n' }],
        ['bash', { command: 'cat answer.txt new/b.txt; env | grep -ci token; exit 3' }],
      ),
      { text: 'Done.' },
    );
    const { code, stdout } = await cli.run(argv, {
      cwd: folder,
      env: { GITHUB_TOKEN: 'ghp_0123456789abcdefghij' },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    const bodies = cli.simulator.requestsTo('/chat/completions').map(({ body }) => body);
    const messages = (bodies[1] as { messages?: { role: string; content: unknown }[] })?.messages ?? [];
    const told = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
    // The first two only read, and go side by side.
    expect([...told.slice(0, 2).sort(), ...told.slice(2)]).toEqual([
      'answer.txt',
      'answer.txt\n1:The answer is 42.',
      'answer.txt is changed.',
      'new/b.txt is created.',
      'The tool failed: The answer is 43.\nb\n0\n[Exit code 3.]',
    ]);
  });

  it.skipIf(process.platform !== 'linux').each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'leaves no process behind after %s, and says in the conversation what nobody knows',
    { tags: 'deep' },
    async (signal) => {
      const command = `setsid sh -c 'echo $$ > daemon; exec sleep 60' & (trap '' TERM HUP INT; echo $BASHPID > child; while :; do sleep 1; done) & echo $$ > parent; wait`;
      const { cli, folder } = await create(callTools(['bash', { command }]), { text: 'Done.' });
      const { child, done } = cli.start(argv, { cwd: folder });
      onTestEnd(() => void child.kill('SIGKILL'));
      const pids = await Promise.all(
        ['parent', 'child', 'daemon'].map((name) => readPid(join(folder, name))),
      );
      expect(pids.map(lives)).toEqual([true, true, true]);
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      await vi.waitFor(() => expect(pids.map(lives)).toEqual([false, false, false]), { timeout: 5000 });
      await done;

      cli.simulator.requests.length = 0;
      cli.simulator.state.answer = { text: 'I look what is there.' };
      const next = await cli.runHere(['chat', '--session', 'work', 'go on'], { cwd: folder });
      expect(next).toMatchObject({ stdout: 'I look what is there.\n', code: 0 });
      const [request] = cli.simulator.requestsTo('/chat/completions');
      const { messages = [] } = (request?.body ?? {}) as { messages?: { role: string; content: unknown }[] };
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
      const stopper = signal === 'SIGINT' ? 'The user' : signal;
      expect(messages[2]?.content).toContain(
        signal === 'SIGKILL'
          ? 'The program ended while this call ran'
          : `${stopper} stopped this call. It may`,
      );
    },
  );

  it.skipIf(process.platform === 'win32')('says in the conversation that the time was over', async () => {
    const { cli, folder } = await create(callTools(['bash', { command: 'sleep 60' }]), { text: 'Done.' });
    const ended = await cli.run([...argv, '--timeout', '2'], { cwd: folder });
    expect(ended).toMatchObject({ code: 124, stdout: '' });
    cli.simulator.requests.length = 0;
    cli.simulator.state.answer = { text: 'I look.' };
    await cli.runHere(['chat', '--session', 'work', 'go on'], { cwd: folder });
    const [request] = cli.simulator.requestsTo('/chat/completions');
    expect(JSON.stringify(request?.body)).toContain('The time limit of the command stopped this call.');
  });
});

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Who was not waited for is dead, too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function readPid(path: string): Promise<number> {
  const read = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  await vi.waitFor(() => expect(read()).toMatch(/^\d+\n$/), { timeout: 10_000 });
  return Number(read());
}
