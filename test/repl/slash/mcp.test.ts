import { describe, expect, it } from 'vitest';
import { toObject, toText } from '../../../src/json-value.ts';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import { chatModel } from '../../helpers/cli.ts';
import { findRealServer } from '../../helpers/mcp.ts';
import { createTestRepl, type TestRepl, type TestReplOptions } from '../../helpers/repl-app.ts';

const everything = {
  command: process.execPath,
  args: [findRealServer('server-everything'), 'stdio'],
};
const servers = JSON.stringify({ mcpServers: { everything } });
const echo = callTools(['everything__echo', { message: 'CALL ME' }]);
const say = { text: 'It is done.' };

/** A chat in a folder that names a server. */
async function start(options: TestReplOptions = {}): Promise<TestRepl> {
  const repl = await createTestRepl({
    files: { '.mcp.json': servers },
    answer: answerInTurn(echo, say),
    ...options,
    repl: { model: chatModel, ...options.repl },
  });
  await repl.run('/tools mcp');
  repl.take();
  return repl;
}

/** What the model was told of its last calls. */
const told = (repl: TestRepl): string[] => {
  const { messages = [] } = toObject(repl.modelCalls().at(-1)?.body) as {
    messages?: { role: string; content: unknown }[];
  };
  return messages.flatMap(({ role, content }) => (role === 'tool' ? String(toText(content)) : []));
};

describe('a server that the folder names', { timeout: 30_000 }, () => {
  it('is started after a yes, which is kept, and its tools are asked about', async () => {
    const repl = await start();
    await repl.run('call it', '1', '1');
    expect(repl.questions).toEqual([
      'Start the MCP server everything, which this folder names?',
      expect.stringContaining('It is a tool of the server everything.'),
    ]);
    expect(told(repl)).toEqual([expect.stringContaining('CALL ME')]);
    await repl.run('again');
    expect(repl.questions).toHaveLength(2);
    await repl.app.tools.close();
  });

  it('is not started after a no, and the chat goes on without it', async () => {
    const repl = await start({ answer: say });
    await repl.run('hello', '2');
    expect(repl.take()).toContain('It is done.');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).not.toContain('everything__');
    await repl.run('/mcp');
    expect(repl.take()).toContain('There are no MCP servers that may be started');
  });

  it('is listed by /mcp with what it offers, and restarted by name', async () => {
    const repl = await start();
    await repl.run('call it', '1', '1');
    repl.take();
    await repl.run('/mcp', '');
    expect(repl.take()).toMatch(/everything: ready, \d+ tools, \d+ resources, \d+ prompts\./);
    await repl.run('/mcp restart everything');
    expect(repl.take()).toContain('everything runs again.');
    await repl.run('/mcp restart other');
    expect(repl.take()).toContain('There is no MCP server other');
    await repl.app.tools.close();
  });

  it('asks the person, who may say no', async () => {
    const ask = callTools(['everything__trigger-elicitation-request', {}]);
    const repl = await start({ answer: answerInTurn(ask, say) });
    await repl.run('let it ask', '1', '1', '2');
    expect(repl.questions.at(-1)).toBe('The MCP server everything asks:');
    expect(told(repl)).toEqual([expect.stringMatching(/declin/i)]);
    await repl.app.tools.close();
  });
});
