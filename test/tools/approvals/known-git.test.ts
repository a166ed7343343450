import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { knownOfGit } from '../../../src/tools/approvals/known-git.ts';
import { areKnown } from '../../../src/tools/approvals/known-options.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createRepository } from '../../helpers/judged-repository.ts';

/** What git says to an option that it does not know. */
const unknown = /unknown option `none-such|(?:unrecognized argument|invalid option): --none-such/;

function run(folder: string, command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync('git', [command, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return stdout + stderr;
}

/** Commits, for a command that wants one. */
const commits = (command: string): string[] =>
  /^(?:log|show|rev-list|shortlog)$/.test(command) ? ['HEAD'] : [];

describe.each(Object.entries(knownOfGit))('git %s', (command, known) => {
  const { flags = '', valued = '', long = [], longValued = [] } = known;
  const alone = [
    ...long.map((name) => `--${name}`),
    ...Array.from(flags.replace(/[\d%]/g, ''), (letter) => `-${letter}`),
  ];

  it('takes what stands behind an option without a value for no value of it', { tags: 'deep' }, () => {
    const folder = createRepository(createFolder({ a: 'text\n' }));
    const taking = alone.filter((option) => {
      const args = [...commits(command), option, '--', '--none-such'];
      return areKnown(args, 0, known) && unknown.test(run(folder, command, args));
    });
    expect(taking).toEqual([]);
  });

  it('takes it for the value of every other', { tags: 'deep' }, () => {
    const folder = createRepository(createFolder({ a: 'text\n' }));
    const options = [
      ...longValued.map((name) => `--${name}`),
      ...Array.from(valued, (letter) => `-${letter}`),
    ];
    const leaving = options.filter((option) =>
      unknown.test(run(folder, command, [...commits(command), option, '--none-such'])),
    );
    expect(leaving).toEqual([]);
  });
});
