import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createCacheFile } from '../../src/config/cache-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'cache', 'copilot-cli', 'models.json');
});

describe('a cache file', () => {
  it('gives back what was written, and leaves nothing beside it', () => {
    const cache = createCacheFile(path);
    cache.write({ fetchedAt: 1, entries: [{ id: 'ä' }] });
    cache.write({ fetchedAt: 2, entries: [] });
    expect(cache.read()).toEqual({ fetchedAt: 2, entries: [] });
    expect(readdirSync(dirname(path))).toEqual(['models.json']);
  });

  it('is for the owner alone, and so is its folder', () => {
    createCacheFile(path).write({});
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('is undefined where there is none', () => {
    expect(createCacheFile(path).read()).toBeUndefined();
  });

  it.each([['{"fetchedAt": 1'], [''], ['\u0000\u0000']])('is undefined where it holds %j', (text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    expect(createCacheFile(path).read()).toBeUndefined();
  });

  it('is undefined, and written in silence, where a folder stands in its place', () => {
    mkdirSync(join(path, 'inner'), { recursive: true });
    const cache = createCacheFile(path);
    expect(cache.read()).toBeUndefined();
    cache.write({ a: 1 });
    expect(readdirSync(dirname(path))).toEqual(['models.json']);
  });

  it('is undefined, and written in silence, where a file stands in the place of its folder', () => {
    mkdirSync(dirname(dirname(path)), { recursive: true });
    writeFileSync(dirname(path), 'in the way');
    const cache = createCacheFile(path);
    expect(cache.read()).toBeUndefined();
    expect(() => cache.write({ a: 1 })).not.toThrow();
    expect(readFileSync(dirname(path), 'utf8')).toBe('in the way');
  });

  it('replaces a broken one', () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{');
    createCacheFile(path).write([1]);
    expect(createCacheFile(path).read()).toEqual([1]);
  });
});
