import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  appendLines,
  eraseLines,
  forEachPiece,
  rewriteFile,
  splitPiece,
} from '../../src/conversation/lines-file.ts';
import { createTestFolder } from './stores.ts';

const createFile = (text: string): string => {
  const path = join(createTestFolder(), 'lines.txt');
  writeFileSync(path, text);
  return path;
};

const readLines = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

describe('adding lines', () => {
  it('begins a line of their own where the last one was torn', () => {
    const path = createFile('one\ntor');
    appendLines(path, 'two\n');
    appendLines(path, 'three\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntor\ntwo\nthree\n');
  });

  it('makes no file where none is wanted', () => {
    const path = join(createTestFolder(), 'lines.txt');
    expect(() => appendLines(path, 'one\n', { create: false })).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    expect(existsSync(path)).toBe(false);
  });
});

it('a file is shown whole, whatever is read at a time, and with its torn end', () => {
  const path = createFile('a\n\nlonger than all the others\nb\ntorn');
  for (const pieceBytes of [1, 2, 7, 100]) {
    const lines: string[] = [];
    const starts: number[] = [];
    forEachPiece(
      path,
      (piece, position) => {
        for (const { line, start } of splitPiece(piece)) {
          lines.push(line.toString());
          starts.push(position + start);
        }
      },
      pieceBytes,
    );
    expect(lines).toEqual(['a', '', 'longer than all the others', 'b', 'torn']);
    expect(starts).toEqual([0, 2, 3, 30, 32]);
  }
});

describe('erasing lines', () => {
  it('leaves the others, also those that are added meanwhile', () => {
    const path = createFile('a secret\nb\na secret, too\n');
    const blankBytes = eraseLines(path, (line) => {
      if (line[0] === 0x62) appendLines(path, 'c\n');
      return line[0] === 0x61;
    });
    expect(readLines(path)).toEqual(['b', 'c']);
    expect(blankBytes).toBe('a secreta secret, too'.length);
    expect(eraseLines(path, () => false)).toBe(blankBytes);
  });

  it('erases the rest of a line of which only the beginning was there before', () => {
    const path = createFile('a sec');
    eraseLines(path, (line) => line[0] === 0x61);
    writeFileSync(path, `${readFileSync(path, 'utf8')}ret\nb\n`);
    eraseLines(path, (line) => line[0] === 0x61);
    expect(readLines(path)).toEqual(['b']);
  });

  it('goes on in the file that took the place of the one it began with', () => {
    const path = createFile('a\nb\n');
    let isRewritten = false;
    eraseLines(path, (line) => {
      if (!isRewritten) {
        isRewritten = true;
        rewriteFile(path, () => () => true);
        appendLines(path, 'a\n');
      }
      return line[0] === 0x61;
    });
    expect(readLines(path)).toEqual(['b']);
  });

  it('of a file that is missing is nothing', () => {
    expect(eraseLines(join(createTestFolder(), 'none'), () => true)).toBe(0);
  });
});

describe('rewriting a file', () => {
  it('leaves out what is erased or unwanted, and keeps what is added meanwhile', () => {
    const path = createFile('a\n   \nb\nc\n');
    rewriteFile(path, () => (line) => {
      if (line.length === 1) appendLines(path, `${line}2\n`);
      return line.toString() !== 'b';
    });
    expect(readFileSync(path, 'utf8')).toBe('a\nc\na2\nb2\nc2\n');
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it('keeps a line that another process is in the middle of adding', () => {
    const path = createFile('a\nbegi');
    rewriteFile(path, () => (line) => {
      if (line.length === 1) writeFileSync(path, 'nning\n', { flag: 'a' });
      return true;
    });
    expect(readLines(path)).toEqual(['a', 'beginning']);
  });

  it('is left to the process that does it already, unless that one was killed', () => {
    const path = createFile('a\nb\n');
    writeFileSync(`${path}.new`, '');
    const shorten = () => rewriteFile(path, () => (line) => line[0] === 0x61);
    shorten();
    expect(readLines(path)).toEqual(['a', 'b']);
    utimesSync(`${path}.new`, 0, 0);
    shorten();
    expect(readLines(path)).toEqual(['a']);
  });

  it('that fails leaves the file as it was', () => {
    const path = createFile('a\n');
    rewriteFile(path, () => () => {
      throw new Error('no space left on device');
    });
    expect(readLines(path)).toEqual(['a']);
    expect(existsSync(`${path}.new`)).toBe(false);
  });
});
