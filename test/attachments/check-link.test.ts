import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles } from '../../src/attachments/collect-files.ts';
import { createFolder } from '../helpers/folder.ts';

/** A clone with links of its own, and with folders of the person's around it and in it. */
function createClone(): { home: string; root: string; cwd: string; links: (links: Links) => void } {
  const home = createFolder({
    'priv/notes.txt': 'PRIV',
    'repo/.git/config': 'PASSWORD',
    'repo/.gitignore': 'ign/\nnest/\n',
    'repo/.hid/h.txt': 'HID',
    'repo/ign/i.txt': 'IGN',
    'repo/nest/inner/n.txt': 'NEST',
    'repo/nest/inner/.git/HEAD': '',
    'repo/LICENSE': 'text',
    'repo/docs/d.txt': 'text',
    'repo/docs/sub/d.txt': 'text',
    'repo/pk/sub/a.txt': 'text',
  });
  const root = join(home, 'repo');
  const links = (all: Links): void => {
    for (const [name, target] of Object.entries(all)) symlinkSync(target, join(root, name));
  };
  links({
    'README.md': '../priv/notes.txt',
    'CONFIG.md': '.git/config',
    'docs/i.md': '../ign/i.txt',
    'docs/h.md': '../.hid/h.txt',
    'docs/g': '../.git',
    'docs/p': '../../priv',
    'docs/hd': '../.hid',
    'docs/ig': '../ign',
    'docs/n.md': '../nest/inner/n.txt',
    'docs/ni': '../nest/inner',
    'docs/LICENSE': '../LICENSE',
    'pk/docs': '../docs/sub',
  });
  return { home, root, cwd: join(root, 'pk/sub'), links };
}

type Links = Record<string, string>;

async function collect(cwd: string, specs: string[], lists: string[][] = []): Promise<string[]> {
  const person = { home: cwd, env: {} };
  const files = await collectFiles(specs, { cwd, person, lists, onNotice: () => {} });
  return files.map(({ text }) => text);
}

describe.runIf(process.platform !== 'win32')('a link of a repository that is not the current folder', () => {
  const secrets: [path: string, place: RegExp][] = [
    ['README.md', /outside of its repository/],
    ['docs/p/notes.txt', /outside of its repository/],
    ['CONFIG.md', /hidden/],
    ['docs/g/config', /hidden/],
    ['docs/h.md', /hidden/],
    ['docs/hd/h.txt', /hidden/],
    ['docs/i.md', /ignored by git/],
    ['docs/ig/i.txt', /ignored by git/],
  ];

  it.each(secrets)('brings nothing that its name does not show: %s', async (path, place) => {
    const { home, root, cwd } = createClone();
    for (const [from, name] of [
      [home, `repo/${path}`],
      [cwd, `../../${path}`],
      [cwd, join(root, path)],
      [createFolder(), join(root, path)],
    ] as const)
      await expect(collect(from, [name]).catch(toMessage), name).resolves.toMatch(place);
  });

  it.each(secrets)('nor in a list of a shell: %s', async (path) => {
    const { cwd } = createClone();
    const list = [`../../${path}`, '../../docs/d.txt'];
    expect(await collect(cwd, list, [list])).toEqual(['text']);
  });

  it.each([
    ['../../docs/p', /outside of its repository/],
    ['../../docs/p/*.txt', /outside of its repository/],
    ['../../docs/g', /hidden/],
    ['../../docs/hd/*.txt', /hidden/],
    ['../../docs/ig', /ignored/],
  ])('nor as a folder or a glob: %s', async (spec, place) => {
    await expect(collect(createClone().cwd, [spec]).catch(toMessage)).resolves.toMatch(place);
  });

  it('nor if the link leads into another repository', async () => {
    const { home, cwd } = createClone();
    mkdirSync(join(home, 'priv/.git'));
    await expect(collect(cwd, ['../../docs/p/notes.txt']).catch(toMessage)).resolves.toMatch(/outside/);
  });

  it.each(['../../docs/LICENSE', '../docs/d.txt', '../../pk/docs/d.txt', '../../docs', '../docs/*.txt'])(
    'is followed if it stays in the repository, and its target is neither hidden nor ignored: %s',
    async (spec) => {
      const { cwd } = createClone();
      expect(new Set(await collect(cwd, [spec]))).toEqual(new Set(['text']));
      expect(new Set(await collect(cwd, [spec, 'a.txt'], [[spec, 'a.txt']]))).toEqual(new Set(['text']));
    },
  );

  it('nor if it leads out of a current folder that is no repository', async () => {
    const { home, root } = createClone();
    mkdirSync(join(home, 'arch/in'), { recursive: true });
    symlinkSync('../repo', join(home, 'arch/docs'));
    symlinkSync('../../repo/docs', join(home, 'arch/in/docs'));
    for (const spec of ['docs/LICENSE', 'docs/docs/d.txt', 'in/docs/d.txt', 'docs/docs'])
      await expect(collect(join(home, 'arch'), [spec]).catch(toMessage), spec).resolves.toMatch(
        /outside of this folder/,
      );
    expect(await collect(home, [join(root, 'docs/d.txt'), 'repo/LICENSE'])).toEqual(['text', 'text']);
  });

  it("is the person's own outside of repositories, or if it leads to a repository", async () => {
    const { home, root } = createClone();
    const cwd = createFolder();
    symlinkSync(root, join(home, 'work'));
    symlinkSync('priv', join(home, 'conf'));
    symlinkSync('repo/.hid/h.txt', join(home, 'h.txt'));
    const paths = ['work/LICENSE', 'work/docs/LICENSE', 'conf/notes.txt', 'h.txt'];
    expect(
      await collect(
        cwd,
        paths.map((path) => join(home, path)),
      ),
    ).toEqual(['text', 'text', 'PRIV', 'HID']);
    await expect(collect(cwd, [join(home, 'work/README.md')]).catch(toMessage)).resolves.toMatch(/outside/);
  });
});

