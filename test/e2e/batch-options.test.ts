import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chatPath, createBatch, parseBatchLines } from '../helpers/batch.ts';

const schema = JSON.stringify({
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
});

it('--schema gives each line its value, asks once more where it does not follow, and fails the line where that does not help', async () => {
  const batch = await createBatch();
  batch.writeFile('schema.json', schema);
  const answers = ['{"name":"Ann"}', '{"nam":1}', '{"name":"Bob"}', 'no', 'still no'];
  batch.simulator.state.answer = () => ({ text: [answers.shift() ?? '{"name":"Eve"}'] });
  const first = await batch.ask(['--schema', 'schema.json'], ['ann', 'bob', 'cy']);
  expect(first).toMatchObject({ code: 11 });
  expect(first.stderr).toContain(
    '1 of 3 lines were not answered; line 3: the answer does not follow the schema',
  );
  const initiators = batch.simulator.requestsTo(chatPath).map(({ headers }) => headers['x-initiator']);
  expect(initiators).toEqual(['user', 'user', 'agent', 'user', 'agent']);
  const [ann, bob, cy] = batch.readOutput();
  expect([ann?.value, bob?.value]).toEqual([{ name: 'Ann' }, { name: 'Bob' }]);
  expect(cy).toMatchObject({
    type: 'failure',
    text: 'still no',
    error: { code: 'schema', problems: [expect.any(String)] },
  });
  // Both rounds are paid for.
  const tokens = (line: typeof ann): number =>
    (line as { usage: { output_tokens: number } } | undefined)?.usage.output_tokens ?? Number.NaN;
  expect(tokens(bob)).toBeGreaterThan(tokens(ann));
  batch.takeAsked();
  expect(await batch.ask(['--schema', 'schema.json'], ['ann', 'bob', 'cy'])).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toHaveLength(1);
  expect(batch.readOutput()[2]).toMatchObject({ value: { name: 'Eve' }, credits_before: expect.any(Number) });

  batch.writeFile('schema.json', JSON.stringify({ type: 'string' }));
  expect(await batch.ask(['--schema', 'schema.json'], ['ann', 'bob', 'cy'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the schema has changed'),
  });
}, 60_000);

it('--schema keeps the numbers of each value as they were written, on stdout, in a file, and when a line moves', async () => {
  const batch = await createBatch();
  batch.writeFile('schema.json', '{}');
  const value = '{"n":[12345678901234567890,1e999,-0]}';
  batch.simulator.state.answer = { text: value.replaceAll(',', ', ') };
  expect(await batch.ask(['--schema', 'schema.json'], ['one'])).toMatchObject({ code: 0 });
  expect(await batch.ask(['--schema', 'schema.json'], ['new', 'one'])).toMatchObject({ code: 0 });
  const lines = readFileSync(batch.output, 'utf8').trim().split('\n');
  expect(lines).toEqual([0, 1].map((index) => expect.stringContaining(`"index":${index},`)));
  expect(lines).toEqual([1, 2].map(() => expect.stringContaining(`"value":${value},`)));
  const { stdout } = await batch.runHere(['chat', '--each-line', '--schema', 'schema.json'], {
    stdin: 'one',
    cwd: batch.home,
  });
  expect(stdout).toContain(`"value":${value},`);
}, 60_000);

it('-x gives the code of each answer in a field, and a line without code fails', {
  tags: 'deep',
}, async () => {
  const batch = await createBatch();
  const answers = ['Here:\n```js\nlet a;\n```\n', 'No code.'];
  batch.simulator.state.answer = () => ({ text: [answers.shift() ?? ''] });
  expect(await batch.ask(['-x'], ['one', 'two'])).toMatchObject({ code: 11 });
  const [one, two] = batch.readOutput();
  expect(one).toMatchObject({ type: 'reply', code: 'let a;\n', text: expect.stringContaining('Here:') });
  expect(two).toMatchObject({ type: 'failure', text: 'No code.', error: { code: 'schema' } });
});

it('--usage says on stderr what all lines used together', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  const run = await batch.ask(['--usage'], ['one', 'two', 'three']);
  const sum = batch
    .readOutput()
    .reduce((all, { usage }) => all + (usage as { input_tokens: number }).input_tokens, 0);
  expect(run.stderr).toContain(`usage: ${sum} tokens in`);
  expect(run.stderr.match(/usage:/g)).toHaveLength(1);
});

