import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { isAllowed, judge } from '../../helpers/judged-repository.ts';

const makesRun = (path: string): string => `this repository itself makes hg run something: \`${path}\``;

async function why(folder: string, command: string, ...rules: string[]): Promise<string> {
  return (await judge(folder, command, 'shell(hg:*)', ...rules)).why;
}

describe('settings of a repository of Mercurial', () => {
  it.each([
    '[paths]\ndefault = https://example.com\n',
    '# x\n[paths]\ndefault = ssh://hg@example.com/x\ndefault:pushurl = /srv/hg/x\n\n[ui]\n# y\nusername = Me <me@example.com>\n',
    '\ufeff[paths]\r\ndefault=/elsewhere/x\r\n[phases]\r\npublish = False\r\n',
    '[diff]\ngit = True\n',
    '[paths]\nup = sub/other\n',
    '',
  ])('do not ask if each line is known: %j', async (text) => {
    const folder = createFolder({ '.hg/hgrc': text, 'sub/a': '' });
    expect(await why(folder, 'hg log')).toBe('allow');
    expect(await why(join(folder, 'sub'), 'hg status')).toBe('allow');
  });

  it.each([
    '[hooks]\npre-log = touch RUN\n',
    '[paths]\na = b\n[alias]\nlog = !touch RUN\n',
    '[paths]\ra = b\r[hooks]\rpre-log = touch RUN\r',
    '%include x\n[paths]\n',
    '[paths]\na = b\n  [hooks]\n',
    '[ui]\neditor = touch RUN\n',
    '[ui]\nssh = touch RUN\n',
    '[diff-tools]\nx.executable = y\n',
    '[paths]\ndefault = ../evil\n',
    '[paths]\ndefault = $PWD/evil\n',
    '[paths]\ndefault = ssh://-oProxyCommand=x/y\n',
    '[paths]\ndefault = bundle:evil\n',
    "[paths]\ndefault:pushrev = remote('tip', '/x')\n",
    'constructor = x\n',
    '[constructor]\nx = y\n',
  ])('ask otherwise: %j', async (text) => {
    const folder = createFolder({ '.hg/hgrc': text, 'sub/a': '' });
    expect(await why(folder, 'hg log')).toBe(makesRun('.hg/hgrc'));
    expect(await why(join(folder, 'sub'), 'hg log')).toBe(makesRun('../.hg/hgrc'));
    expect(await judge(folder, 'git status')).toEqual(isAllowed);
  });

  it.each(['sub', 'deep/er/sub', '.hg/evil', '.hg/store/data/evil'])(
    'ask if they are those of a repository in %s, which a commit, a path or an argument may name',
    async (place) => {
      const harmless = { '.hg/hgrc': '[paths]\ndefault = https://example.com\n' };
      const rc = `${place}/.hg/hgrc`;
      const evil = createFolder({ ...harmless, [rc]: '[extensions]\nx = x.py\n' });
      for (const command of [
        'hg diff',
        'hg id',
        'hg summary',
        'hg status -S',
        'hg pull',
        'chg incoming evil',
      ])
        expect(await why(evil, command, 'shell(chg:*)')).toBe(makesRun(rc));
      const plain = createFolder({ ...harmless, [rc]: '[paths]\ndefault = https://example.com/sub\n' });
      expect(await why(plain, 'hg diff')).toBe('allow');
    },
  );

  it('ask beside no repository, too', async () => {
    const folder = createFolder({ 'evil/.hg/hgrc': '[hooks]\npre-id = touch RUN\n' });
    expect(await why(folder, 'hg id evil')).toBe(makesRun('evil/.hg/hgrc'));
    expect(await why(createFolder({ a: '' }), 'hg clone https://example.com/x')).toBe('allow');
  });

  it('ask if a file, a link or another folder stands where hg has its own', async () => {
    const hidden = createFolder({ '.hg/hgrc': '[hooks]\nx = y\n', 'sub/.hg': '' });
    expect(await why(join(hidden, 'sub'), 'hg status')).toBe(makesRun('.hg'));
    const linked = createFolder({ 'x/hgrc': '' });
    symlinkSync('x', join(linked, '.hg'));
    expect(await why(linked, 'hg status')).toBe(makesRun('.hg'));
    const shared = createFolder({ '.hg/sharedpath': 'x' });
    expect(await why(shared, 'hg status')).toBe(makesRun('.hg/sharedpath'));
    const below = createFolder({ '.hg/branch': '', a: '' });
    const elsewhere = createFolder({ '.hg/hgrc': '[hooks]\nx = y\n' });
    symlinkSync(elsewhere, join(below, 'l'));
    expect(await why(below, 'hg status')).toBe(makesRun('l'));
  });

  it.each([
    ['.hg/store', '../private'],
    ['.hg/branch', '../private/key'],
    ['.hg/last-message.txt', '../nowhere'],
    ['sub/.hg/cache', '../private'],
  ])('ask for a link among the files of hg: %s', async (link, target) => {
    const root = createFolder({ 'private/key': 'KEY', 'w/.hg/requires': '', 'w/sub/.hg/requires': '' });
    expect(await why(join(root, 'w'), 'hg status')).toBe('allow');
    symlinkSync(join(root, target.replace('../', '')), join(root, 'w', link));
    expect(await why(join(root, 'w'), 'hg status')).toBe(makesRun(link));
  });

  it('pass over the link with which hg looks at the disk, and no other of its name', async () => {
    const folder = createFolder({ '.hg/wcache/checklink-target': '', 'sub/.hg/cache/x': '' });
    symlinkSync('checklink-target', join(folder, '.hg/wcache/checklink'));
    expect(await why(folder, 'hg status')).toBe('allow');
    symlinkSync('../../../private', join(folder, 'sub/.hg/cache/checklink'));
    expect(await why(folder, 'hg status')).toBe(makesRun('sub/.hg/cache/checklink'));
  });

  it('pass over a link to a file outside that is no file of hg', async () => {
    const root = createFolder({ key: 'KEY', 'w/.hg/requires': '' });
    symlinkSync(join(root, 'key'), join(root, 'w/l'));
    expect(await why(join(root, 'w'), 'hg status')).toBe('allow');
  });
});

