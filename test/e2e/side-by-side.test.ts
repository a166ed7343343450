import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findAnswer } from '../../scripts/side-by-side/rows.ts';
import { runSideBySide } from '../../scripts/side-by-side/run-side-by-side.ts';

const everything = { programs: [], sizes: [], looks: [], rows: [], workers: 1 };

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-pairs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the chat side by side with others', () => {
  it.each([
    ['a folder in the repository', 'dist/pairs', {}, 'the folder must be outside the repository'],
    [
      'a program that it does not know',
      '../pairs',
      { programs: ['vim'] },
      "there is no 'vim'; there are ours,",
    ],
    ['a size that it does not know', '../pairs', { sizes: ['10x10'] }, "there is no '10x10'"],
    ['a row that it does not know', '../pairs', { rows: ['colours'] }, "there is no 'colours'"],
  ])('refuses %s', async (_, folder, wanted, expected) => {
    await expect(runSideBySide(folder, { ...everything, ...wanted })).rejects.toThrow(expected);
  });

  it('gives every program the same answer to a prompt, whatever else is in the message', () => {
    const said = 'why is the sky blue?';
    expect(findAnswer(`<reminder>be short</reminder>\n${said}`)).toBe(findAnswer(said));
    expect(findAnswer('and in one sentence?')).not.toBe(findAnswer(said));
  });

  it('writes our screen as text and as a picture, and again after a new start', {
    tags: 'deep',
  }, async () => {
    const folder = createFolder();
    const wanted = { programs: ['ours'], sizes: ['80x24'], looks: ['no-color'], rows: ['resumed'] };
    expect(await runSideBySide(folder, { ...everything, ...wanted })).toBe(0);
    const pairs = join(folder, '80x24-no-color');
    expect(readdirSync(pairs)).toContain('hierarchy.ours.svg');
    for (const shot of ['hierarchy', 'resumed'])
      expect(readFileSync(join(pairs, `${shot}.txt`), 'utf8')).toMatch(
        /^==== copilot-cli ====\n[\s\S]*and in one sentence\?[\s\S]*sideways/,
      );
    expect(readFileSync(join(pairs, 'index.html'), 'utf8')).toContain('resumed.ours.svg');
  });
});
