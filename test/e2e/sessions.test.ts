import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { converse, converseAboutEverything, openStore, pictureData } from '../helpers/seed-conversations.ts';
import { startInTerminal } from '../helpers/terminal.ts';

describe('sessions list', () => {
  it('has a line for each, the latest first, tab-separated on a pipe', async () => {
    const cli = await createCli();
    const store = openStore(cli);
    const first = await converse(store, { question: 'Do whales\tsing?', reply: 'Yes' });
    const second = await converse(store, { question: 'Hi', reply: 'Hello', name: 'greetings' });
    const expected = [
      `${second}\tgreetings\t2\tgpt-5.5\t2026-11-21T12:00:`,
      `${first}\tDo whales sing?\t2\tgpt-5.5\t2026-11-21T12:00:`,
    ];
    for (const argv of [['sessions'], ['sessions', 'list']]) {
      const run = await cli.run(argv);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      const lines = run.stdout.split('\n').map((line) => line.replace(/\d\d\.\d{3}Z\tchat$/, ''));
      expect(lines).toEqual([...expected, '']);
    }
    expect((await cli.run(['sessions', '-n', '1'])).stdout).toMatch(/^\S+\tgreetings\t[^\n]*\n$/);
    expect(parseOutput(await cli.run(['sessions', '-n', '1', '--json']))).toMatchObject({
      total: 2,
      conversations: [{ id: second, name: 'greetings', turns: 2, updated_at: expect.stringMatching(/Z$/) }],
    });
  });

  it('is a table on a terminal, which says how many more there are', async () => {
    const cli = await createCli();
    const twoHoursAgo = new Date(Date.now() - 2.5 * 3_600_000).toISOString();
    const store = openStore(cli, twoHoursAgo);
    await converse(store, { question: 'First', reply: 'Yes' });
    await converse(store, { question: 'A long question '.repeat(20), reply: 'Yes' });
    const terminal = startInTerminal(cli, ['sessions', '-n', '1'], { columns: 90 });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/ID +TITLE +TURNS +MODEL +UPDATED +KIND/);
    expect(terminal.output).toMatch(/A long question .*… +2 {2}gpt-5.5 {2}2 hours ago {2}chat/);
    expect(terminal.output).toContain('1 more; show them with --limit.');
  });

  it('that is empty says so to a person alone', async () => {
    const cli = await createCli();
    expect(await cli.runHere(['sessions'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const terminal = startInTerminal(cli, ['sessions']);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/there are no conversations yet\.\r\n$/);
  });
});

it('a list counts what several commands said that began one conversation at once', async () => {
  const cli = await createCli();
  await cli.signIn();
  const runs = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((number) => cli.run(['chat', '--session', 'par', `par ${number}`])),
  );
  for (const run of runs) expect(run.code).toBe(0);
  const list = parseOutput(await cli.run(['sessions', '--json'])) as {
    conversations: { name: string; turns: number; credits: number }[];
  };
  expect(list.conversations).toMatchObject([{ name: 'par', turns: 12 }]);
  const [one] = list.conversations;
  const id = openStore(cli).find('par') ?? '';
  expect(one?.credits).toBeCloseTo(openStore(cli).open(id).conversation.sums.credits ?? 0, 12);
}, 60_000);

describe('a conversation file that a full disk left without a first line', () => {
  it.each([
    ['of no bytes', ''],
    ['of its beginning', '{"type":"conversation","version":1,"id":"2026'],
    ['of one character', '{'],
  ])('is left out without a word, and removed with the next one: %s', async (_, text) => {
    const cli = await createCli();
    const store = openStore(cli);
    const id = await converse(store, { question: 'Hi', reply: 'Hello', name: 'greetings' });
    const folder = join(store.folder, 'conversations');
    const [old, fresh] = ['20260101-0000-aaaaa.jsonl', '20260101-0000-bbbbb.jsonl'];
    for (const name of [old, fresh]) writeFileSync(join(folder, name), text);
    utimesSync(join(folder, old), new Date(0), new Date(0));
    for (const argv of [['sessions'], ['sessions', 'search', 'Hello'], ['sessions', 'show', 'greetings']])
      expect(await cli.run(argv)).toMatchObject({ code: 0, stderr: '' });
    expect(await cli.run(['sessions', 'delete', '--yes', id])).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual([fresh]);
  });

  it('is something else than a file that is no conversation', async () => {
    const cli = await createCli();
    const store = openStore(cli);
    await converse(store, { question: 'Hi', reply: 'Hello' });
    writeFileSync(join(store.folder, 'conversations', 'mine.jsonl'), 'my words');
    expect((await cli.run(['sessions'])).stderr).toContain('mine.jsonl is not a conversation');
  });
});

