import { describe, expect, it } from 'vitest';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';

const first = 'First.\n\n```sh\nls\n```\n';
const second = 'Second **bold**.\n\n```ts\nlet a;\n```\n\nand\n\n```py\nb = 1\n```\n';

/** Two answers, on a terminal that is reached over SSH. */
async function start(): Promise<TestRepl> {
  const answers = [first, second];
  const repl = await createTestRepl({
    env: { SSH_TTY: '/dev/pts/1', TERM: 'xterm-256color' },
    answer: () => ({ text: answers.shift() ?? '' }),
  });
  await repl.run('One');
  await repl.run('Two');
  repl.take();
  return repl;
}

/** What the terminal was asked to take last. */
async function readClipboard(repl: TestRepl): Promise<string> {
  const [, data = ''] =
    [...(await repl.written()).matchAll(/\u001b\]52;c;([A-Za-z0-9+/=]*)\u0007/g)].at(-1) ?? [];
  return Buffer.from(data, 'base64').toString();
}

describe('/copy', () => {
  it.each([
    ['/copy', second, 'Sent the last answer (11 lines)'],
    ['/copy 2', first, 'Sent answer 2 from the end (5 lines)'],
    ['/copy code 2', 'b = 1\n', 'Sent code block 2 (1 line)'],
    ['/copy 2 code', 'ls\n', 'Sent code block 1 (1 line)'],
  ])('%s copies what the model wrote, and says what it did', async (command, text, sentence) => {
    const repl = await start();
    await repl.run(command);
    expect((await readClipboard(repl)).trimEnd()).toBe(text.trimEnd());
    expect(repl.take()).toContain(sentence);
  });

  it('asks which code block, if there are several', async () => {
    const repl = await start();
    await repl.run('/copy code', 'py');
    expect(repl.questions).toEqual(['Copy which code block?']);
    expect(await readClipboard(repl)).toBe('b = 1\n');
  });

  it.each([
    ['/copy 3', 'There are only 2 answers.\nThe last one is 1'],
    ['/copy code 3', 'The answer has only 2 code blocks'],
    ['/copy that', 'Type /copy, /copy 2'],
  ])('%s says what is wrong', async (command, sentence) => {
    const repl = await start();
    await repl.run(command);
    expect(repl.take()).toContain(sentence);
    expect(await repl.written()).toBe('');
  });

  it('says so if there is no clipboard', async () => {
    const repl = await createTestRepl({ env: { SSH_TTY: '/dev/pts/1', TERM: 'dumb' } });
    await repl.run('/copy');
    expect(repl.take()).toContain('There is no answer yet');
    await repl.run('Hi');
    await repl.run('/copy');
    expect(repl.take()).toContain('There is no clipboard here.\n/export writes to a file.');
  });
});
