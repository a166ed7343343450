import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { createFolder } from '../../helpers/folder.ts';

/** `n/lc` leads to the folder around our own; `far/next` leads elsewhere, and on from there. `src` has links of its own. */
async function judge(command: string): Promise<string> {
  const home = createFolder({
    'config/copilot-cli/credentials.json': '{}',
    'config/gh/x': '',
    'elsewhere/deep/x': '',
    'w/n/a.ts': '',
    'w/far/a.ts': '',
    'w/src/a.ts': '',
    'w/lib/node_modules/a/b.js': '',
  });
  const folder = join(home, 'w');
  symlinkSync('../../config', join(folder, 'n/lc'));
  symlinkSync('../../elsewhere', join(folder, 'far/next'));
  symlinkSync(home, join(home, 'elsewhere/deep/up'));
  mkdirSync(join(folder, 'src/sub'));
  symlinkSync('../../lib', join(folder, 'src/sub/lib'));
  symlinkSync('..', join(folder, 'src/sub/up'));
  symlinkSync('../../config/gh', join(folder, 'src/gh'));
  symlinkSync('../node_modules/a/b.js', join(folder, 'lib/b.js'));
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder, home, env: { HOME: home, XDG_CONFIG_HOME: join(home, 'config') } },
    addDirs: [],
    ownFolders: [join(home, 'config/copilot-cli')],
    rules: [],
    allowsReads: true,
    allowsAll: true,
  });
  return decision.type === 'ask' ? (decision.asked[0]?.why ?? '') : decision.type;
}

it.each([
  'tar cvh n',
  'tar ch .',
  'tar -c --deref n',
  'tar -chf x.tar far',
  'cd n && tar ch .',
  'tar chC n .',
  'tar ch n*',
  'd=n; tar ch $d',
  'echo n | xargs tar ch',
  'find n -maxdepth 0 -exec tar ch {} +',
  'find n | pax -wL',
  'tar ch -T list n',
  'diff -rN n src',
  'diff n src',
  'diff -r n src -- --no-dereference',
  'diff -r --label --no-dereference n src',
  'sudo -u me diff -r far src',
  "sh -c 'diff -r n src'",
  'ag -f token n',
  'ag -f token',
  'ack --follow token',
  'fd -L . n',
  'ls -RL n',
  'ls -R -L .',
  'du -L far',
  'tree -l n',
  'eza -R --follow-symlinks n',
  'rsync -ak n/ x',
  'rsync -a --copy-unsafe-links far/ x',
  'cp -rL n x',
  'cp -r --dereference far x',
  'grep -R . *',
  'grep -5hR . n',
  'grep -m1hR . n',
  'rg -A1L x n',
  'ls -1LR n',
  'rsync -4aL n/ x',
  'du -0La far',
  'tree -L4l n',
  'fd -d3L . n',
  'ag -5f token n',
  'ugrep -1R x n',
  'npx prettier n',
  'prettier --check .',
  'some-packer --dir=n',
  'sudo some-packer n',
  'timeout 5 nice some-packer far',
  'env some-packer n ls',
  'echo n | xargs -n1 some-packer',
  'find n -type d -exec some-packer {} ;',
  "zsh -c 'cat n/***/cred*'",
  "zsh -c 'cat ./***/cred*'",
  "fish -c 'cat n/**/cred*'",
  'zip -r x.zip far',
  '7z a x.7z',
  'jar cf x.jar -C n .',
  'python3 -m zipfile -c x.zip n',
])('a folder with a link to our own folders is asked about if links are followed: %s', async (command) => {
  expect(await judge(command)).toBe('it names files of copilot-cli itself');
});

it.each([
  'shopt -s cdable_vars; cd XDG_CONFIG_HOME; base64 */cred*',
  'shopt -s cdable_"vars"; cd XDG_CONFIG_HOME; base64 */cred*',
  "bash -O cdable_vars -c 'cd XDG_CONFIG_HOME; base64 */cred*'",
  "zsh -c 'setopt CDABLEVARS; cd XDG_CONFIG_HOME; base64 */cred*'",
  "zsh -c 'cdpath=(..); cd config; base64 */cred*'",
  'x=vars; shopt -s cdable_$x; cd XDG_CONFIG_HOME; base64 */cred*',
])('so is `cd` to what a variable says: %s', async (command) => {
  expect(await judge(command)).toBe('the places that it names cannot all be told');
});

it.each([
  'tar cf x.tar n',
  'tar czf /tmp/share.tar.gz n far',
  'tar xf a.tar -C n',
  'cp -r n x',
  'cp -R n x',
  'rm -rf n',
  'chmod -R u+w n',
  'grep -rn foo n',
  'grep -rnh foo .',
  'rg foo',
  'ag foo n',
  'find . -name "*.ts"',
  "find . -name '*.ts' | xargs grep -l foo",
  "find . -name '*.ts' -exec wc -l {} +",
  'ls -R n',
  'ls -lL src',
  'du -sh n',
  'tree n',
  'rsync -a n/ x',
  'git add n && git diff',
  'docker build -t x .',
  'diff -r --no-dereference n src',
  'diff -r src lib',
  'diff n/a.ts src/a.ts',
  'zip -r x.zip src',
  'npx prettier src',
  'prettier --check src lib',
  'sudo some-packer src',
  'timeout 5 grep -rn foo .',
  'cd n && ls',
  "zsh -c 'ls n/**/a.ts'",
  "zsh -c 'ls src/***/a.ts'",
  'shopt -s globstar nullglob; ls **/*.ts',
])('it is not if they are left alone, or lead elsewhere: %s', async (command) => {
  expect(await judge(command)).toBe('allow');
});
