import { describe, expect, it } from 'vitest';
import { type Decision, decide, type HeldRule } from '../../../src/tools/approvals/decide.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';
import { parseShellCommand } from '../../../src/tools/approvals/shell-command.ts';

/** In characters, the longest that is read. */
const longest = 10_000;

function nest(open: string, middle: string, close: string, depth?: number): string {
  const count = depth ?? Math.floor((longest - middle.length) / (open.length + close.length));
  return open.repeat(count) + middle + close.repeat(count);
}

function decideAllAllowed(command: string, rules: HeldRule[] = []): Promise<Decision> {
  return decide([{ kind: 'shell', command }], {
    place: { folder: '/work/app', home: '/home/me' },
    addDirs: [],
    rules,
    allowsReads: true,
    allowsAll: true,
  });
}

const deep: [name: string, command: string][] = [
  ['substitutions', nest('$(', 'ls', ')')],
  ['substitutions with a program each', nest('echo $(', 'ls', ')')],
  ['substitutions in quotes', nest('"$(', 'ls', ')"')],
  ['substitutions that end nowhere', '$('.repeat(longest / 2)],
  ['arithmetic', `echo ${nest('$((', '1', '))', 1900)}`],
  ['values of variables', `echo ${nest(`$${'{a:-'}`, '1', '}', 1600)}`],
  ['commands that are files', `cat ${nest('<(cat ', '1', ')', 1400)}`],
  ['arrays', 'a=('.repeat(longest / 3)],
  ['substitutions in an argument of a shell', `sh -c '${'$('.repeat(3000)}'`],
];

describe('a command that is nested deeply', () => {
  it.each(deep)('asks whatever is allowed, and is not read: %s', async (_name, command) => {
    expect(parseShellCommand(command, '/work/app').parts.length).toBeLessThan(2);
    const decision = await decideAllAllowed(command);
    expect(decision.type === 'ask' && decision.asked[0]?.told).toBe(
      'the places that it names cannot all be told',
    );
  });

  it.each([
    ['substitutions', nest('$(', 'ls', ')', 20)],
    ['substitutions one after another', 'echo $(ls) '.repeat(200)],
    ['values of variables', nest(`$${'{a:-'}`, '1', '}', 20)],
    [
      'text that opens what the command does not',
      "cat > x <<'X'\n".concat('if (a) { b(() => { c(); }) }\n'.repeat(200), 'X'),
    ],
  ])('is read if it is nested as people do: %s', (_name, command) => {
    expect(parseShellCommand(command, '/work/app')).toMatchObject({ hasMoreWords: false });
    expect(parseShellCommand(command, '/work/app').words.length).toBeGreaterThan(1);
  });
});

/** What is looked at word by word, over and over. */
function countHidden(command: string): number {
  return parseShellCommand(command, '/work/app').hidden.reduce((sum, { words }) => sum + words.length, 0);
}

const starting: [name: string, command: string][] = [
  ['a shell in the arguments of a shell', 'sh -c '.repeat(1600)],
  ['xargs', 'xargs '.repeat(1600)],
  ['many words', `timeout 5 ls ${'a '.repeat(4000)}`],
  ['env with many variables', `env ${'a=b '.repeat(2000)} ls`],
  ['a script with many words', `sh -c 'sudo ${'a '.repeat(3000)}'`],
];

describe('a command that starts others', () => {
  it.each(starting)(
    'has no more words to look at than a few hundred that start at each: %s',
    (_name, command) => {
      expect(countHidden(command)).toBeLessThan(30_000);
    },
  );

  it.each(starting)('asks beside a rule that denies what may be among them: %s', async (_name, command) => {
    const decision = await decideAllAllowed(command, [
      { effect: 'deny', rule: parseRule('shell(git push)'), origin: 'flag' },
    ]);
    expect(decision.type).toBe('ask');
  });

  it('has all of its words if they are as many as people write', () => {
    const command = `timeout 5 ls ${'a '.repeat(150)}`;
    expect(countHidden(command)).toBe((152 * 153) / 2);
  });
});

function list(count: number, write: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => write(at)).join(' ');
}

describe('a command that names more places than anybody looks for', () => {
  it.each([
    ['folders to go to', list(1000, (at) => `cd a${at};`)],
    ['folders of git', `git ${list(800, (at) => `-C a${at}`)} log`],
    ['words for a variable', `cat ${list(300, (at) => `$a${at}/b${at} /proc/x${at}`)}`],
  ])('asks whatever is allowed: %s', async (_name, command) => {
    const decision = await decideAllAllowed(command);
    expect(decision).toMatchObject({
      type: 'ask',
      asked: [{ why: 'the places that it names cannot all be told', isHeld: true }],
    });
  });
});
