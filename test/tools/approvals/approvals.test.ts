import { mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApprovalStore, createApprovalStore } from '../../../src/tools/approvals/approval-store.ts';
import {
  type ApprovalFlags,
  type Approvals,
  createApprovals,
} from '../../../src/tools/approvals/approvals.ts';
import type { Answer, Question } from '../../../src/tools/approvals/question.ts';
import { formatRule } from '../../../src/tools/approvals/rule.ts';
import { splitRules } from '../../../src/tools/approvals/rule-text.ts';
import type { Access, ApprovalRequest, Verdict } from '../../../src/tools/tool.ts';
import { createFolder } from '../../helpers/folder.ts';

function toRequest(...accesses: Access[]): ApprovalRequest {
  const plan = { accesses, summary: 'what it does', run: () => Promise.reject(new Error('never runs')) };
  const tool = {
    name: 'a_tool',
    title: 'A tool',
    description: '',
    inputSchema: {},
    effect: 'execute' as const,
    plan: () => Promise.resolve(plan),
  };
  return { tool, plan };
}

const shell = (command: string): ApprovalRequest => toRequest({ kind: 'shell', command });
const mcp = (tool: string): ApprovalRequest => toRequest({ kind: 'mcp', server: 'docs', tool });
const signal = new AbortController().signal;

type Set = {
  approvals: Approvals;
  questions: Question[];
  notices: string[];
  store: ApprovalStore;
  path: string;
  approve(request: ApprovalRequest): Promise<Verdict>;
};

/** `answer` is the type of the choice that is taken; the first of several. Without it nobody can be asked. */
function createSet(
  folder: string,
  {
    answer,
    flags,
    config = folder,
  }: { answer?: (question: Question) => Answer; flags?: ApprovalFlags; config?: string },
): Set {
  const questions: Question[] = [];
  const notices: string[] = [];
  const path = join(config, 'config', 'approvals.json');
  const store = createApprovalStore({
    path,
    // That a file was open to others is another matter.
    onNotice: (sentence) => sentence.includes('readable by others') || notices.push(sentence),
  });
  const approvals = createApprovals({
    folder: join(folder, 'w'),
    home: folder,
    store,
    ...(flags && { flags }),
    onNotice: (sentence) => notices.push(sentence),
    ...(answer && {
      askPerson: async (question: Question) => {
        questions.push(question);
        return answer(question);
      },
    }),
  });
  const approve = (request: ApprovalRequest): Promise<Verdict> => approvals.approve(request, signal);
  return { approvals, questions, notices, store, path, approve };
}

type Refused = Extract<Verdict, { isAllowed: false }>;

const choose =
  (type: Answer['type']) =>
  ({ choices }: Question): Answer => {
    const choice = choices.find((one) => one.type === type);
    if (!choice) throw new Error(`there is no choice ${type}`);
    return choice;
  };

const listRules = (question: Question | undefined): unknown[] =>
  (question?.choices ?? []).map((choice) =>
    'rules' in choice ? [choice.type, ...choice.rules] : choice.type,
  );

