import { symlinkSync } from 'node:fs';
import { join, parse } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServerText } from '../../src/mcp/folder-servers.ts';
import { parseServer, type ServerOrigin } from '../../src/mcp/mcp-server.ts';
import { keepFromFolder } from '../../src/mcp/start-folder.ts';
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
    const folder = createFolder({ 'w/a.py': '', 'w/mcp.js': '' });
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
    // A script that is only an argument: the program comes from elsewhere.
    ['npx', ['-y', '@a/server', '--config', 'a.py'], ['-y', '@a/server', '--config', 'W/a.py']],
    ['npx', ['-y', '@a/server', '--config=a.py', 'b.py'], ['-y', '@a/server', '--config=W/a.py', 'b.py']],
    ['npx', ['-y', 'mcp.js', 'a.py'], ['-y', 'mcp.js', 'W/a.py']],
    ['npx', ['-p', 'mcp.js', 'mcp.js'], ['-p', 'mcp.js', 'mcp.js']],
    ['npm', ['exec', '--', '@a/server', 'a.py'], ['exec', '--', '@a/server', 'W/a.py']],
    ['uvx', ['--from', 'mcp.js', 'server', 'a.py'], ['--from', 'mcp.js', 'server', 'W/a.py']],
    ['uv', ['run', 'server', '--config', 'a.py'], ['run', 'server', '--config', 'W/a.py']],
    ['python3', ['-m', 'server', 'a.py'], ['-m', 'server', 'W/a.py']],
    ['env', ['A=b', 'npx', '-y', 'server', 'a.py'], ['A=b', 'npx', '-y', 'server', 'W/a.py']],
    ['env', ['-i', 'a.py', 'a.py'], ['-i', 'a.py', 'a.py']],
    ['sh', ['-c', 'a.py'], ['-c', 'a.py']],
    ['docker', ['run', 'server', 'a.py'], ['run', 'server', 'a.py']],
    ['server', ['--config', 'a.py'], ['--config', 'W/a.py']],
  ])('is an empty folder for one of the person: %s %j', (command, args, expected) => {
    const { folder, way } = place({ command, args });
    expect(way).toMatchObject({
      command,
      cwd: `${folder}/cache/mcp`,
      args: expected.map((text) =>
        text.replace(/(?<==|^)W/, `${folder}/w`).replace(/(?<==|^)F(?=\/|$)/, folder),
      ),
    });
  });

  it.each([
    ['in the folder at hand', 'clone', 'clone/.cache', {}],
    ['in its repository', 'clone/sub', 'clone/.cache', { 'clone/.git/HEAD': '' }],
    [
      'in a repository around that',
      'clone/sub',
      'clone/.cache',
      { 'clone/.git/HEAD': '', 'clone/sub/.git': '' },
    ],
    ['below packages', 'clone/sub', 'clone/.cache', { 'clone/node_modules/server/package.json': '{}' }],
    ['beside packages', 'w', 'cache', { 'cache/mcp/node_modules/server/package.json': '{}' }],
  ])('is the root if the cache folder lies %s', (_, cwd, cacheFolder, files) => {
    const folder = createFolder({ [`${cwd}/a.py`]: '', ...files });
    const server = parseServer('memory', { command: 'npx', args: ['-y', 'x'] }, { kind: 'flag' });
    const context = { cwd: `${folder}/${cwd}`, cacheFolder: `${folder}/${cacheFolder}` };
    expect(keepFromFolder(server.way, server, context)).toMatchObject({ cwd: parse(folder).root });
  });

  it('is the root if the cache folder leads into the folder at hand', () => {
    const folder = createFolder({ 'w/.cache/x': '' });
    symlinkSync(join(folder, 'w/.cache'), join(folder, 'cache'));
    const server = parseServer('memory', { command: 'npx', args: ['-y', 'x'] }, { kind: 'flag' });
    const context = { cwd: join(folder, 'w'), cacheFolder: join(folder, 'cache') };
    expect(keepFromFolder(server.way, server, context)).toMatchObject({ cwd: parse(folder).root });
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
    [{ command: 'uv', args: ['run', '--with', 'mcp', 'server.py'] }, undefined, undefined],
    [{ command: 'node', args: ['-r', 'dotenv/config', 'server.js'] }, undefined, undefined],
    [{ command: 'env', args: ['A=b', 'node', 'server.js'] }, undefined, undefined],
  ])('is the folder at hand, or what it names, for others: %j', (entry, from, cwd) => {
    expect(place(entry, from).way).toMatchObject({ cwd, args: entry.args });
  });
});
