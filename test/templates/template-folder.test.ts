import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findTemplate,
  listTemplates,
  readTemplate,
  readTemplateText,
} from '../../src/templates/template-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failure = (code: string, hint: string) =>
  expect.objectContaining({ code, hint: expect.stringContaining(hint) });

describe('a folder of templates', () => {
  it('lists them by name, and nothing else that is there', () => {
    for (const file of ['sum-up.md', 'explain2.md', 'README.md', 'a b.md', 'note.txt', '.hidden.md', '.md'])
      writeFileSync(join(folder, file), 'x');
    mkdirSync(join(folder, 'folder.md'));
    expect(listTemplates(folder)).toEqual([
      { name: 'explain2', path: join(folder, 'explain2.md') },
      { name: 'sum-up', path: join(folder, 'sum-up.md') },
    ]);
  });

  it('has none if it is not there', () => {
    expect(listTemplates(join(folder, 'none'))).toEqual([]);
  });

  it('fails if it is a file', () => {
    writeFileSync(join(folder, 'file'), 'x');
    expect(() => listTemplates(join(folder, 'file'))).toThrowError(failure('config', 'Check'));
  });

  it('gives one by its name', async () => {
    writeFileSync(join(folder, 'sum-up.md'), 'Sum up:\n{{stdin}}\n');
    const file = findTemplate(folder, 'sum-up');
    expect(await readTemplate(file)).toMatchObject({ name: 'sum-up', body: 'Sum up:\n{{stdin}}' });
    expect(await readTemplateText(file)).toBe('Sum up:\n{{stdin}}\n');
  });

  it('says what there is if a name is wrong', () => {
    writeFileSync(join(folder, 'sum-up.md'), 'x');
    expect(() => findTemplate(folder, 'sumup')).toThrowError(failure('usage', 'There are: sum-up'));
  });

  it('says where to write the first one', () => {
    expect(() => findTemplate(folder, 'x')).toThrowError(failure('usage', join(folder, 'my-prompt.md')));
  });

  it('is not left by a name', () => {
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'secret.md'), 'x');
    expect(() => findTemplate(join(folder, 'inner'), '../secret')).toThrowError(
      failure('usage', 'lower-case letters'),
    );
  });
});
