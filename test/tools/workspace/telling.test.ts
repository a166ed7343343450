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

const update = (path: string, line: string): string[] => [`*** Update File: ${path}`, `-${line}`, '+x'];

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

  it.each<[string, (guess: string) => string[]]>([
    ['before one that fits', (guess) => [...update('.env', guess), ...update('a.txt', 'a')]],
    ['behind one that fits', (guess) => [...update('a.txt', 'a'), ...update('.env', guess)]],
    ['before a file outside', (guess) => [...update('.env', guess), ...update('../diary.txt', 'dear diary')]],
    ['before no file', (guess) => [...update('.env', guess), '*** Delete File: b.txt']],
    ['that is moved', (guess) => ['*** Update File: .env', '*** Move to: b.txt', `-${guess}`, '+x']],
  ])('of a patch asks the same for a right and a wrong guess of a secret %s', async (_what, toSteps) => {
    const workspace = createWorkspace(files, { takesPatch: true });
    const [right, wrong] = await Promise.all(
      ['PASSWORD=hunter2', 'PASSWORD=hunter3'].map((guess) =>
        workspace.plan('apply_patch', patch(...toSteps(guess))),
      ),
    );
    expect(wrong?.accesses).toEqual(right?.accesses);
    expect(wrong?.accesses).toHaveLength(2);
    expect(wrong?.accesses.map(({ kind }) => kind)).toEqual(['write', 'write']);
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
