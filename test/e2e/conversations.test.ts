import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Turn, toPlainText } from '../../src/conversation/conversation.ts';
import { listBranch } from '../../src/conversation/current-branch.ts';
import { type ConversationStore, createConversationStore } from '../../src/conversation/store.ts';
import { binary, type Cli, chatModel, collect, createCli, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const chatPath = '/chat/completions';

async function createSignedIn(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  await cli.signIn();
  return cli;
}

const toFolder = (cli: Cli): string => join(cli.home, 'data', 'copilot-cli');

function openStore(cli: Cli): { store: ConversationStore; notices: string[] } {
  const notices: string[] = [];
  const store = createConversationStore({
    folder: toFolder(cli),
    now: Date.now,
    onNotice: (sentence) => notices.push(sentence),
  });
  return { store, notices };
}

const readText = (turn: Turn | undefined): string => (turn ? toPlainText(turn) : '');

/** The messages of a request as `role: text`. */
function readMessages(cli: Cli, index: number): string[] {
  const body = cli.simulator.requestsTo(chatPath)[index]?.body as {
    messages: { role: string; content: string }[];
  };
  return body.messages.map(({ role, content }) => `${role}: ${content}`);
}

describe('a conversation', () => {
  it('goes on with -c, with its system prompt and its model', async () => {
    const cli = await createSignedIn();
    await cli.run(['chat', '--session', 'work', '-s', 'Be brief.', 'one']);
    expect(
      await cli.run(['chat', '-c', 'two'], { env: { GITHUB_COPILOT_MODEL: 'gpt-5-mini' } }),
    ).toMatchObject({
      stdout: 'You said: two\n',
      stderr: '',
      code: 0,
    });
    expect(readMessages(cli, 1)).toEqual([
      'system: Be brief.',
      'user: one',
      'assistant: You said: one',
      'user: two',
    ]);
  });

  it('has a name, and begins where nobody has that name yet', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', '--session', 'work', 'one']);
    await cli.runHere(['chat', 'something else']);
    await cli.runHere(['chat', '--session', 'work', 'two']);
    expect(readMessages(cli, 2)).toEqual(['user: one', 'assistant: You said: one', 'user: two']);
    expect(openStore(cli).store.list()).toMatchObject([{ name: 'work', turns: 4 }, { turns: 2 }]);
  });

  it('is named in JSON, and goes on by that id', async () => {
    const cli = await createSignedIn();
    const { conversation_id: id } = parseOutput(await cli.runHere(['chat', '--json', 'one']));
    expect(id).toMatch(/^\d{8}-\d{4}-\w{5}$/);
    const lines = (await cli.runHere(['chat', '--session', String(id), '--jsonl', 'two'])).stdout.split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'start', conversation_id: id });
    expect(readMessages(cli, 1)).toHaveLength(3);
  });

  it('goes on in a copy with --fork, and stays as it was', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', '--session', 'work', 'one']);
    await cli.runHere(['chat', '--session', 'work', '--fork', 'two']);
    const { store } = openStore(cli);
    expect(store.list().map(({ turns }) => turns)).toEqual([4, 2]);
    expect(store.list()[1]?.name).toBe('work');
    expect(readMessages(cli, 1)).toHaveLength(3);
  });

  it('leaves no trace with --no-save', async () => {
    const cli = await createSignedIn();
    expect(parseOutput(await cli.runHere(['chat', '--no-save', '--json', 'one']))).toMatchObject({
      conversation_id: null,
    });
    expect(() => readdirSync(toFolder(cli))).toThrow('ENOENT');
    await cli.runHere(['chat', '--session', 'work', 'one']);
    await cli.runHere(['chat', '-c', '--no-save', 'two']);
    expect(readMessages(cli, 2)).toHaveLength(3);
    expect(openStore(cli).store.list()).toMatchObject([{ turns: 2 }]);
  });

  it('does not repeat what was asked in vain', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', '--session', 'work', 'one']);
    cli.simulator.faults.add({ path: chatPath, status: 422, body: { error: { message: 'No.' } } });
    expect((await cli.runHere(['chat', '-c', 'two'])).code).toBe(10);
    await cli.runHere(['chat', '-c', 'three']);
    expect(readMessages(cli, 2)).toEqual(['user: one', 'assistant: You said: one', 'user: three']);
  });

  it('that cannot be saved is answered all the same', async () => {
    const cli = await createSignedIn();
    const run = await cli.runHere(['chat', 'one'], { env: { XDG_DATA_HOME: cli.credentialsFile } });
    expect(run).toMatchObject({ stdout: 'You said: one\n', code: 0 });
    expect(run.stderr).toMatch(/^warning: the conversation is not saved: .*\n$/);
  });

  it.skipIf(process.platform === 'win32').each([
    ['one with a name', ['--session', 'work'], ['--session', 'work'], 'work'],
    ['a copy', ['-c', '--fork'], ['-c'], 'first'],
    ['a copy with a name', ['--session', 'first', '--fork'], ['--session', 'first'], 'first'],
  ])(
    'that cannot be saved on a full disk leaves nothing behind: %s',
    async (_, begins, continues, goesOn) => {
      const cli = await createSignedIn();
      await cli.runHere(['chat', '--session', 'first', 'one']);
      // Files can still be made there, and nothing can be put into them.
      const script = `trap '' XFSZ; ulimit -f 0; "${process.execPath}" "${binary}" chat ${begins.join(' ')} two | cat`;
      const child = spawn('bash', ['-c', script], {
        cwd: cli.home,
        env: cli.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
      await once(child, 'close');
      expect(stdout()).toBe('You said: two\n');
      expect(stderr()).toContain('the conversation is not saved: EFBIG');
      expect(readdirSync(join(toFolder(cli), 'conversations'))).toHaveLength(1);
      expect(await cli.runHere(['chat', ...continues, 'three'])).toMatchObject({ code: 0, stderr: '' });
      const names = openStore(cli)
        .store.list()
        .map(({ name }) => name);
      expect(names).toEqual(goesOn === 'first' ? ['first'] : ['work', 'first']);
      expect(openStore(cli).notices).toEqual([]);
    },
  );

  sampled.it.each([
    [['chat', '-c', 'hi'], 'there is no conversation to continue'],
    [['chat', '--fork', 'hi'], '--fork needs a conversation'],
    [['chat', '--session', 'nobody', '--fork', 'hi'], 'there is no conversation nobody'],
    [['chat', '-c', '--session', 'a', 'hi'], 'cannot both be given'],
    [['chat', '--resume', 'nobody', '-m', 'kimi', 'hi'], 'there is no conversation nobody'],
    [['chat', 'hi', '--resume'], '--resume with a prompt needs a name'],
    [['chat', '-m', 'gpt-5.3-codex', '--effort', 'turbo', 'hi'], 'It takes: low, medium, high, xhigh'],
  ])('%j is refused, and nothing is asked', async (argv, words) => {
    const cli = await createSignedIn();
    const run = await cli.runHere(argv);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(words);
    expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
    expect(openStore(cli).store.list()).toEqual([]);
  });

  it('says how much to think and how long to answer', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', '-m', 'gpt-5.3-codex', '--effort', 'high', '--max-tokens', '100', 'hi']);
    expect(cli.simulator.requestsTo('/responses')[0]?.body).toMatchObject({
      reasoning: { effort: 'high' },
      max_output_tokens: 100,
    });
  });
});

