import { describe, expect, vi } from 'vitest';
import { binary, type Cli, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal, startProgramInTerminal } from '../helpers/terminal.ts';

const question = 'You are not signed in. Sign in now? Y/n: ';
/** The code in bold, what offers it to the clipboard, and colours: none of them moves the cursor. */
const harmless = /\u001b(?:\[\d*m|\]52;[^\u0007]*\u0007)/g;

describe('a question outside the chat', () => {
  sampled.it.each([
    ['where ACCESSIBLE is set', { ACCESSIBLE: '1' }],
    ['where the terminal has no cursor', { TERM: 'dumb' }],
  ])('%s is a plain line', async (_, env: Record<string, string>) => {
    const cli = await createCli({ device: { approveAfterMs: 300, interval: 0.1 } });
    const terminal = startInTerminal(cli, ['chat', 'hi'], { env });
    await terminal.waitFor(/Y\/n: $/);
    expect(terminal.output).toBe(question);
    terminal.type('perhaps\r');
    await terminal.waitFor(/perhaps\r\nType y or n\.\r\n.*Y\/n: $/);
    terminal.type('\r');
    await terminal.waitFor(/You said: hi/);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output.replaceAll(harmless, '')).not.toContain('\u001b');
  });

  sampled.it.each([
    ['n', 'n\r', 4],
    ['the end of the input', '\u0004', 4],
    ['Ctrl+C', '\u0003', 130],
  ])('is declined by %s', async (_, keys, code) => {
    const cli = await createCli();
    const terminal = startInTerminal(cli, ['chat', 'hi'], { env: { ACCESSIBLE: '1' } });
    await terminal.waitFor(/Y\/n: $/);
    terminal.type(keys);
    expect(await terminal.exitCode).toBe(code);
    expect(cli.simulator.requestsTo('/login/device/code')).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a question that Ctrl+Z left', () => {
  async function startInShell(cli: Cli, words: string, env: Record<string, string>) {
    const terminal = startProgramInTerminal({
      program: 'bash',
      argv: ['--norc', '--noprofile'],
      env: { ...cli.env, ...env, PS1: 'shell> ' },
    });
    await terminal.waitFor(/shell> $/);
    terminal.type(`'${process.execPath}' -- '${binary}' ${words}\r`);
    return terminal;
  }

  async function startQuestion(words: string, env: Record<string, string>) {
    const cli = await createCli();
    if (words.startsWith('sessions')) {
      await cli.signIn();
      await cli.run(['chat', 'remember this']);
    }
    return startInShell(cli, words, env);
  }

  const questions = [
    ['of sessions delete', 'sessions delete --all', {}, /for good\?/, 'y\r', 0],
    ['of sessions delete, left', 'sessions delete --all', {}, /for good\?/, '\u0003', 130],
    ['in a plain line', 'sessions delete --all', { TERM: 'dumb' }, /for good\?/, 'n\r', 0],
    ['whether to sign in', 'chat hi', {}, /Sign in now\?/, 'n\r', 4],
    ['for a token', 'login --with-token', {}, /Paste a GitHub token:/, '\u0003', 130],
  ] as const;

  sampled.it.each(questions)(
    'stands there again after fg, and takes its answer: %s',
    async (_, words, env, question, keys, code) => {
      const terminal = await startQuestion(words, env);
      await terminal.waitFor(question);
      for (const _round of ['once', 'twice']) {
        terminal.type('\u001a');
        await terminal.waitFor(/Stopped[^>]*shell> $/);
        const { length } = terminal.output;
        terminal.type('fg\r');
        await vi.waitFor(() => expect(terminal.output.slice(length)).toMatch(question), 10_000);
      }
      terminal.type(keys);
      await terminal.waitFor(/shell> $/);
      terminal.type('echo "ended $?"\r');
      await terminal.waitFor(new RegExp(`ended ${code}\r`));
    },
  );

  sampled.it.each(questions)(
    'stands there at the first fg after bg, and takes its answer: %s',
    async (_, words, env, question, keys, code) => {
      const terminal = await startQuestion(words, env);
      await terminal.waitFor(question);
      for (const _round of ['once', 'twice']) {
        terminal.type('\u001a');
        await terminal.waitFor(/Stopped[^>]*shell> $/);
        const { length } = terminal.output;
        terminal.type('bg\r');
        await vi.waitFor(() => expect(terminal.output.slice(length)).toMatch(/ &\r\n/), 10_000);
        // bash reports it at its next prompt.
        await vi.waitFor(
          () => {
            if (!/Stopped/.test(terminal.output.slice(length))) terminal.type('\r');
            expect(terminal.output.slice(length)).toMatch(/Stopped/);
          },
          { timeout: 10_000, interval: 200 },
        );
        const { length: stopped } = terminal.output;
        terminal.type('fg\r');
        await vi.waitFor(() => expect(terminal.output.slice(stopped)).toMatch(question), 10_000);
      }
      terminal.type(keys);
      await terminal.waitFor(/shell> $/);
      terminal.type('echo "ended $?"\r');
      await terminal.waitFor(new RegExp(`ended ${code}\r`));
    },
  );
});
