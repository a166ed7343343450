import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

const files = {
  'a.txt': 'one\n',
  'empty.txt': '',
  'my notes.txt': 'x\n',
  'notes.txt 1-2': 'x\n',
  'docs/b.txt': 'two\n',
  'my docs/c.txt': 'three\n',
};

async function summarize(name: string, input: Record<string, unknown>): Promise<string> {
  const workspace = createWorkspace(files, { takesPatch: name === 'apply_patch' });
  return (await workspace.plan(name, input)).summary;
}

const patch = (...lines: string[]) => ({ input: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') });

describe('the line about a call', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['grep', { pattern: 'hunter|', path: 'docs' }, 'grep hunter| in docs'],
    ['grep', { pattern: 'hunter| in docs' }, 'grep "hunter| in docs"'],
    ['grep', { pattern: '"a', path: 'my docs' }, 'grep "\\"a" in "my docs"'],
    ['grep', { pattern: 'a\u00a0in  docs\t' }, 'grep "a\\u00a0in \\u0020docs\\t"'],
    ['grep', { pattern: 'a', glob: '*.ts' }, 'grep a for *.ts'],
    ['grep', { pattern: 'a', path: 'docs', glob: '*.t s' }, 'grep a in docs for "*.t s"'],
    ['grep', { pattern: 'foo\\(' }, 'grep foo\\('],
    ['glob', { pattern: '*.ts in docs' }, 'glob "*.ts in docs"'],
    ['glob', { pattern: '*', path: 'my docs' }, 'glob * in "my docs"'],
    ['view', { path: 'my notes.txt', view_range: [1, 2] }, 'view "my notes.txt" 1-2'],
    ['view', { path: 'notes.txt 1-2' }, 'view "notes.txt 1-2"'],
    ['view', { path: 'a.txt', view_range: [1, -1] }, 'view a.txt 1-end'],
    ['create', { path: 'a, b', file_text: '' }, 'create "a, b"'],
    ['edit', { path: 'my notes.txt', old_str: 'x', new_str: 'y' }, 'edit "my notes.txt"'],
    ['bash', { command: 'echo a; ls' }, 'bash echo a; ls'],
    ['bash', { command: 'ls\ntouch x' }, 'bash "ls\\ntouch x"'],
    ['bash', { command: 'ls \u202ex' }, 'bash "ls \\u202ex"'],
  ])('of %s tells its values from our words: %j', async (name, input, expected) => {
    expect(await summarize(name, input)).toBe(expected);
  });

  it.each([
    [patch('*** Delete File: a.txt'), 'apply_patch delete a.txt'],
    [patch('*** Delete File: empty.txt'), 'apply_patch delete empty.txt'],
    [patch('*** Update File: a.txt', '@@', '-one'), 'apply_patch change a.txt'],
    [patch('*** Add File: new.txt', '+x'), 'apply_patch add new.txt'],
    [patch('*** Update File: a.txt', '*** Move to: b.txt'), 'apply_patch move a.txt to b.txt'],
    [
      patch('*** Add File: a, delete b', '+x', '*** Delete File: my notes.txt'),
      'apply_patch add "a, delete b", delete "my notes.txt"',
    ],
  ])('of a patch says what becomes of each file: %#', async (input, expected) => {
    expect(await summarize('apply_patch', input)).toBe(expected);
  });

  it('of a call that can only fail tells its paths apart', async () => {
    const input = { path: 'a.txt, b', old_str: 'x', new_str: 'y' };
    expect(await summarize('edit', input)).toBe('edit "a.txt, b"');
  });

  it('says of a file from where it was moved', async () => {
    const workspace = createWorkspace(files, { takesPatch: true });
    const { preview } = await workspace.plan(
      'apply_patch',
      patch('*** Update File: a.txt', '*** Move to: b.txt'),
    );
    expect(preview).toMatchObject({
      files: [
        { path: expect.stringMatching(/b\.txt$/), movedFrom: expect.stringMatching(/a\.txt$/) },
        { path: expect.stringMatching(/a\.txt$/), after: undefined },
      ],
    });
  });
});
