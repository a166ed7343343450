import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collect } from '../helpers/cli.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const argv = ['scripts/run-typescript.mjs', 'scripts/demo.ts'];
const env = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  SHELL: '/bin/sh',
  GITHUB_TOKEN: 'ghp_theVisitorsOwn',
};

describe('npm run demo', () => {
  it('shows the main job without a terminal, says whose answers they are, and ends', async () => {
    const child = spawn(process.execPath, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(stdout()).toMatch(/played by a simulator/);
    expect(stderr()).toMatch(/^Your one-time code: .*\n.*\nSigned in to github\.com as octocat\.\n/);
    expect(stdout()).toMatch(/\$ copilot-cli status\nAccount +octocat/);
    expect(stdout()).toMatch(/\$ copilot-cli models\nauto\t[^\n]*\nclaude-/);
    expect(stdout()).toMatch(
      /\| copilot-cli\n\(The simulator answers\.\) You asked: Why is the sky blue\?\n/,
    );
  });

  it('gives a visitor at a terminal a shell in which the program works', async () => {
    const terminal = startProgramInTerminal({ argv, cwd, env });
    await terminal.waitFor(/leave with: exit[\s\S]*[$#] $/);
    terminal.type('copilot-cli "hello there"\r');
    await terminal.waitFor(/\(The simulator answers\.\) You asked: hello there/);
    terminal.type('exit\r');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toContain('The demo has ended; what it stored is deleted.');
  });
});
