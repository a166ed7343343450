import { describe, expect, it } from 'vitest';
import { keepFromFolder } from '../../src/mcp/expand.ts';
import { readServerText } from '../../src/mcp/folder-servers.ts';
import { parseServer, type ServerOrigin } from '../../src/mcp/mcp-server.ts';
import { createFolder } from '../helpers/folder.ts';

const origin = { kind: 'folder', path: '/w/.mcp.json' } as const;
const read = async (entry: string) => {
  const { servers } = await readServerText(`{"mcpServers": {"memory": ${entry}}}`, '.mcp.json', origin);
  return servers[0];
};

describe('a definition of a folder', () => {
  it.each([
    ['"__proto__": {"env": {"NODE_OPTIONS": "--import=/w/evil.mjs"}}'],
    ['"__proto__": {"cwd": "/w/evil"}'],
    ['"constructor": {"prototype": {"env": {"A": "b"}}}'],
  ])('has another hash, and means no more, with the member %s', async (member) => {
    const plain = await read('{"command": "node", "args": ["srv.mjs"]}');
    const other = await read(`{"command": "node", "args": ["srv.mjs"], ${member}}`);
    expect(other?.hash).not.toBe(plain?.hash);
    expect(other?.way).toMatchObject({ command: 'node', args: ['srv.mjs'], cwd: undefined });
    expect(JSON.stringify(other?.way)).not.toContain('NODE_OPTIONS":"--import');
  });

  it.each(['{"__proto__": {"command": "evil"}}', '{"__proto__": null}'])(
    'is none without a command: %s',
    async (entry) => {
      expect(await read(entry)).toBeUndefined();
    },
  );
});

describe('where a server starts', () => {
  function place(entry: Record<string, unknown>, from: ServerOrigin = { kind: 'user', path: '/mcp.json' }) {
    const folder = createFolder({ 'w/a.py': '' });
    const server = parseServer('memory', entry, from);
    return {
      folder,
      way: keepFromFolder(server.way, server, { cwd: `${folder}/w`, cacheFolder: `${folder}/cache` }),
    };
  }

  it.each([
    [
      'npx',
      ['-y', '@a/server', '.', './data', '../x', 'word.txt'],
      ['-y', '@a/server', 'W', 'W/data', 'F/x', 'word.txt'],
    ],
    ['env', ['npx', 'server'], ['npx', 'server']],
    ['cmd', ['/c', 'npx', '-y', 'server'], ['/c', 'npx', '-y', 'server']],
    ['sh', ['-c', 'exec npx -y server'], ['-c', 'exec npx -y server']],
    ['python3', ['-m', 'server'], ['-m', 'server']],
    ['python3', ['-c', 'import server'], ['-c', 'import server']],
    ['node', ['-r', 'dotenv/config', '/abs/server.js'], ['-r', 'dotenv/config', '/abs/server.js']],
    ['node', ['./server.js', '--root=..'], ['W/server.js', '--root=F']],
    ['npm', ['--yes', 'exec', 'server'], ['--yes', 'exec', 'server']],
    ['docker', ['run', '-i', '-v', '.:/w', 'server'], ['run', '-i', '-v', 'W:/w', 'server']],
    ['/usr/bin/server', ['--data', '/x.py'], ['--data', '/x.py']],
  ])('is an empty folder for one of the person: %s %j', (command, args, expected) => {
    const { folder, way } = place({ command, args });
    expect(way).toMatchObject({
      command,
      cwd: `${folder}/cache/mcp`,
      args: expected.map((text) => text.replace('W', `${folder}/w`).replace(/(?<==|^)F(?=\/|$)/, folder)),
    });
  });

  it('takes a program by its path from the folder at hand', () => {
    const { folder, way } = place({ command: 'bin/server' });
    expect(way).toMatchObject({ command: `${folder}/w/bin/server`, cwd: `${folder}/cache/mcp` });
  });

  it.each([
    [{ command: 'npx', args: ['server'], cwd: '.' }, undefined, '.'],
    [{ command: 'npx', args: ['server'] }, origin, undefined],
    [{ command: 'node', args: ['server.mjs', '-m', 'x'] }, undefined, undefined],
    [{ command: 'python3', args: ['server.py'] }, undefined, undefined],
    [{ command: 'uv', args: ['run', 'src/server.py'] }, undefined, undefined],
  ])('is the folder at hand, or what it names, for others: %j', (entry, from, cwd) => {
    expect(place(entry, from).way).toMatchObject({ cwd, args: entry.args });
  });
});
