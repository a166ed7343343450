import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, git, isAllowed, judge } from '../../helpers/judged-repository.ts';

/** With names of a blob, and files that git does not know. */
function createSecrets(): { folder: string; blob: string } {
  const files = {
    a: 'a\n',
    'b.js': '',
    'sub/c.js': '',
    'sub/.env': 'A=1',
    '.env.example': 'A=',
    'kept/id_rsa': '',
    '.gitignore': '.env\nconf\n*.log\n',
  };
  const folder = createRepository(createFolder(files));
  git(folder, 'add', '-f', 'b.js', 'sub/c.js', '.env.example', 'kept/id_rsa', '.gitignore');
  git(folder, 'commit', '-qm', 'b');
  git(folder, 'tag', 'bt', 'HEAD:a');
  git(folder, 'tag', '-a', 'abt', 'HEAD:a', '-m', 'x');
  mkdirSync(join(folder, 'conf'));
  for (const name of [
    '.env',
    'conf/credentials.json',
    'conf/a.txt',
    'key.pem',
    'out.log',
    '.hidden',
    'new.js',
  ])
    writeFileSync(join(folder, name), 'A=1\n');
  symlinkSync('conf', join(folder, 'link'));
  return { folder, blob: git(folder, 'rev-parse', '--short', 'HEAD:a') };
}

describe('git diff', () => {
  it.each([
    'BLOB .env',
    'BLOB -- conf/credentials.json',
    'bt .env',
    'abt .env',
    'refs/tags/bt .env',
    'tags/bt -- .env',
    '^bt .env',
    "'bt^{}' .env",
    "'abt^{blob}' .env",
    '.env BLOB',
    'BLOB ./.e*',
    'BLOB ./conf/cred*',
    'BLOB ./sub/.*',
    'BLOB sub/.env',
    "BLOB './.env'",
    'BLOB key.pem',
    'BLOB conf/a.txt',
    'BLOB link/a.txt',
    'BLOB out.log',
    'BLOB ./*.log',
    'BLOB .hidden',
    'BLOB .git/config',
    '--stat -p BLOB .env',
    'BLOB b.js .env',
    'HEAD .env',
    'later .env',
  ])('is asked about, because git does not know a file: %s', async (words) => {
    const { folder, blob } = createSecrets();
    for (const start of ['git diff', 'git --no-pager diff']) {
      const { why, always } = await judge(folder, `${start} ${words.replace('BLOB', blob)}`);
      expect([why, always]).toEqual([
        expect.stringMatching(/^it may print \S+, which git does not know$|leads out/),
        undefined,
      ]);
    }
  });

  it.each([
    'git blame .env',
    'git annotate conf/a.txt',
    'git blame HEAD -- sub/.env',
    'ls && git diff BLOB .env',
  ])('is no other than %s', async (command) => {
    const { folder, blob } = createSecrets();
    const { why } = await judge(folder, command.replace('BLOB', blob), 'shell(ls)');
    expect(why).toMatch(/^it may print \S+, which git does not know$/);
  });

  it.each([
    'BLOB a',
    'BLOB b.js',
    'HEAD b.js sub/c.js',
    'BLOB new.js',
    'BLOB .env.example',
    'BLOB kept/id_rsa',
    'BLOB -- sub/c.js',
    'BLOB none.js',
    'BLOB conf',
    'sub',
    '.',
    './*.js',
    'HEAD~1 HEAD -- .gitignore',
  ])('is allowed with what git knows, or anybody may read: %s', async (words) => {
    const { folder, blob } = createSecrets();
    expect(await judge(folder, `git diff ${words.replace('BLOB', blob)}`)).toEqual(isAllowed);
  });

  it.each(['--skip-worktree', '--assume-unchanged'])('is asked about for a file with %s', async (option) => {
    const { folder, blob } = createSecrets();
    git(folder, 'update-index', option, 'kept/id_rsa');
    expect((await judge(folder, `git diff ${blob} kept/id_rsa`)).why).toMatch(/^it may print/);
  });

  it('is allowed in a folder of the repository, with names from there', async () => {
    const { folder, blob } = createSecrets();
    const sub = join(folder, 'sub');
    expect(await judge(sub, `git diff ${blob} c.js`)).toEqual(isAllowed);
    expect((await judge(sub, `git diff ${blob} .env`)).why).toMatch(/^it may print/);
  });
});
