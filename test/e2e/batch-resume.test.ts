import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { chatPath, createBatch, parseBatchLines } from '../helpers/batch.ts';
import { sampled } from '../helpers/sampled.ts';

it('a file that another prompt, model or option filled is refused with what differs, and nothing is sent', async () => {
  const batch = await createBatch();
  expect(await batch.ask(['-s', 'Be brief.', 'Translate:'], ['one', 'two'])).toMatchObject({ code: 0 });
  const before = readFileSync(batch.output, 'utf8');
  batch.takeAsked();
  const others: [string[], string][] = [
    [['-s', 'Be brief.', 'Summarise:'], 'the prompt was "Translate:" and is now "Summarise:"'],
    [['-s', 'Be brief.'], 'the prompt was "Translate:" and is now not given'],
    [['-s', 'Be long.', 'Translate:'], 'the system prompt was "Be brief." and is now "Be long."'],
    [['-s', 'x'.repeat(300), 'Translate:'], 'the system prompt has changed'],
    [['-s', 'Be brief.', '--max-tokens', '50', 'Translate:'], '--max-tokens was not given and is now 50'],
    [['-s', 'Be brief.', '-m', 'gpt-5-mini', 'Translate:'], 'and is now "gpt-5-mini"'],
  ];
  for (const [flags, words] of others) {
    const run = await batch.ask(flags, ['one', 'two', 'three']);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(run.stderr).toMatch(/Name another file with -o, or remove .*out\.jsonl\.\n$/);
  }
  expect(batch.simulator.requests).toEqual([]);
  expect(readFileSync(batch.output, 'utf8')).toBe(before);
  expect(readdirSync(batch.home).filter((name) => name.startsWith('out.jsonl'))).toEqual(['out.jsonl']);
}, 60_000);

/** Each pair of command lines sends different prompts with the same words. */
const apart: [string, string[], string[], string][] = [
  ['the place is between the words, and a dash is in a word', ['a - b'], ['a', '-', 'b'], 'the prompt was'],
  [
    'the place is behind the words, and a dash is in a word',
    ['Translate -'],
    ['Translate', '-'],
    'the prompt was',
  ],
  ['the place is before the words, and behind them', ['-', 'a'], ['a'], 'the text before "-" was ""'],
  [
    'the place moves among the words',
    ['a', '-', 'b', 'c'],
    ['a', 'b', '-', 'c'],
    'the text before "-" was "a" and is now "a b"',
  ],
  [
    'the place moves among words that are too long to be kept',
    ['a', '-', 'b'.repeat(300)],
    ['-', 'a', 'b'.repeat(300)],
    'the text before "-" was "a" and is now ""',
  ],
  [
    'the place is behind a prompt template, and behind its words',
    ['-t', './ask.md', 'kindly'],
    ['-t', './ask.md', 'kindly', '-'],
    'the prompt template has changed',
  ],
];