describe('a question', () => {
  it.each([
    ['npm test', ['shell(npm test:*)']],
    ['git diff --stat', ['shell(git diff:*)']],
    ['git push', ['shell(git push)']],
    ['cat a.ts', ['shell(cat a.ts)']],
    ['gh pr view 1', ['shell(gh pr view:*)']],
    ['git status && npm run lint', ['shell(git status:*)', 'shell(npm run lint:*)']],
    ["git commit -m 'it (is), done'", ['shell(git commit:*)']],
    ['make "a b"', ["shell(make 'a b')"]],
    ['make "it\'s"', ['shell(make "it\'s")']],
    // Their beginnings alone could mean anything.
    ['gs -q -dNODISPLAY a.ps', ['shell(gs -q -dNODISPLAY a.ps)']],
    ['pandoc a.md -t html', ['shell(pandoc a.md -t html)']],
    ['docker build .', ['shell(docker build .)']],
    ['kubectl apply -f a.yaml', ['shell(kubectl apply -f a.yaml)']],
    ['./git diff', ['shell(./git diff)']],
    ['perl -c a.pl', ['shell(perl -c a.pl)']],
    ['python3 a.py', ['shell(python3 a.py)']],
    ['git log | sort | head -3', ['shell(git log:*)', 'shell(sort)', 'shell(head -3)']],
    // What is in front of the bar decides what the rest does.
    ["echo 'print(1)' | python3", ["shell(echo 'print(1)' | python3)"]],
    ['git log -1 2>&1 | tee b', ['shell(git log -1 2>&1 | tee b)']],
    ["cat a.ts | awk '{print > $1}' | wc", ["shell(cat a.ts | awk '{print > $1}' | wc)"]],
    ['git status && git log | python3 a.py', ['shell(git status:*)', 'shell(git log | python3 a.py)']],
    ['npx prettier a.ts && exiftool a.png', ['shell(npx prettier a.ts)', 'shell(exiftool a.png)']],
  ])('offers for %s the rules %j', async (command, rules) => {
    const { questions, approve } = createSet(createFolder({ 'w/a.ts': '' }), { answer: choose('once') });
    expect(await approve(shell(command))).toEqual({ isAllowed: true });
    expect(listRules(questions[0])).toEqual(['once', ['session', ...rules], ['folder', ...rules], 'no']);
    // Once is once.
    await approve(shell(command));
    expect(questions).toHaveLength(2);
  });

  it('allows a pipe as it was shown, and no other in front of the same program', async () => {
    const { questions, approve } = createSet(createFolder({ 'w/a.ts': '' }), {
      answer: ({ choices }) => choices.find(({ type }) => type === 'session') ?? { type: 'once' },
    });
    await approve(shell('git log -1 | python3 a.py'));
    await approve(shell('git log -1 | python3 a.py'));
    expect(questions).toHaveLength(1);
    await approve(shell('git log -2'));
    await approve(shell('git log -2 | python3 a.py'));
    await approve(shell('git log -1 | python3 a.py | sh'));
    await approve(shell('python3 a.py'));
    expect(questions.map(({ reasons }) => reasons[0])).toEqual([
      '`python3` may follow what a pipe gives it',
      'no rule allows it',
      '`python3` may follow what a pipe gives it',
      '`sh` runs a script that is not a file',
      'no rule allows it',
    ]);
  });

  it.each([
    'git log > x',
    'git log $(rm x)',
    'sudo git log',
    // The text of the pipe cannot stand in a rule, or is not all that it does.
    'cat *.ts | node x.js',
    'cat a.ts | (node x.js)',
    'cat a.ts |& node x.js',
    '! cat a.ts | node x.js',
    'cat a.ts |node x.js',
    'cat a.ts | node x.js \\\n  -v',
    'git -c a=b log',
    'find . -exec rm x',
    'ls *.ts',
    'cat src/*.ts',
    'git log \u202e',
    'git log && sudo x',
    `git log "${'a'.repeat(1200)}" b > x`,
  ])('offers nothing for longer for what always asks: %s', async (command) => {
    const { questions, approve } = createSet(createFolder({ 'w/a.ts': '' }), { answer: choose('no') });
    await approve(shell(command));
    expect(listRules(questions[0])).toEqual(['once', 'no']);
    expect(questions[0]?.reasons[0]).toMatch(/^\S.*\S$/);
  });

  it('offers a tool and its server, for the session and for good', async () => {
    const { questions, approve } = createSet(createFolder({ 'w/a.ts': '' }), { answer: choose('session') });
    await approve(mcp('get'));
    expect(listRules(questions[0])).toEqual([
      'once',
      ['session', 'docs(get)'],
      ['folder', 'docs(get)'],
      ['session', 'docs'],
      ['folder', 'docs'],
      'no',
    ]);
    expect(questions[0]?.choices.map((choice) => ('what' in choice ? choice.what : ''))).toEqual([
      ...['', 'this tool', 'this tool', 'every tool of docs', 'every tool of docs', ''],
    ]);
    expect(await approve(mcp('get'))).toEqual({ isAllowed: true });
    expect(questions).toHaveLength(1);
    await approve(mcp('set'));
    expect(questions).toHaveLength(2);
  });

  it('offers the files of a patch, or all of the folder, and exactly what is special', async () => {
    const folder = createFolder({ 'w/a.ts': '' });
    const at = (name: string): string => join(folder, 'w', name);
    const { questions, approve } = createSet(folder, { answer: choose('once') });
    await approve(toRequest({ kind: 'write', path: at('a.ts') }, { kind: 'write', path: at('[id].ts') }));
    await approve(
      toRequest(
        { kind: 'write', path: at('a.ts') },
        { kind: 'write', path: at('.env'), special: 'credential' },
      ),
    );
    await approve(toRequest({ kind: 'read', path: at('a.ts') }));
    await approve(toRequest({ kind: 'read', path: '/etc/passwd', special: 'outside' }));
    await approve(toRequest({ kind: 'read', path: '/etc', special: 'outside', folder: 'names' }));
    await approve(toRequest({ kind: 'read', path: '/etc', special: 'outside', folder: 'files' }));
    await approve(toRequest({ kind: 'url', url: 'http://localhost:3000/x' }));
    expect(questions.map(listRules)).toEqual([
      [
        'once',
        ['session', 'write(a.ts)', 'write(\\[id\\].ts)'],
        ['folder', 'write(a.ts)', 'write(\\[id\\].ts)'],
        ['session', 'write'],
        ['folder', 'write'],
        'no',
      ],
      [
        'once',
        ['session', 'write(a.ts)', 'write(.env)'],
        ['folder', 'write(a.ts)', 'write(.env)'],
        ['session', 'write', 'write(.env)'],
        ['folder', 'write', 'write(.env)'],
        'no',
      ],
      ['once', ['session', 'read'], ['folder', 'read'], 'no'],
      ['once', ['session', 'read(/etc/passwd)'], ['folder', 'read(/etc/passwd)'], 'no'],
      ['once', ['session', 'read(/etc/)'], ['folder', 'read(/etc/)'], 'no'],
      ['once', ['session', 'read(/etc)'], ['folder', 'read(/etc)'], 'no'],
      ['once', ['session', 'url(http://localhost:3000)'], ['folder', 'url(http://localhost:3000)'], 'no'],
    ]);
  });

  it.each([
    [{ type: 'no' }, 'The user said no to this call.'],
    [{ type: 'no', instead: ' use npm ' }, 'The user said no to this call, and: use npm'],
  ] as [Answer, string][])('that is answered with %j tells the model', async (answer, reason) => {
    const { approve } = createSet(createFolder({ 'w/a.ts': '' }), { answer: () => answer });
    expect(await approve(shell('npm test'))).toEqual({ isAllowed: false, reason });
  });

  it('waits for the one before, whose answer may be its own', async () => {
    const { questions, approve } = createSet(createFolder({ 'w/a.ts': '' }), { answer: choose('session') });
    const calls = ['git diff a', 'git diff b', 'git diff c'].map((command) => approve(shell(command)));
    expect(await Promise.all(calls)).toEqual(Array(3).fill({ isAllowed: true }));
    expect(questions).toHaveLength(1);
  });

  it('ends with the signal, and the next call is asked about', async () => {
    const folder = createFolder({ 'w/a.ts': '' });
    const stop = new AbortController();
    const asked: string[] = [];
    const approvals = createApprovals({
      folder: join(folder, 'w'),
      home: folder,
      askPerson: (question, stopped) => {
        asked.push(question.summary);
        if (asked.length > 1) return Promise.resolve({ type: 'once' });
        return new Promise((_, reject) => {
          stopped.addEventListener('abort', () => reject(stopped.reason));
          stop.abort(new Error('esc'));
        });
      },
    });
    const [first, second] = [
      approvals.approve(shell('a'), stop.signal),
      approvals.approve(shell('b'), stop.signal),
    ];
    await expect(first).rejects.toThrow('esc');
    await expect(second).rejects.toThrow('esc');
    expect(await approvals.approve(shell('c'), signal)).toEqual({ isAllowed: true });
    expect(asked).toHaveLength(2);
  });
});

