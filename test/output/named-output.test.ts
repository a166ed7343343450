import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createNotesFile, readNotes } from '../../src/chat/batch-notes.ts';
import { refuseLinkOut, writeDocument } from '../../src/output/named-output.ts';

/** A folder with an outside, as a clone has it. */
function createClone(): { cwd: string; outside: string } {
  const home = mkdtempSync(join(tmpdir(), 'named-output-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [cwd, outside] = [join(home, 'clone'), join(home, 'outside')];
  for (const folder of [cwd, outside, join(cwd, 'sub')]) mkdirSync(folder);
  writeFileSync(join(outside, 'rc'), 'mine');
  return { cwd, outside };
}

const { signal } = new AbortController();

it.each([
  ['to a file outside', 'out.md', '../outside/rc'],
  ['to nothing outside yet', 'out.md', '../outside/new'],
  ['through another link', 'sub/out.md', '../other'],
])('writes nothing through a link of the folder %s', async (_, name, target) => {
  const { cwd, outside } = createClone();
  symlinkSync('../outside/new', join(cwd, 'other'));
  symlinkSync(target, join(cwd, name));
  await expect(writeDocument(name, 'text', { cwd, signal })).rejects.toThrow(
    new RegExp(`^${name} is a link that leads out of this folder, to .*outside/(?:rc|new)$`),
  );
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('mine');
  expect(existsSync(join(outside, 'new'))).toBe(false);
});

it('writes through a link that stays, to one that the person has elsewhere, and to devices', async () => {
  const { cwd, outside } = createClone();
  symlinkSync('sub/a.md', join(cwd, 'in.md'));
  symlinkSync(join(outside, 'rc'), join(outside, 'link.md'));
  symlinkSync('/dev/null', join(cwd, 'null.md'));
  await writeDocument('in.md', 'text', { cwd, signal });
  await writeDocument('null.md', 'text', { cwd, signal });
  await writeDocument('../outside/link.md', 'text', { cwd, signal });
  expect(readFileSync(join(cwd, 'sub/a.md'), 'utf8')).toBe('text');
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('text');
  expect(() => refuseLinkOut('not-there.md', cwd)).not.toThrow();
});

it.each([
  ['a link', symlinkSync, 'is no file'],
  ['another name of a file', linkSync, 'is another file, too'],
])('notes of a batch are neither read nor written through %s', (_, link, message) => {
  const { cwd, outside } = createClone();
  const path = join(cwd, 'out.jsonl.unfinished');
  link(join(outside, 'rc'), path);
  expect(() => createNotesFile(path).add('{}')).toThrow(message);
  expect(() => readNotes(path)).toThrow(message);
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('mine');
});

it('names no folder by a link that leads out, or to what is hidden', () => {
  const { cwd } = createClone();
  symlinkSync('../outside', join(cwd, 'gen'));
  mkdirSync(join(cwd, '.git/hooks'), { recursive: true });
  symlinkSync('.git/hooks', join(cwd, 'hooks'));
  symlinkSync('sub', join(cwd, 'in'));
  for (const name of ['gen', './gen', 'gen/new/x', 'in/../gen', join(cwd, 'gen')])
    expect(() => refuseLinkOut(name, cwd), name).toThrow(/ is a link that leads out of this folder, to /);
  expect(() => refuseLinkOut('hooks', cwd)).toThrow(/hooks is a link that leads to .*\.git\/hooks$/);
  for (const name of ['in', 'in/new', 'sub', 'new/x', '../outside', '.git/hooks', '.'])
    expect(() => refuseLinkOut(name, cwd), name).not.toThrow();
});
