import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, type Run } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A repository with what a shell's `*` finds and a folder of ours leaves out; and a folder around it. */
async function createRepository(): Promise<{ cli: Cli; cwd: string }> {
  const cli = await createCli();
  await cli.signIn();
  const around = createFolder();
  const cwd = join(around, 'repository');
  mkdirSync(join(cwd, '.git'), { recursive: true });
  writeFileSync(join(cwd, '.git', 'config'), 'url = hidden-git');
  for (const name of ['a.txt', 'b.txt', 'own.txt', '.hidden.txt'])
    writeFileSync(join(cwd, name), `text of ${name}`);
  writeFileSync(join(cwd, '.gitignore'), 'own.txt\nout/\n');
  mkdirSync(join(cwd, 'out'));
  writeFileSync(join(cwd, 'out', 'x.txt'), 'text of x.txt');
  writeFileSync(join(around, 'far.txt'), 'text of far.txt');
  writeFileSync(join(around, 'near.txt'), 'text of near.txt');
  symlinkSync('../far.txt', join(cwd, 'link.txt'));
  symlinkSync('.git/config', join(cwd, 'link-git.txt'));
  symlinkSync('a.txt', join(cwd, 'link-a.txt'));
  symlinkSync('own.txt', join(cwd, 'link-own.txt'));
  symlinkSync('..', join(cwd, 'link-folder'));
  mkdirSync(join(cwd, '.github'));
  writeFileSync(join(cwd, '.github', 'a.md'), 'text of a.md');
  symlinkSync('../.git/config', join(cwd, '.github', 'git.md'));
  return { cli, cwd };
}

async function ask(argv: string[], folder = '.'): Promise<Run & { sent: string }> {
  const { cli, cwd } = await createRepository();
  const run = await cli.runHere(['chat', '--no-instructions', ...argv, '--', 'q'], {
    cwd: join(cwd, folder),
  });
  const sent = cli.simulator.requests.map(({ body }) => JSON.stringify(body ?? '')).join('\n');
  return { ...run, sent };
}