describe('a rule for a command', () => {
  const own = 'this command';
  const followed = 'this command, and what files here make it do';

  it.each([
    ['ls -la', own],
    ['grep -r x .', own],
    ['git diff --stat', own],
    ['curl https://example.com', own],
    ['tsc --noEmit', followed],
    ['go doc fmt', followed],
    ['cargo tree', followed],
    ['npm run lint', followed],
    ['npx biome check', followed],
    ['/usr/bin/make build', followed],
    ['python3 x.py', followed],
    ['./run.sh', followed],
    ['someone-elses-tool', followed],
    ['git status && cat a', 'these commands'],
    ['git status && make', 'these commands, and what files here make them do'],
  ])('says in the question whether files of the folder decide with it: %s', async (command, what) => {
    const { approve, questions } = createSet(createFolder({ 'w/a': '' }), { answer: choose('no') });
    await approve(shell(command));
    const kept = questions[0]?.choices.filter((choice) => 'what' in choice);
    expect(kept?.map((choice) => choice.what)).toEqual(kept?.map(() => what));
    expect(kept).not.toEqual([]);
    const alone = await createSet(createFolder({ 'w/a': '' }), {}).approve(shell(command));
    expect((alone as Refused).followsFiles ?? false).toBe(what.includes('files'));
  });
});

