import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlain } from '../../attachments/images.ts';
import type { Cli } from '../../helpers/cli.ts';
import { createReplCli, type ReplOptions, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { writeScript } from '../../helpers/write-script.ts';
import { findModel } from '../../simulator/copilot/model-entry.ts';
import { toArray, toRecord } from '../../simulator/json.ts';

/** A folder with a few files, and a chat that begins there. */
async function startIn(options: ReplOptions = {}) {
  const cli = options.cli ?? (await createReplCli(options.simulator));
  const cwd = join(cli.home, 'work');
  mkdirSync(join(cwd, 'src'), { recursive: true });
  writeFileSync(join(cwd, 'notes.txt'), 'NOTES\n'.repeat(12));
  writeFileSync(join(cwd, 'src', 'a.ts'), 'SOURCE-A\n'.repeat(8));
  writeFileSync(join(cwd, 'src', 'b.ts'), 'SOURCE-B\n'.repeat(8));
  writeFileSync(join(cwd, 'picture.png'), await createPlain({ width: 20, height: 10 }).png().toBuffer());
  writeFileSync(join(cwd, 'report.pdf'), '%PDF-1.4\nREPORT');
  return { cwd, ...(await startRepl({ cwd, ...options, cli })) };
}

const readLast = (cli: Cli, path = '/chat/completions'): string => {
  const request = cli.simulator.requestsTo(path).at(-1);
  return JSON.stringify(toArray(toRecord(request?.body).messages).at(-1));
};

describe('what a person types', () => {
  it('attaches files, and each mention leaves a line under the prompt', async () => {
    const cli = await createReplCli();
    mkdirSync(join(cli.home, 'work'));
    writeFileSync(join(cli.home, 'work', 'AGENTS.md'), 'Be brief.\n'.repeat(120));
    const { chat, say, waitForAnswer } = await startIn({ cli });
    cli.simulator.state.answer = { text: 'Seen.' };
    say('see @notes.txt, @src and @nosuch.txt');
    await chat.waitForScreen(/No file @nosuch\.txt · Enter sends it as text/);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
    chat.press('enter');
    await waitForAnswer('Seen.');
    const rows = chat.screen();
    const at = rows.findIndex((row) => row.startsWith('› see @notes.txt'));
    expect(rows.slice(at, at + 5)).toEqual([
      '› see @notes.txt, @src and @nosuch.txt',
      '⎿ notes.txt, 12 lines',
      '  src: 2 files, ~36 tokens',
      '  AGENTS.md, ~300 tokens',
      '! nosuch.txt: no such file',
    ]);
    expect(readLast(cli)).toMatch(/NOTES.*SOURCE-A.*SOURCE-B/);
    say('and now?');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    await waitForAnswer('› and now?');
    expect(chat.screen().filter((row) => row.includes('AGENTS.md'))).toHaveLength(1);
  });

  it('attaches images and documents, if the model takes them', { tags: 'deep' }, async () => {
    const cli = await createReplCli();
    const model = 'claude-haiku-4.5';
    const first = await startIn({ cli, model });
    first.say('compare @picture.png and @report.pdf');
    await first.chat.waitForScreen('@report.pdf is not sent: claude-haiku-4.5 takes no PDFs');
    expect(cli.simulator.requestsTo('/v1/messages')).toEqual([]);
    findModel(cli.simulator.state.catalogue, model)?.capabilities.limits?.vision?.supported_media_types.push(
      'application/pdf',
    );
    rmSync(join(cli.home, 'cache'), { recursive: true, force: true });
    const second = await startIn({ cli, model });
    second.say('compare @picture.png and @report.pdf');
    await second.waitForAnswer('You said: compare');
    const screen = second.chat.screen().join('\n');
    expect(screen).toMatch(/⎿ picture\.png, PNG of \d+ bytes\n {2}report\.pdf, PDF of 15 bytes\n/);
    expect(readLast(cli, '/v1/messages')).toMatch(
      /"media_type":"image\/png"[\s\S]*"media_type":"application\/pdf"/,
    );
  });

  sampled.it.each([
    ['what is @picture.png?', '@picture.png is not sent: kimi-k2.7-code takes no images or documents'],
    ['look at @/ there', '@/ is not sent: it is a folder outside the current one'],
    ['look at @readme.md now', '@readme.md is not sent: it is a link to'],
    ['look at @ff now', '@ff is not read: it is a pipe or a device'],
  ])('stays in the composer if it names something that is not read: %s', async (words, sentence) => {
    const { chat, cli, cwd, say } = await startIn();
    writeFileSync(join(cli.home, 'id_rsa'), 'SECRET');
    symlinkSync(join(cli.home, 'id_rsa'), join(cwd, 'readme.md'));
    execFileSync('mkfifo', [join(cwd, 'ff')]);
    say(words);
    await chat.waitForScreen(sentence);
    expect(chat.screen().findLast((row) => row.startsWith('›'))).toBe(`› ${words}`);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });
});

describe('what is pasted is text', () => {
  sampled.it.each([
    ['short', 'see @notes.txt '],
    ['long and folded', `see @notes.txt\n${'line\n'.repeat(20)}`],
  ])(
    '%s, and stays so in the history, in the editor and after /undo',
    { timeout: 60_000 },
    async (_, pasted) => {
      const { chat, cli, cwd, say, waitForAnswer } = await startIn();
      const editor = writeScript(cwd, 'editor', `printf ' by hand' >> "$1"`);
      let count = 0;
      const readNext = async (): Promise<string> => {
        count += 1;
        await cli.simulator.waitForRequest('/chat/completions', count);
        await waitForAnswer(/./);
        return readLast(cli);
      };
      chat.type('x ');
      chat.paste(pasted);
      say('end');
      expect(await readNext()).not.toContain('NOTES');
      chat.press('up');
      say(' again');
      expect(await readNext()).not.toContain('NOTES');
      say('/undo');
      await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
      say(' edited');
      expect(await readNext()).toMatch(/x see @notes\.txt.*end again edited/);
      expect(readLast(cli)).not.toContain('NOTES');
      say('/retry');
      expect(await readNext()).not.toContain('NOTES');
      const { chat: other, ...later } = await startIn({ cli, env: { EDITOR: editor } });
      other.press('up');
      other.press('up');
      await other.waitForScreen(/(?:end again|\]) edited/);
      other.press('ctrl+g');
      await other.waitForScreen('by hand');
      later.say(' @src');
      const last = await readNext();
      expect(last).toMatch(/end again edited.*by hand @src.*SOURCE-A/);
      expect(last).not.toContain('NOTES');
    },
  );

  it('while it waits for an answer, too', async () => {
    const answer = { text: 'word '.repeat(20_000), deltaLength: 5, tokensPerSecond: 20 };
    const { chat, cli, say, waitForAnswer } = await startIn({ simulator: { answer } });
    say('first');
    await chat.waitForScreen('word word');
    cli.simulator.state.answer = {};
    chat.paste('see @notes.txt ');
    say('and @src/a.ts');
    await chat.waitForScreen('› see @notes.txt and @src/a.ts · queued');
    chat.press('up');
    await chat.waitForScreen(/^› see @notes/m);
    chat.press('escape');
    await chat.waitForScreen('Stopped.');
    chat.press('enter');
    await waitForAnswer('You said: see @notes.txt and @src/a.ts');
    expect(readLast(cli)).not.toContain('NOTES');
    expect(readLast(cli)).toContain('SOURCE-A');
  });
});