describe('sessions show', () => {
  it('prints the branch in use, as it was said', async () => {
    const cli = await createCli();
    const id = await converseAboutEverything(openStore(cli));
    const { code, stdout, stderr } = await cli.runHere(['sessions', 'show', 'everything']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(/2026-11-21T[0-9:.]+Z/g, 'TIME')).toBe(
      [
        `everything\n${id}, TIME`,
        'System prompt, TIME:\nBe brief.',
        'You, TIME:\nWhat is <b>this</b>?\n[image, image/png, 9 bytes]\n[a.pdf, application/pdf, 9 bytes]',
        'gpt-5.5, TIME:\nA "picture" & <script>alert(1)</script>\u001b[2J\n[called read with {"path":"```"}]',
        'You, TIME:\nAnd then?',
        'gpt-5.5, TIME:\nHalf an ans\n[cut off: the answer did not end]\n',
      ].join('\n\n'),
    );
  });

  it('takes the power out of what a model said where a terminal shows it', async () => {
    const cli = await createCli();
    await converseAboutEverything(openStore(cli));
    const terminal = startInTerminal(cli, ['sessions', 'show', 'everything']);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toContain('</script>[2J');
    expect(terminal.output).not.toContain('\u001b[2J');
    expect(terminal.output).toContain('\u001b[1meverything\u001b[22m');
  });

  it('has the same turns in JSON', async () => {
    const cli = await createCli();
    await converseAboutEverything(openStore(cli));
    const output = parseOutput(await cli.runHere(['sessions', 'show', 'everything', '--json']));
    expect(output).toMatchObject({ schema_version: 1, name: 'everything' });
    expect(output.turns).toMatchObject([
      { role: 'user', system: 'Be brief.', parts: [{ type: 'text' }, { bytes: 9 }, { title: 'a.pdf' }] },
      { role: 'assistant', model: 'gpt-5.5', finish_reason: 'tool-calls', usage: { credits: 0.25 } },
      { role: 'user' },
      { role: 'assistant', finish_reason: null },
    ]);
    expect(JSON.stringify(output)).not.toContain(pictureData);
  });
});

describe('a conversation that is named', () => {
  sampled.it.each([
    ['greetngs', /there is no conversation "greetngs"; did you mean "greetings"/],
    ['20251121', /there is no conversation "20251121"; did you mean "2026/],
    ['2 greetings', /there is no conversation "2 greetings"; did you mean "greetings"/],
    ['2026', /the ids of 2 conversations begin with 2026\. For example: 2026/],
  ])('as %s is asked back', async (target, words) => {
    const cli = await createCli();
    const store = openStore(cli);
    await converse(store, { question: 'Hi', reply: 'Hello', name: 'greetings' });
    await converse(store, { question: 'Hi', reply: 'Hello' });
    for (const argv of [['show'], ['export'], ['delete', '--yes'], ['rename', 'x']]) {
      const [command = '', ...rest] = argv;
      const run = await cli.runHere(['sessions', command, target, ...rest]);
      expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) });
    }
    expect((await cli.runHere(['sessions'])).stdout.split('\n')).toHaveLength(3);
  });

  it('by nothing is none, were it the only one', async () => {
    const cli = await createCli();
    await converse(openStore(cli), { question: 'Hi', reply: 'Hello' });
    for (const target of ['', ' ']) {
      const run = await cli.runHere(['sessions', 'delete', '--yes', target]);
      expect(run).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('name of a conversation is empty'),
      });
    }
    expect((await cli.runHere(['sessions'])).stdout.split('\n')).toHaveLength(2);
  });

  it('where there is none is not found, either', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['sessions', 'show', 'x', '--json']);
    expect(run.code).toBe(2);
    expect(parseOutput(run).error).toMatchObject({ code: 'usage', message: 'there is no conversation "x"' });
  });
});

describe('sessions search', () => {
  it('finds all words in any order, and words in quotes together', async () => {
    const cli = await createCli();
    const store = openStore(cli);
    const id = await converse(store, { question: 'Do whales sing?', reply: 'Whales sing, and sing.' });
    const search = async (...words: string[]): Promise<string[]> =>
      (await cli.runHere(['sessions', 'search', ...words])).stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replace(/\t2026[^\t]*Z\t/, ' at TIME: '));
    expect(await search('SING', 'whales')).toEqual([
      `${id}\tuser at TIME: Do whales sing?`,
      `${id}\tassistant at TIME: Whales sing, and sing.`,
    ]);
    expect(await search('and sing')).toEqual([`${id}\tassistant at TIME: Whales sing, and sing.`]);
    expect(await search('"and sing"')).toHaveLength(1);
    expect(await search('dolphins')).toEqual([]);
    expect(parseOutput(await cli.runHere(['sessions', 'search', 'sing', '-n', '1', '--json']))).toMatchObject(
      {
        total: 2,
        results: [
          {
            conversation: { id, title: 'Do whales sing?' },
            turn: { role: 'user' },
            snippet: { before: 'Do whales ', match: 'sing', after: '?' },
          },
        ],
      },
    );
  });

  it('shows the match in bold on a terminal, and says how much more there is', async () => {
    const cli = await createCli();
    await converse(openStore(cli), { question: 'Do whales sing?', reply: 'Whales\u001b[2J sing.' });
    const terminal = startInTerminal(cli, ['sessions', 'search', 'sing', '-n', '1']);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toContain('Do whales \u001b[1msing\u001b[22m?');
    expect(terminal.output).toContain('1 more; show them with --limit.');
  });

  it('refuses to look for nothing', async () => {
    const cli = await createCli();
    expect(await cli.runHere(['sessions', 'search', ' ', '""'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing to search for'),
    });
  });
});