describe('without anybody to ask, a call', () => {
  const outside = toRequest({ kind: 'read', path: '/etc/passwd', special: 'outside' });
  it.each([
    [shell('npm test'), {}, 'shell(npm test)', 'no rule allows it'],
    [shell("git commit -m 'a b'"), {}, "shell(git commit -m 'a b')", 'no rule allows it'],
    [shell('git status && npm test'), { allow: ['shell(git:*)'] }, 'shell(npm test)', 'no rule allows it'],
    [shell('git status; npm test'), {}, 'shell(git status),shell(npm test)', 'no rule allows it'],
    [shell('git log > x'), { allow: ['shell(git:*)'] }, 'shell', 'it redirects to or from a file'],
    [
      shell('git log -3 --foo --bar'),
      { allow: ['shell(git log:*)'] },
      'shell(git log -3 --foo --bar)',
      '`shell(git log:*)` does not cover `--foo`',
    ],
    [
      shell('git log --format=%h --foo'),
      { allow: ['shell(git:*)'] },
      'shell(git log --format=%h --foo)',
      '`shell(git:*)` does not cover `--foo`',
    ],
    [
      shell('git --no-pager log --foo'),
      { allow: ['shell(git log:*)'] },
      'shell',
      '`shell(git log:*)` does not cover `--foo`',
    ],
    [
      shell('cargo clippy -- -L x'),
      { allow: ['shell(cargo clippy:*)'] },
      'shell(cargo clippy -- -L x)',
      '`shell(cargo clippy:*)` does not cover `-L`',
    ],
    [
      shell('npm test -- --foo'),
      { allow: ['shell(npm test:*)'] },
      'shell(npm test -- --foo)',
      '`shell(npm test:*)` does not cover `--foo`',
    ],
    [
      shell('make build deploy'),
      { allow: ['shell(make build:*)'] },
      'shell(make build deploy)',
      '`shell(make build:*)` does not cover `deploy`',
    ],
    [
      shell('git status && git log --foo'),
      { allow: ['shell(git:*)'] },
      'shell(git log --foo)',
      '`shell(git:*)` does not cover `--foo`',
    ],
    [
      shell(`git log --foo${'o'.repeat(100)}`),
      { allow: ['shell(git log:*)'] },
      `shell(git log --foo${'o'.repeat(100)})`,
      `does not cover \`--foo${'o'.repeat(55)}…\``,
    ],
    [shell('git status'), { allow: ['shell(git log:*)'] }, 'shell(git status)', 'no rule allows it'],
    [shell('git log -5'), { allow: ['shell(git log -3)'] }, 'shell(git log -5)', 'no rule allows it'],
    [shell('git'), { allow: ['shell(git log:*)'] }, 'shell(git)', 'no rule allows it'],
    [mcp('get'), {}, 'docs(get)', 'no rule allows it'],
    [outside, { reads: true }, 'read(/etc/passwd)', 'it is outside of the folder'],
    [toRequest({ kind: 'url', url: 'https://a.com/x' }), {}, 'url(a.com)', 'no rule allows it'],
    [toRequest({ kind: 'url', url: 'https://a.com),shell,url(b.com/x' }), {}, undefined, 'no rule allows it'],
    [mcp('get),shell,docs(set'), {}, undefined, 'no rule allows it'],
    [
      shell('git push'),
      { allowAll: true, ask: ['shell(git push)'] },
      undefined,
      '`shell(git push)` always asks',
    ],
    [mcp('drop'), { allow: ['docs'], ask: ['docs(drop)'] }, undefined, '`docs(drop)` always asks'],
  ] as [ApprovalRequest, ApprovalFlags, string | undefined, string][])(
    'is refused at once, with the rule that allows it: %#',
    async ({ plan }, flags, allow, reason) => {
      const { approve } = createSet(createFolder({ 'w/a.ts': '' }), { flags });
      const { followsFiles: _, ...verdict } = (await approve(toRequest(...plan.accesses))) as Refused;
      expect(verdict).toEqual({
        isAllowed: false,
        reason: expect.stringContaining(reason),
        ...(allow !== undefined && { allow }),
        ...(reason !== 'no rule allows it' && { why: expect.stringContaining(reason) }),
      });
      if (allow === undefined) return;
      const allowing = createSet(createFolder({ 'w/a.ts': '' }), {
        flags: { ...flags, allow: [...(flags.allow ?? []), ...splitRules(allow)] },
      });
      expect(await allowing.approve(toRequest(...plan.accesses))).toEqual({ isAllowed: true });
    },
  );

  it('is told which rule denies it, also if everything is allowed', async () => {
    const { approve } = createSet(createFolder({ 'w/a.ts': '' }), {
      flags: { allowAll: true, deny: ['shell(git push)', 'docs(drop)'] },
    });
    expect(await approve(shell('git push -f'))).toEqual({
      isAllowed: false,
      reason: 'The user does not allow this: the rule `shell(git push)` of a flag denies it.',
      why: 'the rule `shell(git push)` of a flag denies it',
    });
    expect(await approve(mcp('drop'))).toMatchObject({ isAllowed: false });
    expect(await approve(mcp('get'))).toEqual({ isAllowed: true });
  });

  it('needs nothing if it touches nothing', async () => {
    expect(await createSet(createFolder({ 'w/a.ts': '' }), {}).approve(toRequest())).toEqual({
      isAllowed: true,
    });
  });

  it('does not begin if a flag is no rule', () => {
    expect(() => createSet('/w', { flags: { allow: ['write', 'shell(git'] } })).toThrow(
      'has no closing parenthesis',
    );
    expect(() => createSet('/w', { flags: { deny: ['Bash(rm)'] } })).toThrow('not a kind of permission');
  });
});

