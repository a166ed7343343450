import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../helpers/folder.ts';
import { judge } from '../../helpers/judged-repository.ts';

const rules = 'jj,sl,brz,bzr,darcs,pijul,cp,tar,tee,head'.split(',').map((name) => `shell(${name}:*)`);

async function why(folder: string, command: string): Promise<string> {
  return (await judge(folder, command, ...rules)).why;
}

const makesRun = (name: string, path: string): string =>
  `this repository itself may make ${name} run or read something else: \`${path}\``;

const gitOfJj = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogallrefupdates = false\n';
const origin =
  '[remote "origin"]\n\turl = https://example.com/x\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n';

describe('what a repository of jj, sl, brz, darcs or pijul holds', () => {
  it.each<[command: string, files: Record<string, string>]>([
    ['jj log', {}],
    ['jj log', { '.jj/repo/store/git_target': 'git', '.jj/repo/store/git/config': `${gitOfJj}${origin}` }],
    ['jj status', { '.jj/repo/store/git_target': '../../../.git' }],
    ['jj diff a', { '.jj/repo/config.toml': '#:schema x\n\n[user]\nname = "A B"\nemail = "a@b"\n' }],
    ['jj git fetch', { '.jj/repo/config.toml': 'git.push-bookmark-prefix = "me/"\n' }],
    ['jj log', { '.jj/repo/store/git/hooks/pre-push.sample': 'x' }],
    ['sl status', { '.sl/config': '# x\n[paths]\ndefault = https://example.com/x\n' }],
    ['sl log', { '.sl/hgrc': '[ui]\nusername = A <a@b>\n', '.sl/branch': 'x' }],
    [
      'brz status',
      { '.bzr/branch/branch.conf': 'parent_location = bzr+ssh://example.com/x\nnickname = x\n' },
    ],
    ['bzr log', { '.bzr/branch/branch.conf': 'bound = False\n' }],
    ['darcs whatsnew', { '_darcs/prefs/defaults': '# x\n' }],
    ['pijul diff', { '.pijul/config': '[hooks]\nrecord = []\n' }],
    ['jj log', { '.sl/config': '[alias]\nx = !x\n' }],
  ])('does not ask if each line is known: %s with %j', async (command, files) => {
    const folder = createFolder({ a: '', 'sub/b': '', ...files });
    expect(await why(folder, command)).toBe('allow');
    expect(await why(join(folder, 'sub'), command)).toBe('allow');
  });

  it.each<[command: string, file: string, text: string]>([
    ['jj fix', '.jj/repo/config.toml', '[fix.tools.x]\ncommand = ["./x"]\n'],
    ['jj log', '.jj/repo/config.toml', 'aliases.log = ["util", "exec", "--", "./x"]\n'],
    ['jj diff', '.jj/workspace-config.toml', '[ui]\ndiff-formatter = ["./x"]\n'],
    ['jj git push', '.jj/repo/config.toml', '[user]\nname = "x"\n[git]\nexecutable-path = "./x"\n'],
    ['jj git fetch', '.jj/repo/store/git/config', `${gitOfJj}\tsshCommand = ./x\n`],
    ['jj git fetch', '.jj/repo/store/git/config', '[remote "origin"]\n\turl = ext::./x\n'],
    ['jj git fetch', '.jj/repo/store/git/config', '[remote "origin"]\n\turl = ssh://-oProxyCommand=x/y\n'],
    ['jj git push', '.jj/repo/store/git/hooks/pre-push', '#!/bin/sh\n'],
    ['jj log', '.jj/repo/store/git_target', '/home/me/private/.git'],
    ['jj log', '.jj/repo', '/home/me/private/.jj/repo'],
    ['jj log', '.jj', ''],
    ['sl status', '.sl/config', '[hooks]\npre-status = ./x\n'],
    ['sl status', '.sl/config', '%include ../x\n'],
    ['sl log', '.hg/hgrc', '[alias]\nlog = !./x\n'],
    ['sl pull', '.sl/config', '[paths]\ndefault = ../evil\n'],
    ['sl log', '.sl/sharedpath', '/home/me/private/.sl'],
    ['brz commit -m a', '.bzr/branch/branch.conf', 'post_commit = os.system\n'],
    ['brz diff', '.bzr/branch/branch.conf', 'nickname = x\nchange_editor = ./x @old_path\n'],
    ['bzr log', '.bzr/branch/location', 'file:///home/me/private\n'],
    ['brz pull', '.bzr/branch/branch.conf', 'parent_location = bzr+ssh://-oProxyCommand=x/\n'],
    ['brz log', '.bzr/branch/branch.conf', 'stacked_on_location = /home/me/private\n'],
    ['darcs record', '_darcs/prefs/defaults', 'record posthook ./x\n'],
    ['pijul record', '.pijul/config', '[hooks]\nrecord = ["./x"]\n'],
  ])('asks otherwise: %s with %s of %j', async (command, file, text) => {
    const name = command.split(' ')[0] ?? '';
    const folder = createFolder({ a: '', 'sub/b': '', [file]: text });
    expect(await why(folder, command)).toBe(makesRun(name, file));
    expect(await why(join(folder, 'sub'), command)).toBe(makesRun(name, `../${file}`));
    expect(await why(folder, 'head a')).toBe('allow');
  });

  it.each([
    ['jj -R sub log', '.jj/repo/config.toml'],
    ['jj --repository=sub log', '.jj/repo/config.toml'],
    ['brz log sub', '.bzr/branch/branch.conf'],
    ['sl log sub/b', '.sl/config'],
  ])('asks for that of a repository which an argument names: %s', async (command, file) => {
    const folder = createFolder({ a: '', 'sub/b': '', [`sub/${file}`]: 'x = ./y\n' });
    expect(await why(folder, command)).not.toBe('allow');
    expect(await why(folder, `${command.split(' ')[0]} log`)).toBe('allow');
  });

  it.each([
    ['jj log', '.jj', 'repo/store'],
    ['sl log', '.sl', 'store'],
    ['brz log', '.bzr', 'repository'],
    ['darcs log', '_darcs', 'inventories'],
  ])('asks for a link among its files: %s', async (command, own, link) => {
    const root = createFolder({ 'private/x': '', 'w/a': '' });
    mkdirSync(join(root, 'w', own, 'repo'), { recursive: true });
    expect(await why(join(root, 'w'), command)).toBe('allow');
    symlinkSync(join(root, 'private'), join(root, 'w', own, link));
    expect(await why(join(root, 'w'), command)).toBe(makesRun(command.split(' ')[0] ?? '', `${own}/${link}`));
  });

  it.each([
    ['cp a .jj/repo/config.toml && jj log', false],
    ['tar -xf a.tar; jj log', false],
    ['git checkout evil && sl status', false],
    ['echo a | tee .bzr/branch/branch.conf; brz log', false],
    ['brz export .bzr/branch', false],
    ['jj log | head -5', true],
    ['cp a b && jj status', true],
  ])('asks beside another part that may change it: %s', async (command, expected) => {
    const folder = createFolder({ a: '', '.jj/repo/x': '', '.sl/x': '', '.bzr/branch/x': '' });
    expect((await why(folder, command)) === 'allow').toBe(expected);
  });
});
