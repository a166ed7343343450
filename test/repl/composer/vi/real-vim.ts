import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { expect, vi } from 'vitest';
import { createFolder } from '../../../helpers/folder.ts';
import { splitKeys } from './vi-cases.ts';

export type ViCase = { text: string; cursor: number; keys: string };
export type ViResult = { text: string; cursor: number };

export const hasVim = ((): boolean => {
  try {
    return execFileSync('vim', ['--version'], { encoding: 'utf8' }).startsWith('VIM');
  } catch {
    return false;
  }
})();

const bytes: Record<string, string> = { '<esc>': '\u001b', '<c-r>': '\u0012', '<bs>': '\u007f' };

/** What the real Vim, in a pseudo-terminal and without any settings, makes of the same keys. All cases run in one Vim. */
export async function runInVim(cases: readonly ViCase[]): Promise<ViResult[]> {
  const folder = createFolder();
  mkdirSync(join(folder, 'in'));
  const out = join(folder, 'out.txt');
  writeFileSync(out, '');
  for (const [index, { text }] of cases.entries()) writeFileSync(join(folder, 'in', `${index}`), text);
  // A dumb terminal has no keys that begin with ESC.
  const vim = spawn('vim', ['-N', '-u', 'NONE', '-i', 'NONE', '-n'], {
    cwd: folder,
    cols: 200,
    rows: 50,
    env: { PATH: process.env.PATH ?? '', TERM: 'dumb', HOME: folder, LANG: 'C.UTF-8' },
  });
  try {
    vim.write(':set encoding=utf-8 nofixeol nomore shortmess+=asWAIF\r');
    for (const [index, { text, cursor, keys }] of cases.entries()) {
      const before = text.slice(0, cursor);
      const line = before.split('\n').length;
      const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1)) + 1;
      vim.write(
        `:e! in/${index}\r:call cursor(${line},${column})\r:let @"=''\r${splitKeys(keys)
          .map((key) => bytes[key] ?? key)
          .join('')}:call writefile([json_encode([getline(1,'$'),line('.'),col('.')])],'out.txt','a')\r`,
      );
      // A terminal holds no more than 4 KB that nobody reads.
      if (index % 10 === 9 || index === cases.length - 1)
        await vi.waitFor(() => expect(readResults(out).length).toBe(index + 1), {
          timeout: 10_000,
          interval: 5,
        });
    }
    return readResults(out);
  } finally {
    vim.kill();
  }
}

function readResults(file: string): ViResult[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((written) => {
    const [rows, row, column] = JSON.parse(written) as [string[], number, number];
    const start = rows.slice(0, row - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const inLine = Buffer.from(rows[row - 1] ?? '')
      .subarray(0, column - 1)
      .toString().length;
    return { text: rows.join('\n'), cursor: start + inLine };
  });
}
