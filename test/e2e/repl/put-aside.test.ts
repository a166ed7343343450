import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createPlain } from '../../attachments/images.ts';
import { createReplCli, listSaid, startRepl } from '../../helpers/repl-emulator.ts';

describe('Ctrl+S', () => {
  it('puts the draft aside and brings it back, freezes no terminal, and loses nothing', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    chat.press('ctrl+s');
    await chat.waitForScreen('Nothing to put aside');
    chat.type('a long thought');
    chat.press('left');
    chat.press('ctrl+s');
    await chat.waitForScreen(/^put aside: a long thought \(Ctrl\+S\)\n› Ask anything/m);
    say('a quick one');
    await waitForAnswer('You said: a quick one');
    chat.press('ctrl+s');
    await chat.waitForScreen(
      (rows) => rows.includes('› a long thought') && !rows.join('\n').includes('put aside'),
    );
    // The cursor is where it was.
    chat.type('!');
    await chat.waitForScreen(/^› a long though!t$/m);
    // With another draft they change places.
    chat.press('ctrl+s');
    chat.type('another');
    chat.press('ctrl+s');
    await chat.waitForScreen(/^put aside: another .*\n› a long though!t$/m);
    chat.press('ctrl+s');
    await chat.waitForScreen(/^put aside: a long though!t .*\n› another$/m);
    chat.press('ctrl+u');
    await chat.waitForScreen(/^put aside: .*\n› Ask a follow-up$/m);
    await vi.waitFor(() =>
      expect(readFileSync(join(cli.home, 'data/copilot-cli/prompt-history.jsonl'), 'utf8')).toMatch(
        /though!t".*\n$/,
      ),
    );
    // What was put aside outlives the chat, even one that is killed.
    chat.signal('SIGKILL');
    await chat.exit;
    const second = await startRepl({ cli });
    second.chat.press('up');
    await second.chat.waitForScreen(/^› a long though!t$/m);
    second.chat.press('ctrl+s');
    await second.chat.waitForScreen(/^put aside: a long/m);
    second.chat.press('ctrl+d');
    await second.chat.waitForScreen('Your draft was not sent; Up brings it back next time.');
    expect(await second.chat.exitCode).toBe(0);
    const third = await startRepl({ cli });
    third.chat.press('up');
    await third.chat.waitForScreen(/^› a long though!t$/m);
    third.chat.press('enter');
    await third.waitForAnswer('You said: a long though!t');
    expect(listSaid(cli)[0]).toBe('a long though!t');
  });
});

describe('a draft', () => {
  it('outlives a chat that is killed, and not what was sent or cleared', async () => {
    const { cli, chat, waitForAnswer } = await startRepl();
    const folder = join(cli.home, 'data/copilot-cli/drafts');
    const listDrafts = (): string[] => {
      try {
        return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      } catch {
        return [];
      }
    };
    chat.type('first');
    await vi.waitFor(() => expect(listDrafts().join()).toContain('"first"'), { timeout: 5_000 });
    chat.press('enter');
    await waitForAnswer('You said: first');
    expect(listDrafts()).toEqual([]);
    chat.type('a long thought');
    await vi.waitFor(() => expect(listDrafts().join()).toContain('a long thought'), { timeout: 5_000 });
    chat.signal('SIGKILL');
    await chat.exit;
    const second = await startRepl({ cli });
    await second.chat.waitForScreen('A draft of a chat that was killed is kept; Up brings it back.');
    expect(listDrafts()).toEqual([]);
    second.chat.press('up');
    await second.chat.waitForScreen(/^› a long thought$/m);
    second.chat.press('ctrl+c');
    second.chat.press('ctrl+d');
    expect(await second.chat.exitCode).toBe(0);
    const third = await startRepl({ cli });
    expect(third.chat.screen().join()).not.toContain('was killed');
  });
});

