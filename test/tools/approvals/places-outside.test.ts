import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository, isAllowed, judge } from '../../helpers/judged-repository.ts';

/** `lk` leads out of the folder, and so does `x:`; `in` stays in it. */
function createLinked(): string {
  const folder = createRepository(createFolder({ a: 'a\n', h: '', 'src/b': '' }));
  const outside = createFolder({ rc: '', 'x.rs': '', 'docs/a': '' });
  symlinkSync(outside, join(folder, 'lk'));
  symlinkSync(join(outside, 'rc'), join(folder, 'src/rc'));
  symlinkSync(outside, join(folder, 'x:'));
  for (const name of ['mv', 'serve']) symlinkSync(outside, join(folder, name));
  symlinkSync('src', join(folder, 'in'));
  return folder;
}

const rules = 'npx serve,npx wget,tsc,cargo,docker,gh,black,prettier,npm,eslint'
  .split(',')
  .map((words) => `shell(${words}:*)`);

describe('a command by a rule for its beginning', () => {
  it.each([
    'git worktree add lk/autostart main',
    'git worktree add ./lk/autostart main',
    'git worktree move a lk/y',
    'git mv -f h lk/rc',
    'git mv h lk',
    'git mv -f h src/rc',
    'git mv h in/../lk/new',
    'git mv h l*/rc',
    'git init lk/ini',
    'git init --bare lk/inb',
    'git clone host:y lk/y',
    'git bundle create lk/bun HEAD',
    'git archive --output=lk/y HEAD',
    'git fast-export --export-marks=lk/rc HEAD',
    'git format-patch -1 -olk',
    'git add lk/rc',
    'git mv -f h mv',
    'git --no-pager mv h mv/x',
    'git clone host:a/lk.git',
    'git clone host:lk/.git',
    'gh repo clone a/lk',
    "npx wget 'https://example.com/a/lk?x#y/z'",
    'npx serve lk',
    'npx serve ./.?',
    'black .?/x',
    'prettier --check ./.*/x',
    'git diff ./.? e',
    'git add .?',
    'git add ./..',
    'npx serve serve',
    'npx serve x://',
    'tsc --outDir lk',
    'cargo fmt -- lk/x.rs',
    'black lk',
    'prettier --check src/rc',
    'gh repo clone a/b lk/y',
    'gh release download v1 -D lk',
    'gh release download v1 -Dlk',
    'docker cp c:/y lk/y',
  ])('is asked about where a link leads it out of the folder: %s', async (command) => {
    const { why } = await judge(
      createLinked(),
      command,
      'shell(git fast-export:*)',
      'shell(git bundle:*)',
      ...rules,
    );
    expect(why).toMatch(/leads out of the folder|can make `git` run|no rule allows it|does not cover/);
  });

  it.each([
    ['git merge-file a lk/b c', 'lk/b'],
    ['git interpret-trailers --in-place lk/x', 'lk/x'],
    ['git am lk/y', 'lk/y'],
  ])('is asked about for the file that it reads behind such a link: %s', async (command, file) => {
    const readers = ['shell(git merge-file:*)', 'shell(git interpret-trailers:*)'];
    expect(await judge(createLinked(), command, ...readers, ...rules)).toEqual({
      why: `it reads ${file}, which may be a file with secrets or from elsewhere`,
      always: undefined,
    });
  });

  it.each([
    'git add lk src/rc',
    'git rm --cached lk',
    'git mv h in/h',
    'git status lk',
    "git commit -m 'lk/rc is a link'",
    'git worktree add new main',
    'prettier --check in/b',
    'npx serve src',
    'npx wget https://example.com/lk/rc',
    'git clone host:a/new.git',
    'git log --oneline a..lk -- src/lk',
    'eslint lk2/x https://example.com/lk/rc',
    'eslint --ext .ts src',
  ])('is not for what stays there: %s', async (command) => {
    const folder = createLinked();
    expect(await judge(folder, command, ...rules, 'shell(git rm:*)')).toEqual(isAllowed);
  });

  it.each([
    'git format-patch -1',
    'git --no-pager format-patch -k HEAD~1',
    'split a',
    'npm pack',
    'gh release download v1 --clobber',
  ])('is where a link may be in the way of a file that it names itself: %s', async (command) => {
    const folder = createRepository();
    const given = ['shell(split:*)', ...rules];
    mkdirSync(join(folder, 'build'));
    symlinkSync(createFolder({ x: '' }), join(folder, 'result'));
    symlinkSync('build/none', join(folder, 'inside'));
    expect(await judge(folder, command, ...given)).toEqual(isAllowed);
    symlinkSync('../nowhere', join(folder, '0001-a.patch'));
    expect((await judge(folder, command, ...given)).why).toBe('`0001-a.patch` leads out of the folder');
    for (const taken of ['--stdout --no-stdout', '--no-std --stdout', '-- --stdout', '--signature --stdout'])
      if (command.startsWith('git'))
        expect((await judge(folder, `git format-patch -1 ${taken}`, ...given)).why).not.toBe('allow');
    for (const other of [
      'git format-patch -1 --stdout',
      'git format-patch --signoff --stdout HEAD~1',
      'git status',
      'npm test',
      'gh pr view 1',
    ])
      expect(await judge(folder, other, ...given)).toEqual(isAllowed);
  });
});

