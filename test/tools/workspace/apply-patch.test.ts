import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

const patch = (...lines: string[]): { input: string } => ({
  input: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n'),
});
const update = (...lines: string[]): { input: string } => patch('*** Update File: a.txt', ...lines);

const files = {
  'a.txt': 'one\ntwo\nthree\nfour\ntwo\nend\n',
  'dos.txt': 'one\r\ntwo\r\nthree\r\n',
  'short.txt': 'one\ntwo',
  'old.sh': '#!/bin/sh\nold\n',
};

function create(given: Record<string, string> = files) {
  const workspace = createWorkspace(given, { takesPatch: true });
  return {
    ...workspace,
    read: (path: string): string | undefined =>
      existsSync(join(workspace.cwd, path)) ? readFileSync(join(workspace.cwd, path), 'utf8') : undefined,
  };
}

describe('apply_patch', () => {
  it.each<[string, { input: string }, Record<string, string | undefined>]>([
    ['adds a file', patch('*** Add File: new/b.txt', '+x', '+', '+y'), { 'new/b.txt': 'x\n\ny\n' }],
    ['deletes a file', patch('*** Delete File: a.txt'), { 'a.txt': undefined }],
    [
      'changes a line',
      update('@@', ' one', '-two', '+2', ' three'),
      { 'a.txt': 'one\n2\nthree\nfour\ntwo\nend\n' },
    ],
    ['changes without a first @@', update('-one', '+1'), { 'a.txt': '1\ntwo\nthree\nfour\ntwo\nend\n' }],
    [
      'changes below an anchor',
      update('@@ four', '-two', '+2'),
      { 'a.txt': 'one\ntwo\nthree\nfour\n2\nend\n' },
    ],
    [
      'changes below two anchors',
      update('@@ three', '@@ four', '-two', '+2'),
      { 'a.txt': 'one\ntwo\nthree\nfour\n2\nend\n' },
    ],
    [
      'changes two parts',
      update('@@', '-one', '+1', '@@', '-four', '+4'),
      { 'a.txt': '1\ntwo\nthree\n4\ntwo\nend\n' },
    ],
    [
      'changes what is at the end',
      update('@@', '-two', '-end', '+END', '*** End of File'),
      { 'a.txt': 'one\ntwo\nthree\nfour\nEND\n' },
    ],
    ['adds lines at the end', update('@@', '+more'), { 'a.txt': `${files['a.txt']}more\n` }],
    [
      'adds lines below an anchor',
      update('@@ one', '+1.5'),
      { 'a.txt': 'one\n1.5\ntwo\nthree\nfour\ntwo\nend\n' },
    ],
    [
      'keeps other blanks of lines that stay',
      update(' one  ', '-two', '+2', '   three'),
      { 'a.txt': 'one\n2\nthree\nfour\ntwo\nend\n' },
    ],
    [
      'keeps line ends of Windows',
      patch('*** Update File: dos.txt', ' one', '-two', '+2', '+2.5'),
      { 'dos.txt': 'one\r\n2\r\n2.5\r\nthree\r\n' },
    ],
    [
      'keeps the missing last line end',
      patch('*** Update File: short.txt', '-two', '+2'),
      { 'short.txt': 'one\n2' },
    ],
    [
      'moves a file',
      patch('*** Update File: old.sh', '*** Move to: bin/new.sh', '@@', '-old', '+new'),
      { 'old.sh': undefined, 'bin/new.sh': '#!/bin/sh\nnew\n' },
    ],
    [
      'moves a file without a change',
      patch('*** Update File: old.sh', '*** Move to: new.sh'),
      { 'old.sh': undefined, 'new.sh': '#!/bin/sh\nold\n' },
    ],
    [
      'does several things',
      patch(
        '*** Add File: b.txt',
        '+b',
        '*** Update File: a.txt',
        '-one',
        '+1',
        '*** Delete File: short.txt',
      ),
      { 'b.txt': 'b\n', 'a.txt': '1\ntwo\nthree\nfour\ntwo\nend\n', 'short.txt': undefined },
    ],
  ])('%s', async (_what, input, expected) => {
    const workspace = create();
    await workspace.call('apply_patch', input);
    const found = Object.fromEntries(Object.keys(expected).map((path) => [path, workspace.read(path)]));
    expect(found).toEqual(expected);
  });

  it('changes the end of a file of many lines', async () => {
    const workspace = create({ 'a.txt': `${'a\n'.repeat(400_000)}end\n` });
    await workspace.call('apply_patch', update('@@', '-end', '+END'));
    expect(workspace.read('a.txt')).toBe(`${'a\n'.repeat(400_000)}END\n`);
  });

  it('finds many parts of a file of many lines soon, though their blanks differ', async () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index}`);
    const workspace = create({ 'a.txt': `${lines.join('\n')}\n` });
    const parts = Array.from({ length: 90 }, (_, index) => [
      '@@',
      `-  line ${index * 2000}`,
      `+LINE ${index}`,
    ]);
    await workspace.call('apply_patch', update(...parts.flat()));
    expect(workspace.read('a.txt')).toContain('LINE 89\n');
  });

  it('says at once that a patch has more parts than can be looked for', async () => {
    const workspace = create({ 'a.txt': 'a\n'.repeat(1_000_000) });
    const parts = Array.from({ length: 1000 }, () => ['@@', '-b', '+c']);
    await expect(workspace.call('apply_patch', update(...parts.flat()))).rejects.toThrow(
      'A patch of 1000 parts is too long for a.txt, which has 1000000 lines.',
    );
  });

  it.each<[string, { input: string }, RegExp]>([
    ['no beginning', { input: '*** Update File: a.txt' }, /line 1: a patch begins with/],
    ['no end', { input: '*** Begin Patch\n*** Delete File: a.txt' }, /line 2: a patch ends with/],
    ['no file', patch(), /changes no file/],
    ['a line outside a file', patch('hello'), /line 2: here begins a file/],
    [
      'a new line without a mark',
      patch('*** Add File: b.txt', 'x'),
      /line 3: each line of a new file begins with/,
    ],
    ['a line without a mark', update('one'), /line 3: each line begins with/],
    ['an update of nothing', update(), /changes nothing/],
    ['an unknown step', update('-one', '*** Rename File: x'), /not part of a patch/],
    ['a file that is not there', patch('*** Delete File: b.txt'), /b\.txt does not exist/],
    ['a new file that is there', patch('*** Add File: a.txt', '+x'), /a\.txt exists already/],
    [
      'a move to a file that is there',
      patch('*** Update File: a.txt', '*** Move to: short.txt'),
      /short\.txt exists already/,
    ],
    ['lines that are not there', update('@@', '-eleven', '+11'), /`eleven` are not in a\.txt/],
    [
      'lines in another order',
      update('@@', '-four', '+4', '@@', '-one', '+1'),
      /`one` are not in a\.txt, or not in this order/,
    ],
    ['an anchor that is not there', update('@@ eleven', '+11'), /`eleven` are not in/],
    [
      'the same file twice',
      patch('*** Delete File: a.txt', '*** Add File: ./a.txt', '+x'),
      /names a\.txt twice/,
    ],
  ])('refuses %s, and changes nothing', async (_what, input, expected) => {
    const workspace = create();
    await expect(workspace.call('apply_patch', input)).rejects.toThrow(expected);
    for (const [path, text] of Object.entries(files)) expect(workspace.read(path)).toBe(text);
  });

  it('needs a yes for each file', async () => {
    const workspace = create();
    const { accesses } = await workspace.plan(
      'apply_patch',
      patch('*** Update File: a.txt', '*** Move to: ../b.txt', '*** Add File: .github/c.yml', '+c'),
    );
    expect(accesses).toEqual([
      { kind: 'write', path: join(workspace.cwd, 'a.txt'), reads: true },
      { kind: 'write', path: join(workspace.home, 'b.txt'), special: 'outside' },
      { kind: 'write', path: join(workspace.cwd, '.github/c.yml'), special: 'hidden' },
    ]);
  });

  it('keeps the permissions of a file that moves', async () => {
    const workspace = create();
    chmodSync(join(workspace.cwd, 'old.sh'), 0o755);
    await workspace.call('apply_patch', patch('*** Update File: old.sh', '*** Move to: new.sh'));
    expect(statSync(join(workspace.cwd, 'new.sh')).mode & 0o777).toBe(0o755);
  });

  it('takes back what it did if the last step fails', async () => {
    const workspace = create();
    const input = patch(
      '*** Update File: a.txt',
      '-one',
      '+1',
      '*** Delete File: short.txt',
      '*** Add File: dir',
      '+x',
      '*** Add File: dir/b.txt',
      '+b',
    );
    await expect(workspace.call('apply_patch', input)).rejects.toThrow(
      'dir/b.txt could not be changed: a part of its path is not a folder. Nothing was changed.',
    );
    expect(workspace.read('dir')).toBeUndefined();
    expect(workspace.read('a.txt')).toBe(files['a.txt']);
    expect(workspace.read('short.txt')).toBe(files['short.txt']);
  });

  it('is there in place of edit and create, with a grammar', () => {
    const { tools } = create();
    const names = tools.map(({ name }) => name);
    expect(names).toContain('apply_patch');
    expect(names).not.toContain('edit');
    expect(tools.find(({ name }) => name === 'apply_patch')?.form).toMatchObject({
      type: 'custom',
      wire: { format: { type: 'grammar', syntax: 'lark' } },
    });
  });
});