describe('rules that are kept', () => {
  it('hold in later chats in this folder alone, and lie outside of it', async () => {
    const folder = createFolder({ 'w/a.ts': '', 'other/w/a.ts': '' });
    const first = createSet(folder, { answer: choose('folder') });
    await first.approve(shell('git diff'));
    expect(JSON.parse(readFileSync(first.path, 'utf8'))).toEqual({
      folders: { [join(folder, 'w')]: { allow: ['shell(git diff:*)'] } },
    });
    expect(statSync(first.path).mode & 0o777).toBe(0o600);
    expect(await createSet(folder, {}).approve(shell('git diff --stat'))).toEqual({ isAllowed: true });
    const elsewhere = createSet(join(folder, 'other'), { config: folder });
    expect(await elsewhere.approve(shell('git diff'))).toMatchObject({ isAllowed: false });
  });

  it('do not follow a folder that is moved or renamed, and are found through a link', async () => {
    const folder = createFolder({ 'w/a.ts': '', 'other/b.ts': '' });
    await createSet(folder, {}).approvals.add('allow', 'shell(git:*)', 'folder');
    mkdirSync(join(folder, 'linked'));
    symlinkSync(join(folder, 'w'), join(folder, 'linked', 'w'));
    const through = createSet(join(folder, 'linked'), { config: folder });
    expect(await through.approve(shell('git diff'))).toEqual({ isAllowed: true });
    renameSync(join(folder, 'w'), join(folder, 'other', 'w'));
    const moved = createSet(join(folder, 'other'), { config: folder });
    expect(await moved.approve(shell('git diff'))).toMatchObject({ isAllowed: false });
  });

  it('are listed with where they came from, and removed', async () => {
    const folder = createFolder({ 'w/a.ts': '' });
    const { approvals, approve } = createSet(folder, { flags: { allow: ['write'], deny: ['docs'] } });
    await approvals.add('allow', 'shell(git:*)', 'folder');
    await approvals.add('deny', 'shell(rm:*)', 'everywhere');
    await approvals.add('ask', 'shell(git push)', 'session');
    await approvals.add('ask', 'shell(git push)', 'session');
    const list = (): string[] =>
      approvals.list().map(({ effect, rule, origin }) => `${origin}: ${effect} ${formatRule(rule)}`);
    const all = [
      'flag: allow write',
      'flag: deny docs',
      'session: ask shell(git push)',
      'folder: allow shell(git:*)',
      'everywhere: deny shell(rm:*)',
    ];
    expect(list()).toEqual(all);
    expect(await approve(shell('git status && rm x'))).toMatchObject({ isAllowed: false });
    for (const held of approvals.list()) {
      expect(await approvals.remove(held)).toBe(true);
      expect(await approvals.remove(held)).toBe(false);
      all.shift();
      expect(list()).toEqual(all);
    }
  });

  it('hold for the session if they cannot be stored', async () => {
    const folder = createFolder({ 'w/a.ts': '', 'config/approvals.json': '{}' });
    const notices: string[] = [];
    const kept: (readonly string[])[] = [];
    let isBroken = true;
    const path = join(folder, 'config', 'approvals.json');
    const approvals = createApprovals({
      folder: join(folder, 'w'),
      home: folder,
      store: createApprovalStore({ path, onNotice: () => {} }),
      askPerson: async (question) => {
        writeFileSync(path, isBroken ? '{' : '{}');
        return choose('folder')(question);
      },
      onNotice: (sentence) => notices.push(sentence),
      onKept: (rules) => kept.push(rules),
    });
    expect(await approvals.approve(shell('git diff'), signal)).toEqual({ isAllowed: true });
    expect(notices).toEqual([expect.stringContaining('`shell(git diff:*)` holds until the chat ends')]);
    expect(approvals.list()).toMatchObject([{ origin: 'session' }]);
    expect(kept).toEqual([]);
    isBroken = false;
    writeFileSync(path, '{}');
    expect(await approvals.approve(shell('git log'), signal)).toEqual({ isAllowed: true });
    expect(kept).toEqual([['shell(git log:*)']]);
  });

  it('hold in a chat that is open while another one keeps them', async () => {
    const folder = createFolder({ 'w/a.ts': '' });
    const [one, other] = [createSet(folder, {}), createSet(folder, {})];
    expect(await one.approve(shell('npm test'))).toMatchObject({ isAllowed: false });
    await other.approvals.add('allow', 'shell(npm test)', 'folder');
    expect(await one.approve(shell('npm test'))).toEqual({ isAllowed: true });
  });

  it('are all there after several chats kept some at once', async () => {
    const folder = createFolder({ 'w/a.ts': '' });
    const sets = Array.from({ length: 4 }, () => createSet(folder, {}));
    const names = Array.from({ length: 12 }, (_, index) => `shell(npm run ${index})`);
    await Promise.all(names.map((name, index) => sets[index % 4]?.approvals.add('allow', name, 'folder')));
    expect(
      sets[0]?.approvals
        .list()
        .map(({ rule }) => formatRule(rule))
        .sort(),
    ).toEqual(names.sort());
  });

  it('are written by hand, too', async () => {
    const folder = createFolder({ 'w/a.ts': '' });
    const set = createSet(folder, {});
    await set.approvals.add('allow', 'read', 'folder');
    const everywhere = { deny: ['shell( rm :*)'] };
    writeFileSync(set.path, `\uFEFF${JSON.stringify({ everywhere, note: 'mine' })}`);
    expect(await set.approve(shell('rm x'))).toMatchObject({
      reason: expect.stringContaining('of all folders denies'),
    });
    const [held] = set.approvals.list();
    expect(held && (await set.approvals.remove(held))).toBe(true);
    expect(JSON.parse(readFileSync(set.path, 'utf8'))).toEqual({ everywhere: {}, note: 'mine' });
  });
});

