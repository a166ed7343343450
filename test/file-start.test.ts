import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFileStart } from '../src/file-start.ts';
import { createFolder } from './helpers/folder.ts';

describe('the start of a file', () => {
  it('is all of a short one, and a byte more than the limit of a long one', async () => {
    const path = join(createFolder(), 'file');
    writeFileSync(path, '0123456789');
    expect((await readFileStart(path, 20)).toString()).toBe('0123456789');
    expect((await readFileStart(path, 4)).toString()).toBe('01234');
  });

  it('waits no longer for the writer of a named pipe when the signal aborts', async () => {
    const path = join(createFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const controller = new AbortController();
    const reading = readFileStart(path, 20, controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(reading).rejects.toThrow('enough');
  });

  it.runIf(process.platform !== 'win32')('is that of a real path alone, if it has to be', async () => {
    const folder = createFolder({ 'a/x': 'real' });
    symlinkSync('a', join(folder, 'b'));
    symlinkSync('x', join(folder, 'a/y'));
    expect((await readFileStart(join(folder, 'a/x'), 20, undefined, { kind: 'real' })).toString()).toBe(
      'real',
    );
    for (const path of ['a/y', 'b/x'])
      await expect(readFileStart(join(folder, path), 20, undefined, { kind: 'real' })).rejects.toMatchObject({
        code: 'EMOVED',
      });
  });

  it.runIf(process.platform !== 'win32')('is that of a pipe, if there is no real path', async () => {
    const path = join(createFolder({ x: 'file' }), 'x');
    await expect(readFileStart(path, 20, undefined, { kind: 'special' })).rejects.toMatchObject({
      code: 'EMOVED',
    });
    for (const kind of ['real', 'special'] as const) {
      const pipe = join(createFolder(), 'pipe');
      execFileSync('mkfifo', [pipe]);
      const reading = readFileStart(pipe, 20, undefined, { kind });
      await writeFile(pipe, 'text');
      expect((await reading).toString()).toBe('text');
    }
  });
});
