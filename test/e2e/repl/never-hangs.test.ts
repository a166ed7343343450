import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { binary, chatModel } from '../../helpers/cli.ts';
import { misbehaving } from '../../helpers/mcp.ts';
import { createReplCli, type Repl, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { startProgramInTerminal } from '../../helpers/terminal.ts';

/** The address of a page that takes minutes to lay out, and a promise of its being fetched. */
async function serveSlowPage(): Promise<{ url: string; fetched: Promise<void> }> {
  let tell = (): void => {};
  const fetched = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<table><tr>${'<td>1'.repeat(400_000)}</table>`, tell);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, fetched };
}

sampled.it.each(['escape', 'ctrl+c'])('%s stops a slow page, and the chat continues', async (key) => {
  const { chat, say, waitForAnswer } = await startRepl();
  const { url, fetched } = await serveSlowPage();
  say(`/attach ${url}`);
  await chat.waitForScreen('Attached');
  say('sum it up');
  await fetched;
  chat.press(key);
  await chat.waitForScreen(/Stopped\.[\s\S]*^› sum it up$/m);
  chat.press('ctrl+u');
  say('/attach none');
  await chat.waitForScreen('Nothing is attached now.');
  say('hello');
  await waitForAnswer('You said: hello');
});

sampled.it.each(['escape', 'ctrl+c'])('%s stops an endless folder, and the chat continues', async (key) => {
  const { chat, say, waitForAnswer } = await startRepl();
  say('/attach /usr');
  await chat.waitForScreen('Esc stops');
  chat.press(key);
  await chat.waitForScreen('Stopped.');
  say('hello');
  await waitForAnswer('You said: hello');
});

/** A chat whose only server starts and never says a word. The second result tells whether a program of it runs. */
async function startWithSilentServer(): Promise<Repl & { runs: () => boolean }> {
  const cli = await createReplCli();
  const mark = `silent-${Math.floor(Math.random() * 1e9)}`;
  const slow = { command: process.execPath, args: [misbehaving, 'silent', mark], cwd: cli.home };
  const config = JSON.stringify({ mcpServers: { slow } });
  const repl = await startRepl({ cli, argv: ['--mcp-config', config], keyboard: 'kitty' });
  const runs = (): boolean =>
    spawnSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' })
      .stdout.split('\n')
      .some((line) => line.includes(mark) && line.includes(misbehaving) && !line.startsWith('Z'));
  await vi.waitUntil(runs, 10_000);
  return { ...repl, runs };
}

const waits = [
  ['hello', 'Starting the MCP server slow'],
  ['/mcp restart slow', 'Starting slow'],
  ['/slow:prompt', 'Starting slow'],
] as const;

describe.skipIf(process.platform === 'win32')('a server that does not start', () => {
  sampled.it.each(
    waits.flatMap(([text, label]) => ['escape', 'ctrl+c'].map((key) => ({ text, label, key }))),
  )('is waited for until $key: $text', async ({ text, label, key }) => {
    const { cli, chat, say, waitForAnswer } = await startWithSilentServer();
    say(text);
    await chat.waitForScreen(new RegExp(`${label} \\d+ s[\\s\\S]*Esc stops`));
    chat.press(key);
    await chat.waitForScreen('Stopped.');
    chat.press('ctrl+u');
    say('/tools none');
    await chat.waitForScreen('The model may use nothing');
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
    say('hello again');
    await waitForAnswer('You said: hello again');
  });

  sampled.it.each(
    ['ctrl+d', '/exit', 'ctrl+c three times', 'SIGTERM'].flatMap((way) =>
      waits.map(([text, label]) => ({ text, label, way })),
    ),
  )('does not keep the chat from ending, and is gone then: $text, $way', async ({ text, label, way }) => {
    const { chat, say, runs } = await startWithSilentServer();
    say(text);
    await chat.waitForScreen(new RegExp(`${label} \\d+ s[\\s\\S]*Esc stops`));
    const startedAt = performance.now();
    if (way === 'SIGTERM') chat.signal(way);
    else if (way === '/exit') say(way);
    else if (way === 'ctrl+d') chat.press(way);
    else {
      chat.press('ctrl+c');
      await chat.waitForScreen('Stopped.');
      // The prompt is back in the draft.
      for (const key of ['ctrl+u', 'ctrl+c', 'ctrl+c']) chat.press(key);
    }
    await chat.exit;
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    await vi.waitUntil(() => !runs(), 5_000);
  });
});

/** Runs the program in a real shell, with what stty says of the terminal before and after it. */
function startInShell(cli: Awaited<ReturnType<typeof createReplCli>>, argv: string[]) {
  const script =
    'trap : INT; echo "before $(stty -g)"; "$0" "$@"; code=$?; echo; echo "after $(stty -g)"; echo "code $code"';
  const shell = `require('node:child_process').spawnSync('sh', ['-c', ${JSON.stringify(script)}, process.execPath, ...process.argv.slice(1)], {stdio: 'inherit'})`;
  // The shell's parent leaves Ctrl+C to the shell and the program.
  const code = `process.on('SIGINT', () => {}); ${shell}`;
  return startProgramInTerminal({ argv: ['-e', code, '--', binary, ...argv], env: cli.env });
}

function expectSameModes(output: string): void {
  const [, before] = /before (\S+)/.exec(output) ?? [];
  expect(before).toMatch(/^[0-9a-f:]+$/);
  expect(/after (\S+)/.exec(output)?.[1]).toBe(before);
}

it('Ctrl+C during a slow page gives the terminal back as it was', async () => {
  const cli = await createReplCli();
  const { url, fetched } = await serveSlowPage();
  const terminal = startInShell(cli, ['chat', '-f', url, 'q']);
  await fetched;
  terminal.type('\u0003');
  await terminal.waitFor(/code \d+/);
  expect(terminal.output).toContain('code 130');
  expectSameModes(terminal.output);
});

it('Ctrl+C in the chat during a slow page gives the terminal back as it was', { tags: 'deep' }, async () => {
  const cli = await createReplCli();
  const { url, fetched } = await serveSlowPage();
  const terminal = startInShell(cli, ['chat', '-m', chatModel]);
  await terminal.waitFor(/kimi/);
  terminal.type(`/attach ${url}\r`);
  await terminal.waitFor(/Attached/);
  terminal.type('sum it up\r');
  await fetched;
  terminal.type('\u0003');
  await terminal.waitFor(/Stopped\./);
  terminal.type('\u0015');
  terminal.type('\u0003');
  await terminal.waitFor(/No longer attached/);
  terminal.type('\u0003');
  await terminal.waitFor(/again leaves/);
  terminal.type('\u0003');
  await terminal.waitFor(/code \d+/);
  expectSameModes(terminal.output);
});
