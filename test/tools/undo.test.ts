import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileChange } from '../../src/conversation/conversation.ts';
import { redoChanges, undoChanges } from '../../src/tools/undo.ts';
import { createWorkspace, type TestWorkspace } from './workspace/workspace.ts';

/** The changes of a round in which a model did all of this. */
async function makeRound(workspace: TestWorkspace): Promise<FileChange[]> {
  const calls: [string, Record<string, unknown>][] = [
    ['edit', { path: 'a.txt', old_str: 'one', new_str: '1' }],
    ['create', { path: 'new/b.txt', file_text: 'b' }],
    ['edit', { path: 'a.txt', old_str: 'two', new_str: '2' }],
    ['edit', { path: 'new/b.txt', old_str: 'b', new_str: 'bb' }],
  ];
  const changes: FileChange[] = [];
  for (const [name, input] of calls)
    changes.push(...((await workspace.callWhole(name, input)).changes ?? []));
  return changes;
}

async function create() {
  const workspace = createWorkspace({ 'a.txt': '\ufeffone\r\ntwo\r\n' });
  chmodSync(join(workspace.cwd, 'a.txt'), 0o750);
  const at = (path: string): string => join(workspace.cwd, path);
  return { at, changes: await makeRound(workspace), workspace };
}

describe('undoing a round', () => {
  it('changes nothing, and removes nothing, where nobody knows what was there', async () => {
    const { at, changes } = await create();
    const lost = changes.map(
      ({ before: _, ...change }): FileChange => ({ ...change, before: undefined, isLost: true }),
    );
    const before = [readFileSync(at('a.txt')), readFileSync(at('new/b.txt'))];
    expect(undoChanges(lost).map(({ state }) => state)).toEqual(['lost', 'lost']);
    expect([readFileSync(at('a.txt')), readFileSync(at('new/b.txt'))]).toEqual(before);
    expect(redoChanges(lost).map(({ state }) => state)).toEqual(['same', 'same']);
  });

  it('restores what was changed several times, and removes what was created', async () => {
    const { at, changes } = await create();
    expect(undoChanges(changes)).toEqual([
      { path: at('a.txt'), state: 'restored' },
      { path: at('new/b.txt'), state: 'removed' },
    ]);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('\ufeffone\r\ntwo\r\n');
    expect(statSync(at('a.txt')).mode & 0o777).toBe(0o750);
    expect(existsSync(at('new/b.txt'))).toBe(false);
  });

  it('keeps what somebody changed since, as a whole', async () => {
    const { at, changes } = await create();
    writeFileSync(at('a.txt'), 'mine');
    expect(undoChanges(changes)).toEqual([
      { path: at('a.txt'), state: 'kept' },
      { path: at('new/b.txt'), state: 'removed' },
    ]);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('mine');
  });

  it('says what is gone, and does not bring it back', async () => {
    const { at, changes } = await create();
    rmSync(at('a.txt'));
    rmSync(at('new'), { recursive: true });
    expect(undoChanges(changes).map(({ state }) => state)).toEqual(['gone', 'gone']);
    expect(existsSync(at('a.txt'))).toBe(false);
  });

  it('brings back what was deleted or moved, unless there is something else now', async () => {
    const workspace = createWorkspace({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' }, { takesPatch: true });
    const at = (path: string): string => join(workspace.cwd, path);
    const input = [
      '*** Begin Patch',
      '*** Delete File: a.txt',
      '*** Delete File: b.txt',
      '*** Update File: c.txt',
      '*** Move to: d.txt',
      '*** End Patch',
    ].join('\n');
    const { changes = [] } = await workspace.callWhole('apply_patch', { input });
    writeFileSync(at('b.txt'), 'another');
    expect(undoChanges(changes)).toEqual([
      { path: at('a.txt'), state: 'restored' },
      { path: at('b.txt'), state: 'kept' },
      { path: at('d.txt'), state: 'removed' },
      { path: at('c.txt'), state: 'restored' },
    ]);
    const texts = ['a.txt', 'b.txt', 'c.txt'].map((path) => readFileSync(at(path), 'utf8'));
    expect(texts).toEqual(['a', 'another', 'c']);
  });

  it('twice does nothing the second time', async () => {
    const { changes } = await create();
    undoChanges(changes);
    expect(undoChanges(changes).map(({ state }) => state)).toEqual(['kept', 'gone']);
  });

  it('writes through no link that took the place of a file or a folder', async () => {
    const { at, changes, workspace } = await create();
    const other = join(workspace.home, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'b.txt'), 'bb');
    writeFileSync(join(workspace.home, 'target'), readFileSync(at('a.txt')));
    renameSync(at('new'), at('old'));
    symlinkSync(other, at('new'));
    rmSync(at('a.txt'));
    symlinkSync(join(workspace.home, 'target'), at('a.txt'));
    expect(undoChanges(changes).map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(readFileSync(join(other, 'b.txt'), 'utf8')).toBe('bb');
    expect(readFileSync(join(workspace.home, 'target'), 'utf8')).toMatch(/^\ufeff1/);
  });

  it('of nothing is nothing', () => {
    expect(undoChanges([])).toEqual([]);
  });
});

describe('making a round again', () => {
  it('makes again what was changed several times, and creates what was removed', async () => {
    const { at, changes } = await create();
    const made = [readFileSync(at('a.txt'), 'utf8'), readFileSync(at('new/b.txt'), 'utf8')];
    expect(redoChanges(changes)).toEqual([
      { path: at('a.txt'), state: 'same' },
      { path: at('new/b.txt'), state: 'same' },
    ]);
    undoChanges(changes);
    const possible = redoChanges(changes, { isTrial: true });
    expect(existsSync(at('new/b.txt'))).toBe(false);
    expect(redoChanges(changes)).toEqual(possible);
    expect(possible.map(({ state }) => state)).toEqual(['redone', 'redone']);
    expect([readFileSync(at('a.txt'), 'utf8'), readFileSync(at('new/b.txt'), 'utf8')]).toEqual(made);
    expect(statSync(at('a.txt')).mode & 0o777).toBe(0o750);
  });

  it('removes again what the model removed', async () => {
    const { at } = await create();
    const changes = [{ path: at('a.txt'), before: readFileSync(at('a.txt'), 'utf8'), after: undefined }];
    rmSync(at('a.txt'));
    undoChanges(changes);
    expect(redoChanges(changes)).toEqual([{ path: at('a.txt'), state: 'removed' }]);
    expect(existsSync(at('a.txt'))).toBe(false);
  });

  it('says what it cannot make: a file that somebody changed, or one whose text is not kept', async () => {
    const { at, changes } = await create();
    undoChanges(changes);
    writeFileSync(at('a.txt'), 'mine');
    const older = changes.map(({ made: _, ...rest }) => rest);
    expect(redoChanges(older)).toEqual([
      { path: at('a.txt'), state: 'kept' },
      { path: at('new/b.txt'), state: 'unknown' },
    ]);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('mine');
    expect(existsSync(at('new/b.txt'))).toBe(false);
  });
});
