import { describe, expect, it } from 'vitest';
import type { Cli } from '../../helpers/cli.ts';
import { createCli } from '../../helpers/cli.ts';
import { listSaid, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { converse, openStore } from '../../helpers/seed-conversations.ts';

/** Two conversations; the second is the newest. */
async function createPast(): Promise<{ cli: Cli; ids: string[] }> {
  const cli = await createCli();
  await cli.signIn();
  const store = openStore(cli);
  const ids = [
    await converse(store, { question: 'what is an apple', reply: '# Apples\n\nThey are **round**.' }),
    await converse(store, { question: 'what is a pear', reply: 'It hangs on trees.', name: 'pears' }),
  ];
  return { cli, ids };
}

describe('a conversation that is continued', () => {
  sampled.it.each<[string, (ids: string[]) => string[]]>([
    ['--continue', () => ['--continue']],
    ['--resume with its id', ([, id = '']) => ['--resume', id]],
    ['--resume with its name', () => ['--resume', 'pears']],
  ])('by %s shows its end as it was, and the model has it', async (_, toArgv) => {
    const { cli, ids } = await createPast();
    const { chat, say, waitForAnswer } = await startRepl({
      cli,
      argv: ['-m', 'kimi-k2.7-code', ...toArgv(ids)],
    });
    expect(chat.screen().join('\n')).toMatch(
      /› what is a pear\n\n● It hangs on trees\.\n\n· Continuing “pears”: 1 turn,/,
    );
    say('and a plum?');
    await waitForAnswer('You said: and a plum?');
    expect(listSaid(cli, 'pears')).toEqual([
      'what is a pear',
      'It hangs on trees.',
      'and a plum?',
      'You said: and a plum?',
    ]);
    const [request] = cli.simulator.requestsTo('/chat/completions');
    expect(JSON.stringify(request?.body)).toContain('It hangs on trees.');
  });

  it('is picked from a list that is searched', async () => {
    const { cli } = await createPast();
    const { chat, say, waitForAnswer } = await startRepl({
      cli,
      argv: ['-m', 'kimi-k2.7-code', '--resume'],
      ready: 'Continue which conversation?',
    });
    expect(chat.screen().join('\n')).toMatch(/^› pears .*\n {2}what is an apple/m);
    chat.type('apple');
    await chat.waitForScreen('1 of 1');
    chat.press('enter');
    await chat.waitForScreen(/› what is an apple\n\n● Apples\n\n {2}They are round\./);
    await chat.waitForScreen(/^─ kimi-k2\.7-code/m);
    say('and a quince?');
    await waitForAnswer('You said: and a quince?');
    expect(listSaid(cli)).toHaveLength(4);
  });

  it('is in the list although many single prompts came after it', { tags: 'deep' }, async () => {
    const { cli, ids } = await createPast();
    await cli.run(['chat', 'a prompt of a script']);
    const { chat } = await startRepl({
      cli,
      argv: ['-m', 'kimi-k2.7-code', '--resume'],
      ready: 'Continue which conversation?',
    });
    expect(chat.screen().join('\n')).toMatch(/^› pears .*\n {2}what is an apple/m);
    expect(chat.screen().join('\n')).not.toContain('a prompt of a script');
    const last = openStore(cli).list()[0]?.id ?? '';
    expect(ids).not.toContain(last);
    chat.press('escape');
    await chat.exit;
    const { chat: next } = await startRepl({ cli, argv: ['-m', 'kimi-k2.7-code'] });
    next.type(`/resume ${last}`);
    next.press('enter');
    await next.waitForScreen(/You said: a prompt of a script/);
  });

  it('shows only the end of a long one, and says so', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const store = openStore(cli);
    await converse(store, {
      question: 'the long one',
      reply: 'a long line of an answer\n\n'.repeat(200),
      name: 'long',
    });
    const { chat } = await startRepl({
      cli,
      argv: ['-m', 'kimi-k2.7-code', '--resume', 'long'],
      columns: 40,
      rows: 15,
    });
    expect(chat.text().filter((row) => /^(?:●| ) a long line of an answer$/.test(row))).toHaveLength(200);
    expect(chat.screen().join('\n')).toMatch(/Continuing “long”/);
  });
});