it('--dry-run says how many requests, tokens and credits are left, and neither asks nor writes', async () => {
  const batch = await createBatch();
  const argv = ['--dry-run', 'Translate:'];
  const before = await batch.ask(argv, ['one', 'two', 'three']);
  expect(before.code).toBe(0);
  expect(existsSync(batch.output)).toBe(false);
  const plan = JSON.parse(before.stdout);
  expect(plan).toMatchObject({ each: 'line', requests: 3, answered: 0, first: { path: chatPath } });
  expect(plan.input_credits_estimated).toBeGreaterThan(0);
  expect(batch.takeAsked()).toEqual([]);
  await batch.ask(['Translate:'], ['one']);
  batch.takeAsked();
  expect(JSON.parse((await batch.ask(argv, ['one', 'two', 'three'])).stdout)).toMatchObject({
    requests: 2,
    answered: 1,
  });
  expect(await batch.ask(['--dry-run', 'Other:'], ['one'])).toMatchObject({ code: 2 });
  expect(batch.takeAsked()).toEqual([]);
});

it('-f and -a go along with every line, and belong to what was asked', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  batch.writeFile('words.txt', 'cat = Katze\n');
  expect(await batch.ask(['-f', 'words.txt', 'Translate:'], ['one', 'two'])).toMatchObject({ code: 0 });
  const asked = batch.simulator.requestsTo(chatPath).map(({ body }) => JSON.stringify(body));
  expect(asked).toHaveLength(2);
  for (const body of asked) expect(body).toContain('cat = Katze');
  batch.writeFile('words.txt', 'cat = Kater\n');
  expect(await batch.ask(['-f', 'words.txt', 'Translate:'], ['one', 'two'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('what --file and --attach add'),
  });
});

it('a prompt file is filled with each line', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  batch.writeFile('ask.md', 'Say {{word}} to {{stdin}} now.\n');
  const argv = ['run', 'ask.md', '-p', 'word=hello', '--each-line', '-j', '1', '-o', batch.output];
  const ask = (): ReturnType<typeof batch.runHere> =>
    batch.runHere(argv, { stdin: 'Ann\nBob\n', cwd: batch.home });
  expect(await ask()).toMatchObject({ code: 0 });
  expect(batch.takeAsked().map((text) => text.trim())).toEqual([
    'Say hello to Ann now.',
    'Say hello to Bob now.',
  ]);
  batch.writeFile('ask.md', 'Tell {{word}} to {{stdin}} now.\n');
  expect(await ask()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the prompt template has changed'),
  });
});

it('an @path in a line is text', async () => {
  const batch = await createBatch();
  batch.writeFile('secret.txt', 'hidden words');
  expect(await batch.ask(['Translate:'], ['see @secret.txt'])).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual(['Translate:\n\nsee @secret.txt']);
});