describe('a single prompt', () => {
  const kinds = async (cli: Cli): Promise<unknown[]> => {
    const listed = parseOutput(await cli.runHere(['sessions', '--json'])).conversations as { kind: string }[];
    return listed.map(({ kind }) => kind);
  };

  it('is kept, and does not come between -c and the conversation before it', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', '--session', 'work', 'one']);
    await cli.runHere(['chat', 'what is in this file?']);
    expect(await cli.runHere(['chat', '-c', 'two'])).toMatchObject({ stdout: 'You said: two\n', code: 0 });
    expect(readMessages(cli, 2)).toEqual(['user: one', 'assistant: You said: one', 'user: two']);
    expect(await kinds(cli)).toEqual(['chat', 'one-shot']);
    expect((await cli.runHere(['sessions'])).stdout).toMatch(/\tone-shot\n$/);
  });

  it('is nothing that -c goes on with, which says how to do that', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['chat', 'one']);
    const run = await cli.runHere(['chat', '-c', 'two']);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('chat --session ID') });
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(1);
  });

  sampled.it.each([
    ['somebody goes on with it', (id: string) => ['chat', '--session', id, 'two']],
    ['it gets a name', (id: string) => ['sessions', 'rename', id, 'work']],
  ])('is a conversation like others once %s', async (_, toArgv) => {
    const cli = await createSignedIn();
    const id = String(parseOutput(await cli.runHere(['chat', '--json', 'one'])).conversation_id);
    expect((await cli.runHere(toArgv(id))).code).toBe(0);
    expect(await kinds(cli)).toEqual(['chat']);
    const { stdout } = await cli.runHere(['chat', '-c', '--json', 'three']);
    expect(JSON.parse(stdout).conversation_id).toBe(id);
    // What lists it without opening it was derived anew, too.
    rmSync(join(toFolder(cli), 'index.jsonl'));
    expect(await kinds(cli)).toEqual(['chat']);
  });

  it('is not kept with keep-one-shots off, and a named conversation is', async () => {
    const cli = await createSignedIn();
    await cli.runHere(['config', 'set', 'keep-one-shots', 'off']);
    expect(parseOutput(await cli.runHere(['chat', '--json', 'one']))).toMatchObject({
      conversation_id: null,
    });
    expect(openStore(cli).store.list()).toEqual([]);
    await cli.runHere(['chat', '--session', 'work', 'two']);
    await cli.runHere(['chat', '-c', 'three']);
    expect(openStore(cli).store.list()).toMatchObject([{ name: 'work', turns: 4 }]);
  });
});

