import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFolder } from './folder.ts';
import { git } from './judged-repository.ts';

/**
 * A repository as an archive may bring it: it lacks a tree that git needs to list its files, and git shall fetch it from a remote of these
 * settings. `ran` is the file that the settings and the hooks make.
 */
export function createPartialClone(settings: (ran: string) => Record<string, string>): {
  folder: string;
  ran: string;
} {
  const folder = createFolder({ 'a/1': '1\n', 'b/2': '2\n' });
  const ran = join(createFolder(), 'ran');
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'a');
  git(folder, 'clone', '-q', '--bare', '.', 'up.git');
  git(join(folder, 'up.git'), 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(folder, 'sparse-checkout', 'init', '--cone', '--sparse-index');
  git(folder, 'sparse-checkout', 'set', 'a');
  const tree = git(folder, 'rev-parse', 'HEAD:b');
  rmSync(join(folder, '.git/objects', tree.slice(0, 2), tree.slice(2)), { force: true });
  const all = {
    'core.repositoryformatversion': '1',
    'extensions.partialClone': 'origin',
    'remote.origin.promisor': 'true',
    'remote.origin.url': './up.git',
    ...settings(ran),
  };
  for (const [name, value] of Object.entries(all)) git(folder, 'config', name, value);
  // A fetch cleans up where so many loose objects seem to be, and runs this hook before.
  git(folder, 'config', 'gc.auto', '1');
  for (const place of ['hooks', 'objects/17']) mkdirSync(join(folder, '.git', place), { recursive: true });
  for (const digit of [1, 2, 3]) writeFileSync(join(folder, `.git/objects/17/${`${digit}`.repeat(38)}`), '');
  writeFileSync(join(folder, '.git/hooks/pre-auto-gc'), `#!/bin/sh\ntouch ${ran}\nfalse\n`, { mode: 0o755 });
  return { folder, ran };
}

/** Ways of such a repository to start a program. */
export const fetchings: [name: string, settings: (ran: string) => Record<string, string>][] = [
  ['a hook', () => ({})],
  [
    'core.sshCommand',
    (ran) => ({ 'remote.origin.url': 'ssh://h/x', 'core.sshCommand': `touch ${ran};false` }),
  ],
  ['uploadpack', (ran) => ({ 'remote.origin.uploadpack': `touch ${ran};false` })],
  ['ext::', (ran) => ({ 'remote.origin.url': `ext::touch ${ran}`, 'protocol.ext.allow': 'user' })],
  ['an alias', (ran) => ({ 'remote.origin.url': 'none::x', 'alias.remote-none': `!touch ${ran};false` })],
];
