import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WorkspaceKind } from '../../../src/tools/workspace/workspace.ts';
import { key } from '../../helpers/masked-texts.ts';
import { createWorkspace } from './workspace.ts';

const token = `ghp_${'a1B2'.repeat(9)}`;

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function readPid(path: string): Promise<number> {
  const read = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  await vi.waitFor(() => expect(read()).toMatch(/^\d+\n$/), { timeout: 5000 });
  return Number(read());
}

const waitForDeath = (pid: number): Promise<void> =>
  vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: 5000 });

describe.skipIf(process.platform === 'win32')('bash', () => {
  const trap =
    '[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = "touch RUN;false"\n';
  const bare = (folder: string): Record<string, string> => ({
    [`${folder}HEAD`]: 'ref: refs/heads/main\n',
    [`${folder}objects/x`]: '',
    [`${folder}refs/x`]: '',
    [`${folder}config`]: trap,
  });

  it.each([
    ['the folder', bare(''), 'git status'],
    ['a folder in it', bare('docs/'), 'cd docs && git status'],
    ['one that git is told of', bare('docs/'), 'git -C docs log'],
  ])('starts no program that files name which make a repository of %s', async (_what, files, command) => {
    const workspace = createWorkspace(files);
    await workspace.call('bash', { command });
    expect(readdirSync(workspace.cwd, { recursive: true })).not.toContainEqual(
      expect.stringContaining('RUN'),
    );
  });

  it('keeps paths that are there from a variable that looks secret, and no key that begins with a slash', async () => {
    const env = {
      PATH: process.env.PATH,
      MY_TOKEN_FILE: '/etc/hostname',
      NEW_TOKEN_PATH: '/tmp/no-such-file-yet',
      AWS_SECRET_ACCESS_KEY: '/tQe8fWm+4x0000000000000000000000000000',
      SECRET_KEY_PATH: '/tQe8fWm+4x0000000000000000000000000000',
      API_TOKEN_FILE: '/tQe8fWm/4x0000000000000000000000000000',
      MY_SECRET_DIR: '~/Qe8fWm/x0000000000000000000000000000',
    };
    const command =
      '[ -n "$MY_TOKEN_FILE" ] && [ -n "$NEW_TOKEN_PATH" ] && echo paths; [ -n "$AWS_SECRET_ACCESS_KEY$SECRET_KEY_PATH$API_TOKEN_FILE$MY_SECRET_DIR" ] || echo none';
    expect(await createWorkspace({}, { env }).call('bash', { command })).toMatch(/^paths\nnone\n/);
  });

  it('leaves git as it is otherwise, with what the person set in the same way', async () => {
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Ada' };
    const workspace = createWorkspace({ 'a.txt': 'a\n' }, { env: { ...env, PATH: process.env.PATH } });
    const command =
      'git init -q . && git add a.txt && echo b > a.txt && git diff --stat && git config user.name';
    expect(await workspace.call('bash', { command })).toMatch(/a\.txt \| 2[\s\S]*Ada/);
  });

  it('lets git go into no submodule for a look at differences, whatever the repository sets', async () => {
    const workspace = createWorkspace({}, { env: { PATH: process.env.PATH } });
    const command =
      'git init -q . && git config diff.submodule diff && git config status.submoduleSummary true && git config diff.submodule && git config status.submoduleSummary';
    expect(await workspace.call('bash', { command })).toMatch(/^short\nfalse\n/);
  });

  it.each<[string, string, string]>([
    ['an output', 'echo hello', 'hello\n[Exit code 0.]'],
    ['both outputs in their order', 'echo 1; echo 2 >&2; echo 3', '1\n2\n3\n[Exit code 0.]'],
    ['no output', 'true', '(no output)\n[Exit code 0.]'],
    ['an exit code', 'echo no; exit 3', 'no\n[Exit code 3.]'],
    ['a signal', 'kill -SEGV $$', '(no output)\n[It was ended by SIGSEGV.]'],
    ['words of Bash', 'a=(1 2 3); echo {a,b}; [[ ab == a* ]]', 'a b\n[Exit code 0.]'],
    ['several lines', 'cat <<EOF\none\ntwo\nEOF', 'one\ntwo\n[Exit code 0.]'],
    ['an empty input', 'wc -c', '0\n[Exit code 0.]'],
    [
      'no terminal',
      '[ -t 0 ] || [ -t 1 ] || ! echo x > /dev/tty',
      expect.stringContaining('Exit code 0.') as unknown as string,
    ],
    ['plain text', "printf '\\033[31mred\\033[0m\\r\\n50%%\\r100%%\\n\\007'", 'red\n100%\n[Exit code 0.]'],
    ['broken UTF-8', "printf 'a\\377b\\n'", 'a\ufffdb\n[Exit code 0.]'],
    [
      'a command that begins with a dash',
      '-x || echo no',
      expect.stringContaining('no\n') as unknown as string,
    ],
  ])('tells %s', async (_what, command, expected) => {
    expect(await createWorkspace().call('bash', { command })).toEqual(expected);
  });

  it('runs in the folder of the person', async () => {
    const workspace = createWorkspace({ 'a.txt': 'x' });
    expect(await workspace.call('bash', { command: 'pwd; cat a.txt; cd ..' })).toBe(
      `${workspace.cwd}\nx\n[Exit code 0.]`,
    );
    expect(await workspace.call('bash', { command: 'pwd' })).toBe(`${workspace.cwd}\n[Exit code 0.]`);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{}, /`command` is missing/],
    [{ command: ' \n' }, /`command` is empty/],
    [{ command: 'a\0b' }, /NUL/],
    [{ command: 'x'.repeat(200_000) }, /too long/],
    [{ command: 'true', timeout: 0 }, /at least 1/],
    [{ command: 'true', timeout: 'soon' }, /whole number/],
  ])('refuses what is no command', async (input, expected) => {
    await expect(createWorkspace().call('bash', input)).rejects.toThrow(expected);
  });

  it('shows the whole command before a yes', async () => {
    const workspace = createWorkspace();
    const command = 'echo one &&\nrm -rf x';
    const plan = await workspace.tools
      .find(({ name }) => name === 'bash')
      ?.plan({ command }, new AbortController().signal);
    expect(plan).toMatchObject({
      accesses: [{ kind: 'shell', command }],
      preview: { type: 'command', command, folder: workspace.cwd },
    });
  });

  it('is a failure if the command failed', async () => {
    const workspace = createWorkspace();
    expect(await workspace.callWhole('bash', { command: 'false' })).toMatchObject({ isError: true });
    expect(await workspace.callWhole('bash', { command: 'true' })).not.toHaveProperty('isError');
  });

  it('hands on no secret, neither of ours nor of others, and masks them in the output', async () => {
    const secret = 'canary-0123456789';
    const names = [
      'GH_TOKEN',
      'GITHUB_TOKEN',
      'COPILOT_GITHUB_TOKEN',
      'COPILOT_CLI_SERVER_KEY',
      'NPM_TOKEN',
      'MY_KEY',
      'AWS_SECRET_ACCESS_KEY',
    ];
    const env = {
      PATH: process.env.PATH,
      ...Object.fromEntries(names.map((name) => [name, `${secret}-${name}`])),
      ENDPOINT: 'canary-endpoint',
      HARMLESS: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
      SSH_AUTH_SOCK: '/tmp/agent.sock',
      BASH_ENV: '/nowhere/evil',
      LANG: 'C.UTF-8',
    };
    const workspace = createWorkspace(
      { 'leak.txt': `${secret}-NPM_TOKEN\n` },
      { env, secretVariables: ['ENDPOINT'] },
    );
    const text = await workspace.call('bash', {
      command: 'env; cat leak.txt; [ "$SSH_AUTH_SOCK" = /tmp/agent.sock ] && echo kept',
    });
    expect(text).not.toMatch(/canary|ghp_|evil/);
    expect(text).toMatch(/^kept$/m);
    expect(text).toMatch(/LANG=C\.UTF-8/);
    expect(text).toMatch(/\[secret\]/);
  });

  it('means by a name, a wildcard and `cd` what it was judged for, and leads to no terminal', async () => {
    const workspace = createWorkspace(
      { 'bin/ls': '#!/bin/sh\necho evil\n', 'a/x': '', b: '' },
      {
        env: {
          PATH: `./bin::${process.env.PATH}`,
          CDPATH: ':/',
          GLOBIGNORE: 'b',
          SHELLOPTS: 'noglob',
          BASHOPTS: 'dotglob',
          TMUX: '/tmp/tmux',
          TMUX_PANE: '%1',
          STY: '1.x',
          KITTY_LISTEN_ON: 'unix:x',
        },
      },
    );
    chmodSync(join(workspace.cwd, 'bin/ls'), 0o755);
    const text = await workspace.call('bash', {
      command: 'ls; (cd proc 2>&1 | tail -1); echo *; env | grep -E "TMUX|STY|KITTY" || echo none',
    });
    expect(text).toMatch(/^a\nb\nbin\n.*proc: No such file or directory\na b bin\nnone$/m);
  });

  it('cuts a long output in the middle, and keeps the whole for view', async () => {
    const workspace = createWorkspace();
    const text = await workspace.call('bash', { command: 'seq 1 20000; echo end' });
    expect(text.length).toBeLessThan(31_000);
    expect(text).toMatch(
      /^1\n2\n3\n[\s\S]*\n\[… \d+ characters …\]\n[\s\S]*\n20000\nend\n\[The whole output: /,
    );
    const path = /\[The whole output: (.*)\]/.exec(text)?.[1] ?? '';
    expect(readFileSync(path, 'utf8')).toBe(
      `${Array.from({ length: 20000 }, (_, index) => index + 1).join('\n')}\nend\n`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { accesses, run } = await workspace.plan('view', { path, view_range: [10_000, 10_001] });
    expect(accesses).toEqual([{ kind: 'read', path }]);
    expect(await run()).toBe('10000. 10000\n10001. 10001');
  });

  it.each<[what: string, secret: string, from: number]>([
    ['the second piece of a long line', JSON.stringify(key.join('\n')), 131_072 - 200],
    ['the first piece', JSON.stringify(key.join('\n')), 65_536 - 200],
    ['the end of the beginning that is shown', token, 15_000 - 20],
    ['where the end begins that is shown', token, 585_000 - 20],
    ['the end of the first part that is written', JSON.stringify(key.join('\n')), 262_144 - 200],
    ['colours in a long line', `\u001b[1m${token}\u001b[0m`, 65_536 - 20],
  ])('shows no half of a secret across %s, neither to the model nor in the file', async (_, secret, from) => {
    const filler = 'ab,'.repeat(200_000);
    const text = `${filler.slice(0, from)} ${secret} ${filler.slice(from + secret.length + 2, 600_000)}`;
    const workspace = createWorkspace({ 'long.json': text });
    const shown = await workspace.call('bash', { command: 'cat long.json' });
    const path = /\[The whole output: (.*)\]/.exec(shown)?.[1] ?? '';
    for (const seen of [shown, readFileSync(path, 'utf8')]) {
      expect(seen).not.toMatch(/AQEA|B2a1/);
      expect(seen.replaceAll(/ab,|[ab,]/g, '').length).toBeLessThan(200);
    }
    expect(readFileSync(path, 'utf8')).toContain('[secret]');
  });

  it('shows no half of a secret that comes in several writes, also while it comes', async () => {
    const workspace = createWorkspace({ 'rows.txt': key.map((line) => `b"${line}"\n`).join('') });
    const told: string[] = [];
    const command =
      'while read -r line; do echo "$line"; sleep 0.3; done < rows.txt; printf ghp_a1B2a1B2; sleep 0.3; echo a1B2a1B2a1B2';
    const plan = await workspace.tools
      .find(({ name }) => name === 'bash')
      ?.plan({ command }, new AbortController().signal);
    const outcome = await plan?.run({
      signal: new AbortController().signal,
      onProgress: (sentence) => void told.push(sentence),
    });
    expect(outcome?.parts).toEqual([{ type: 'text', text: 'b"[secret]"\n[secret]\n[Exit code 0.]' }]);
    expect(told.length).toBeGreaterThan(3);
    expect(told.join('\n')).not.toMatch(/AQEA|B2a1/);
  });

  it('makes no folder behind a link in the cache folder', async () => {
    const workspace = createWorkspace({ '../elsewhere/a': '' });
    const outputFolder = join(workspace.home, 'cache', 'outputs', '20260101-0101-abcde');
    mkdirSync(join(workspace.home, 'cache'));
    symlinkSync('../elsewhere', join(workspace.home, 'cache', 'outputs'));
    const other = createWorkspace({}, { outputFolder });
    expect(await other.call('bash', { command: 'seq 1 20000' })).not.toContain('The whole output');
    expect(readdirSync(join(workspace.home, 'elsewhere'))).toEqual(['a']);
  });

  it('writes no file for a short output, and none without a folder for it', async () => {
    const workspace = createWorkspace();
    await workspace.call('bash', { command: 'seq 1 100' });
    expect(existsSync(workspace.outputs)).toBe(false);
    const other = createWorkspace({ file: '' }, { outputFolder: '/dev/null/outputs' });
    const text = await other.call('bash', { command: 'seq 1 20000' });
    expect(text).toMatch(/20000\n\[Exit code 0\.\]$/);
  });

  it('stops a command that writes for ever', { tags: 'deep', timeout: 60_000 }, async () => {
    const text = await createWorkspace().call('bash', { command: 'yes a line of some length' });
    expect(text).toMatch(/\[It was stopped because it wrote too much\.\]$/);
  });

  it('stops a command after its time, even one that does not listen', async () => {
    const workspace = createWorkspace();
    const command = `trap '' TERM; echo $$ > pid; echo begun; while :; do sleep 1; done`;
    const text = await workspace.call('bash', { command, timeout: 1 });
    expect(text).toMatch(/^begun\n\[It was stopped after 1 s\./);
    await waitForDeath(await readPid(join(workspace.cwd, 'pid')));
  });

  it('dies with the signal, with all that it started', async () => {
    const workspace = createWorkspace();
    const controller = new AbortController();
    const command = `(trap '' TERM; echo $BASHPID > child; while :; do sleep 1; done) & echo $$ > parent; wait`;
    const running = workspace.callWhole('bash', { command }, controller.signal);
    const pids = [await readPid(join(workspace.cwd, 'parent')), await readPid(join(workspace.cwd, 'child'))];
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    for (const pid of pids) await waitForDeath(pid);
  });

  it.each([
    ['short lines', 'yes'],
    ['short lines of another script', 'yes 文件'],
    ['errors', 'yes error >&2'],
    ['one line without an end', "yes | tr -d '\\n'"],
    ['lines that paint', "yes $'\\e[31mred\\e[0m'"],
    ['several at once', 'yes a & yes b & yes c'],
  ])('ends at once at the signal in a flood of %s', async (_what, command) => {
    const controller = new AbortController();
    const reason = new Error('Esc');
    let abortedAt = 0;
    // It is due in the middle of the flood, and the flood must let it come.
    setTimeout(() => controller.abort(reason), 400);
    const dueAt = performance.now() + 400;
    controller.signal.addEventListener('abort', () => {
      abortedAt = performance.now();
    });

    await expect(createWorkspace().callWhole('bash', { command }, controller.signal)).rejects.toBe(reason);

    expect(abortedAt - dueAt).toBeLessThan(400);
    expect(performance.now() - abortedAt).toBeLessThan(400);
  });

  it('does not start after the signal', async () => {
    const workspace = createWorkspace();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(workspace.callWhole('bash', { command: 'touch x' }, signal)).rejects.toThrow('enough');
    expect(readdirSync(workspace.cwd)).toEqual([]);
  });

  it('does not wait for what keeps its output open in the background, and ends it', async () => {
    const workspace = createWorkspace();
    const text = await workspace.call('bash', { command: 'sleep 60 & echo $! > child; echo begun' });
    expect(text).toBe('begun\n[Exit code 0.]');
    await waitForDeath(await readPid(join(workspace.cwd, 'child')));
  });

  it('waits a moment for what writes after the end', async () => {
    const text = await createWorkspace().call('bash', { command: '(sleep 0.3; echo late) & echo early' });
    expect(text).toBe('early\nlate\n[Exit code 0.]');
  });

  it.skipIf(process.platform !== 'linux')('ends a daemon that left its group', async () => {
    const workspace = createWorkspace();
    const daemon = `setsid sh -c 'echo $$ > daemon; exec sleep 60' >/dev/null 2>&1 < /dev/null &`;
    await workspace.call('bash', { command: `${daemon}\nwhile [ ! -s daemon ]; do sleep 0.05; done` });
    await waitForDeath(await readPid(join(workspace.cwd, 'daemon')));
  });

  it('runs in the shell of the system if there is no Bash', async () => {
    const workspace = createWorkspace({}, { env: { PATH: '/nowhere' } });
    const command = '-x 2>/dev/null || echo "$0"';
    expect(await workspace.call('bash', { command })).toBe('/bin/sh\n[Exit code 0.]');
  });

  it('is there only if it was switched on', () => {
    const { tools } = createWorkspace({}, { kinds: new Set<WorkspaceKind>(['read']) });
    expect(tools.map(({ name }) => name)).toEqual(['view', 'glob', 'grep', 'web_fetch']);
  });

  it.skipIf(process.platform !== 'linux')(
    'leaves nothing behind a kill -9 of ours',
    { tags: 'deep' },
    async () => {
      const { cwd } = createWorkspace();
      const main = new URL('./workspace-child.ts', import.meta.url).href;
      const loader = new URL('../../../scripts/typescript-loader.mjs', import.meta.url).href;
      const command = `setsid sh -c 'echo $$ > daemon; exec sleep 60' & (trap '' TERM; echo $BASHPID > child; while :; do sleep 1; done) & echo $$ > parent; wait`;
      const code = `const { runInFolder } = await import(${JSON.stringify(main)}); await runInFolder(${JSON.stringify(cwd)}, ${JSON.stringify(command)});`;
      const ours = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], {
        stdio: 'inherit',
      });
      onTestFinished(() => void ours.kill('SIGKILL'));
      const pids = await Promise.all(['parent', 'child', 'daemon'].map((name) => readPid(join(cwd, name))));
      expect(pids.map(lives)).toEqual([true, true, true]);
      ours.kill('SIGKILL');
      await once(ours, 'exit');
      for (const pid of pids) await waitForDeath(pid);
    },
  );
});
