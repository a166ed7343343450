import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBlocks } from '../../src/extraction/write-blocks.ts';

let home: string;
let dir: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'blocks-'));
  dir = join(home, 'out');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const blocks = [
  { language: 'ts', text: 'a\n', fileName: 'src/a.ts' },
  { language: 'sh', text: 'b\n' },
];
const usage = (message: string) =>
  expect.objectContaining({ code: 'usage', exitCode: 2, message: expect.stringContaining(message) });

describe('blocks written into a folder', () => {
  it('make the folder, and say where they went', () => {
    expect(writeBlocks(dir, blocks)).toEqual([join(dir, 'src/a.ts'), join(dir, 'block-2.sh')]);
    expect(readFileSync(join(dir, 'src/a.ts'), 'utf8')).toBe('a\n');
    expect(readFileSync(join(dir, 'block-2.sh'), 'utf8')).toBe('b\n');
  });

  it('overwrite nothing, and then write nothing at all', () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'block-2.sh'), 'mine');
    expect(() => writeBlocks(dir, blocks)).toThrowError(usage('block-2.sh is there already'));
    expect(readdirSync(dir)).toEqual(['block-2.sh']);
    expect(readFileSync(join(dir, 'block-2.sh'), 'utf8')).toBe('mine');
  });

  it('overwrite with force', () => {
    writeBlocks(dir, blocks);
    writeBlocks(dir, [{ language: 'ts', text: 'new\n', fileName: 'src/a.ts' }], { force: true });
    expect(readFileSync(join(dir, 'src/a.ts'), 'utf8')).toBe('new\n');
  });

  it('never overwrite a folder', () => {
    mkdirSync(join(dir, 'src/a.ts'), { recursive: true });
    expect(() => writeBlocks(dir, blocks, { force: true })).toThrowError(usage('a.ts is there already'));
    expect(existsSync(join(dir, 'block-2.sh'))).toBe(false);
  });

  it.each([true, false])('never follow a link to a file, with force %s', (force) => {
    mkdirSync(dir);
    writeFileSync(join(home, 'precious'), 'mine');
    symlinkSync(join(home, 'precious'), join(dir, 'block-2.sh'));
    expect(() => writeBlocks(dir, blocks, { force })).toThrowError(usage('block-2.sh is there already'));
    expect(readFileSync(join(home, 'precious'), 'utf8')).toBe('mine');
  });

  it.each([true, false])('never follow a link out of the folder, with force %s', (force) => {
    mkdirSync(join(home, 'elsewhere'));
    mkdirSync(dir);
    symlinkSync(join(home, 'elsewhere'), join(dir, 'src'));
    expect(() => writeBlocks(dir, blocks, { force })).toThrowError(usage('leads out of'));
    expect(() => writeBlocks(`${home}/./././././././out//`, blocks, { force })).toThrowError(
      usage('leads out of'),
    );
    expect(readdirSync(join(home, 'elsewhere'))).toEqual([]);
    expect(readdirSync(dir)).toEqual(['src']);
  });

  it('may go to a folder that is a link itself, or is written with a slash or dots', () => {
    mkdirSync(join(home, 'real'));
    symlinkSync(join(home, 'real'), dir);
    writeBlocks(dir, blocks);
    expect(readFileSync(join(home, 'real/src/a.ts'), 'utf8')).toBe('a\n');
    writeBlocks(`${home}/./real/`, [{ language: 'ts', text: 'c\n', fileName: 'src/c.ts' }]);
    expect(readFileSync(join(home, 'real/src/c.ts'), 'utf8')).toBe('c\n');
  });

  it.each(['src', '.'])('fail where a file stands in the place of the folder %s', (folder) => {
    if (folder === 'src') mkdirSync(dir);
    writeFileSync(join(dir, folder === '.' ? '' : folder), 'mine');
    expect(() => writeBlocks(dir, blocks, { force: true })).toThrowError(usage('is no folder'));
  });
});