describe('an unsent prompt with attachments', () => {
  it.each(['SIGHUP', 'SIGKILL', 'leaves'] as const)('has them in the next chat: %s', async (way) => {
    const cli = await createReplCli();
    const model = 'claude-haiku-4.5';
    writeFileSync(join(cli.home, 'clip.png'), await createPlain({ width: 8, height: 4 }).png().toBuffer());
    writeFileSync(join(cli.home, 'notes.txt'), 'The text of notes.');
    const { chat, say } = await startRepl({ cli, model });
    say('/attach notes.txt');
    await chat.waitForScreen('Attached notes.txt.');
    chat.paste(join(cli.home, 'clip.png'));
    await chat.waitForScreen('[clip.png, 8×4]');
    chat.type('what is it?');
    await chat.waitForScreen(/^› what is it\?$/m);
    if (way === 'leaves') {
      chat.press('ctrl+s');
      await chat.waitForScreen(/^put aside: what is it\?/m);
      say('/exit');
    } else {
      const folder = join(cli.home, 'data/copilot-cli/drafts');
      await vi.waitFor(
        () =>
          expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
            expect.stringMatching(/what is it\?.*clip\.png/),
          ]),
        { timeout: 5_000 },
      );
      chat.signal(way);
    }
    await chat.exit;
    const second = await startRepl({ cli, model });
    second.chat.press('up');
    await second.chat.waitForScreen(/^\[notes\.txt\] \[clip\.png, 8×4\]/m);
    second.chat.press('enter');
    await cli.simulator.waitForRequest('/v1/messages');
    const body = JSON.stringify(cli.simulator.requestsTo('/v1/messages')[0]?.body);
    expect(body).toContain('The text of notes.');
    expect(body).toContain('"media_type":"image/png"');
  });

  it.each(['SIGTERM', 'SIGHUP', 'ctrl+d', '/exit'] as const)(
    'is kept without a word, too: %s',
    async (way) => {
      const cli = await createReplCli();
      const image = createPlain({ width: 8, height: 4 });
      writeFileSync(join(cli.home, 'my clip.png'), await image.png().toBuffer());
      const { chat, say } = await startRepl({ cli });
      chat.paste(join(cli.home, 'my clip.png'));
      await chat.waitForScreen('[my clip.png, 8×4]');
      if (way.startsWith('SIG')) chat.signal(way as NodeJS.Signals);
      else if (way === '/exit') say(way);
      else chat.press(way);
      if (!way.startsWith('SIG'))
        await chat.waitForScreen('Your attachment my clip.png, 8×4 was not sent; Up brings it back');
      await chat.exit;
      const second = await startRepl({ cli, model: 'claude-haiku-4.5' });
      second.chat.press('up');
      await second.chat.waitForScreen(/^› \/attach '.*my clip\.png'$/m);
      second.chat.press('enter');
      await second.chat.waitForScreen(/Attached .*my clip\.png\.$/m);
      second.say('what is it?');
      await cli.simulator.waitForRequest('/v1/messages');
      const body = JSON.stringify(cli.simulator.requestsTo('/v1/messages')[0]?.body);
      expect(body).toContain('"media_type":"image/png"');
    },
  );

  it('is kept if it is one folded paste', async () => {
    const { cli, chat } = await startRepl();
    chat.paste(Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n'));
    await chat.waitForScreen(/^› \[.*30 lines/m);
    chat.press('ctrl+d');
    chat.signal('SIGHUP');
    await chat.exit;
    const second = await startRepl({ cli });
    second.chat.press('up');
    await second.chat.waitForScreen(/30 lines|line 29/);
  });

  it('says so if they cannot be kept', async () => {
    const { cli, chat, say } = await startRepl();
    say('!echo OUT');
    await chat.waitForScreen(/^\[!echo OUT.*Backspace drops the last$/m);
    chat.type('what is it?');
    await chat.waitForScreen(/^› what is it\?$/m);
    chat.signal('SIGHUP');
    await chat.exit;
    const second = await startRepl({ cli });
    second.chat.press('up');
    await second.chat.waitForScreen('Its attachments are not restored; attach them again.');
    await second.chat.waitForScreen(/^› what is it\?$/m);
  });

  it('is cleared with its image by Ctrl+C, and Up brings both back', async () => {
    const cli = await createReplCli();
    writeFileSync(join(cli.home, 'clip.png'), await createPlain({ width: 8, height: 4 }).png().toBuffer());
    const { chat } = await startRepl({ cli, model: 'claude-haiku-4.5' });
    chat.paste(join(cli.home, 'clip.png'));
    await chat.waitForScreen('[clip.png, 8×4]');
    chat.type('what is it?');
    await chat.waitForScreen(/^› what is it\?$/m);
    chat.press('ctrl+c');
    await chat.waitForScreen((rows) => !/clip\.png|what is it/.test(rows.join('\n')));
    chat.press('up');
    await chat.waitForScreen(/^\[clip\.png, 8×4\].*\n› what is it\?$/m);
  });
});

describe('what was typed for a prompt template', () => {
  it.each(['SIGHUP', 'SIGTERM', 'SIGKILL'] as const)('outlives %s', async (signal) => {
    const cli = await createReplCli();
    const templates = join(cli.home, 'config/copilot-cli/templates');
    mkdirSync(templates, { recursive: true });
    writeFileSync(join(templates, 'review.md'), '---\ninputs:\n  part:\n---\n{{part}}: {{stdin}}');
    const { chat } = await startRepl({ cli });
    chat.type('/review');
    chat.press('enter');
    await chat.waitForScreen(/part:/);
    chat.type('the parser');
    chat.press('enter');
    await chat.waitForScreen(/Text for the prompt:/);
    chat.type('a long thought');
    chat.press('ctrl+j');
    chat.type('of two lines');
    await chat.waitForScreen(/of two lines/);
    if (signal === 'SIGKILL') {
      const folder = join(cli.home, 'data/copilot-cli/drafts');
      await vi.waitFor(
        () =>
          expect(
            readdirSync(folder)
              .map((name) => readFileSync(join(folder, name), 'utf8'))
              .join(),
          ).toContain('of two lines'),
        { timeout: 5_000 },
      );
    }
    chat.signal(signal);
    await chat.exit;
    const second = await startRepl({ cli });
    second.chat.press('up');
    await second.chat.waitForScreen(/^› \/review part="the parser" a long thought\n {2}of two lines$/m);
    second.chat.press('enter');
    await second.waitForAnswer('You said: the parser: a long thought');
    expect(listSaid(cli)[0]).toBe('the parser: a long thought\nof two lines');
  });
});

describe('a draft behind an earlier prompt', () => {
  it('outlives a chat that is killed', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    const read = (path: string): string => {
      try {
        return readFileSync(join(cli.home, 'data/copilot-cli', path), 'utf8');
      } catch {
        return '';
      }
    };
    const listDrafts = (): string =>
      readdirSync(join(cli.home, 'data/copilot-cli'))
        .filter((name) => name === 'drafts')
        .flatMap((folder) => readdirSync(join(cli.home, 'data/copilot-cli', folder)))
        .map((name) => read(join('drafts', name)))
        .join();
    say('first');
    await waitForAnswer('You said: first');
    chat.type('a long thought');
    chat.press('up');
    await chat.waitForScreen(/^› first$/m);
    await vi.waitFor(() => expect(listDrafts()).toContain('a long thought'), { timeout: 5_000 });
    // Deleting the earlier prompt is no reason to forget the draft.
    chat.press('ctrl+u');
    await chat.waitForScreen(/^› Ask a follow-up$/m);
    expect(listDrafts()).toContain('a long thought');
    chat.signal('SIGKILL');
    await chat.exit;
    const second = await startRepl({ cli });
    await second.chat.waitForScreen('A draft of a chat that was killed is kept; Up brings it back.');
    for (const text of ['a long thought', 'first']) {
      second.chat.press('up');
      await second.chat.waitForScreen(new RegExp(`^› ${text}$`, 'm'));
    }
  });
});

