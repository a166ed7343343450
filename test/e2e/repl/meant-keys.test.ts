import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createPlain } from '../../attachments/images.ts';
import { type Cli, createCli } from '../../helpers/cli.ts';
import { describeOverlapping } from '../../helpers/overlapping.ts';
import {
  createReplCli,
  findLastTurn,
  listBranches,
  readConversation,
  startRepl,
} from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

const chatPath = '/chat/completions';

/** So slow that it is not at its end before Esc. */
const endless = { text: 'word '.repeat(20_000), deltaLength: 5, tokensPerSecond: 20 };
/** Long enough to type something meanwhile. */
const slow = { text: 'word '.repeat(90), deltaLength: 5, tokensPerSecond: 60 };

const shows = (draft: string): RegExp => new RegExp(`^› ${draft}$(?![\\s\\S]*^› )`, 'm');
const empty = /^›(?: Ask\b.*)?\s*$(?![\s\S]*^›)/m;

function listAsked(cli: Cli): string[] {
  return cli.simulator.requestsTo(chatPath).map(({ body }) => findLastUserText(toRecord(body)));
}

async function waitUntilAnswered(cli: Cli): Promise<void> {
  await vi.waitFor(() => expect(findLastTurn(cli)).toMatchObject({ finish: expect.any(String) }), {
    timeout: 10_000,
  });
}

/** A first prompt is being answered, and the next answers come at once. */
async function startInAnswer(answer: typeof slow) {
  const cli = await createReplCli({ answer });
  const repl = await startRepl({ cli, keyboard: 'kitty' });
  repl.say('first');
  await repl.chat.waitForScreen('word word');
  cli.simulator.state.answer = {};
  async function queue(text: string): Promise<void> {
    repl.say(text);
    await repl.chat.waitForScreen(`› ${text} · queued`);
  }
  return { ...repl, queue };
}

describe('a question that comes while something else is typed', () => {
  it('takes no letter of it, and is answered after Tab', async () => {
    const { cli, chat, queue, waitForAnswer } = await startInAnswer(slow);
    await queue('/edit');
    chat.type('y');
    await chat.waitForScreen(shows('y'));
    await chat.waitForScreen('Edit which prompt? · Tab answers, Esc closes it');
    for (const letter of 'es, why') chat.type(letter);
    await chat.waitForScreen(shows('yes, why'));
    chat.press('tab');
    await chat.waitForScreen(/^› 1 {2}first$/m);
    chat.press('escape');
    await chat.waitForScreen(shows('yes, why'));
    expect(listAsked(cli)).toEqual(['first']);
    chat.press('enter');
    await waitForAnswer('You said: yes, why');
  });

  it('is answered with no by Esc, and what is sent before that waits for it', { tags: 'deep' }, async () => {
    const { cli, chat, queue, waitForAnswer } = await startInAnswer(slow);
    await queue('/logout');
    chat.type('next one');
    await chat.waitForScreen(/Forget the sign-in on this machine\? · Tab answers/);
    chat.press('enter');
    await chat.waitForScreen('› next one · queued');
    expect(listAsked(cli)).toEqual(['first']);
    chat.press('escape');
    await chat.waitForScreen('You are still signed in.');
    await waitForAnswer('You said: next one');
    expect(listAsked(cli)).toEqual(['first', 'next one']);
  });

  sampled.it.each(['y', 'n', 'yes'])(
    'of yes or no leaves %s to the composer if it comes at once',
    // On a machine that stands still for 300 ms it does not come at once.
    { retry: 2 },
    async (letters) => {
      const cli = await createCli();
      const { chat } = await startRepl({ cli, ready: 'Sign in now?' });
      chat.type(letters);
      await chat.waitForScreen(shows(letters));
      await chat.waitForScreen('Sign in now? · Tab answers');
      chat.press('tab');
      await chat.waitForScreen('Sign in now? Y/n');
      chat.type('n');
      await chat.waitForScreen('Sign in now? Y/n n');
      chat.press('enter');
      await chat.waitForScreen('Sign in later with /login.');
      await chat.waitForScreen(shows(letters));
      expect(cli.simulator.requests).toEqual([]);
    },
  );

  it('of yes or no is not answered by Enter at once', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const { chat } = await startRepl({ cli, ready: 'Sign in now?' });
    chat.press('enter');
    await chat.waitForScreen('Sign in now? Y/n');
    chat.press('escape');
    await chat.waitForScreen('Sign in later with /login.');
    expect(cli.simulator.requests).toEqual([]);
  });

  it('of yes or no leaves the words of a prompt to the composer', async () => {
    const cli = await createCli();
    const { chat } = await startRepl({ cli, ready: 'Sign in now?' });
    for (const letter of 'what, why?') chat.type(letter);
    await chat.waitForScreen(shows('what, why\\?'));
    chat.press('tab');
    chat.type('n');
    chat.press('enter');
    await chat.waitForScreen('Sign in later with /login.');
    await chat.waitForScreen(shows('what, why\\?'));
    expect(cli.simulator.requests).toEqual([]);
  });
});

