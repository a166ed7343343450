import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { expandWay } from '../../src/mcp/expand.ts';
import type { McpServer } from '../../src/mcp/mcp-server.ts';

function expandArgument(text: string, env: Record<string, string> = {}): unknown {
  const way = { kind: 'stdio', command: 'node', args: [text], env: {}, cwd: undefined };
  const server = { name: 'x', way, origin: { kind: 'flag' } } as unknown as McpServer;
  const context = { env, cwd: '/w', home: '/home/me' } as Context;
  const expanded = expandWay(server, context);
  return expanded.kind === 'stdio' ? expanded.args[0] : undefined;
}

describe('a variable in a setting of a server', () => {
  it.each(['constructor', 'toString', 'valueOf', '__proto__'])(
    'that is called like what every object has, %s, is one that is not set',
    (name) => {
      expect(() => expandArgument(`$\{${name}}`)).toThrow(
        `needs the environment variable ${name}, which is not set`,
      );
      expect(expandArgument(`$\{${name}:-usual}`)).toBe('usual');
      const env: Record<string, string> = Object.fromEntries([[name, 'own']]);
      expect(expandArgument(`$\{${name}}`, env)).toBe('own');
    },
  );
});