describe.runIf(process.platform !== 'win32')(
  'several files after one -f, which a shell may have listed',
  () => {
    it.each<[what: string, argv: string[], lost: string[], says: RegExp]>([
      [
        'a link in a hidden folder to another one',
        ['a.txt', '.github/git.md'],
        ['hidden-git'],
        /\.github\/git\.md is left out: it is a link that leads out/,
      ],
      [
        'a link out of the folder',
        ['a.txt', 'link.txt'],
        ['far.txt'],
        /link\.txt is left out: it is a link that leads out of its folder\. To send what it leads to, name that/,
      ],
      [
        'a file that git ignores',
        ['a.txt', 'own.txt'],
        ['text of own.txt'],
        /own\.txt is left out: git ignores it/,
      ],
      [
        'a file of a folder that git ignores',
        ['a.txt', 'out/x.txt'],
        ['x.txt'],
        /out\/x\.txt is left out: git/,
      ],
      ['a folder that git ignores', ['a.txt', 'out', 'b.txt'], ['x.txt'], /out is left out: git ignores it/],
      [
        'a hidden file',
        ['.hidden.txt', 'a.txt'],
        ['text of .hidden'],
        /\.hidden\.txt is left out: its name begins with a dot/,
      ],
      ['.git', ['.git', 'a.txt'], ['hidden-git'], /\.git is left out: its name begins with a dot/],
      ['.git with a slash', ['.git/', 'a.txt'], ['hidden-git'], /\.git\/ is left out: its name begins/],
      ['the folder above', ['..', 'a.txt'], ['far.txt'], /\.\. is left out: its name begins with a dot/],
      [
        'a link to what git ignores',
        ['a.txt', 'link-own.txt'],
        ['text of own.txt'],
        /link-own\.txt is left out: git/,
      ],
      ['a link to something hidden', ['a.txt', 'link-git.txt'], ['hidden-git'], /link-git\.txt is left out/],
      ['a link to a folder', ['a.txt', 'link-folder', 'b.txt'], ['far.txt'], /link-folder is left out/],
    ])('are sent without %s', async (_, files, lost, says) => {
      const run = await ask(['-f', ...files]);
      expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(says) });
      expect(run.sent).toContain('text of a.txt');
      for (const text of lost) expect(run.sent).not.toContain(text);
    });

    it('are all sent if they are ordinary, also from another folder, and links within the folder', async () => {
      const run = await ask(['-f', 'a.txt', 'b.txt', 'link-a.txt', '../far.txt', '../near.txt']);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      for (const name of ['a.txt', 'b.txt', 'far.txt', 'near.txt'])
        expect(run.sent).toContain(`text of ${name}`);
    });

    it('end the command with 2 if none is left, with the flag that sends the first', async () => {
      const run = await ask(['-f', '.git', '.hidden.txt', 'own.txt']);
      expect(run).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/give it a flag of its own: .*-f/),
      });
      expect(run.sent).not.toContain('text of');
    });

    it.each([
      ['.git alone, which `.*` often finds', ['-f', '.git']],
      ['hidden files and .git at the end', ['-f', '.hidden.txt', '.git']],
      ['the folders of `.*` in dash', ['-f', '.', '..', '.git', '.gitignore', '.hidden.txt']],
    ])('do not send %s', async (_, argv) => {
      const run = await ask(argv);
      expect(run.code).toBe(2);
      expect(run.sent).not.toMatch(/text of|hidden-git/);
    });

    it('leave a single path as it is: a hidden file, an ignored file, and .git with a slash', async () => {
      const run = await ask(['-f', '.hidden.txt', '-f', 'own.txt', '-f', '.git/', '-f', 'link-a.txt']);
      expect(run.code).toBe(0);
      for (const text of ['text of .hidden', 'text of own', 'hidden-git', 'text of a.txt'])
        expect(run.sent).toContain(text);
    });

    it('do not keep back what has a flag of its own', async () => {
      const run = await ask(['-f', 'a.txt', 'own.txt', '../far.txt', '-f', 'own.txt', '-f', '../far.txt']);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      for (const name of ['own.txt', 'far.txt']) expect(run.sent).toContain(`text of ${name}`);
    });

    it.each<[name: string, says: RegExp, folder?: string]>([
      ['link.txt', /is a link to .*far\.txt, which is outside of this folder\. Name that file itself/],
      ['link-git.txt', /is a link to .*config, which is hidden/],
      ['link-own.txt', /is a link to .*own\.txt, which is ignored by git/],
      ['../link.txt', /is a link to .*far\.txt, which is outside of its repository/, 'out'],
    ])('send no single link that a * may have found alone: %s', async (name, says, folder) => {
      const run = await ask(['-f', name], folder);
      expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
      expect(run.sent).toBe('');
    });

    it('are left out if they hold a key', async () => {
      const { cli, cwd } = await createRepository();
      writeFileSync(join(cwd, 'k.txt'), `${['-----BEGIN', 'PRIVATE KEY-----'].join(' ')}\nMIIE\n`);
      for (const each of [[], ['--each-file']]) {
        const run = await cli.runHere(['chat', ...each, '-f', 'a.txt', 'k.txt', '--', 'q'], { cwd });
        expect(run.stderr).toContain('k.txt is left out: it looks like a file of secrets');
      }
      expect(JSON.stringify(cli.simulator.requests)).not.toContain('MIIE');
      await cli.runHere(['chat', '-f', 'k.txt', '--', 'q'], { cwd });
      expect(JSON.stringify(cli.simulator.requests)).toContain('MIIE');
    });

    it('are judged one by one if secrets leave only one of them', async () => {
      const run = await ask(['-f', '.env', 'link.txt']);
      expect(run.code).toBe(2);
      expect(run.sent).not.toContain('text of far.txt');
    });

    it('are items of --each-file by the same rule', async () => {
      const run = await ask(['--each-file', '-f', 'a.txt', 'own.txt', 'link.txt']);
      expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(/git ignores it/) });
      expect(run.sent).toContain('text of a.txt');
      expect(run.sent).not.toMatch(/text of (?:own|far)/);
    });

    it('are left out behind -a, too', async () => {
      const { cli, cwd } = await createRepository();
      for (const name of ['b.png', '.hidden.png']) writeFileSync(join(cwd, name), png);
      const run = await cli.runHere(
        ['chat', '--json', '-m', 'gemini-3.5-flash', '-a', 'b.png', '.hidden.png', '--', 'q'],
        { cwd },
      );
      expect(run.stderr).toMatch(/\.hidden\.png is left out: its name begins with a dot/);
      expect(JSON.parse(run.stdout).attachments.map(({ path }: { path: string }) => path)).toEqual(['b.png']);
      const none = await cli.runHere(['chat', '-a', '.hidden.png', '.git', '--', 'q'], { cwd });
      expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/flag of its own: .*-a/) });
    });
  },
);
