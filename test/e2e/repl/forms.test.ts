import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import type { Cli } from '../../helpers/cli.ts';
import { findRealServer } from '../../helpers/mcp.ts';
import { createReplCli, type Repl, startRepl } from '../../helpers/repl-emulator.ts';

/** A chat in which server-everything asks the person something. */
async function startForm(argv: string[] = []): Promise<Repl> {
  const ask = callTools(['every__trigger-elicitation-request', {}]);
  const cli = await createReplCli({ answer: answerInTurn(ask, { text: 'I see.' }, ask) });
  const servers = join(cli.home, 'servers.json');
  const every = { command: process.execPath, args: [findRealServer('server-everything'), 'stdio'] };
  writeFileSync(servers, JSON.stringify({ mcpServers: { every } }));
  const flags = ['--use', 'mcp', '--allow-tool', 'every', '--mcp-config', servers, ...argv];
  const repl = await startRepl({ cli, argv: flags, keyboard: 'kitty', columns: 100 });
  repl.say('let it ask');
  await repl.chat.waitForScreen('The MCP server every asks:');
  await repl.chat.waitForScreen('1 or Up/Down, then Enter');
  return repl;
}

function readDrafts({ home }: Cli): string {
  const folder = join(home, 'data/copilot-cli/drafts');
  return existsSync(folder)
    ? readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join()
    : '';
}

/** What the server got, as it repeats it. */
function readResult(cli: Cli): unknown {
  const body = cli.simulator.requestsTo('/chat/completions').at(-1)?.body;
  const { messages } = body as {
    messages: { role: string; content: unknown }[];
  };
  const text = String(messages.find(({ role }) => role === 'tool')?.content);
  return JSON.parse(text.slice(text.indexOf('Raw result: ') + 'Raw result: '.length));
}

async function accept({ chat }: Repl): Promise<void> {
  chat.press('1');
  await chat.waitForScreen(/^› 1/m);
  chat.press('enter');
}

describe('a form of a server', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('keeps what was typed when %s ends the chat', async (signal) => {
    const repl = await startForm();
    const { cli, chat } = repl;
    await accept(repl);
    await chat.waitForScreen('every 1 of 13:');
    chat.type('Ada');
    chat.press('enter');
    await chat.waitForScreen('every 2 of 13:');
    chat.press('down');
    chat.press('enter');
    await chat.waitForScreen('every 3 of 13:');
    chat.press('ctrl+u');
    chat.type('a long answer');
    await chat.waitForScreen('a long answer');
    if (signal === 'SIGKILL')
      await vi.waitFor(() => expect(readDrafts(cli)).toContain('a long answer'), { timeout: 5_000 });
    chat.signal(signal);
    await chat.exit;
    const second = await startRepl({ cli });
    second.chat.press('up');
    await second.chat.waitForScreen(/^› (?:a long answer|Ada)$/m);
    second.chat.press('up');
    await second.chat.waitForScreen(/^› (?:a long answer|Ada)$/m);
  });

  it('is filled in field by field: texts, numbers, choices, usual values and what is refused', async () => {
    const repl = await startForm();
    const { cli, chat, waitForAnswer } = repl;
    await accept(repl);
    const field = (number: number): Promise<string[]> => chat.waitForScreen(`every ${number} of 13:`);
    const enter = (text: string): void => {
      chat.press('ctrl+u');
      chat.type(text);
      chat.press('enter');
    };

    await field(1);
    chat.press('enter');
    await chat.waitForScreen('String needs an answer.');
    enter('Ada');
    await field(2);
    chat.press('down');
    chat.press('enter');
    await field(3);
    await chat.waitForScreen('It was a dark and stormy night.');
    chat.type('.');
    chat.press('enter');
    await field(4);
    enter('ada');
    await chat.waitForScreen('String with email format is an address such as ada@example.com.');
    enter('ada@example.com');
    await field(5);
    chat.press('enter');
    await field(6);
    enter('2026-02-30');
    await chat.waitForScreen('is a date such as 2026-01-31.');
    enter('2026-02-28');
    await field(7);
    enter('4.5');
    await chat.waitForScreen('Integer is a whole number.');
    enter('101');
    await chat.waitForScreen('Integer is at most 100.');
    enter('7');
    await field(8);
    await chat.waitForScreen(/^› 3\.14/m);
    chat.press('enter');
    await field(9);
    chat.type('Joey');
    await chat.waitForScreen((rows) => !rows.join().includes('Monica'));
    chat.press('enter');
    await field(10);
    for (const [name, mark] of [
      ['Guitar', ' '],
      ['Drums', 'x'],
    ]) {
      chat.type(name ?? '');
      chat.press('enter');
      await chat.waitForScreen(`[${mark}] ${name}`);
    }
    chat.type('done');
    chat.press('enter');
    await field(11);
    chat.press('down');
    chat.press('enter');
    await field(12);
    chat.press('enter');
    await chat.waitForScreen('[ ] Tuna');
    chat.type('leave');
    chat.press('enter');
    await field(13);
    chat.type('leave');
    chat.press('enter');
    await waitForAnswer('I see.');

    expect(readResult(cli)).toEqual({
      action: 'accept',
      content: {
        name: 'Ada',
        check: false,
        firstLine: 'It was a dark and stormy night..',
        email: 'ada@example.com',
        birthdate: '2026-02-28',
        integer: 7,
        number: 3.14,
        untitledSingleSelectEnum: 'Joey',
        untitledMultipleSelectEnum: ['Drums'],
        titledSingleSelectEnum: 'hero-2',
      },
    });
  }, 30_000);

  it('is declined', async () => {
    const repl = await startForm();
    repl.chat.press('2');
    await repl.waitForAnswer('I see.');
    expect(readResult(repl.cli)).toEqual({ action: 'decline' });
  });

  it('is left in one of its fields', async () => {
    const repl = await startForm();
    await accept(repl);
    await repl.chat.waitForScreen('every 1 of 13:');
    repl.chat.type('Ada');
    repl.chat.press('escape');
    await repl.waitForAnswer('I see.');
    expect(readResult(repl.cli)).toEqual({ action: 'cancel' });
    await repl.chat.waitForScreen('What you typed is there again when every asks the same.');
    repl.say('let it ask again');
    await repl.chat.waitForScreen('The MCP server every asks:');
    await repl.chat.waitForScreen('1 or Up/Down, then Enter');
    await accept(repl);
    await repl.chat.waitForScreen('every 1 of 13:');
    await repl.chat.waitForScreen(/^› Ada/m);
  });
});
