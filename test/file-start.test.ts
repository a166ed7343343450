import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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
});