describe('a question of yes or no that has been read', () => {
  it('takes no letter of a prompt that begins like an answer', async () => {
    const cli = await createReplCli();
    const { chat } = await startRepl({ cli });
    chat.type('/logout');
    chat.press('enter');
    await chat.waitForScreen('Forget the sign-in on this machine? y/N');
    for (const letter of 'yellow?') chat.type(letter);
    await chat.waitForScreen(shows('yellow\\?'));
    await chat.waitForScreen(/Forget the sign-in on this machine\? · Tab answers/);
    chat.press('escape');
    await chat.waitForScreen('You are still signed in.');
    await chat.waitForScreen(shows('yellow\\?'));
  });
});

describeOverlapping('a prompt that waits', () => {
  it('is not sent after a command in front of it that failed', async () => {
    const { cli, chat, queue, waitForAnswer } = await startInAnswer(slow);
    await queue('/retry nosuchmodel');
    await queue('second');
    await chat.waitForScreen(/no model[\s\S]*› second · queued · On an empty prompt: Enter sends the queue/i);
    expect(listAsked(cli)).toEqual(['first']);
    chat.press('ctrl+c');
    await chat.waitForScreen(empty);
    chat.press('enter');
    await waitForAnswer('You said: second');
  });

  it('is not sent by a command after Esc', { tags: 'deep' }, async () => {
    const { cli, chat, queue, say, waitForAnswer } = await startInAnswer(endless);
    await queue('second');
    chat.press('escape');
    await chat.waitForScreen('Enter sends the queue');
    say('/rename apples');
    await chat.waitForScreen('This conversation is now called apples.');
    say('!echo done');
    await chat.waitForScreen(/^\[!echo done: [\s\S]*^›(?: Ask\b.*)?$/m);
    await chat.waitForScreen('Enter sends the queue');
    expect(listAsked(cli)).toEqual(['first']);
    chat.press('enter');
    await waitForAnswer('You said: second');
  });

  it('is not taken for what /edit is about', { tags: 'deep' }, async () => {
    const { cli, chat, queue, waitForAnswer } = await startInAnswer(slow);
    await queue('/edit 1');
    await queue('second');
    await chat.waitForScreen(
      /Enter sends this in place of prompt 1.*\n› second · queued · On an empty prompt: Enter sends the queue\n› first$/m,
    );
    chat.press('escape');
    await chat.waitForScreen('The conversation stays as it was.');
    await chat.waitForScreen(empty);
    chat.press('enter');
    await waitForAnswer('You said: second');
    expect(listAsked(cli)).toEqual(['first', 'second']);
    expect(listBranches(readConversation(cli))).toHaveLength(1);
  });

  it('does not take along the image that is pasted into the next one', async () => {
    const cli = await createReplCli({ answer: slow });
    writeFileSync(join(cli.home, 'shot.png'), await createPlain({ width: 20, height: 10 }).png().toBuffer());
    const { chat, say } = await startRepl({ cli, model: 'claude-haiku-4.5' });
    say('first');
    await chat.waitForScreen('word word');
    cli.simulator.state.answer = {};
    say('without');
    await chat.waitForScreen('› without · queued');
    chat.paste(`${cli.home}/shot.png`);
    await chat.waitForScreen('[shot.png, 20×10]');
    say('with');
    await chat.waitForScreen(/› with \[1 image\] · queued|You said: without/);
    await cli.simulator.waitForRequest('/v1/messages', 3);
    const hasImage = cli.simulator
      .requestsTo('/v1/messages')
      .map(({ body }) => JSON.stringify(body).includes('image/png'));
    expect(hasImage).toEqual([false, false, true]);
  });
});

describeOverlapping('what is being typed', () => {
  sampled.it.each(['SIGTERM', 'SIGHUP'] as const)('is there the next time after %s', async (signal) => {
    const { cli, chat } = await startRepl({ keyboard: 'kitty' });
    chat.type('half a prompt');
    await chat.waitForScreen(shows('half a prompt'));
    chat.signal(signal);
    await chat.exit;
    const { chat: next } = await startRepl({ cli, keyboard: 'kitty' });
    next.press('up');
    await next.waitForScreen(shows('half a prompt'));
  });

  it('keeps a waiting command back that would replace it, and comes back with Up', async () => {
    const { cli, chat, queue } = await startInAnswer(slow);
    await queue('/undo');
    chat.type('half a prompt');
    await waitUntilAnswered(cli);
    await chat.waitForScreen(/› \/undo · queued[\s\S]*Enter sends the queue and this/);
    await chat.waitForScreen(shows('half a prompt'));
    chat.press('ctrl+c');
    await chat.waitForScreen('Enter sends the queue');
    chat.press('enter');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await chat.waitForScreen(shows('first'));
    chat.press('up');
    await chat.waitForScreen(shows('/undo'));
    chat.press('up');
    await chat.waitForScreen(shows('half a prompt'));
  });

  it('comes back with Up after a Ctrl+C that was meant for the reply', { tags: 'deep' }, async () => {
    const { cli, chat } = await startInAnswer({ ...slow, text: 'word '.repeat(20) });
    chat.type('half a prompt');
    await chat.waitForScreen(shows('half a prompt'));
    await waitUntilAnswered(cli);
    chat.press('ctrl+c');
    await chat.waitForScreen(empty);
    chat.press('up');
    await chat.waitForScreen(shows('half a prompt'));
    chat.press('up');
    await chat.waitForScreen(shows('first'));
  });

  it('comes back with Up after a recalled and edited prompt was cleared, and the draft before it with Down', {
    tags: 'deep',
  }, async () => {
    const { chat, say, waitForAnswer } = await startRepl({ keyboard: 'kitty' });
    say('first');
    await waitForAnswer('You said: first');
    chat.type('unsent');
    await chat.waitForScreen(shows('unsent'));
    chat.press('up');
    await chat.waitForScreen(shows('first'));
    chat.type(' and more');
    await chat.waitForScreen(shows('first and more'));
    chat.press('ctrl+c');
    await chat.waitForScreen(empty);
    chat.press('up');
    await chat.waitForScreen(shows('first and more'));
    chat.press('down');
    await chat.waitForScreen(shows('unsent'));
  });

  it('comes back with Up after the edit of an earlier prompt was cancelled', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({ keyboard: 'kitty' });
    say('first');
    await waitForAnswer('You said: first');
    say('/edit 1');
    await chat.waitForScreen(/Enter sends this in place of prompt 1[\s\S]*^› first$/m);
    chat.type(' in other words');
    await chat.waitForScreen(shows('first in other words'));
    chat.press('ctrl+c');
    await chat.waitForScreen('The conversation stays as it was.');
    chat.press('up');
    await chat.waitForScreen(shows('first in other words'));
    expect(listAsked(cli)).toEqual(['first']);
  });

  it('is not written down when it is cleared', { tags: 'deep' }, async () => {
    const { cli, chat } = await startRepl({ keyboard: 'kitty' });
    chat.type('a password');
    await chat.waitForScreen(shows('a password'));
    chat.press('ctrl+c');
    await chat.waitForScreen(empty);
    chat.press('ctrl+d');
    await chat.exit;
    const { chat: next } = await startRepl({ cli, keyboard: 'kitty' });
    next.press('up');
    next.type('.');
    await next.waitForScreen(shows('\\.'));
  });
});