sampled.it.each(apart)(
  'answers are not taken for those of the other prompt where %s',
  async (_, first, second, words) => {
    const batch = await createBatch();
    batch.writeFile('ask.md', 'Translate.');
    expect(await batch.ask(first, ['x'])).toMatchObject({ code: 0 });
    const [one] = batch.takeAsked();
    const refused = await batch.ask(second, ['x']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
    expect(batch.takeAsked()).toEqual([]);
    expect(await batch.ask(first, ['x'])).toMatchObject({ code: 0 });
    expect(batch.takeAsked()).toEqual([]);
    rmSync(batch.output);
    expect(await batch.ask(second, ['x'])).toMatchObject({ code: 0 });
    const [other] = batch.takeAsked();
    expect(other).not.toBe(one);
    for (const prompt of [one, other]) expect(prompt?.split('\n')).toContain('x');
  },
);

it('a prompt template that names {{stdin}} as text is not taken for one with the line in its place', async () => {
  const batch = await createBatch();
  batch.writeFile('ask.md', 'Fill {{stdin}}\n\n\\{{stdin}}');
  expect(await batch.ask(['-t', './ask.md'], ['x'])).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual(['Fill x\n\n{{stdin}}']);
  batch.writeFile('ask.md', 'Fill \\{{stdin}}');
  expect(await batch.ask(['-t', './ask.md'], ['x'])).toMatchObject({ code: 2 });
  expect(batch.takeAsked()).toEqual([]);
});

it('two command lines that send the same share their answers', async () => {
  const batch = await createBatch();
  expect(await batch.ask(['a', '-', 'b c'], ['x'])).toMatchObject({ code: 0 });
  expect(await batch.ask(['a', '-', 'b', 'c'], ['x'])).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual(['a\n\nx\n\nb c']);
});

sampled.it.each([
  ['a text without a line ending', 'my notes', 'line 1 of .* is not an answer of a batch'],
  ['a text of several lines', 'my\nnotes\n', 'line 1 of .* is not an answer of a batch'],
  ['JSON lines of another program', '{"index":"a"}\n', 'line 1 of .* is not an answer of a batch'],
  [
    'the record of a version that did not write what it asked',
    '{"schema_version":1,"index":0,"input":"one","type":"reply"}\n',
    'does not say what was asked',
  ],
])('%s is left as it is, and refused', async (_, text, words) => {
  const batch = await createBatch();
  batch.writeFile('out.jsonl', text);
  const run = await batch.ask([], ['one']);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(new RegExp(words));
  expect(readFileSync(batch.output, 'utf8')).toBe(text);
  expect(batch.takeAsked()).toEqual([]);
});

it('lines that failed are asked again, and only they, until every line has its answer in its place', {
  tags: 'deep',
  timeout: 60_000,
}, async () => {
  const batch = await createBatch();
  batch.refuseNext();
  const first = await batch.ask([], ['one', 'two', 'three']);
  expect(first).toMatchObject({ code: 10 });
  expect(first.stderr).toMatch(
    /1 of 3 lines were not answered; line 1: .*The same command asks them again\.\n$/s,
  );
  batch.takeAsked();
  batch.refuseNext();
  expect(await batch.ask([], ['one', 'two', 'three'])).toMatchObject({ code: 10 });
  expect(batch.takeAsked()).toEqual(['one']);
  expect(batch.readOutput().map(({ type }) => type)).toEqual(['failure', 'reply', 'reply']);
  expect(await batch.ask([], ['one', 'two', 'three'])).toMatchObject({ code: 0, stderr: '' });
  expect(batch.takeAsked()).toEqual(['one']);
  expect(batch.readOutput()).toMatchObject([
    { index: 0, input: 'one', text: 'You said: one' },
    { index: 1, input: 'two', text: 'You said: two' },
    { index: 2, input: 'three', text: 'You said: three' },
  ]);
  expect(await batch.ask([], ['one', 'two', 'three'])).toMatchObject({ code: 0, stderr: '' });
  expect(batch.takeAsked()).toEqual([]);
});

it('answers stay with their lines where lines are inserted and moved, and of equal lines each has its own', {
  tags: 'deep',
}, async () => {
  const batch = await createBatch();
  let count = 0;
  batch.simulator.state.answer = () => {
    count += 1;
    return { text: [`answer ${count}`] };
  };
  await batch.ask([], ['one', 'same', 'same', 'two']);
  batch.takeAsked();
  expect(await batch.ask([], ['two', 'new', 'same', 'one', 'same'])).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual(['new']);
  expect(batch.readOutput().map(({ index, input, text }) => [index, input, text])).toEqual([
    [0, 'two', 'answer 4'],
    [1, 'new', 'answer 5'],
    [2, 'same', 'answer 3'],
    [3, 'one', 'answer 1'],
    [4, 'same', 'answer 2'],
  ]);
});

it('an input that lacks a line with an answer is refused, so that no paid answer is dropped', async () => {
  const batch = await createBatch();
  await batch.ask([], ['one', 'two', 'three']);
  const before = readFileSync(batch.output, 'utf8');
  batch.takeAsked();
  const run = await batch.ask([], ['one', 'three']);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(
    /line 2 of .* answers a line that is not in this batch: two\. Remove that line of/,
  );
  expect(readFileSync(batch.output, 'utf8')).toBe(before);
  expect(batch.takeAsked()).toEqual([]);
});

it('answers that came out of order survive SIGKILL, and a damaged line is asked again', {
  tags: 'deep',
  timeout: 60_000,
}, async () => {
  const batch = await createBatch();
  batch.simulator.faults.add({ path: chatPath, noAnswer: true });
  const lines = ['slow', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const argv = ['chat', '--each-line', '-j', '2', '-o', batch.output];
  const { child, done } = batch.start(argv, { stdin: lines.join('\n') });
  await batch.simulator.waitForRequest(chatPath, 7);
  child.kill('SIGKILL');
  await done;
  const asked = batch.takeAsked();
  expect(asked).toContain('slow');
  const noted = (batch.readNotes() ?? '').split('\n').filter((line) => line.includes('"reply"'));
  expect(noted.length).toBeGreaterThanOrEqual(5);
  // What the kill would have torn.
  writeFileSync(`${batch.output}.unfinished`, '{"schema_version":1,"ind', { flag: 'a' });
  writeFileSync(batch.output, '{"schema_vers', { flag: 'a' });
  expect(await batch.run(argv, { stdin: lines.join('\n') })).toMatchObject({ code: 0, stderr: '' });
  const kept = noted.map((line) => JSON.parse(line).input);
  expect(batch.takeAsked().sort()).toEqual(lines.filter((line) => !kept.includes(line)).sort());
  expect(batch.readOutput().map(({ index, input, text }) => [index, input, text])).toEqual(
    lines.map((line, index) => [index, line, `You said: ${line}`]),
  );
  expect(readdirSync(batch.home).filter((name) => name.startsWith('out.jsonl'))).toEqual(['out.jsonl']);
});

it('a second run on the same file is refused at once and told who has it, by another name of the file too', {
  tags: 'deep',
  timeout: 60_000,
}, async () => {
  const batch = await createBatch();
  batch.simulator.faults.add({ path: chatPath, noAnswer: true });
  const { child, done } = batch.start(['chat', '--each-line', '-o', batch.output], { stdin: 'one\n' });
  await batch.simulator.waitForRequest(chatPath, 1);
  symlinkSync(batch.home, join(batch.home, 'link'));
  for (const path of [batch.output, join(batch.home, 'link', 'out.jsonl')]) {
    // Its stdin stays open: the refusal does not wait for the lines.
    const second = batch.start(['chat', '--each-line', '-o', path], { keepStdinOpen: true });
    const run = await second.done;
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(`another run is writing ${path} (process ${child.pid}, since `);
  }
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 130 });
  expect(batch.takeAsked()).toEqual(['one']);
  expect(await batch.ask([], ['one'])).toMatchObject({ code: 0 });
});