it.each([
  ['npm run build', { build: 'tsc' }],
  ['npm run build', { build: 'rm -rf dist && tsc -p . && vite build' }],
  ['npm run build', { build: 'vite build', prebuild: 'cross-env A=b npx tsc' }],
  ['npm run all', { all: 'npm run types', types: 'tsc -b' }],
  ['npm run build -- ev', { build: 'tsc -b' }],
  ['yarn build', { build: 'tsc' }],
])(
  'tsc in a script asks by any rule if its settings lead out of the folder: %s, %j',
  async (command, scripts) => {
    const given = [`shell(${command})`, 'shell(npm run all:*)'];
    const at = command.includes('ev') ? 'ev/tsconfig.json' : 'tsconfig.json';
    const create = (out: string): string =>
      createFolder({
        a: '',
        'package.json': JSON.stringify({ scripts }),
        [at]: `{"compilerOptions":{"outDir":"${out}"}}`,
      });
    expect((await judge(create('../../far'), command, ...given)).why).toContain('`tsc` writes to');
    expect(await judge(create('./dist'), command, ...given)).toEqual(isAllowed);
  },
);

describe('tsc, by any rule', () => {
  const config = (text: string): string => `{"compilerOptions":{${text}}}`;
  const given = ['npx tsc', 'tsc:*', 'npx tsc:*', 'yarn tsc:*'].map((words) => `shell(${words})`);

  it.each<[command: string, files: Record<string, string>]>([
    ['npx tsc', { 'tsconfig.json': config('"outFile":"../rc"') }],
    ['npx tsc', { 'tsconfig.json': config('"outDir" : /* x */ "lk/out",') }],
    ['npx tsc', { 'tsconfig.json': config('"outFile":"../rc","outFile":"x"') }],
    ['npx tsc', { 'tsconfig.json': config('"o\\u0075tFile":"../rc"') }],
    ...['\r', '\u2028', '\u2029'].map((end): [string, Record<string, string>] => [
      'npx tsc',
      { 'tsconfig.json': config(`// x${end}"outDir":"../out"\n`) },
    ]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: tsc has such a variable.
    ['npx tsc', { 'tsconfig.json': config('"declarationDir":"${configDir}/../d"') }],
    ['tsc -p sub', { 'sub/tsconfig.json': config('"tsBuildInfoFile":"../../rc"') }],
    [
      'tsc -b',
      {
        'tsconfig.json': '{"references":[{"path":"./sub"}]}',
        'sub/tsconfig.json': config('"outDir":"../../d"'),
      },
    ],
    ['yarn tsc', { 'tsconfig.json': '{"extends":["./base"]}', 'base.json': config('"outFile":"../rc"') }],
    ['npx tsc', { 'tsconfig.json': `{"compilerOptions":{'outDir':'../out'}}` }],
    ['npx tsc', { 'tsconfig.json': `{compilerOptions:{outDir:"../out"}}` }],
    [
      'npx tsc',
      {
        'tsconfig.json': '{"extends":"pkg"}',
        'node_modules/pkg/package.json': '{"tsconfig":"o.json"}',
        'node_modules/pkg/tsconfig.json': '{}',
        'node_modules/pkg/o.json': config('"outDir":"../../../out"'),
      },
    ],
    [
      'npx tsc',
      {
        'tsconfig.json': '{"extends":"@a/pkg/base"}',
        'node_modules/@a/pkg/package.json': '{"exports":{"./base":"./o.json"}}',
        'node_modules/@a/pkg/base.json': '{}',
      },
    ],
    ['npx tsc', { 'src/a.ts': '', 'src/a.js': 'link' }],
    ['npx tsc && ls', { 'tsconfig.json': config('"outDir":"dist"'), 'dist/src': 'link' }],
  ])('is asked about where it writes outside: %s %j', async (command, files) => {
    const plain = Object.entries(files).filter(([, text]) => text !== 'link');
    const folder = createRepository(
      createFolder({ a: '', 'src/b': '', 'dist/b': '', ...Object.fromEntries(plain) }),
    );
    symlinkSync(createFolder({ x: '' }), join(folder, 'lk'));
    for (const [name, text] of Object.entries(files))
      if (text === 'link') symlinkSync('../../nowhere', join(folder, name));
    expect((await judge(folder, command, ...given, 'shell(ls:*)')).why).toContain('outside of the folder');
  });

  it.each<[command: string, folder: string, files: Record<string, string>]>([
    ['npx tsc', '.', { 'tsconfig.json': config('"outDir":"dist","outFile":"dist/a.js"') }],
    ['npx tsc', 'packages/a', { 'packages/a/tsconfig.json': config('"outDir":"../../dist/a"') }],
    ['tsc -b', '.', { 'tsconfig.json': '// x\n{"files":[],"references":[{"path":"./nowhere"}]}' }],
    ['tsc --noEmit', '.', {}],
    [
      'npx tsc',
      '.',
      {
        'tsconfig.json': '{"extends":"@tsconfig/node20/tsconfig.json",}',
        'node_modules/@tsconfig/node20/package.json': '{"name":"@tsconfig/node20"}',
        'node_modules/@tsconfig/node20/tsconfig.json': config('"strict":true'),
      },
    ],
  ])('is not otherwise: %s in %s', async (command, at, files) => {
    const folder = createRepository(createFolder({ a: '', 'packages/a/b': '', ...files }));
    symlinkSync(createFolder({ x: '' }), join(folder, 'data'));
    symlinkSync('a', join(folder, 'inside.js'));
    expect(await judge(join(folder, at), command, ...given)).toEqual(isAllowed);
  });
});

describe('a command that unpacks an archive', () => {
  const unpackers = 'tar,bsdtar,unzip,cpio,jar,7z,unrar,ar,lha,quilt,ouch,dtrx,pax,patch,gh run'
    .split(',')
    .map((name) => `shell(${name}:*)`);

  function createPlain(files: Record<string, string> = {}): string {
    return createFolder({ a: 'a\n', 'a.tar': '', ...files });
  }

  it.each([
    'tar xf a.tar',
    'tar -xzf a.tar',
    'tar -f a.tar -x',
    'tar --extract -f a.tar',
    'tar f a.tar --get',
    'bsdtar xf a.tar',
  ])('asks if a link, however deep, leads out of the folder: %s', async (command) => {
    const folder = createPlain({ 'deep/er/x': '' });
    expect(await judge(folder, command, ...unpackers)).toEqual(isAllowed);
    symlinkSync(createFolder({ x: '' }), join(folder, 'deep/er/lk'));
    expect((await judge(folder, command, ...unpackers)).why).toContain('deep/er/lk');
  });

  it.each([
    'unzip -o a.zip',
    'unzip -l-l a.zip',
    'unzip -t-t a.zip',
    'unzip -l--l a.zip',
    'unzip -l a.zip --l',
    'unzip -l -- a.zip',
    'jar xf a.jar',
    'tar --ge -f a.tar',
    'tar -f a.tar --ge',
    '7z -y e a.7z',
    '7z X a.7z',
    'unrar -y E a.rar',
    'ar -M',
    'lha -e a.lzh',
    'quilt pus',
    'quilt --quiltrc series push',
    'ouch -d compress d a.zip',
    'dtrx -l --one a.zip',
    'patch -l -p1 -i x.patch',
    'gh run -R o/r download 1',
  ])('asks for other archives, too: %s', async (command) => {
    const folder = createPlain();
    expect(await judge(folder, command, ...unpackers)).toEqual(isAllowed);
    symlinkSync(createFolder({ x: '' }), join(folder, 'lk'));
    expect((await judge(folder, command, ...unpackers)).why).toContain('lk');
  });

  it.each([
    'tar xPf a.tar',
    'tar -xf a.tar --absolute-names',
    'tar xf a.tar --ab',
    'tar -xPfa.tar',
    'tar -xf./a.tar -P',
    'bsdtar xf a.tar --ins',
    'cpio -i -F a.cpio',
    'cpio --e -F a.cpio',
    'pax -r -f a.pax',
    'unzip -: a.zip',
    'unzip -o-o: a.zip',
    '7z e -SPF a.7z',
  ])('asks if names may lead out of the folder: %s', async (command) => {
    expect((await judge(createPlain(), command, ...unpackers)).why).not.toBe('allow');
  });

  it.each(['tar xf a.tar', 'unzip -oq a.zip'])(
    'asks in a repository, where it may bring hooks: %s',
    async (command) => {
      const folder = createRepository(createPlain());
      expect((await judge(folder, command, ...unpackers)).why).toContain("in git's folder");
      expect(await judge(folder, command, `shell(${command})`)).toEqual(isAllowed);
    },
  );

  it.each(['sub/.git/HEAD', 'deep/er/.git/HEAD', '.git', 'worktree/.git'])(
    'asks if a repository, or a file that names one, lies in the folder: %s',
    async (path) => {
      const folder = createPlain({ [path]: 'gitdir: /nowhere\n' });
      for (const command of ['tar xf a.tar', 'unzip -o a.zip'])
        expect((await judge(folder, command, ...unpackers)).why).toContain("in git's folder");
    },
  );

  it.each([
    'tar cf b.tar a',
    'tar tf a.tar',
    'tar --exclude=x -czf b.tgz a',
    'unzip -l a.zip',
    'unzip -qqt a.zip',
    'unzip -p a.zip a',
    '7z l a.7z',
    '7z a b.7z a',
    'unrar lb a.rar',
    'ar rcs a.a a',
    'quilt series',
    'dtrx -q -l a.zip',
    'patch --dry-run -p1 -i x.patch',
    'gh run view 1',
  ])('asks for no link if it only reads: %s', async (command) => {
    const folder = createPlain();
    symlinkSync(createFolder({ x: '' }), join(folder, 'lk'));
    expect(await judge(folder, command, ...unpackers)).toEqual(isAllowed);
  });
});

describe('a command that takes the names of its files from a URL, a server or a file', () => {
  const loaders = [
    'shell(wget:*)',
    'shell(wget -i:*)',
    'shell(wget --mir:*)',
    'shell(wget --trust-server:*)',
    'shell(gh run:*)',
    'shell(curl:*)',
    'shell(pax:*)',
    'shell(yt-dlp:*)',
    ...'patch,gpatch,dpkg-deb,dpkg,svn patch,quilt push,hg import,uudecode,git apply'
      .split(',')
      .map((name) => `shell(${name}:*)`),
  ];
  const named = [
    'wget -q -x -nH http://127.0.0.1:1/lk/autostart/y.desktop',
    'wget -nH -r http://127.0.0.1/',
    'wget -qrl2 http://127.0.0.1/',
    'wget --mir http://127.0.0.1/',
    'wget --content-disposition http://127.0.0.1/x',
    'wget --trust-server http://127.0.0.1/x',
    'wget -i urls.txt',
    'curl --remote-header-name http://127.0.0.1/x',
    'gh run download 5',
    'yt-dlp http://127.0.0.1/x',
    'patch -p1 -i x.patch',
    'patch -p1',
    'patch -p1 -i --dry-run',
    'gpatch a x.patch',
    'dpkg-deb -x x.deb .',
    'dpkg --extract x.deb .',
    'svn patch x.patch',
    'quilt push',
  ];

  it.each(named)('asks if a link, however deep, leads out of the folder: %s', async (command) => {
    const folder = createFolder({ a: 'a\n', 'deep/er/x': '' });
    expect(await judge(folder, command, ...loaders)).toEqual(isAllowed);
    symlinkSync(createFolder({ x: '' }), join(folder, 'deep/er/lk'));
    expect((await judge(folder, command, ...loaders)).why).toContain('deep/er/lk');
  });

  it.each(named)('asks in a repository, where it may bring hooks: %s', async (command) => {
    const folder = createRepository();
    expect((await judge(folder, command, ...loaders)).why).toContain("in git's folder");
    expect((await judge(folder, `${command} && git status`, ...loaders)).why).toContain(
      'may change what git',
    );
    expect(await judge(folder, command, `shell(${command})`)).toEqual(isAllowed);
  });

  it.each([
    'wget http://127.0.0.1/',
    'wget 127.0.0.1',
    'wget -c http://127.0.0.1/a?b',
    'wget2 -N 127.0.0.1/a/',
  ])(
    'asks if a file of the folder, whose name it may take, is a link that leads out: %s',
    async (command) => {
      const folder = createRepository();
      const given = ['shell(wget2:*)', ...loaders];
      symlinkSync(createFolder({ x: '' }), join(folder, 'data'));
      expect(await judge(folder, command, ...given)).toEqual(isAllowed);
      symlinkSync('../nowhere', join(folder, 'index.html'));
      expect((await judge(folder, command, ...given)).why).toBe('`index.html` leads out of the folder');
    },
  );

  it.each([
    'curl -OJ http://127.0.0.1/x',
    'curl -O --output-dir d http://127.0.0.1/x',
    'wget -P d 127.0.0.1/x',
  ])('asks in any folder where an option says where to write: %s', async (command) => {
    expect((await judge(createFolder({ a: '' }), command, ...loaders)).why).toContain('or write a file');
  });

  it.each([
    'uudecode x',
    'cat x | uudecode',
    'git apply --unsafe-paths x.patch',
    'patch -d ../other -i x.patch',
  ])('asks in any folder if names may lead out of it: %s', async (command) => {
    const folder = createFolder({ a: '' });
    expect((await judge(folder, command, 'shell(cat:*)', ...loaders)).why).not.toBe('allow');
  });

  it.each([
    'curl -sSL http://127.0.0.1/x',
    'patch --dry-run -p1 -i x.patch',
    'dpkg-deb -c x.deb',
    'gh run view 5',
    'wget --tries=3 -nv http://127.0.0.1/x',
  ])('asks for nothing else: %s', async (command) => {
    const folder = createRepository();
    symlinkSync(createFolder({ x: '' }), join(folder, 'data'));
    expect(await judge(folder, command, ...loaders)).toEqual(isAllowed);
  });
});

describe('a command that brings the files of a commit, a container or a store', () => {
  const bringing = ['hg', 'svn', 'cvs', 'docker', 'kubectl', 'helm', 'aws', 'rclone', 'terraform'].map(
    (name) => `shell(${name}:*)`,
  );

  it.each([
    'hg update 1',
    'hg up',
    'hg checkout 1',
    'hg pull -u',
    'hg pull --rebase',
    'hg merge',
    'hg revert --all -r 1',
    'hg graft 1',
    'hg unshelve',
    'hg archive .',
    'hg clone a b',
    'svn checkout https://example.com/x .',
    'svn up',
    'svn switch https://example.com/x',
    'cvs update',
    'docker cp c:/x .',
    'docker container cp c:/x .',
    'kubectl cp pod:/x .',
    'helm pull x/y --untar',
    'aws s3 sync s3://b .',
    'rclone copy r:x .',
    'terraform init -from-module=x',
  ])('asks in a repository of git, where it may bring hooks: %s', async (command) => {
    const folder = createRepository();
    expect((await judge(folder, command, ...bringing)).why).toContain("in git's folder");
    expect(await judge(folder, command, `shell(${command})`)).toEqual(isAllowed);
    expect(await judge(createFolder({ a: '' }), command, ...bringing)).toEqual(isAllowed);
  });

  it.each([
    'hg status',
    'hg log -r 1',
    'hg commit -m a',
    'hg pull',
    'hg push',
    'svn status',
    'svn commit -m a',
    'docker cp a c:/x',
    'docker ps',
    'kubectl cp a pod:/x',
    'aws s3 sync a s3://b',
    'aws s3 cp a s3://b/c --quiet',
    'terraform plan',
  ])('does not ask for what brings none: %s', async (command) => {
    expect(await judge(createRepository(), command, ...bringing)).toEqual(isAllowed);
  });
});