describeOverlapping('a word for the chat behind a prompt that was put back', () => {
  async function undoFirst() {
    const repl = await startRepl({ keyboard: 'kitty' });
    repl.say('what is a prompt');
    await repl.waitForAnswer('You said: what is a prompt');
    repl.say('/undo');
    await repl.chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await repl.chat.waitForScreen(shows('what is a prompt'));
    return repl;
  }

  sampled.it.each(['exit', 'quit', ':q'])(
    'leaves as %s does elsewhere, and the prompt is there the next time',
    async (word) => {
      const { cli, chat, say } = await undoFirst();
      say(word);
      expect(await chat.exitCode).toBe(0);
      expect(listAsked(cli)).toEqual(['what is a prompt']);
      const { chat: next } = await startRepl({ cli, keyboard: 'kitty' });
      next.press('up');
      await next.waitForScreen(shows('what is a prompt'));
    },
  );

  it('shows the help, and leaves the prompt', async () => {
    const { cli, chat, say } = await undoFirst();
    say('help');
    await chat.waitForScreen('@path attaches a file');
    await chat.waitForScreen(shows('what is a prompt'));
    expect(listAsked(cli)).toEqual(['what is a prompt']);
  });

  it('is not a lone ?, which ends the question', { tags: 'deep' }, async () => {
    const { say, waitForAnswer } = await undoFirst();
    say('?');
    await waitForAnswer('You said: what is a prompt?');
  });

  it('is part of the prompt after a space', { tags: 'deep' }, async () => {
    const { say, waitForAnswer } = await undoFirst();
    say(' exit');
    await waitForAnswer('You said: what is a prompt exit');
  });
});

