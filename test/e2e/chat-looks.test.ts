import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import { type Cli, createCli } from '../helpers/cli.ts';
import { startEmulator } from '../helpers/emulator.ts';
import { sampled } from '../helpers/sampled.ts';

async function startChat(
  options: EmulatorOptions = {},
  argv: string[] = [],
): Promise<{ cli: Cli; chat: Emulator }> {
  const text = '# A heading\n\nSee [this](https://example.com).';
  // An answer that comes all at once has no speed, and the first one comes while the chat still loads.
  const cli = await createCli({ answer: { text, deltaDelayMs: 100 } });
  await cli.signIn();
  const env = { COLORTERM: 'truecolor', ...options.env };
  const chat = startEmulator(cli, ['chat', ...argv], { ...options, env });
  await chat.waitForScreen(/^─ kimi-k2\.7-code ─/m);
  return { cli, chat };
}

function readSettings(cli: Cli): unknown {
  return JSON.parse(readFileSync(join(cli.home, 'config', 'copilot-cli', 'config.json'), 'utf8'));
}

/** The colour of the second line of the greeting. */
const hintColour = (chat: Emulator): unknown => chat.cell(1, 2).foreground;
const darkGrey = '#9aa4af';
const lightGrey = '#59636e';

describe('the theme', () => {
  sampled.it.each<[string, EmulatorOptions, string]>([
    ['fits the dark background that the terminal tells', { background: '#1e1e1e' }, darkGrey],
    ['fits the light background that the terminal tells', { background: '#fdf6e3' }, lightGrey],
    ['fits what COLORFGBG says where the terminal tells nothing', { env: { COLORFGBG: '0;15' } }, lightGrey],
    [
      'believes the terminal more than COLORFGBG',
      { background: '#000000', env: { COLORFGBG: '0;15' } },
      darkGrey,
    ],
    ['is dark where nothing is known', {}, darkGrey],
  ])('%s', async (_, options, colour) => {
    const { chat } = await startChat(options);
    expect(hintColour(chat)).toBe(colour);
  });

  sampled.it.each<[string, EmulatorOptions, string[]]>([
    ['FORCE_COLOR is 0', { env: { FORCE_COLOR: '0' } }, []],
    ['--color says never', {}, ['--color', 'never']],
    ['--color says never, whatever NO_COLOR says', { env: { NO_COLOR: '1' } }, ['--color', 'never']],
  ])('has no look at all where %s', async (_, options, argv) => {
    const { chat } = await startChat(options, argv);
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen(/^● # A heading$/m);
    expect(chat.output()).not.toMatch(/\u001b\[[\d;]+m/);
  });

  it('keeps its marks, bold and underline where NO_COLOR is set', async () => {
    const { chat } = await startChat({ env: { NO_COLOR: '1' } });
    chat.type('hello');
    chat.press('enter');
    const rows = await chat.waitForScreen(/^● A heading$/m);
    const row = rows.indexOf('● A heading');
    expect(chat.cell(row, 2)).toMatchObject({ bold: true, underline: true, foreground: 'default' });
    expect(chat.output()).not.toMatch(/\u001b\[(?:[34]\d|9\d|10\d)[\d;]*m/);
  });

  it('is chosen from a list that shows it, holds from then on, and next time', async () => {
    const { cli, chat } = await startChat();
    chat.type('/theme');
    chat.press('enter');
    await chat.waitForScreen(/Which theme\?[\s\S]*A heading[\s\S]*const answer/);
    chat.type('light');
    await chat.waitForScreen(/1 of 2 · Enter picks/);
    const row = chat.screen().findIndex((line) => line.includes('A heading'));
    expect(chat.cell(row, 0).foreground).toBe('#0550ae');
    chat.press('enter');
    const rows = await chat.waitForScreen('The theme is light,');
    const notice = rows.findIndex((line) => line.includes('The theme is light,'));
    expect(chat.cell(notice, 0).foreground).toBe(lightGrey);
    expect(readSettings(cli)).toMatchObject({ theme: 'light' });
    chat.press('ctrl+d');
    await chat.exit;
    const again = startEmulator(cli, ['chat'], { env: { COLORTERM: 'truecolor' } });
    await again.waitForScreen(/^─ kimi-k2\.7-code ─/m);
    expect(hintColour(again)).toBe(lightGrey);
  });

  it('that does not exist is told with the nearest', { tags: 'deep' }, async () => {
    const { chat } = await startChat();
    chat.type('/theme lihgt');
    chat.press('enter');
    await chat.waitForScreen('There is no theme lihgt; did you mean light?');
  });
});

describe('the status line', () => {
  it('shows the fields that were switched on', async () => {
    const { cli, chat } = await startChat({ columns: 160 });
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen(/kimi-k2\.7-code · .*tokens\/s/);
    chat.type('/status-line');
    chat.press('enter');
    await chat.waitForScreen('[x] model');
    chat.press('enter');
    await chat.waitForScreen('[ ] model');
    chat.press('escape');
    await chat.waitForScreen(
      (rows) =>
        !rows.some((row) => row.includes('Esc')) && rows.some((row) => /^─ (?!kimi).*tokens\/s/.test(row)),
    );
    expect(readSettings(cli)).toMatchObject({ 'status-line': 'context,cost,quota,tokens,speed' });
    chat.type('/status-line none');
    chat.press('enter');
    await chat.waitForScreen((rows) => !rows.some((row) => row.includes('tokens/s')));
    chat.type('/status-line wether');
    chat.press('enter');
    await chat.waitForScreen('cannot show wether');
  });
});

describe('links', () => {
  it('can be clicked where the terminal is known to take them', async () => {
    const { chat } = await startChat({ env: { VTE_VERSION: '7600' } });
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen('See this.');
    expect(chat.output()).toContain('\u001b]8;;https://example.com');
  });

  it('are written out elsewhere', { tags: 'deep' }, async () => {
    const { chat } = await startChat();
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen('https://example.com');
    expect(chat.output()).not.toContain('\u001b]8;');
  });
});

describe('motion', () => {
  it('where a person wants less of it, there is none: no spinner, no clock, no half lines', async () => {
    const cli = await createCli({
      answer: {
        text: `${'word '.repeat(15)}\n\nThe end.\n\n`,
        deltaLength: 5,
        tokensPerSecond: 40,
        firstDelayMs: 1500,
      },
    });
    await cli.signIn();
    await cli.run(['config', 'set', 'motion', 'reduced']);
    const chat = startEmulator(cli, ['chat']);
    await chat.waitForScreen(/^─ kimi-k2\.7-code ─/m);
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen(/Asking[\s\S]*Esc stops/);
    const before = chat.writes.length;
    await chat.waitForScreen(/^● word .*word/m);
    const drawn = chat.writes.slice(before).map(({ text }) => text);
    expect(drawn.join('')).not.toMatch(/[⠀-⣿]/);
    expect(drawn.filter((text) => /word/.test(text)).length).toBe(1);
    await chat.waitForScreen('The end.');
  });
});