describe('a name that is pasted behind a typed @', () => {
  sampled.it.each([
    ['a whole name', '@', 'notes.txt'],
    ['an absolute path', '@', '<cwd>/notes.txt'],
    ['the rest of a name', '@no', 'tes.txt'],
    ['a name in quotes', '@"', 'notes.txt'],
    ['a name below a folder', '@src/', 'a.ts'],
  ])('is text: %s', { timeout: 40_000 }, async (_, typed, name) => {
    const { chat, cli, cwd, say, waitForAnswer } = await startIn();
    const editor = writeScript(cwd, 'editor', `printf ' by hand' >> "$1"`);
    chat.type(`see ${typed}`);
    await chat.waitForScreen(`› see ${typed}`);
    chat.paste(name.replace('<cwd>', cwd));
    await chat.waitForScreen('A pasted @ attaches nothing; type the @ to attach the file');
    chat.press('enter');
    await waitForAnswer('You said: see');
    expect(readLast(cli)).not.toMatch(/NOTES|SOURCE-A/);
    chat.press('up');
    await chat.waitForScreen(/^› see @(?![\s\S]*^› )/m);
    say(' again');
    await waitForAnswer(/again[\s\S]*You said: see @[\s\S]*again/);
    expect(readLast(cli)).not.toMatch(/NOTES|SOURCE-A/);
    const { chat: other } = await startIn({ cli, env: { EDITOR: editor } });
    other.press('up');
    await other.waitForScreen(/^› see @(?![\s\S]*^› )/m);
    other.press('ctrl+g');
    await other.waitForScreen('by hand');
    other.press('enter');
    await cli.simulator.waitForRequest('/chat/completions', 3);
    expect(readLast(cli)).not.toMatch(/NOTES|SOURCE-A/);
  });

  it('is a file once its @ is typed again', async () => {
    const { chat, cli, waitForAnswer } = await startIn();
    chat.type('see @no');
    await chat.waitForScreen('› see @no');
    chat.paste('tes.txt');
    await chat.waitForScreen('› see @notes.txt');
    for (const _ of 'notes.txt') chat.press('left');
    chat.press('backspace');
    await chat.waitForScreen('› see notes.txt');
    chat.type('@');
    await chat.waitForScreen('› see @notes.txt');
    chat.press('ctrl+e');
    chat.type(' now');
    await chat.waitForScreen('› see @notes.txt now');
    chat.press('enter');
    await waitForAnswer('You said: see');
    expect(readLast(cli)).toContain('NOTES');
  });

  sampled.it.each([
    ['a sentence', ' and\nmore'],
    ['punctuation', ', please'],
  ])('leaves a typed name in front of it as it is: %s', async (_, pasted) => {
    const { chat, cli, waitForAnswer } = await startIn();
    chat.type('see @notes.txt');
    await chat.waitForScreen('› see @notes.txt');
    chat.press('escape');
    chat.paste(pasted);
    chat.type('!');
    await chat.waitForScreen(/(?:more|please)!/);
    chat.press('enter');
    await waitForAnswer('You said: see');
    expect(readLast(cli)).toContain('NOTES');
  });
});