describe('sessions rename', () => {
  it('gives a name under which the conversation is found', async () => {
    const cli = await createCli();
    const id = await converse(openStore(cli), { question: 'Hi', reply: 'Hello' });
    expect(await cli.runHere(['sessions', 'rename', id, ' my\ngreetings '])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await cli.runHere(['sessions', 'show', 'my greetings'])).stdout).toContain('Hello');
  });

  it('gives no name twice, and none that is empty', async () => {
    const cli = await createCli();
    const store = openStore(cli);
    await converse(store, { question: 'Hi', reply: 'Hello', name: 'one' });
    await converse(store, { question: 'Hi', reply: 'Hello', name: 'two' });
    expect(await cli.runHere(['sessions', 'rename', 'one', 'two'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already called "two"'),
    });
    expect(await cli.runHere(['sessions', 'rename', 'one', ' '])).toMatchObject({ code: 2 });
    expect(await cli.runHere(['sessions', 'rename', 'one', 'one'])).toMatchObject({ code: 0 });
  });
});

describe('sessions delete', () => {
  it('needs a person or --yes, and removes all that was named', async () => {
    const cli = await createCli();
    const store = openStore(cli);
    const id = await converseAboutEverything(store);
    await converse(store, { question: 'my secret', reply: 'I see', name: 'secret' });
    await converse(store, { question: 'Hi', reply: 'Hello', name: 'greetings' });
    const refused = await cli.runHere(['sessions', 'delete', id, 'secret']);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect((await cli.runHere(['sessions'])).stdout.split('\n')).toHaveLength(4);
    expect(await cli.runHere(['sessions', 'delete', '--yes', id, 'secret', 'everything'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect((await cli.runHere(['sessions'])).stdout).toMatch(/^\S+\tgreetings\t[^\n]*\n$/);
    expect(readdirSync(join(store.folder, 'attachments'))).toEqual([]);
    const rest = readdirSync(store.folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    for (const file of rest)
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain('secret');
  });

  it('removes what nobody used for a while with --older-than, and everything with --all', async () => {
    const cli = await createCli();
    const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * 3_600_000).toISOString();
    await converse(openStore(cli, daysAgo(200)), { question: 'old', reply: 'Yes', name: 'old' });
    await converse(openStore(cli, daysAgo(80)), { question: 'new', reply: 'Yes', name: 'new' });
    const titles = async (): Promise<string[]> =>
      (await cli.runHere(['sessions'])).stdout.split('\n').map((line) => line.split('\t')[1] ?? '');
    const refused = await cli.runHere(['sessions', 'delete', '--older-than', '90d']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('delete "old"') });
    expect(await titles()).toEqual(['new', 'old', '']);
    expect(await cli.runHere(['sessions', 'delete', '--older-than', '1y', '-y'])).toMatchObject({ code: 0 });
    expect(await titles()).toEqual(['new', 'old', '']);
    expect(await cli.runHere(['sessions', 'delete', '--older-than', '90d', '-y'])).toMatchObject({ code: 0 });
    expect(await titles()).toEqual(['new', '']);
    writeFileSync(join(openStore(cli).folder, 'conversations', 'broken.jsonl'), 'my words\n');
    expect(await cli.runHere(['sessions', 'delete', '--all'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('delete 2 conversations'),
    });
    expect(await cli.runHere(['sessions', 'delete', '--all', '--yes'])).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(readdirSync(join(openStore(cli).folder, 'conversations'))).toEqual([]);
    expect(await cli.runHere(['sessions', 'delete', '--all', '--yes'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('names a few, and counts many', async () => {
    const cli = await createCli();
    const store = openStore(cli);
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1)
      ids.push(await converse(store, { question: `Question ${index}`, reply: 'Yes' }));
    expect((await cli.runHere(['sessions', 'delete', ...ids.slice(0, 2)])).stderr).toContain(
      '"Question 0", "Question 1"',
    );
    expect((await cli.runHere(['sessions', 'delete', ...ids])).stderr).toContain('delete 6 conversations');
  });

  sampled.it.each([
    ['n\r', /nothing was deleted\./, 2],
    ['\r', /nothing was deleted\./, 2],
    ['y\r', /deleted "greetings"\./, 1],
  ])('asks on a terminal, and takes %j for an answer', async (keys, words, lines) => {
    const cli = await createCli();
    await converse(openStore(cli), { question: 'Hi', reply: 'Hello', name: 'greetings' });
    const terminal = startInTerminal(cli, ['sessions', 'delete', 'greetings']);
    await terminal.waitFor(/Delete "greetings" for good\?.*N\)/);
    terminal.type(keys);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(words);
    expect((await cli.runHere(['sessions'])).stdout.split('\n')).toHaveLength(lines);
  });
});
