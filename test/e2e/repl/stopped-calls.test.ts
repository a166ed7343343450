import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { type AssistantTurn, listCalls } from '../../../src/conversation/conversation.ts';
import { listBranch } from '../../../src/conversation/current-branch.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import type { Cli } from '../../helpers/cli.ts';
import { findRealServer } from '../../helpers/mcp.ts';
import { createReplCli, type Repl, readConversation, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';

/** Stands in the arguments of whatever a test starts. */
const toMark = (): string => `7${Math.floor(Math.random() * 1e9)}`;

/** The processes with this mark in their arguments that run. */
function findRunning(mark: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && read(pid, 'cmdline').includes(mark) && !/\) Z /.test(read(pid, 'stat')),
  );
}

const expectNothingLeft = (mark: string): Promise<void> =>
  vi.waitFor(() => expect(findRunning(mark)).toEqual([]), { timeout: 5_000 });

type Kind = 'a command' | 'a call of a server' | 'a page';

const flags = ['--allow-tool', 'shell', '--allow-tool', 'url'];

type Started = Repl & { mark: string; hits: string[] };

/** A chat in which the first of two calls runs, and ends by itself in a minute at the earliest. */
async function startCall(kind: Kind): Promise<Started> {
  const mark = toMark();
  const page = await startSilentPage();
  const first: Record<Kind, [string, unknown]> = {
    'a command': ['bash', { command: `sh -c 'echo up >began; sleep ${mark}; true'; echo second` }],
    'a call of a server': ['every__trigger-long-running-operation', { duration: 90, steps: 90 }],
    'a page': ['web_fetch', { url: page.url }],
  };
  const answers = [callTools(first[kind], ['bash', { command: 'echo x >>made' }]), { text: 'I see.' }];
  const cli = await createReplCli({ answer: answerInTurn(...answers) });
  const servers = join(cli.home, 'servers.json');
  const every = { command: process.execPath, args: [findRealServer('server-everything'), 'stdio', mark] };
  writeFileSync(servers, JSON.stringify({ mcpServers: { every } }));
  const more =
    kind === 'a call of a server'
      ? ['--use', 'read,write,shell,mcp', '--allow-tool', 'every', '--mcp-config', servers]
      : ['--use', 'read,write,shell'];
  const repl = await startRepl({ cli, argv: [...flags, ...more], keyboard: 'kitty' });
  repl.say('do it');
  await repl.chat.waitForScreen(
    { 'a command': 'bash sh -c', 'a call of a server': '1 of 90', 'a page': 'web_fetch http' }[kind],
  );
  if (kind === 'a command') await vi.waitFor(() => expect(existsSync(join(cli.home, 'began'))).toBe(true));
  if (kind === 'a page') await vi.waitFor(() => expect(page.hits).toHaveLength(1));
  return { ...repl, mark, hits: page.hits };
}

/** A page that is asked for and never comes. */
async function startSilentPage(): Promise<{ url: string; hits: string[] }> {
  const hits: string[] = [];
  const server = createServer(({ url = '' }) => hits.push(url)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`, hits };
}

function readAnswer(cli: Cli): AssistantTurn {
  const turn = listBranch(readConversation(cli)).findLast(({ role }) => role === 'assistant');
  if (turn?.role !== 'assistant') throw new Error('there is no answer');
  return turn;
}

/** What the model was told of its calls in its last request. */
function told(cli: Cli): string[] {
  const body = cli.simulator.requestsTo('/chat/completions').at(-1)?.body;
  const { messages } = body as {
    messages: { role: string; content: unknown }[];
  };
  return messages.flatMap(({ role, content }) => (role === 'tool' ? String(content) : []));
}

const made = (cli: Cli): string => {
  const path = join(cli.home, 'made');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

async function end(chat: Emulator, way: string): Promise<void> {
  if (way.startsWith('SIG')) chat.signal(way as NodeJS.Signals);
  else for (const key of way.split(' ')) chat.press(key);
  if (way !== 'escape' && way !== 'ctrl+c') await chat.exit;
}

const kinds: Kind[] = ['a command', 'a call of a server', 'a page'];
const lost = 'Nobody knows what it has done';
const stopped = 'The user stopped this call';

describe.skipIf(process.platform !== 'linux')('a chat that ends in the middle of a call', () => {
  const ways = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'ctrl+d ctrl+d'];
  sampled.it.each(kinds.flatMap((kind) => ways.map((way) => ({ kind, way }))))(
    'leaves nothing behind, and goes on with what had not begun: $kind, $way',
    { timeout: 40_000 },
    async ({ kind, way }) => {
      const { cli, chat, mark, hits } = await startCall(kind);
      await end(chat, way);
      await expectNothingLeft(mark);
      const answer = readAnswer(cli);
      expect(listCalls(answer)).toHaveLength(2);
      // A read changes nothing, so it is made again.
      const mayRepeat = kind === 'a page' && way === 'SIGKILL';
      expect(answer.results?.map(({ call }) => call)).toEqual(mayRepeat ? undefined : [0]);
      expect(made(cli)).toBe('');
      if (mayRepeat) return;

      const again = await startRepl({
        cli,
        argv: [...flags, '--use', 'read,shell', '--continue'],
        keyboard: 'kitty',
      });
      again.say('/retry');
      await again.waitForAnswer('I see.');
      expect(told(cli)[0]).toContain(
        way === 'SIGKILL' ? lost : way.startsWith('SIG') ? `${way} stopped this call` : stopped,
      );
      expect(made(cli)).toBe('x\n');
      expect(findRunning(mark)).toEqual([]);
      expect(hits).toHaveLength(kind === 'a page' ? 1 : 0);
    },
  );
});

describe.skipIf(process.platform !== 'linux')('a call that the person stops', () => {
  sampled.it.each(kinds.flatMap((kind) => ['escape', 'ctrl+c'].map((way) => ({ kind, way }))))(
    'ends, and the model hears of it with the next prompt: $kind, $way',
    { timeout: 40_000 },
    async ({ kind, way }) => {
      const { cli, chat, say, waitForAnswer, mark } = await startCall(kind);
      await end(chat, way);
      await vi.waitFor(() => expect(readAnswer(cli).results).toMatchObject([{ call: 0, isError: true }]), {
        timeout: 5_000,
      });
      if (kind === 'a command') await expectNothingLeft(mark);
      // The prompt is back in the draft.
      await chat.waitForScreen(/^› do it/m);
      chat.press('ctrl+u');
      say('what now?');
      await waitForAnswer('I see.');
      expect(told(cli)[0]).toContain(stopped);
      expect(told(cli)).toHaveLength(2);
      expect(made(cli)).toBe('');
      chat.press('ctrl+d');
      await chat.exit;
      await expectNothingLeft(mark);
    },
  );
});