describe('a command of Mercurial by a rule for its beginning', () => {
  it.each([
    'hg status -A',
    'hg status --rev 1 src',
    'hg diff -c 5 --stat',
    'hg diff -r tip -U 3 -w',
    'hg log -l 10 -v',
    'hg log -Gr "branch(default)" --limit=5',
    "hg log -T '{node|short} {desc}\\n'",
    "hg log --template='{rev}\\n' -rtip",
    'hg log --style compact',
    'hg bisect --bad',
    'hg bisect -r',
    'hg commit -m "text of -o"',
    'hg archive -t zip x.zip',
    'hg pull -u',
    'hg annotate -un a',
    'hg rebase -s 5 -d tip',
    'hg clone https://example.com/x',
  ])('does what is usual: %s', async (command) => {
    const folder = createFolder({ '.hg/branch': '', a: '' });
    expect(await why(folder, command)).toBe('allow');
  });

  it.each([
    ['hg bisect -c ./x', 'shell(hg bisect:*)'],
    ['hg bisect -cx', 'shell(hg bisect:*)'],
    ['hg bisect -Uc ./x', 'shell(hg bisect:*)'],
    ['hg bisect --comm ./x', 'shell(hg bisect:*)'],
    ['hg log --style ./x', 'shell(hg log:*)'],
    ['hg log -T ./x', 'shell(hg log:*)'],
    ['hg log -T./x', 'shell(hg log:*)'],
    ['hg log --templ ./x', 'shell(hg log:*)'],
    ['hg merge -t ./x', 'shell(hg merge:*)'],
    ['hg resolve --all -t ./x', 'shell(hg resolve:*)'],
    ['hg update --tool ./x', 'shell(hg update:*)'],
    ['hg cat -o .%b/hgrc a', 'shell(hg cat:*)'],
    ['hg export -go x', 'shell(hg export:*)'],
    ['hg histedit --commands x', 'shell(hg:*)'],
    ['hg wip', 'shell(hg:*)'],
    ['hg id https://example.com/text', 'shell(hg id:*)'],
    ["hg log -r 'outgoing(evil)'", 'shell(hg log:*)'],
    ['hg archive .hg/x', 'shell(hg archive:*)'],
    ['hg archive l/x', 'shell(hg archive:*)'],
    ['hg status --conf alias.status=!x', 'shell(hg status:*)'],
    ['hg --pager=yes log', 'shell(hg:*)'],
    ['hg recover && hg status', 'shell(hg:*)'],
  ])('asks about what starts, writes or reaches more: %s', async (command, rule) => {
    const folder = createFolder({ '.hg/branch': '', a: '' });
    symlinkSync('.hg', join(folder, 'l'));
    expect((await judge(folder, command, rule)).why).not.toBe('allow');
  });

  it.each([
    ['cp x .hg/hgrc && hg status', false],
    ['tar -xf a.tar; hg status', false],
    ['git checkout evil && hg status', false],
    ['echo a | tee l/hgrc; hg log', false],
    ['hg update && hg status; git log', true],
    ['hg log | head -5', true],
    ['cp a b && hg add b', true],
  ])('beside another that may change what it runs: %s', async (command, expected) => {
    const folder = createFolder({ '.hg/branch': '', a: '' });
    symlinkSync('.hg', join(folder, 'l'));
    const rules = ['cp', 'tar', 'tee', 'head', 'echo'].map((name) => `shell(${name}:*)`);
    expect((await why(folder, command, ...rules)) === 'allow').toBe(expected);
  });
});