it('the lock of another machine that is not known to be dead holds, and that of a dead process of this machine does not', async () => {
  const batch = await createBatch();
  mkdirSync(`${batch.output}.lock`);
  const holder = { type: 'run', pid: 2 ** 22 + 1, started_at: '2026-01-01T00:00:00.000Z' };
  batch.writeFile('out.jsonl', '');
  batch.writeFile('out.jsonl.unfinished', `${JSON.stringify({ ...holder, host: 'elsewhere' })}\n`);
  expect(await batch.ask([], ['one'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('on elsewhere, since 2026-01-01'),
  });
  batch.writeFile('out.jsonl.unfinished', `${JSON.stringify({ ...holder, host: hostname() })}\n`);
  expect(await batch.ask([], ['one'])).toMatchObject({ code: 0 });
});

it.runIf(existsSync('/proc/self/stat'))(
  'the lock of a run that has ended and whose parent has not noticed does not hold',
  async () => {
    const batch = await createBatch();
    // A parent that never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.on('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    const read = (one: number | undefined): string => readFileSync(`/proc/${one}/stat`, 'utf8');
    await vi.waitFor(() => expect(read(parent.pid)).toContain('(sleep)'));
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(read(pid)).toContain(') Z '));
    mkdirSync(`${batch.output}.lock`);
    batch.writeFile('out.jsonl', '');
    const write = (holder: object): unknown =>
      batch.writeFile(
        'out.jsonl.unfinished',
        `${JSON.stringify({ type: 'run', host: hostname(), started_at: '2026-01-01T00:00:00.000Z', ...holder })}\n`,
      );
    write({ pid: parent.pid });
    const held = await batch.ask([], ['one']);
    expect(held).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`The lock is ${batch.output}.lock.`),
    });
    write({ pid });
    expect(await batch.ask([], ['one'])).toMatchObject({ code: 0 });
  },
);

