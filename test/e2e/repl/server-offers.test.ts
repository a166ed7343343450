import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRealServer } from '../../helpers/mcp.ts';
import { createReplCli, type Repl, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

/** A chat that may use a server, which runs. */
async function startWithServer(): Promise<Repl> {
  const cli = await createReplCli({ answer: { text: 'Done.' } });
  const servers = join(cli.home, 'servers.json');
  const every = { command: process.execPath, args: [findRealServer('server-everything'), 'stdio'] };
  writeFileSync(servers, JSON.stringify({ mcpServers: { every } }));
  const repl = await startRepl({ cli, argv: ['--mcp-config', servers], columns: 100 });
  const { chat } = repl;
  chat.type('/every:simple-prompt');
  chat.press('enter');
  await chat.waitForScreen('This is a simple prompt without arguments.');
  await cli.simulator.waitForRequest('/chat/completions');
  await chat.waitForScreen(() => readComposer(chat)[0] === '›');
  return repl;
}

describe('what servers offer, key by key', () => {
  it('is a prompt that is found in the menu, with values that are completed', async () => {
    const { chat, cli } = await startWithServer();
    for (const key of '/comple') chat.type(key);
    await chat.waitForScreen(/^[› ] \/every:completable-prompt +First argument choice/m);
    chat.press('ctrl+u');
    for (const key of '/every:c') chat.type(key);
    await chat.waitForScreen(/^› \/every:completable-prompt <department> <name>$/m);
    chat.press('tab');
    await chat.waitForScreen(/^ {2}Engineering$/m);
    chat.type('S');
    await chat.waitForScreen(/^ {2}Sales$/m);
    chat.press('down');
    chat.press('enter');
    await chat.waitForScreen(/^› \/every:completable-prompt Sales$/m);
    await chat.waitForScreen(/^ {2}David$/m);
    chat.type('E');
    await chat.waitForScreen(/^ {2}Eve$/m);
    chat.press('tab');
    await chat.waitForScreen(/^› \/every:completable-prompt Sales Eve$/m);
    chat.press('enter');
    await chat.waitForScreen('Please promote Eve to the head of the Sales team.');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    const body = toRecord(cli.simulator.requestsTo('/chat/completions').at(-1)?.body);
    expect(findLastUserText(body)).toBe('Please promote Eve to the head of the Sales team.');
  });

  it('is a resource that is found in the menu and attached, and one that is not there is asked about', async () => {
    const { chat, cli } = await startWithServer();
    for (const key of 'sum up @ev') chat.type(key);
    await chat.waitForScreen(/^ {2}every: +resources of the MCP server$/m);
    chat.press('tab');
    await chat.waitForScreen(/^ {2}every:demo:\/\/resource\/static\/document\/architecture\.md/m);
    for (const key of 'feat') chat.type(key);
    await chat.waitForScreen((rows) => rows.filter((row) => row.startsWith('  every:demo')).length === 1);
    chat.press('tab');
    await chat.waitForScreen(/^› sum up @every:demo:\/\/resource\/static\/document\/features\.md$/m);
    chat.press('enter');
    await chat.waitForScreen(/every:demo:\/\/resource\/static\/document\/features\.md, \d+ lines/);
    await cli.simulator.waitForRequest('/chat/completions', 2);
    const body = toRecord(cli.simulator.requestsTo('/chat/completions').at(-1)?.body);
    expect(JSON.stringify(body)).toContain('# Everything Server');
    await chat.waitForScreen(() => readComposer(chat)[0] === '›');
    chat.type('and @every:demo://nothing');
    chat.press('enter');
    await chat.waitForScreen('No resource of a running server @every:demo://nothing');
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
  });
});
