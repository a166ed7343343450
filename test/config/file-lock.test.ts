import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { withFileLock } from '../../src/config/file-lock.ts';

const never = new AbortController().signal;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'inner', 'things.json');
});

type Gate = { promise: Promise<void>; open: () => void };

function createGate(): Gate {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** A holder of the lock that keeps it until the test says so. */
async function holdLock(): Promise<{ release: () => Promise<string> }> {
  const [entered, done] = [createGate(), createGate()];
  const holder = withFileLock(
    path,
    async () => {
      entered.open();
      await done.promise;
      return 'held';
    },
    { signal: never },
  );
  await entered.promise;
  return {
    release: () => {
      done.open();
      return holder;
    },
  };
}

describe('work under a lock', () => {
  it('gives its result, and leaves no lock behind', async () => {
    expect(await withFileLock(path, async () => 'done', { signal: never })).toBe('done');
    expect(readdirSync(join(folder, 'inner'))).toEqual([]);
  });

  it('passes its failure on, and leaves no lock behind', async () => {
    const failure = new Error('no');
    await expect(withFileLock(path, () => Promise.reject(failure), { signal: never })).rejects.toBe(failure);
    expect(await withFileLock(path, async () => 'again', { signal: never })).toBe('again');
  });

  it('is never done twice at the same time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, work, { signal: never })));
    expect(most).toBe(1);
  });

  it('does not wait for the lock on another path', async () => {
    const { release } = await holdLock();
    expect(await withFileLock(`${path}x`, async () => 'done', { signal: never })).toBe('done');
    expect(await release()).toBe('held');
  });

  it('waits until the holder has finished', async () => {
    const order: string[] = [];
    const { release } = await holdLock();
    const second = withFileLock(path, async () => order.push('second'), { signal: never });
    order.push('first');
    await release();
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('is done without a lock where there can be none', async () => {
    writeFileSync(join(folder, 'inner'), 'in the way');
    expect(await withFileLock(path, async () => 'done', { signal: never })).toBe('done');
  });
});

describe('work that somebody else may have done', () => {
  it('is skipped before the lock is taken', async () => {
    const result = await withFileLock(path, () => Promise.reject(new Error('not skipped')), {
      signal: never,
      skipWhen: () => 'known',
    });
    expect(result).toBe('known');
    expect(existsSync(join(folder, 'inner'))).toBe(false);
  });

  it('is skipped while the lock is held by another', async () => {
    const { release } = await holdLock();
    const answers = [undefined, 'known'];
    const result = await withFileLock(path, () => Promise.reject(new Error('not skipped')), {
      signal: never,
      skipWhen: () => answers.shift(),
    });
    expect(result).toBe('known');
    await release();
  });

  it('is asked for once more when the lock was taken', async () => {
    const lock = `${path}.lock`;
    const lockedWhenAsked: boolean[] = [];
    const result = await withFileLock(path, () => Promise.reject(new Error('not skipped')), {
      signal: never,
      skipWhen: () => {
        lockedWhenAsked.push(existsSync(lock));
        return existsSync(lock) ? 'known' : undefined;
      },
    });
    expect(result).toBe('known');
    expect(lockedWhenAsked).toEqual([false, true]);
    expect(existsSync(lock)).toBe(false);
  });

  it('is done where nobody did it', async () => {
    const result = await withFileLock(path, async () => 'done', { signal: never, skipWhen: () => undefined });
    expect(result).toBe('done');
  });
});

describe('an abort', () => {
  it('before the lock throws the reason, and no work is done', async () => {
    const reason = new Error('stop');
    const work = (): Promise<never> => Promise.reject(new Error('worked'));
    await expect(withFileLock(path, work, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('while waiting throws the reason at once, and leaves the lock to its holder', async () => {
    const { release } = await holdLock();
    const controller = new AbortController();
    const asked = createGate();
    let times = 0;
    const waiting = withFileLock(path, () => Promise.reject(new Error('worked')), {
      signal: controller.signal,
      skipWhen: () => {
        times += 1;
        if (times === 2) asked.open();
        return undefined;
      },
    });
    await asked.promise;
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(existsSync(`${path}.lock`)).toBe(true);
    expect(await release()).toBe('held');
  });
});