describeOverlapping('a command that was refused', () => {
  sampled.it.each([
    ['a prompt', 'and now words', 'You said: and now words'],
    ['a shell command', '!echo ran-$((6*7))', 'ran-42'],
    ['another command', '/rename better', /Renamed|better/],
  ])(
    'gives way to %s that is typed straight on, and is one step up in the history',
    async (_, text, shown) => {
      const { chat, say } = await startRepl({ keyboard: 'kitty' });
      say('/model gpt-9');
      await chat.waitForScreen('There is no model gpt-9');
      await chat.waitForScreen(shows('/model gpt-9'));
      chat.type(text);
      chat.press('enter');
      await chat.waitForScreen(shown);
      await chat.waitForScreen(empty);
      chat.press('up');
      chat.press('up');
      await chat.waitForScreen(shows('/model gpt-9'));
    },
  );

  it('goes on behind a space, and is mended by keys that edit', async () => {
    const { chat, say } = await startRepl({ keyboard: 'kitty' });
    say('/edit 7');
    // What is typed stands there, too, before it is refused and put back.
    await chat.waitForScreen('This conversation has no prompts yet');
    await chat.waitForScreen(shows('/edit 7'));
    chat.type(' more');
    await chat.waitForScreen(shows('/edit 7 more'));
    chat.press('enter');
    await chat.waitForScreen('/edit takes one word');
    chat.press('backspace');
    chat.type('X');
    await chat.waitForScreen(shows('/edit 7 morX'));
  });
});

describeOverlapping('a prompt that was put back and shortened', () => {
  it('stays where it is while a command is typed behind it', { tags: 'deep' }, async () => {
    const { chat, say, waitForAnswer } = await startRepl({ keyboard: 'kitty' });
    say('what is this?');
    await waitForAnswer('You said: what is this?');
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await chat.waitForScreen(shows('what is this\\?'));
    chat.press('backspace');
    await chat.waitForScreen(shows('what is this'));
    say('/rename other');
    await chat.waitForScreen(/other/);
    await chat.waitForScreen(shows('what is this'));
  });
});

