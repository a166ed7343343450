import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApprovalFlags, createApprovals } from '../../../src/tools/approvals/approvals.ts';
import { type Tool, ToolError } from '../../../src/tools/tool.ts';
import { isOddOnWindows } from '../../../src/tools/workspace/places.ts';
import { deferFailures } from '../../../src/tools/workspace/plans.ts';
import type { Workspace } from '../../../src/tools/workspace/workspace.ts';
import { createFolder } from '../../helpers/folder.ts';
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
    const kind = ['edit', 'create', 'apply_patch'].includes(name) ? 'write' : 'read';
    const place = { path: expect.any(String), ...(special && { special }) };
    expect(plan.accesses).toEqual([expect.objectContaining({ kind, ...place })]);
    expect(plan.tells).toEqual(kind === 'write' ? [{ kind: 'read', ...place }] : undefined);
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

  it.each<[string, ApprovalFlags, string]>([
    ['nothing is allowed', {}, 'no rule allows it'],
    ['other files may be written', { allow: ['write(b.txt)'] }, 'no rule allows it'],
    ['files may be read, and this one asks', { reads: true, ask: ['read(a.txt)'] }, 'always asks'],
    ['files may be written, and reading this one asks', { allow: ['write'], ask: ['read(a.txt)'] }, 'asks'],
    ['files may be written, and no file read', { allow: ['write'], deny: ['read'] }, 'denies it'],
    ['all is allowed, but not to read this file', { allowAll: true, deny: ['read(*.txt)'] }, 'denies it'],
    ['this file may not be written', { deny: ['write(a.txt)'] }, 'denies it'],
  ])('is refused in the same words for a right and a wrong guess if %s', async (_what, flags, words) => {
    const calls: [string, (guess: string) => Record<string, unknown>][] = [
      ['edit', (guess) => ({ path: 'a.txt', old_str: guess, new_str: 'x' })],
      ['apply_patch', (guess) => patch(...update('a.txt', guess))],
    ];
    for (const [name, toInput] of calls) {
      const workspace = createWorkspace(files, { takesPatch: name === 'apply_patch' });
      const tool = workspace.tools.find((one) => one.name === name) as Tool;
      const { approve } = createApprovals({ folder: workspace.cwd, home: workspace.home, flags });
      const { signal } = new AbortController();
      const [right, wrong] = await Promise.all(
        ['a', 'b'].map(async (guess) =>
          approve({ tool, plan: await tool.plan(toInput(guess), signal) }, signal),
        ),
      );
      expect(right).toMatchObject({ isAllowed: false, reason: expect.stringContaining(words) });
      expect(wrong).toEqual(right);
    }
  });

  it.each<[string, ApprovalFlags]>([
    ['read', { reads: true }],
    ['written', { allow: ['write'] }],
  ])('tells at once what is wrong with a guess about a file that may be %s', async (_how, flags) => {
    const workspace = createWorkspace(files);
    const tool = workspace.tools.find(({ name }) => name === 'edit') as Tool;
    const { approve } = createApprovals({ folder: workspace.cwd, home: workspace.home, flags });
    const { signal } = new AbortController();
    const plan = await tool.plan({ path: 'a.txt', old_str: 'b', new_str: 'x' }, signal);
    expect(await approve({ tool, plan }, signal)).toEqual({ isAllowed: true });
  });

  const key = [
    '-----BEGIN PRIVATE KEY-----',
    ...Array.from({ length: 6 }, (_, at) => `MIICdQ${'Ab3+'.repeat(14)}${at}/`),
    '-----END PRIVATE KEY-----',
  ];
  const notes = { 'notes.txt': ['Dear all,', ...key, 'bye', ''].join('\n') };
  const conf = { 'conf.js': 'const key = "sk-proj-Qa7Zr4Tm9Lp2X";\nconst a = 1;\n' };

  it.each<[string, Record<string, string>, string, string[]]>([
    ['a key', notes, 'notes.txt', [key[1] ?? '', 'MIICdX', 'bye']],
    ['a key, behind an ordinary name in a folder', { 'a/b.md': notes['notes.txt'] }, 'a/b.md', ['bye', 'no']],
    ['a token of GitHub', { 'a.txt': `ghp_${'aB3d'.repeat(9)}\nb\n` }, 'a.txt', ['b', `ghp_aB3d`]],
    ['a key and bytes that are no text', { 'a.txt': `\u{e4}\0\n${key.join('\n')}` }, 'a.txt', ['b', 'c']],
  ])(
    'asks to change a file with %s as one of secrets, whatever the guess is',
    async (_, more, path, guesses) => {
      for (const name of ['edit', 'apply_patch']) {
        const workspace = createWorkspace(more, { takesPatch: name === 'apply_patch' });
        const tool = workspace.tools.find((one) => one.name === name) as Tool;
        const flags = { reads: true };
        const { approve } = createApprovals({ folder: workspace.cwd, home: workspace.home, flags });
        const { signal } = new AbortController();
        for (const guess of guesses) {
          const input =
            name === 'edit' ? { path, old_str: guess, new_str: 'x' } : patch(...update(path, guess));
          const plan = await tool.plan(input, signal);
          expect(plan.accesses).toEqual([expect.objectContaining({ kind: 'write', special: 'credential' })]);
          expect(await approve({ tool, plan }, signal)).toMatchObject({
            isAllowed: false,
            reason: expect.stringContaining('it looks like a file with secrets'),
          });
        }
      }
    },
  );

  it.each(['Q', '"sk-proj-Qa', 'proj', '"sk-proj-Qa7Zr4Tm9Lp2', 'const key = "sk'])(
    'tells of the guess %s of a masked token what it tells of another',
    async (right) => {
      const workspace = createWorkspace(conf);
      const told = await Promise.all(
        [right, `${right}!!`].map(async (guess) => {
          const plan = await workspace.plan('edit', { path: 'conf.js', old_str: guess, new_str: 'x' });
          return [plan.tells, plan.accesses, await plan.run().catch(({ message }) => message)];
        }),
      );
      expect(told[0]).toEqual(told[1]);
      expect(told[0]?.[2]).toBe(
        '`old_str` is not in conf.js. View the file, and copy the lines exactly. Secrets, which are shown as [secret], cannot be a part of it.',
      );
    },
  );

  it('tells of a line with a masked token what it tells of another, in a patch', async () => {
    const workspace = createWorkspace(conf, { takesPatch: true });
    const lines = ['const key = "sk-proj-Qa', 'const key = "sk-proj-Ra'];
    const told = await Promise.all(
      lines.map(async (line) => {
        const plan = await workspace.plan('apply_patch', patch(...update('conf.js', line)));
        return [plan.tells, await plan.run().catch(({ message }) => message.replaceAll(line, ''))];
      }),
    );
    expect(told[0]).toEqual(told[1]);
  });

  it.each<[what: string, path: string, link?: [name: string, target: string][]]>([
    ['a file of secrets, below it', '~/.ssh/id_rsa/x'],
    ['a file outside, below it', '../diary.txt/y'],
    ['a hidden file, below it', '.hidden/x/y'],
    ['an ignored file, below it', 'dist/x/y'],
    ['a file outside, below a link to it', 'link/y', [['link', '../diary.txt']]],
    ['a file of secrets behind a link', 'link', [['link', '../.aws/config']]],
    ['a file outside behind a link', 'link', [['link', '../diary.txt']]],
    [
      'a file outside behind two links',
      'first',
      [
        ['first', 'link'],
        ['link', '../diary.txt'],
      ],
    ],
    ['a folder outside in front of a file', 'link', [['link', '../folder/../diary.txt']]],
    ['a file in a folder outside', 'link/in.txt', [['link', '../folder']]],
    ['a circle outside', 'link', [['link', '../circle']]],
    ['a circle outside around the folder', 'link', [['link', '../around']]],
    ['a pipe outside', 'link', [['link', '../pipe']]],
    ['a name that is too long outside', 'link', [['link', `../diary.txt/${'x'.repeat(300)}`]]],
  ])('never tells that there is %s', async (_, path, links = []) => {
    const inside = { 'a.txt': 'a\n', '.gitignore': 'dist\n' };
    const outside = {
      ...{ '../.ssh/id_rsa': 'a\n', '../.aws/config': 'a\n', '../diary.txt': 'a\n' },
      ...{ '../folder/in.txt': 'a\n', '.hidden/x': 'a\n', 'dist/x': 'a\n' },
    };
    const calls: [string, Record<string, unknown>][] = [
      ['view', { path }],
      ['grep', { pattern: 'a', path }],
      ['glob', { pattern: '*', path }],
      ['edit', { path, old_str: 'a', new_str: 'b' }],
      ['edit', { path, old_str: 'c', new_str: 'b' }],
      ['create', { path, file_text: 'b' }],
      ['apply_patch', patch(...update(path, 'a'))],
      ['apply_patch', patch(`*** Delete File: ${path}`)],
      ['apply_patch', patch('*** Update File: a.txt', `*** Move to: ${path}`, '-a', '+b')],
    ];
    const flagSets: ApprovalFlags[] = [
      { reads: true },
      { reads: true, allow: ['write(a.txt)'] },
      { reads: true, allow: ['write'], deny: ['read'] },
    ];
    const pipe = join(createFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const [name, input] of calls) {
      for (const flags of flagSets) {
        const answers = await Promise.all(
          [inside, { ...inside, ...outside }].map(async (files) => {
            const workspace = createWorkspace(files, { takesPatch: name === 'apply_patch' });
            const { home, cwd } = workspace;
            for (const [link, target] of links) symlinkSync(target, join(cwd, link));
            if ('../diary.txt' in files) {
              symlinkSync('circle', join(home, 'circle'));
              symlinkSync('work/link', join(home, 'around'));
              // To make each anew takes a process.
              linkSync(pipe, join(home, 'pipe'));
            }
            const tool = workspace.tools.find((one) => one.name === name) as Tool;
            const { approve } = createApprovals({ folder: cwd, home, flags });
            const { signal } = new AbortController();
            const request = { tool, plan: await tool.plan(input, signal) };
            return approve(request, signal);
          }),
        );
        expect(answers[1]).toMatchObject({ isAllowed: false });
        const [missing, there] = answers.map((answer) => 'reason' in answer && answer.reason);
        expect(there).toBe(missing);
      }
    }
  });

  it('says nothing of what the system says of a place that nobody judged', async () => {
    const fail = (): Promise<never> => readFile('/nowhere/CANARY') as Promise<never>;
    const plan = deferFailures({ name: 'view', effect: 'read' }, fail, {} as Workspace);
    await expect(plan({}, new AbortController().signal)).rejects.toThrow(
      new ToolError('A path of this call cannot be looked at.'),
    );
  });

  it('shows a person that a change would fail, and why', async () => {
    const workspace = createWorkspace(files);
    const plan = await workspace.plan('edit', { path: 'a.txt', old_str: 'b', new_str: 'x' });
    expect(plan.preview).toEqual({
      type: 'text',
      text: expect.stringContaining(
        'Nothing is changed. A yes tells the model why: `old_str` is not in a.txt.',
      ),
    });
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