it('a run that was stopped for so long that another took the file writes no more, and leaves the lock of the other alone', {
  tags: 'deep',
  timeout: 30_000,
}, async () => {
  const batch = await createBatch();
  batch.simulator.state.answer = () => {
    // What another run does first.
    const later = new Date(Date.now() + 2000);
    utimesSync(`${batch.output}.lock`, later, later);
    const holder = { type: 'run', pid: 1, host: 'elsewhere', started_at: '2026-01-01T00:00:00.000Z' };
    writeFileSync(`${batch.output}.unfinished`, `${JSON.stringify(holder)}\n`, { flag: 'a' });
    return {};
  };
  const run = await batch.ask([], ['one', 'two']);
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('another run took') });
  expect(batch.takeAsked()).toEqual(['one']);
  expect(
    readdirSync(batch.home)
      .filter((name) => name.startsWith('out.jsonl'))
      .sort(),
  ).toEqual(['out.jsonl.lock', 'out.jsonl.unfinished']);
});

it('Ctrl+C keeps what came, out of order too, and says how to go on', {
  tags: 'deep',
  timeout: 60_000,
}, async () => {
  const batch = await createBatch();
  batch.simulator.faults.add({ path: chatPath, noAnswer: true });
  const argv = ['chat', '--each-line', '-j', '2', '-o', batch.output];
  const { child, done } = batch.start(argv, { stdin: 'slow\na\nb\nc\n' });
  await batch.simulator.waitForRequest(chatPath, 4);
  await expect.poll(() => batch.readNotes()?.match(/"reply"/g)?.length, { timeout: 20_000 }).toBe(3);
  child.kill('SIGINT');
  const run = await done;
  expect(run.code).toBe(130);
  expect(run.stderr).toContain('3 of 4 lines have answers. Run the same command again to ask the rest.');
  expect(batch.readOutput().map(({ index, input }) => [index, input])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ]);
  batch.takeAsked();
  expect(await batch.run(argv, { stdin: 'slow\na\nb\nc\n' })).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual(['slow']);
  expect(batch.readOutput().map(({ input }) => input)).toEqual(['slow', 'a', 'b', 'c']);
});

it('what was written to stdout goes on in a file, and a file that was removed begins anew', async () => {
  const batch = await createBatch();
  const run = await batch.run(['chat', '--each-line', 'Say:'], { stdin: 'one\n' });
  batch.writeFile('out.jsonl', run.stdout);
  batch.takeAsked();
  expect(await batch.ask(['Say:'], ['one', 'two'])).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual(['Say:\n\ntwo']);
  rmSync(batch.output);
  batch.writeFile('out.jsonl.unfinished', run.stdout);
  expect(await batch.ask(['Other:'], ['one'])).toMatchObject({ code: 0 });
  expect(parseBatchLines(readFileSync(batch.output, 'utf8'))).toMatchObject([
    { text: 'You said: Other:\n\none' },
  ]);
});

it('a file that somebody removes during the run is not written to unseen', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  batch.simulator.state.answer = () => {
    if (existsSync(batch.output)) rmSync(batch.output);
    return {};
  };
  const run = await batch.ask([], ['one', 'two', 'three']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('was changed or removed while the batch was writing to it');
});

it('a folder that does not exist is refused before anything is sent, and not made', {
  tags: 'deep',
}, async () => {
  const batch = await createBatch();
  const run = await batch.run(['chat', '--each-line', '-o', join(batch.home, 'no', 'out.jsonl')], {
    stdin: 'one\n',
  });
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no folder') });
  expect(existsSync(join(batch.home, 'no'))).toBe(false);
  expect(batch.takeAsked()).toEqual([]);
});