describe('a process that is killed while an answer comes', () => {
  const deltaDelayMs = 10;
  const words = Array.from({ length: 120 }, (_, index) => `word${index} `);

  /** Kills it once, at this moment of fifty, and looks at what is kept. */
  async function killAt(moment: number, id: string, cli: Cli): Promise<void> {
    const { child, done } = cli.start(['chat', '--session', id, 'again']);
    let seen = '';
    let killAfter = Math.floor((moment * words.length) / 50);
    child.stdout?.on('data', (data: Buffer) => {
      seen += data.toString();
      const count = seen.split(' ').length - 1;
      if (count < killAfter) return;
      killAfter = Number.POSITIVE_INFINITY;
      // Somewhere between two words, and not only behind one.
      setTimeout(() => child.kill('SIGKILL'), (moment * 7) % deltaDelayMs);
    });
    await done;
    const { store, notices } = openStore(cli);
    const turns = listBranch(store.open(id).conversation);
    expect(notices).toEqual([]);
    expect(readText(turns[1])).toBe(words.join(''));
    const last = turns.at(-1);
    const kept = last?.role === 'assistant' ? readText(last) : '';
    expect(words.join('')).toContain(kept);
    // A second is a hundred words here.
    const lost = seen.length - kept.length;
    expect(lost, `moment ${moment}: ${seen.length} seen, ${kept.length} kept`).toBeLessThan(100 * 8);
  }

  it('has kept all finished turns and all but the last second, at two moments', () =>
    killAtMoments([14, 36]));

  it(
    'has kept all finished turns and all but the last second, at fifty moments',
    {
      tags: 'deep',
      timeout: 180_000,
    },
    () => killAtMoments(Array.from({ length: 50 }, (_, moment) => moment)),
  );

  async function killAtMoments(moments: number[]): Promise<void> {
    const cli = await createSignedIn({ answer: { text: words, deltaDelayMs } });
    cli.env.GITHUB_COPILOT_MODEL = chatModel;
    await Promise.all(
      Array.from({ length: Math.min(5, moments.length) }, async (_, lane) => {
        const first = parseOutput(await cli.run(['chat', '--json', 'first']));
        for (const [index, moment] of moments.entries())
          if (index % 5 === lane) await killAt(moment, String(first.conversation_id), cli);
      }),
    );
  }
});

it('six commands that begin one name at once make one conversation, with all that they said', async () => {
  const cli = await createSignedIn();
  const words = ['one', 'two', 'three', 'four', 'five', 'six'];
  const runs = await Promise.all(words.map((word) => cli.run(['chat', '--session', 'new', word])));
  expect(runs.map(({ code }) => code)).toEqual(words.map(() => 0));
  const { store } = openStore(cli);
  expect(store.list().map(({ name }) => name)).toEqual(['new']);
  const turns = [...store.open(store.find('new') ?? '').conversation.turns.values()];
  for (const word of words) expect(turns.map(readText)).toContain(word);
});