describe.runIf(process.platform !== 'win32')('a link to a repository in a folder that git ignores', () => {
  it.each<[name: string, from: string, spec: string]>([
    ['a file', '.', 'docs/n.md'],
    ['a file below a link', '.', 'docs/ni/n.txt'],
    ['a folder', '.', 'docs/ni'],
    ['a glob', '.', 'docs/ni/*.txt'],
    ['a file, from a folder beside it', 'pk/sub', '../../docs/n.md'],
    ['a file, from a folder above the repository', '..', 'repo/docs/n.md'],
    ['a file of one that a nested repository ignores', '.', 'docs/deep.md'],
  ])('brings nothing: %s', async (_, from, spec) => {
    const { root, links } = createClone();
    mkdirSync(join(root, 'mid/tmp/inner/.git'), { recursive: true });
    mkdirSync(join(root, 'mid/.git'));
    writeFileSync(join(root, 'mid/.gitignore'), 'tmp/');
    writeFileSync(join(root, 'mid/tmp/inner/n.txt'), 'NEST');
    links({ 'docs/deep.md': '../mid/tmp/inner/n.txt' });
    const cwd = join(root, from);
    await expect(collect(cwd, [spec]).catch(toMessage)).resolves.toMatch(/ignored by git/);
    const list = [spec, join(root, 'LICENSE')];
    if (!spec.includes('*')) expect(await collect(cwd, list, [list])).toEqual(['text']);
  });

  it('is followed within that repository, and its files are sent if they are named', async () => {
    const { root, links } = createClone();
    links({ 'nest/inner/link.txt': 'n.txt' });
    expect(await collect(root, ['nest/inner/n.txt'])).toEqual(['NEST']);
    for (const spec of ['link.txt', '../inner/link.txt'])
      expect(await collect(join(root, 'nest/inner'), [spec])).toEqual(['NEST']);
    expect(await collect(join(root, 'pk'), ['../nest/inner/link.txt'])).toEqual(['NEST']);
  });
});

function toMessage(error: Error): string {
  return error.message;
}
