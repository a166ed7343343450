import { mkdirSync, renameSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles } from '../src/attachments/list-files.ts';
import { listHeldFolder, withFolder } from '../src/held-folder.ts';
import { createFolder } from './helpers/folder.ts';

describe('a folder by its real path', () => {
  it('is refused if it, or one around it, has become a link', () => {
    const folder = createFolder({ 'a/b/x': '' });
    renameSync(join(folder, 'a'), join(folder, 'c'));
    symlinkSync('c', join(folder, 'a'));
    expect(() => listHeldFolder(join(folder, 'a'))).toThrow();
    expect(() => listHeldFolder(join(folder, 'a/b'))).toThrow('a part of the path is a link now');
    expect(listHeldFolder(join(folder, 'c/b')).map(({ name }) => name)).toEqual(['x']);
  });

  it.runIf(process.platform === 'linux')('stays the same while it is used', () => {
    const folder = createFolder({ 'a/x': '' });
    withFolder(join(folder, 'a'), (held) => {
      renameSync(join(folder, 'a'), join(folder, 'b'));
      mkdirSync(join(folder, 'a'));
      writeFileSync(join(held, 'y'), '');
    });
    rmdirSync(join(folder, 'a'));
    expect(listHeldFolder(join(folder, 'b'))).toHaveLength(2);
  });

  it('is left out of a listing while a link stands in its place', async () => {
    const folder = createFolder({ 'real/x': '' });
    symlinkSync('real', join(folder, 'link'));
    const list = (isReal: boolean): Promise<string[]> =>
      listFiles(join(folder, 'link'), { label: 'x', isReal, person: { home: folder, env: {} } });
    expect(await list(false)).toEqual(['x']);
    expect(await list(true)).toEqual([]);
  });
});
