import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { once } from '../../../src/once.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, git, isAllowed, judge } from '../../helpers/judged-repository.ts';
import { readTree, writeTree } from '../../helpers/kept-folder.ts';

const makeSecrets = once(() => {
  const { folder, blob } = makeSecretsByGit();
  return { tree: readTree(folder), blob };
});

/** With names of a blob, and files that git does not know. */
function createSecrets(): { folder: string; blob: string } {
  const { tree, blob } = makeSecrets();
  const folder = createFolder();
  writeTree(tree, folder);
  return { folder, blob };
}

function makeSecretsByGit(): { folder: string; blob: string } {
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

describe('a compiler, linter, formatter or test runner', () => {
  const tools = [
    ...'tsc,tsgo,prettier,eslint,vitest,jest,ruff,biome,stylelint,vite'
      .split(',')
      .map((name) => `npx ${name}`),
    ...[
      'prettier',
      'pytest',
      'mypy',
      'python3 -m mypy',
      'uv run pytest',
      'gcc',
      'rustc',
      'shellcheck',
      'cargo',
      'go',
    ],
    ...[
      'npm run fmt',
      'npm run lint',
      'yarn fmt',
      'pnpm fmt',
      'node --check',
      'bash -n',
      'php -l',
      'cargo fmt',
    ],
    ...['cat', 'cp', 'node'],
  ].map((words) => `shell(${words}:*)`);

  function createScripts(): string {
    const { folder } = createSecrets();
    writeFileSync(
      join(folder, 'package.json'),
      '{"scripts":{"fmt":"prettier --config .prettierrc","lint":"eslint"}}',
    );
    for (const name of ['src', 'only/in', '.hid/in', '.github', 'forced', '.ssh', 'build'])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, '.gitignore'), '.env\nconf\n*.log\nonly/**\nforced/\nignored.go\nbuild/\n');
    for (const name of ['conf', 'only/in', 'src', '.hid/in', 'forced', 'build'])
      writeFileSync(join(folder, name, 'a.go'), 'package a\n');
    writeFileSync(join(folder, 'src/ignored.go'), 'package a\n');
    writeFileSync(join(folder, '.github/a.yml'), '');
    git(folder, 'add', '-f', 'src/a.go', 'forced/a.go', '.github/a.yml');
    for (const name of ['.prettierrc', '.known.js', 'tsconfig.json', 'x.test.ts'])
      writeFileSync(join(folder, name), '{}');
    git(folder, 'add', 'package.json', '.prettierrc', '.known.js', 'tsconfig.json');
    symlinkSync('.env', join(folder, 'plain.cfg'));
    return folder;
  }

  it.each([
    'npx tsc -p .env --pretty',
    'npx tsc --pretty --project .env',
    'npx tsc --PROJECT ./conf/credentials.json',
    'npx tsgo -p plain.cfg',
    'npx tsc -p sub/../.env',
    'npx prettier conf/credentials.json',
    'npx prettier --config=.env a',
    "npx prettier './conf/cred*'",
    'npx prettier --stdin-filepath=x --ignore-path out.log',
    'npx eslint --format json .env',
    'npx eslint .hidden',
    'npx eslint --ignore-pattern key.pem',
    'npx vitest --project .env',
    'npx vitest run .env',
    'npx jest --env node .env',
    'npx stylelint conf/a.txt',
    'npm run fmt -- conf/credentials.json',
    'yarn fmt .env',
    'pnpm fmt .hidden',
    'npm run lint -- --format json .env',
    'uv run pytest sub/.env',
    'python3 -m mypy key.pem',
    'prettier .env',
    'pytest out.log',
    'gcc -x c kept/id_rsa',
    'rustc .env',
    'shellcheck .env',
    'cargo fmt -- --check .env',
    'node --check .env',
    'php -l .env',
    'ls && npx prettier .env',
    'npx prettier conf',
    'npx biome check ./conf/',
    'npm run fmt -- conf/.',
    'yarn fmt link',
    'npx eslint "./co*"',
    'npx eslint .hid',
    'npx biome check build',
    'npx eslint --fix build',
    'go vet ./build',
    'npm run lint -- --cache build',
    'npx eslint ./.hid/in',
    'npx vitest run only',
    'pytest only/in',
    'npm run lint -- .ssh',
    'go doc -u -src ./conf apiKey',
    'go doc -u -src m/conf apiKey',
    'go doc conf.apiKey',
    'go doc -u -all .hid',
    'go doc m/only/in.Key',
  ])('is asked about for a file that it may print: %s', async (command) => {
    const { why, always } = await judge(createScripts(), command, 'shell(ls)', ...tools);
    expect(why).toMatch(/^it may print \S+, which is a file with secrets, hidden or ignored$/);
    expect(always).toBeUndefined();
  });

  it.each([
    'npx tsc -p tsconfig.json',
    'npx tsc -p .',
    'npx prettier --check a b.js sub',
    'npm run fmt -- .known.js',
    'npx eslint new.js',
    'npx eslint src/none.js --ignore-pattern dist',
    'npx vitest run x.test.ts',
    'npm run fmt -- a b.js',
    'yarn fmt a',
    'prettier .env.example',
    'uv run pytest sub',
    'cat .env',
    'cp .env .env.copy',
    'node .hidden',
    'npx eslint sub .github src',
    'npx prettier .github/a.yml sub/',
    'npm run lint -- src',
    'npx eslint .',
    'npx eslint forced',
    'npx eslint src --ignore-pattern conf',
    'pytest --ignore build sub',
    'npx biome check --skip=build src',
    'go build',
    'npx vite build',
    'npx vitest build',
    'npx biome build',
    'cargo build',
    'gcc -Iconf -L build a.c',
    'go doc fmt.Println',
    'go doc src.A',
    'go doc ./src',
    'go doc m/forced',
  ])('is allowed with what anybody may read, and other programs are: %s', async (command) => {
    expect(await judge(createScripts(), command, ...tools)).toEqual(isAllowed);
  });

  it('is allowed outside of a repository, but for secrets and what is hidden', async () => {
    const folder = createFolder({ a: '', '.env': '', '.x.js': '' });
    expect(await judge(folder, 'npx prettier a', ...tools)).toEqual(isAllowed);
    for (const command of ['npx prettier .env', 'npx prettier .x.js'])
      expect((await judge(folder, command, ...tools)).why).toMatch(/^it may print/);
  });

  it('is allowed by a rule with exactly these words', async () => {
    const command = 'npx prettier .env';
    expect(await judge(createScripts(), command, `shell(${command})`)).toEqual(isAllowed);
  });

  describe('in a script of package.json, which runs where that is', () => {
    const rules = ['lint', 'fmt', 'in', 'both', 'deep', 'far'].map((name) => `shell(npm run ${name}:*)`);

    function createPackage(): string {
      const { folder } = createSecrets();
      const scripts = {
        lint: 'biome check',
        fmt: 'cd sub && biome check',
        in: 'make -C sub && biome check',
        both: 'npm run lint --prefix sub && biome check',
        deep: 'npm run fmt --',
        far: 'eslint && pnpm -C sub lint',
      };
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
      mkdirSync(join(folder, 'deep/er'), { recursive: true });
      mkdirSync(join(folder, 'sub/conf'));
      writeFileSync(join(folder, 'sub/conf/a.json'), '');
      writeFileSync(join(folder, 'deep/own.js'), '');
      return folder;
    }

    it.each([
      ['deep', 'npm run lint -- conf/a.txt', /^it may print conf\/a\.txt,/],
      ['deep/er', 'npm run lint -- conf', /^it may print conf,/],
      ['deep', 'npm run lint -- a', /^`a` leads out of the folder$/],
      ['deep', 'npm run lint -- new.js', /^`new\.js` leads out/],
      ['deep', 'npm run lint -- sub', /^`sub` leads out/],
      ['', 'npm run fmt -- conf/a.json', /may do more with them$/],
      ['', 'npm run in -- src/a.ts', /may do more with them$/],
      ['', 'npm run both -- src/a.ts', /may do more with them$/],
      ['', 'npm run deep -- src/a.ts', /may do more with them$/],
      ['', 'npm run far -- src/a.ts', /may do more with them$/],
    ])('is asked about, below it in /%s: %s', async (at, command, reason) => {
      expect((await judge(join(createPackage(), at), command, ...rules)).why).toMatch(reason);
    });

    it.each([
      ['deep', 'npm run lint'],
      ['deep', 'npm run lint -- --verbose'],
      ['deep', 'npm run lint -- deep/own.js'],
      ['deep', 'npm run lint -- some-test'],
      ['', 'npm run lint -- sub/c.js'],
      ['', 'npm run fmt'],
      ['', 'npm run fmt -- --verbose'],
    ])('is allowed, in /%s: %s', async (at, command) => {
      expect(await judge(join(createPackage(), at), command, ...rules)).toEqual(isAllowed);
    });
  });
});