describe('a file of rules that cannot be read', () => {
  const broken = [
    '{"folders": ',
    '[]',
    '"shell"',
    '{"everywhere": ["shell(rm:*)"]}',
    '{"everywhere": {"denied": ["shell(rm:*)"]}}',
    '{"everywhere": {"deny": "shell(rm:*)"}}',
    '{"everywhere": {"deny": [1]}}',
    '{"everywhere": {"deny": ["shell(rm"]}}',
    '{"everywhere": {"allow": ["shell"], "deny": ["Bash(rm)"]}}',
    '\u0000',
  ];
  it.each(broken)('allows nothing, is told once, and stays as it is: %s', async (text) => {
    const folder = createFolder({ 'w/a.ts': '', 'config/approvals.json': text });
    const read = toRequest({ kind: 'read', path: join(folder, 'w', 'a.ts') });
    const set = createSet(folder, { flags: { allowAll: true, reads: true, allow: ['shell', 'read'] } });
    for (const request of [shell('ls'), read])
      expect(await set.approve(request)).toMatchObject({ isAllowed: false });
    expect(set.notices).toEqual([expect.stringContaining('approvals.json')]);
    await expect(set.approvals.add('allow', 'read', 'folder')).rejects.toThrow('approvals.json');
    expect(readFileSync(set.path, 'utf8')).toBe(text);
  });

  it('leaves the person who is asked the choices that need no file', async () => {
    const folder = createFolder({ 'w/a.ts': '', 'config/approvals.json': '{' });
    const set = createSet(folder, { answer: choose('session'), flags: { deny: ['shell(rm:*)'] } });
    expect(await set.approve(shell('git diff'))).toEqual({ isAllowed: true });
    expect(listRules(set.questions[0])).toEqual(['once', ['session', 'shell(git diff:*)'], 'no']);
    expect(await set.approve(shell('git diff'))).toEqual({ isAllowed: true });
    expect(set.questions).toHaveLength(1);
    expect(await set.approve(shell('rm x'))).toMatchObject({ reason: expect.stringContaining('denies') });
    writeFileSync(set.path, '{}');
    expect(set.approvals.list()).toHaveLength(2);
  });

  it('is told again if it breaks again', async () => {
    const folder = createFolder({ 'w/a.ts': '', 'config/approvals.json': '{' });
    const set = createSet(folder, {});
    for (const text of ['{', '{}', '{']) {
      writeFileSync(set.path, text);
      // A new microtask: the file is looked at once for all that is read together.
      await set.approve(shell('ls'));
    }
    expect(set.notices).toHaveLength(2);
  });
});

