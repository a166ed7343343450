import { describe, expect } from 'vitest';
import { createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';

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