describe('the bell', () => {
  const slow = { text: 'one two three four five six', deltaLength: 4, tokensPerSecond: 3 };
  const bell = '\u0007';
  const notice = '\u001b]9;copilot-cli: the answer is complete\u0007';

  it('rings when an answer ends while the window is away, and not while the person looks', async () => {
    const cli = await createReplCli({ answer: slow });
    await cli.runHere(['config', 'set', 'bell', 'notice']);
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    expect(chat.output()).toContain('\u001b[?1004h');
    say('one');
    await chat.waitForScreen('one two');
    chat.type('\u001b[O');
    await waitForAnswer('five six');
    await chat.waitForScreen(() => chat.output().includes(notice));
    chat.type('\u001b[I');
    say('two');
    await chat.waitForScreen(/› two[\s\S]*five six/);
    await waitForAnswer(/› two[\s\S]*five six/);
    chat.press('ctrl+d');
    expect(await chat.exitCode).toBe(0);
    expect(chat.output().split(notice)).toHaveLength(2);
    expect(chat.output().lastIndexOf('\u001b[?1004l')).toBeGreaterThan(
      chat.output().lastIndexOf('\u001b[?1004h'),
    );
  });

  it('is off unless it was asked for', async () => {
    const { chat, say, waitForAnswer } = await startRepl();
    expect(chat.output()).not.toContain('\u001b[?1004h');
    say('one');
    await waitForAnswer('You said: one');
    chat.press('ctrl+d');
    await chat.exitCode;
    expect(chat.output().replaceAll(/\u001b\][^\u0007]*\u0007/g, '')).not.toContain(bell);
  });
});