describe('why a command is refused', () => {
  /** A folder, and what is outside of it, hidden in it, or in its settings. */
  function createWorld(isFull: boolean): { home: string; folder: string } {
    const outDir = isFull ? '../client-CANARY/dist' : 'dist';
    const home = createFolder({
      'w/ts/tsconfig.json': '{"extends":"../../priv/tsconfig.json"}',
      'w/.hid/tsconfig.json': JSON.stringify({ compilerOptions: { outDir: `../${outDir}` } }),
      'w/package.json': '{"scripts":{"build":"tsc"}}',
      'w/.git/HEAD': 'ref: refs/heads/main\n',
      'w/.git/config': isFull ? '[core]\n\tfsmonitor = ./CANARY.sh\n' : '',
      'priv/tsconfig.json': JSON.stringify({ compilerOptions: { outDir } }),
      'priv/x': isFull ? `-----BEGIN PRIVATE KEY-----\n${'MIICdQ+3'.repeat(8)}\n` : 'x\n',
      'config/copilot-cli/config.json': '{}',
      ...(isFull && { 'priv/.env': 'CANARY=1\n' }),
    });
    symlinkSync(isFull ? '../config/copilot-cli' : 'x', join(home, 'priv', 'link'));
    return { home, folder: join(home, 'w') };
  }

  it.each([
    'tsc -p ../priv',
    'tsc -p ts',
    'tsc -p .hid',
    'npm run build -- -p ../priv',
    'mv ~/priv/link d',
    'cat ../priv/link/*',
    'git commit -F ~/priv/x',
    'git status',
    'gh pr comment 1 -F ../priv/.env',
    'docker cp ../priv x:/',
    'hg add ../priv',
    'tsc -p ../priv && echo a | python3',
  ])('tells the model the same, whatever is where it may not read: %s', async (command) => {
    for (const allow of [undefined, ['shell(tsc:*)', 'shell(git:*)', 'shell(docker cp:*)']]) {
      const verdicts = await Promise.all(
        [true, false].map(async (isFull) => {
          const { home, folder } = createWorld(isFull);
          const ownFolders = [join(home, 'config', 'copilot-cli')];
          const env = { PATH: process.env.PATH, HOME: home };
          const { approve } = createApprovals({ folder, home, env, ownFolders, flags: { allow } });
          return approve(shell(command), signal);
        }),
      );
      // What a rule allows is done, and tells by that.
      const reasons = verdicts.flatMap((verdict) => ('reason' in verdict ? [verdict.reason] : []));
      if (!allow) expect(reasons).toHaveLength(2);
      expect(new Set(reasons).size).toBeLessThan(2);
      expect(reasons.join()).not.toContain('CANARY');
    }
  });

  it('tells stderr, and the person who is asked, all of it', async () => {
    const { home, folder } = createWorld(true);
    const asked: Question[] = [];
    const options = { folder, home, ownFolders: [] };
    const said = join(home, 'client-CANARY', 'dist');
    const why = `\`tsc\` writes to ${said}, outside of the folder`;
    expect(await createApprovals(options).approve(shell('tsc -p ../priv'), signal)).toMatchObject({ why });
    const askPerson = async (question: Question): Promise<Answer> => {
      asked.push(question);
      return { type: 'no' };
    };
    await createApprovals({ ...options, askPerson }).approve(shell('tsc -p ../priv'), signal);
    expect(asked[0]?.reasons).toEqual([why]);
  });
});