describeOverlapping('what is pasted at the start of a prompt', () => {
  /** So long that it is folded. */
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join('\n');
  const runs = (name: string): string => `touch "${name}"`;

  async function startInFolder() {
    const repl = await startRepl({ keyboard: 'kitty' });
    const file = join(repl.cli.home, 'ran');
    return { ...repl, run: runs(file), hasRun: () => existsSync(file) };
  }

  sampled.it.each([
    ['a folded text with !', (run: string) => `!${run}\n${lines}`],
    ['a short text with !', (run: string) => `!${run}`],
    ['lines with !, behind blanks', (run: string) => `\n  !${run}\n#`],
    ['an image of Markdown', (run: string) => `![logo](x) || ${run}`],
    ['a folded text with /', () => `/new ${lines}`],
    ['a short text with /', () => '/status'],
    ['a command with / behind a space', () => ' /new other'],
    ['a word for the chat', () => 'exit'],
    ['a question mark', () => '?'],
  ])('is part of the prompt: %s', async (_, toText) => {
    const { cli, chat, run, hasRun } = await startInFolder();
    const text = toText(run);
    chat.paste(text);
    await chat.waitForScreen((rows) =>
      rows.some((row) => row.includes(text.trim().slice(0, 4)) || row.includes('[Pasted text #1')),
    );
    chat.press('enter');
    await cli.simulator.waitForRequest(chatPath);
    expect(listAsked(cli)).toEqual([text]);
    expect(hasRun()).toBe(false);
  });

  it('is part of the prompt in front of words that were typed', { tags: 'deep' }, async () => {
    const { cli, chat, run, hasRun } = await startInFolder();
    chat.type('explain');
    await chat.waitForScreen(shows('explain'));
    chat.press('ctrl+a');
    chat.paste(`!${run}\n#`);
    await chat.waitForScreen('#explain');
    chat.press('enter');
    await cli.simulator.waitForRequest(chatPath);
    expect(listAsked(cli)).toEqual([`!${run}\n#explain`]);
    expect(hasRun()).toBe(false);
  });

  it('is part of the prompt once the words in front of it are deleted', async () => {
    const { cli, chat, run, hasRun } = await startInFolder();
    chat.paste(`x !${run}`);
    await chat.waitForScreen(/^› x !touch/m);
    chat.press('ctrl+a');
    chat.press('delete');
    chat.press('delete');
    await chat.waitForScreen(/^› !touch/m);
    chat.press('enter');
    await cli.simulator.waitForRequest(chatPath);
    expect(listAsked(cli)).toEqual([`!${run}`]);
    expect(hasRun()).toBe(false);
  });

  sampled.it.each(['!', '/status', 'exit'])(
    'is part of the prompt after Up, and in the next chat: %s',
    async (start) => {
      const { cli, chat, run, hasRun, waitForAnswer } = await startInFolder();
      const text = start === '!' ? `!${run}` : start;
      chat.paste(text);
      await chat.waitForScreen((rows) => rows.some((row) => row.startsWith(`› ${start}`)));
      chat.press('enter');
      await waitForAnswer(`You said: ${start}`);
      const { chat: next } = await startRepl({ cli, keyboard: 'kitty' });
      for (const [index, again] of [chat, next].entries()) {
        again.press('up');
        await again.waitForScreen((rows) => rows.some((row) => row.startsWith(`› ${start}`)));
        again.press('enter');
        await cli.simulator.waitForRequest(chatPath, index + 2);
      }
      expect(listAsked(cli)).toEqual([text, text, text]);
      expect(hasRun()).toBe(false);
    },
  );

  it('is part of the prompt once Alt+V has unfolded it', { tags: 'deep' }, async () => {
    const { cli, chat, run, hasRun } = await startInFolder();
    const text = `!${run}\n${lines}`;
    chat.paste(text);
    await chat.waitForScreen('[Pasted text #1');
    chat.press('alt+v');
    await chat.waitForScreen('line 40');
    chat.press('enter');
    await cli.simulator.waitForRequest(chatPath);
    expect(listAsked(cli)).toEqual([text]);
    expect(hasRun()).toBe(false);
  });

  it('is a shell command behind a typed !, and unseen lines run only when they are shown', async () => {
    const { cli, chat, run, hasRun } = await startInFolder();
    chat.type('!');
    await chat.waitForScreen(shows('!'));
    chat.paste(`${run}\n${lines.replace(/^/gm, '# ')}`);
    await chat.waitForScreen('[Pasted text #1');
    chat.press('enter');
    await chat.waitForScreen('Alt+V shows what was pasted');
    expect(hasRun()).toBe(false);
    chat.press('alt+v');
    await chat.waitForScreen('# line 40');
    chat.press('enter');
    await vi.waitFor(() => expect(hasRun()).toBe(true), { timeout: 5000 });
    expect(listAsked(cli)).toEqual([]);
  });

  it('is a parameter behind the name of a typed command', { tags: 'deep' }, async () => {
    const { cli, chat } = await startInFolder();
    chat.type('/rename ');
    await chat.waitForScreen('› /rename');
    chat.paste('/apples!');
    await chat.waitForScreen('/rename /apples!');
    chat.press('enter');
    await chat.waitForScreen('This conversation is now called /apples!.');
    expect(listAsked(cli)).toEqual([]);
  });
});