describe.each(['/edit 1', '/undo'])('%s says what comes along again', (command) => {
  it('of a prompt with a mention', { tags: 'deep' }, async () => {
    const { chat, say, waitForAnswer } = await startIn();
    say('see @notes.txt');
    await waitForAnswer('You said: see');
    say(command);
    await chat.waitForScreen(/@notes\.txt is read again when it is sent;/);
    await chat.waitForScreen(/attachments\s+are\s+not\s+restored\./);
  });

  it('of a prompt with other attachments', { tags: 'deep' }, async () => {
    const { chat, say, waitForAnswer } = await startIn();
    say('/attach notes.txt');
    await chat.waitForScreen('[notes.txt]');
    say('see the notes');
    await waitForAnswer('You said: see');
    say(command);
    await chat.waitForScreen('Its attachments are not restored; attach them again.');
  });
});

it('a mention that was typed still counts after /undo', { tags: 'deep' }, async () => {
  const { chat, cli, say, waitForAnswer } = await startIn();
  say('see @notes.txt');
  await waitForAnswer('You said: see');
  say('/undo');
  await chat.waitForScreen('The last prompt is removed.');
  chat.press('enter');
  await cli.simulator.waitForRequest('/chat/completions', 2);
  expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
  expect(readLast(cli)).toContain('NOTES');
});

it('the body of a prompt template is text, and the words behind its name count as typed', {
  tags: 'deep',
}, async () => {
  const cli = await createReplCli();
  const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'explain.md'), 'Explain @notes.txt.');
  const { chat, say, waitForAnswer } = await startIn({ cli });
  say('/explain and @src/a.ts');
  await waitForAnswer('You said: Explain');
  expect(readLast(cli)).not.toContain('NOTES');
  expect(readLast(cli)).toContain('SOURCE-A');
  chat.type('/explain ');
  chat.paste('and @src/b.ts');
  chat.press('enter');
  await waitForAnswer('and @src/b.ts');
  expect(readLast(cli)).not.toMatch(/NOTES|SOURCE-B/);
});

it('a mention that names nothing waits for a second Enter behind a template and /compare, too, and once it is right attaches', async () => {
  const cli = await createReplCli();
  const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'explain.md'), 'Explain @notes.txt.');
  const { chat, say, waitForAnswer } = await startIn({ cli });
  const countAsked = (): number => cli.simulator.requestsTo('/chat/completions').length;
  say('/explain and @nosuch.ts');
  await chat.waitForScreen(/No file @nosuch\.ts · Enter sends it as text ─\n› \/explain and @nosuch\.ts$/m);
  expect(countAsked()).toBe(0);
  chat.press('enter');
  await waitForAnswer(/! nosuch\.ts: no such file[\s\S]*You said: Explain/);
  expect(countAsked()).toBe(1);
  say('/compare gpt-4.1 kimi-k2.7-code see @src/aa.ts');
  await chat.waitForScreen('No file @src/aa.ts · did you mean @src/a.ts? · Enter sends it as text');
  expect(countAsked()).toBe(1);
  for (const _ of 'a.ts') chat.press('backspace');
  say('.ts');
  await chat.waitForScreen('Continue with which answer?');
  expect(countAsked()).toBe(3);
  expect(readLast(cli)).toContain('SOURCE-A');
});
