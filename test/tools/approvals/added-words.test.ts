import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';

async function judgeBesideDeny(command: string): Promise<string> {
  const { type } = await decide([{ kind: 'shell', command }], {
    place: { folder: '/tmp', home: '/nowhere' },
    addDirs: [],
    rules: [{ effect: 'deny', rule: parseRule('shell(git push:*)', 'deny'), origin: 'flag' }],
    allowsReads: true,
    allowsAll: true,
  });
  return type;
}

const wrappers = [
  ...[
    '',
    'env',
    'nohup',
    'nice',
    'nice -n 5',
    'setsid',
    'stdbuf -oL',
    'timeout 5',
    'command',
    'sudo',
    'sudo -u x',
    'doas',
  ],
  ...[
    'time',
    'exec',
    'ionice -c 3',
    'busybox',
    'flock s',
    'chroot .',
    'unshare -r',
    'taskset 1',
    'watch',
    'ssh host',
  ],
  ...[
    'setpriv --reset-env',
    'prlimit --nofile=5',
    'systemd-run --user',
    'perf stat',
    'valgrind',
    'npx cross-env A=b',
    'strace -f',
  ],
  ...[
    'foo',
    'foo -n 0 --',
    'choom -n 0 --',
    'ssh-agent',
    'nice choom -n 0 --',
    'foo nice',
    'env foo',
    'nice timeout 5',
  ],
];
const adders = [
  ...[
    'xargs',
    'xargs -n 1',
    'xargs -a t',
    '/usr/bin/xargs',
    'gxargs',
    'xargs nice',
    'nice xargs',
    'xargs -r env A=b',
  ],
  ...[
    'parallel',
    'parallel -j 2',
    'entr',
    'find push -maxdepth 0 -exec',
    'find push -ok',
    'gfind push -execdir',
    'find . -exec nice',
  ],
  ...['fd push -x', 'fdfind push --exec', 'fd push -X env'],
];

describe('a program whose further words come from another one, beside a rule that denies some of its commands', () => {
  it.each(wrappers)('is asked about behind `%s`, whatever adds the words', async (wrapper) => {
    const commands = adders.flatMap((adder) => {
      const end = /-(?:exec|ok|x|X)/.test(adder) ? 'git {} \\;' : 'git';
      const said = `${wrapper} ${adder}`.trim();
      return [
        `${said} ${end}`,
        `echo push | ${said} ${end}`,
        `echo push | ${said} ${end.replace('git', '/usr/bin/git -C .')}`,
      ];
    });
    const found = await Promise.all(commands.map(async (one) => [await judgeBesideDeny(one), one]));
    expect(found.filter(([type]) => type === 'allow')).toEqual([]);
  });

  it.each([
    'echo a | nice xargs rm',
    'foo find git',
    'find git -name x | xargs grep push',
    'timeout 5 xargs -a t cat',
    'env git status',
    'nice git log --grep xargs',
    'foo xargs rm',
    'npm install parallel',
  ])('does not matter if that is another one: %s', async (command) => {
    expect(await judgeBesideDeny(command)).toBe('allow');
  });
});
