import { describe, expect, it } from 'vitest';
import { callTool, findRealServer, nodeServer, openTestHost, textOf } from '../helpers/mcp.ts';

describe('server-everything over stdio', () => {
  const everything = nodeServer('everything', findRealServer('server-everything'), ['stdio']);

  it('has tools, resources and prompts', async () => {
    const host = openTestHost([everything]);

    const tools = await host.tools();

    expect(host.states()[0]).toMatchObject({ status: 'ready' });
    expect(tools.map(({ name }) => name)).toContain('everything__echo');
    expect(textOf(await callTool(host, 'echo', { message: 'hello' }))).toBe('Echo: hello');
  });
});
