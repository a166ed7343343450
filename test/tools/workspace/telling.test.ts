import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOddOnWindows } from '../../../src/tools/workspace/places.ts';
import { createWorkspace } from './workspace.ts';

const files = { '.env': 'PASSWORD=hunter2\n', 'a.txt': 'a\n', '../diary.txt': 'dear diary\n' };
const patch = (...lines: string[]): { input: string } => ({
  input: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n'),
});

/** Each call fails, and how it fails tells something about a file that the model may not read. */
const probes: [string, string, Record<string, unknown>, string | undefined][] = [
  ['edit', 'what is not in a file', { path: '.env', old_str: 'PASSWORD=a', new_str: 'x' }, 'credential'],
  ['edit', 'how often something is in a file', { path: '.env', old_str: 'S', new_str: 'x' }, 'credential'],
  ['edit', 'that a file is no text', { path: '~/binary', old_str: 'r', new_str: 'x' }, 'outside'],
  ['edit', 'that there is no file', { path: '~/.ssh/id_rsa', old_str: 'r', new_str: 'x' }, 'credential'],
  ['edit', 'what is not in an ordinary file', { path: 'a.txt', old_str: 'b', new_str: 'x' }, undefined],
  ['create', 'that there is a file', { path: '../diary.txt', file_text: '' }, 'outside'],
  ['view', 'that there is no file', { path: '~/.ssh/id_rsa' }, 'credential'],
  ['view', 'that there is a folder', { path: '..', view_range: [1, 2] }, 'outside'],
  ['view', 'where a pipe is', { path: '../pipe' }, 'outside'],
  ['view', 'where a link is', { path: '../nowhere/x' }, 'outside'],
  ['glob', 'that there is no folder', { pattern: '*', path: '../secret' }, 'outside'],
  ['glob', 'that there is a file', { pattern: '*', path: '../diary.txt' }, 'outside'],
  ['grep', 'that there is no folder', { pattern: 'a', path: '../secret' }, 'outside'],
  ['apply_patch', 'what is not in a file', patch('*** Update File: .env', '-PASSWORD=a', '+x'), 'credential'],
  ['apply_patch', 'that there is no file', patch('*** Delete File: ../x'), 'outside'],
];

describe('planning a call', () => {
  it.each(probes)('of %s does not tell %s before a yes', async (name, _what, input, special) => {
    const workspace = createWorkspace(
      { ...files, '../binary': Buffer.from([0, 1]) },
      { takesPatch: name === 'apply_patch' },
    );
    execFileSync('mkfifo', [join(workspace.home, 'pipe')]);
    symlinkSync('missing', join(workspace.home, 'nowhere'));
    const plan = await workspace.plan(name, input);
    // A question to write says nothing: it comes for a change that fits, too.
    const kind = special !== undefined && ['edit', 'create', 'apply_patch'].includes(name) ? 'write' : 'read';
    expect(plan.accesses).toEqual([{ kind, path: expect.any(String), ...(special && { special }) }]);
    await expect(plan.run()).rejects.toThrow();
  });

  it('of a patch tells of no file if a later step fails', async () => {
    const workspace = createWorkspace(files, { takesPatch: true });
    const steps = patch('*** Update File: .env', '-PASSWORD=hunter2', '+x', '*** Delete File: b.txt');
    const { accesses } = await workspace.plan('apply_patch', steps);
    expect(accesses).toEqual([
      { kind: 'write', path: join(workspace.cwd, '.env'), special: 'credential' },
      { kind: 'read', path: join(workspace.cwd, 'b.txt') },
    ]);
  });

  it.each([
    ['view', { path: 'new' }],
    ['glob', { pattern: '*', path: 'new' }],
  ])('of %s is not for a folder that became a link', async (name, input) => {
    const workspace = createWorkspace(files);
    mkdirSync(join(workspace.cwd, 'new'));
    const { run } = await workspace.plan(name, input);
    rmdirSync(join(workspace.cwd, 'new'));
    symlinkSync('..', join(workspace.cwd, 'new'));
    await expect(run()).rejects.toThrow('new is not what it was when it was approved');
  });
});

describe('a path of Windows', () => {
  it.each([
    ['C:\\Users\\me\\a.txt', false],
    ['\\\\server\\share\\a.txt', true],
    ['//server/share', true],
    ['\\\\.\\PhysicalDrive0', true],
    ['C:\\a.txt:hidden', true],
  ])('%s leads elsewhere: %s', (path, expected) => {
    expect(isOddOnWindows(path)).toBe(expected);
  });
});