it('--each-file asks about each file by itself, and again only about those that changed', {
  tags: 'deep',
  timeout: 60_000,
}, async () => {
  const batch = await createBatch();
  batch.writeFile('a.txt', 'alpha\n');
  batch.writeFile('b.txt', 'beta\n');
  const argv = ['chat', '--each-file', '-f', '*.txt', '-j', '1', '-o', 'out.jsonl', 'Review:'];
  const ask = (): ReturnType<typeof batch.runHere> => batch.runHere(argv, { cwd: batch.home });
  expect(await ask()).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(batch.takeAsked()).toEqual([
    'Review:\n\nFile: a.txt\n```\nalpha\n```\n',
    'Review:\n\nFile: b.txt\n```\nbeta\n```\n',
  ]);
  expect(batch.readOutput()).toMatchObject([
    { index: 0, file: 'a.txt', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { index: 1, file: 'b.txt' },
  ]);
  expect(await ask()).toMatchObject({ code: 0 });
  expect(batch.takeAsked()).toEqual([]);
  batch.writeFile('b.txt', 'better\n');
  batch.writeFile('aa.txt', 'new\n');
  expect(await ask()).toMatchObject({ code: 0 });
  expect(batch.takeAsked().map((text) => text.split('\n')[2])).toEqual(['File: aa.txt', 'File: b.txt']);
  expect(batch.readOutput().map(({ file, text }) => [file, text?.includes('better')])).toEqual([
    ['a.txt', false],
    ['aa.txt', false],
    ['b.txt', true],
  ]);
});

it('a file that is no text is a failure of its own, and the others are answered', {
  tags: 'deep',
}, async () => {
  const batch = await createBatch();
  batch.writeFile('a.bin', new Uint8Array([0, 1, 2, 3]));
  batch.writeFile('b.txt', 'beta\n');
  const run = await batch.runHere(['chat', '--each-file', '-f', 'a.bin', '-f', 'b.txt', 'Review:'], {
    cwd: batch.home,
  });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('1 of 2 files were not answered; a.bin: ');
  expect(parseBatchLines(run.stdout)).toMatchObject([
    { type: 'failure', file: 'a.bin' },
    { type: 'reply', file: 'b.txt' },
  ]);
});

it('--each-file needs files, and is not --each-line', async () => {
  const batch = await createBatch();
  for (const [argv, words] of [
    [['--each-file', 'Review:'], '--each-file needs files to ask about'],
    [['--each-file', '--each-line', '-f', 'a.txt'], '--each-line and --each-file cannot both be given'],
    [['--each-file', '-f', 'missing.txt'], 'there is no file missing.txt'],
  ] as const) {
    const run = await batch.runHere(['chat', ...argv], { cwd: batch.home });
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  }
  expect(batch.simulator.requestsTo(chatPath)).toEqual([]);
});

it('--each-file with a folder leaves secrets out, as -f does', { tags: 'deep' }, async () => {
  const batch = await createBatch();
  mkdirSync(join(batch.home, 'keys'));
  batch.writeFile('keys/id_rsa', 'secret words\n');
  batch.writeFile('keys/note.txt', 'a note\n');
  const run = await batch.runHere(['chat', '--each-file', '-f', 'keys', 'Review:'], { cwd: batch.home });
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('id_rsa is left out') });
  expect(batch.takeAsked().join()).not.toContain('secret words');
  expect(parseBatchLines(run.stdout)).toMatchObject([{ file: join('keys', 'note.txt') }]);
});

it('an answer that stops at the output limit counts as answered, and every run says how many did', {
  tags: 'deep',
}, async () => {
  const batch = await createBatch();
  const finishes: ('length' | 'stop')[] = ['length', 'stop', 'length'];
  batch.simulator.state.answer = () => ({ finish: finishes.shift() ?? 'stop' });
  for (const count of [3, 0]) {
    const run = await batch.ask(['P:'], ['one', 'two', 'three']);
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("2 of 3 lines have answers that stop at the model's output limit"),
    });
    expect(batch.takeAsked()).toHaveLength(count);
  }
  expect(batch.readOutput().map(({ finish_reason }) => finish_reason)).toEqual(['length', 'stop', 'length']);
});

it.each([
  ['--each-line', 'read', []],
  ['--each-line', 'read, shell', ['-m', 'gpt-5-mini']],
  ['--each-file', 'write', ['-f', 'a.txt', '--no-stdin']],
  ['--each-line', 'mcp', ['--dry-run']],
])('%s refuses a prompt template that uses tools: %s %j', async (each, use, flags) => {
  const batch = await createBatch();
  batch.writeFile('t.md', `---\nuse: ${use}\n---\nSay: {{stdin}}\n`);
  batch.writeFile('a.txt', 'one\n');
  const argv = ['run', 't.md', each, '-o', batch.output, ...flags];
  const run = await batch.runHere(argv, { cwd: batch.home, stdin: 'one\n' });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain(
    `${each} gives the model no tools, and the prompt template has "use: ${use}". Nothing was sent.`,
  );
  expect(run.stderr).toContain(`without ${each}`);
  expect(batch.takeAsked()).toEqual([]);
  expect(existsSync(batch.output)).toBe(false);
});

it('a prompt template that wants no tools, or has a value twice, is asked in a batch', async () => {
  const batch = await createBatch();
  batch.writeFile('t.md', '---\nuse: none\n---\n{{what}}: {{stdin}}\n');
  const run = await batch.ask(['-t', './t.md', '-p', 'what=a', '-p', 'what=b'], ['one', 'two']);
  expect(run).toMatchObject({ code: 0 });
  expect(run.stderr.match(/warning: .*/g)).toEqual([
    'warning: what has more than one value, and "b" is used.',
  ]);
  expect(batch.takeAsked()).toEqual(['b: one', 'b: two']);
});
