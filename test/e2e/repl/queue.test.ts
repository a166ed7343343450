import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import { type Cli, chatModel } from '../../helpers/cli.ts';
import { describeOverlapping } from '../../helpers/overlapping.ts';
import { createReplCli, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import type { Answer } from '../../simulator/answer/answer.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';
import type { Transport } from '../../simulator/transport.ts';

/** So slow that it is not at its end before the test ends it. */
const endless = { text: 'word '.repeat(20_000), deltaLength: 5, tokensPerSecond: 20 };

function send(emulator: Emulator, text: string): void {
  emulator.type(text);
  emulator.press('enter');
}

function listAsked(cli: Cli): string[] {
  return cli.simulator.requestsTo('/chat/completions').map(({ body }) => findLastUserText(toRecord(body)));
}

/** Long enough for prompts to be typed meanwhile. */
const slow = { text: 'word '.repeat(90), deltaLength: 5, tokensPerSecond: 60 };
/** The last prompt is at the bottom, with this text. */
const composes = (draft: string): RegExp =>
  new RegExp(`^›(?: Ask\\b.*)?${draft && ` ${draft}`}\\s*$(?![\\s\\S]*^›)`, 'm');

/** Prompts wait while an answer comes, after it was stopped, or after one of them failed and is in the composer again. */
async function startWaiting(state: 'running' | 'stopped' | 'failed', waiting: readonly string[]) {
  const cli = await createReplCli({ answer: state === 'failed' ? slow : endless });
  const repl = await startRepl({ cli, keyboard: 'kitty' });
  const { chat, say } = repl;
  say('first');
  await chat.waitForScreen('word word');
  if (state === 'failed')
    cli.simulator.faults.add({
      path: '/chat/completions',
      status: 422,
      body: { error: { message: 'Not this one.' } },
    });
  for (const prompt of state === 'failed' ? ['wrong', ...waiting] : waiting) {
    say(prompt);
    await chat.waitForScreen(`› ${prompt} · queued`);
  }
  if (state === 'stopped') chat.press('escape');
  if (state === 'stopped') await chat.waitForScreen('Stopped.');
  if (state === 'failed') await chat.waitForScreen(/Not this one\.[\s\S]*^› wrong$/m);
  await chat.waitForScreen(composes(state === 'failed' ? 'wrong' : ''));
  cli.simulator.state.answer = state === 'running' ? endless : {};
  return repl;
}

/** A prompt that waits, on any row. */
const waits = (prompt: string): unknown => expect.stringContaining(`› ${prompt} · queued`);

/** What the edge says about Enter, if there is a draft, and the keys behind the last prompt that waits. */
function readHint(emulator: Emulator): string | undefined {
  const rows = emulator.screen();
  const enter = /─ (?:Esc stops · )?(Enter [^·─]+?) (?:·|─)/.exec(
    rows.findLast((row) => row.startsWith('─')) ?? '',
  )?.[1];
  const keys = rows.flatMap((row) => / · queued · (.+)$/.exec(row)?.[1] ?? []).at(-1);
  return keys && [...(enter === undefined ? [] : [enter]), keys].join(' · ');
}

/** The panel is drawn a moment after the draft. */
async function waitForHint(emulator: Emulator, hint: string | undefined): Promise<void> {
  await emulator.waitForScreen(() => readHint(emulator) === hint);
}

describeOverlapping('the hint below what waits', () => {
  const takesBack = 'Up edits';
  const queues = `Enter queues · On an empty prompt: ${takesBack}`;
  const releases = 'Enter sends the queue';
  const sendsDraft = 'Enter sends the queue and this';
  const sendsReturned = `Enter sends only this · On an empty prompt: ${releases}`;
  const two = ['second', 'third'];

  sampled.it.each<{
    state: 'running' | 'stopped' | 'failed';
    waiting: string[];
    onEmpty: string | undefined;
    onDraft: string | undefined;
  }>([
    {
      state: 'failed',
      waiting: ['second'],
      onEmpty: `${releases} · ${takesBack} · /queue`,
      onDraft: sendsDraft,
    },
    { state: 'running', waiting: [], onEmpty: undefined, onDraft: undefined },
    {
      state: 'running',
      waiting: ['second'],
      onEmpty: `${takesBack} · /queue`,
      onDraft: queues,
    },
    { state: 'stopped', waiting: [], onEmpty: undefined, onDraft: undefined },
    { state: 'running', waiting: two, onEmpty: `${takesBack} · /queue`, onDraft: queues },
    { state: 'failed', waiting: [], onEmpty: undefined, onDraft: undefined },
    {
      state: 'stopped',
      waiting: ['second'],
      onEmpty: `${releases} · ${takesBack} · /queue`,
      onDraft: sendsDraft,
    },
    { state: 'failed', waiting: two, onEmpty: `${releases} · ${takesBack} · /queue`, onDraft: sendsDraft },
    { state: 'stopped', waiting: two, onEmpty: `${releases} · ${takesBack} · /queue`, onDraft: sendsDraft },
  ])('says what Enter does: $state, $waiting', async ({ state, waiting, onEmpty, onDraft }) => {
    const { cli, chat, waitForAnswer } = await startWaiting(state, waiting);
    const before = listAsked(cli).length;
    // After a failure the failed prompt is the draft.
    if (state === 'failed') {
      await waitForHint(chat, waiting.length > 0 ? sendsReturned : undefined);
      chat.press('ctrl+c');
      await chat.waitForScreen(composes(''));
    }
    await waitForHint(chat, onEmpty);
    chat.type('dr');
    await chat.waitForScreen(composes('dr'));
    await waitForHint(chat, onDraft);
    chat.press('enter');
    if (state === 'running') {
      await chat.waitForScreen('› dr · queued');
      expect(listAsked(cli)).toHaveLength(before);
      return;
    }
    await waitForAnswer('You said: dr');
    expect(listAsked(cli).slice(before)).toEqual([...waiting, 'dr']);
  });

  it('says what Enter does for a failed prompt, which is sent once more and alone', async () => {
    const { cli, chat, waitForAnswer } = await startWaiting('failed', ['second']);
    await waitForHint(chat, sendsReturned);
    // Edited, it still comes before what waits.
    chat.type('ly');
    await waitForHint(chat, sendsReturned);
    chat.press('enter');
    await waitForAnswer('You said: wrongly');
    expect(listAsked(cli)).toEqual(['first', 'wrong', 'wrongly']);
    expect(chat.screen()).toContainEqual(waits('second'));
  });

  it('says that Enter runs a command, and when it sends the queue', { tags: 'deep' }, async () => {
    const { chat } = await startWaiting('stopped', ['second']);
    chat.type('!ls');
    await chat.waitForScreen(composes('!ls'));
    await waitForHint(chat, `Enter runs it · On an empty prompt: ${releases}`);
  });
});

/** What Up shows, from the newest to the oldest. */
async function listHistory(chat: Emulator, expected: readonly string[]): Promise<void> {
  for (const prompt of expected) {
    chat.press('ctrl+p');
    await chat.waitForScreen(composes(prompt));
  }
  // There is no older one.
  chat.press('ctrl+p');
  chat.type('.');
  await chat.waitForScreen(composes(`${expected.at(-1)}\\.`));
}

describeOverlapping('what waits is no history yet', () => {
  it('so Up on a draft walks past it, and Down comes back to the draft', async () => {
    const { cli, chat } = await startWaiting('running', ['second', 'third']);
    chat.type('draft');
    await chat.waitForScreen(composes('draft'));
    chat.press('up');
    await chat.waitForScreen(composes('first'));
    chat.press('down');
    await chat.waitForScreen(composes('draft'));
    expect(chat.screen()).toContainEqual(waits('second'));
    expect(chat.screen()).toContainEqual(waits('third'));
    expect(listAsked(cli)).toEqual(['first']);
  });

  it('so Ctrl+R does not find it, and finds it once it is sent', async () => {
    const { chat, waitForAnswer } = await startWaiting('stopped', ['second']);
    chat.press('ctrl+r');
    chat.type('seco');
    await chat.waitForScreen('nothing found');
    chat.press('escape');
    chat.press('enter');
    await waitForAnswer('You said: second');
    chat.press('ctrl+r');
    chat.type('seco');
    await chat.waitForScreen(/^› second\n.*\nsearch › seco$/m);
  });

  it('and is there once when it was taken back and sent', async () => {
    const { cli, chat, waitForAnswer } = await startWaiting('stopped', ['second', 'third']);
    chat.press('up');
    await chat.waitForScreen(composes('third'));
    chat.press('enter');
    await waitForAnswer('You said: third');
    expect(listAsked(cli)).toEqual(['first', 'second', 'third']);
    await listHistory(chat, ['third', 'second', 'first']);
  });

  it('and is there as it was sent when it was taken back and edited', { tags: 'deep' }, async () => {
    const { chat, waitForAnswer } = await startWaiting('stopped', ['second']);
    chat.press('up');
    await chat.waitForScreen(composes('second'));
    chat.type(' in short');
    chat.press('enter');
    await waitForAnswer('You said: second in short');
    await listHistory(chat, ['second in short', 'first']);
  });

  it('and comes back once when it was taken back and cleared', { tags: 'deep' }, async () => {
    const { cli, chat } = await startWaiting('stopped', ['second']);
    chat.press('up');
    await chat.waitForScreen(composes('second'));
    chat.press('ctrl+c');
    await chat.waitForScreen(composes(''));
    await listHistory(chat, ['second', 'first']);
    expect(listAsked(cli)).toEqual(['first']);
  });

  it('and does not lose the draft that was left for an older prompt, when that is sent', {
    tags: 'deep',
  }, async () => {
    const { chat, waitForAnswer } = await startWaiting('stopped', ['second']);
    chat.press('up');
    await chat.waitForScreen(composes('second'));
    chat.press('up');
    await chat.waitForScreen(composes('first'));
    chat.press('enter');
    await waitForAnswer('You said: first');
    await chat.waitForScreen(composes(''));
    chat.press('down');
    await chat.waitForScreen(composes('second'));
  });

  it('and is added behind the person who walks through the history', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: slow });
    const { chat, say, waitForAnswer } = await startRepl({ cli, keyboard: 'kitty' });
    say('first');
    await chat.waitForScreen('word word');
    cli.simulator.state.answer = {};
    say('second');
    await chat.waitForScreen('› second · queued');
    chat.type('draft');
    await chat.waitForScreen(composes('draft'));
    chat.press('up');
    await chat.waitForScreen(composes('first'));
    await waitForAnswer('You said: second');
    chat.press('down');
    await chat.waitForScreen(composes('second'));
    chat.press('down');
    await chat.waitForScreen(composes('draft'));
  });

  it('after /undo, and after an attachment that failed', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startWaiting('stopped', ['second']);
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    await chat.waitForScreen(composes('first'));
    chat.press('enter');
    await waitForAnswer('You said: first');
    expect(listAsked(cli)).toEqual(['first', 'first']);
    expect(chat.screen()).toContainEqual(waits('second'));
    await listHistory(chat, ['first', '/undo', 'first']);
  });

  sampled.it.each(['SIGTERM', 'SIGHUP'] as const)(
    'and outlives %s, with the draft behind it',
    async (signal) => {
      const { cli, chat } = await startWaiting('running', ['second', 'third']);
      chat.type('draft');
      await chat.waitForScreen(composes('draft'));
      chat.signal(signal);
      await chat.exit;
      const { chat: next } = await startRepl({ cli, keyboard: 'kitty' });
      await listHistory(next, ['draft', 'third', 'second', 'first']);
      expect(listAsked(cli)).toEqual(['first']);
    },
  );

  it('and is not kept twice when the answer before it is stopped by leaving', { tags: 'deep' }, async () => {
    const { cli, chat } = await startWaiting('running', ['second']);
    chat.signal('SIGTERM');
    await chat.exit;
    const { chat: next } = await startRepl({ cli, keyboard: 'kitty' });
    await listHistory(next, ['second', 'first']);
  });
});

describeOverlapping('what waits, when SIGKILL ends the chat,', () => {
  /** The prompts on the disk, oldest first. */
  function listKept(cli: Cli): string[] {
    const path = join(cli.home, 'data/copilot-cli/prompt-history.jsonl');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => String(toRecord(JSON.parse(line)).prompt));
  }

  async function killWhenKept({ cli, chat }: { cli: Cli; chat: Emulator }, kept: readonly string[]) {
    await vi.waitFor(() => expect(listKept(cli)).toEqual(kept), { timeout: 10_000 });
    chat.signal('SIGKILL');
    await chat.exit;
    expect(listKept(cli)).toEqual(kept);
    return startRepl({ cli, keyboard: 'kitty' });
  }

  it('comes back once, the last one first', async () => {
    const repl = await startWaiting('running', ['second', 'third']);
    const { chat } = await killWhenKept(repl, ['first', 'second', 'third']);
    await listHistory(chat, ['third', 'second', 'first']);
    expect(listAsked(repl.cli)).toEqual(['first']);
  });

  it('is there once if one of them had been sent', { tags: 'deep' }, async () => {
    const repl = await startWaiting('stopped', ['second', 'third']);
    repl.cli.simulator.state.answer = ({ body }) =>
      findLastUserText(toRecord(body)) === 'third' ? endless : {};
    repl.chat.press('enter');
    await repl.cli.simulator.waitForRequest('/chat/completions', 3);
    repl.say('fourth');
    await repl.chat.waitForScreen('› fourth · queued');
    const { chat } = await killWhenKept(repl, ['first', 'second', 'third', 'fourth']);
    await listHistory(chat, ['fourth', 'third', 'second', 'first']);
  });

  it('is there as it was queued while somebody edits it, and as it was sent afterwards', {
    tags: 'deep',
  }, async () => {
    const repl = await startWaiting('stopped', ['second', 'third']);
    repl.chat.press('up');
    await repl.chat.waitForScreen(composes('third'));
    repl.chat.type(' in short');
    await repl.chat.waitForScreen(composes('third in short'));
    const next = await killWhenKept(repl, ['first', 'second', 'third']);
    next.chat.press('up');
    await next.chat.waitForScreen(composes('third'));
    next.chat.press('ctrl+c');
    await next.chat.waitForScreen(composes(''));
    next.say('fourth');
    await next.waitForAnswer('You said: fourth');
    const { chat } = await killWhenKept({ ...repl, chat: next.chat }, ['first', 'second', 'third', 'fourth']);
    await listHistory(chat, ['fourth', 'third', 'second', 'first']);
  });

  it('is the edited prompt after it was taken back and queued again', { tags: 'deep' }, async () => {
    const repl = await startWaiting('running', ['second']);
    repl.chat.press('up');
    await repl.chat.waitForScreen(composes('second'));
    repl.say(' in short');
    await repl.chat.waitForScreen('› second in short · queued');
    const { chat } = await killWhenKept(repl, ['first', 'second in short']);
    await listHistory(chat, ['second in short', 'first']);
  });

  it('is gone from the disk after it was taken back and cleared', { tags: 'deep' }, async () => {
    const repl = await startWaiting('stopped', ['second']);
    repl.chat.press('up');
    await repl.chat.waitForScreen(composes('second'));
    repl.chat.press('ctrl+c');
    await repl.chat.waitForScreen(composes(''));
    const { chat } = await killWhenKept(repl, ['first']);
    await listHistory(chat, ['first']);
  });

  it('keeps what was pasted apart from what was typed', { tags: 'deep' }, async () => {
    const repl = await startWaiting('running', []);
    repl.chat.paste('/exit @notes.md');
    repl.chat.press('enter');
    await repl.chat.waitForScreen('› /exit @notes.md · queued');
    const next = await killWhenKept(repl, ['first', '/exit @notes.md']);
    repl.cli.simulator.state.answer = {};
    next.chat.press('up');
    await next.chat.waitForScreen(composes('/exit @notes\\.md'));
    next.chat.press('enter');
    await next.waitForAnswer('You said: /exit @notes.md');
  });

  it('is not on the disk with --no-save', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat, say } = await startRepl({ cli, keyboard: 'kitty', argv: ['--no-save'] });
    say('first');
    await chat.waitForScreen('word word');
    say('second');
    await chat.waitForScreen('› second · queued');
    chat.press('up');
    await chat.waitForScreen(composes('second'));
    chat.signal('SIGKILL');
    await chat.exit;
    expect(listKept(cli)).toEqual([]);
  });
});

describeOverlapping('what is sent during an answer', () => {
  it('is listed, and sent one after the other when the answer has ended', async () => {
    const cli = await createReplCli({
      answer: { text: 'word '.repeat(60), deltaLength: 5, tokensPerSecond: 60 },
    });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    cli.simulator.state.answer = {};
    send(emulator, 'second');
    await emulator.waitForScreen('› second · queued');
    send(emulator, 'third');
    await emulator.waitForScreen(/^› second · queued\n› third · queued · /m);
    await cli.simulator.waitForRequest('/chat/completions', 3);
    expect(listAsked(cli)).toEqual(['first', 'second', 'third']);
    await emulator.waitForScreen(
      (rows) => !rows.some((row) => row.includes(' · queued') || row.includes('Esc stops')),
    );
  });

  sampled.it.each([
    ['removed', 'g.txt', (folder: string) => rmSync(join(folder, 'g.txt'))],
    [
      'removed with its folder',
      'sub/h.txt',
      (folder: string) => rmSync(join(folder, 'sub'), { recursive: true }),
    ],
    ['renamed', 'g.txt', (folder: string) => renameSync(join(folder, 'g.txt'), join(folder, 'i.txt'))],
  ])('is held if the file that it mentions was %s meanwhile', async (_, path, change) => {
    const cli = await createReplCli({ answer: endless });
    mkdirSync(join(cli.home, 'sub'));
    writeFileSync(join(cli.home, 'g.txt'), 'one');
    writeFileSync(join(cli.home, 'sub/h.txt'), 'two');
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, `summarise @${path}`);
    await emulator.waitForScreen(`› summarise @${path} · queued`);
    change(cli.home);
    cli.simulator.state.answer = {};
    emulator.press('escape');
    await emulator.waitForScreen('Enter sends the queue');
    emulator.press('enter');
    await emulator.waitForScreen(`Not sent: ${path} is no longer there.`);
    expect(listAsked(cli)).toEqual(['first']);
    expect(emulator.screen()).toContainEqual(waits(`summarise @${path}`));
    // Whoever sends it once more means it as it is.
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    expect(listAsked(cli)).toEqual(['first', `summarise @${path}`]);
  });

  it('has its keys on an empty prompt only, and the hint says so beside a draft', {
    tags: 'deep',
  }, async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen(/› second · queued · Up edits · \/queue$/m);
    emulator.type('dr');
    await emulator.waitForScreen('› second · queued · On an empty prompt: Up edits');
  });

  it('is taken back by Up, the last one first', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('› second · queued');
    send(emulator, 'third');
    await emulator.waitForScreen('› third · queued');
    emulator.press('up');
    await emulator.waitForScreen(
      (rows) => rows.includes('› third') && !rows.some((row) => row.startsWith('› third · queued')),
    );
    expect(emulator.screen()).toContainEqual(waits('second'));
  });

  it('waits after Esc, until Enter sends it', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('› second · queued');
    expect(emulator.screen().join('\n')).not.toContain('Enter sends the queue');
    emulator.press('escape');
    await emulator.waitForScreen('Stopped.');
    await emulator.waitForScreen(/› second · queued · Enter sends the queue · Up edits · \/queue/);
    expect(listAsked(cli)).toEqual(['first']);
    cli.simulator.state.answer = {};
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    await emulator.waitForScreen((rows) => !rows.join().includes(' · queued'));
    expect(listAsked(cli)).toEqual(['first', 'second']);
  });

  it('waits on after Esc when a command is sent, and goes before the next prompt', async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator, waitForAnswer } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('› second · queued');
    emulator.press('escape');
    await emulator.waitForScreen('Enter sends the queue');
    cli.simulator.state.answer = {};
    send(emulator, '/retry');
    await cli.simulator.waitForRequest('/chat/completions', 2);
    await emulator.waitForScreen((rows) => !rows.some((row) => row.includes('Esc stops')));
    await emulator.waitForScreen(/› second · queued · Enter sends the queue · Up edits · \/queue/);
    expect(listAsked(cli)).toEqual(['first', 'first']);
    emulator.type('instead');
    await emulator.waitForScreen('› second · queued · Enter sends the queue and this');
    emulator.press('enter');
    await waitForAnswer('You said: instead');
    expect(listAsked(cli)).toEqual(['first', 'first', 'second', 'instead']);
    await emulator.waitForScreen(() => readComposer(emulator)[0] === '›');
  });

  it('is sent after the answer at an Enter on an empty prompt, also after Esc', async () => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator, waitForAnswer } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    send(emulator, 'second');
    await emulator.waitForScreen('› second · queued');
    emulator.press('escape');
    await emulator.waitForScreen('Enter sends the queue');
    cli.simulator.state.answer = { text: 'slow '.repeat(90), deltaLength: 5, tokensPerSecond: 60 };
    send(emulator, '/retry');
    await emulator.waitForScreen('slow slow');
    cli.simulator.state.answer = {};
    emulator.press('enter');
    await waitForAnswer('You said: second');
    expect(listAsked(cli)).toEqual(['first', 'first', 'second']);
  });

  sampled.it.each([
    { waiting: ['second'], sentence: '1 queued prompt was not sent; Up brings it back next time.' },
    {
      waiting: ['second', 'third'],
      sentence: '2 queued prompts were not sent; Up brings them back next time.',
    },
  ])('is counted when the person leaves: $sentence', async ({ waiting, sentence }) => {
    const cli = await createReplCli({ answer: endless });
    const { chat: emulator } = await startRepl({ cli });
    send(emulator, 'first');
    await emulator.waitForScreen('word word');
    for (const prompt of waiting) {
      send(emulator, prompt);
      await emulator.waitForScreen(`› ${prompt} · queued`);
    }
    emulator.press('ctrl+d');
    expect(await emulator.exitCode).toBe(0);
    expect(emulator.text().join('\n')).toContain(sentence);
    expect(listAsked(cli)).toEqual(['first']);
    const { chat: next } = await startRepl({ cli });
    next.press('up');
    await next.waitForScreen(new RegExp(`^› ${waiting.at(-1)}$`, 'm'));
  });
});

describeOverlapping('what waits behind an answer that failed', () => {
  const begun = { text: 'word '.repeat(60), deltaLength: 5, tokensPerSecond: 60 };
  sampled.it.each<{ name: string; answer: Answer; transport?: Transport }>([
    { name: 'was refused', answer: { ...begun, refusal: 'I cannot help.' } },
    { name: 'a filter stopped', answer: { ...begun, finish: 'content_filter' } },
    { name: 'was cut off', answer: begun, transport: { cutBeforeFinish: true } },
    { name: 'ended with an error', answer: begun, transport: { errorEventAt: 40 } },
    { name: 'lost its connection', answer: begun, transport: { resetAfterEvents: 40 } },
    { name: 'was broken', answer: begun, transport: { malformedAt: 40 } },
  ])('is held, though text came, if it $name', async ({ answer, transport }) => {
    const cli = await createReplCli({ answer });
    if (transport) cli.simulator.faults.add({ path: '/chat/completions', transport });
    const { chat, say, waitForAnswer } = await startRepl({ cli, keyboard: 'kitty' });
    say('first');
    await chat.waitForScreen('word word');
    say('second');
    await chat.waitForScreen('› second · queued');
    cli.simulator.state.answer = {};
    await chat.waitForScreen('› second · queued · Enter sends the queue');
    expect(listAsked(cli)).toEqual(['first']);
    chat.press('enter');
    await waitForAnswer('You said: second');
  });

  it('is sent if the answer only reached its limit, as a one-shot would exit with 0', {
    tags: 'deep',
  }, async () => {
    const cli = await createReplCli({ answer: { ...begun, finish: 'length' } });
    const { chat, say, waitForAnswer } = await startRepl({ cli, keyboard: 'kitty' });
    say('first');
    await chat.waitForScreen('word word');
    cli.simulator.state.answer = {};
    say('second');
    await waitForAnswer('You said: second');
  });

  it('is held if the person leaves the choice of /compare with Esc', async () => {
    const cli = await createReplCli({ answer: begun });
    const { chat, say } = await startRepl({ cli, keyboard: 'kitty' });
    say(`/compare ${chatModel} claude-haiku-4.5 hello`);
    await chat.waitForScreen('word word');
    say('second');
    await chat.waitForScreen('› second · queued');
    cli.simulator.state.answer = {};
    await chat.waitForScreen('Continue with which answer?');
    chat.press('escape');
    await chat.waitForScreen('› second · queued · Enter sends the queue');
    expect(listAsked(cli)).not.toContain('second');
  });

  it('is held if one of two compared answers failed', { tags: 'deep' }, async () => {
    const cli = await createReplCli({ answer: begun });
    cli.simulator.faults.add({ path: '/v1/messages', status: 422, body: { error: { message: 'No.' } } });
    const { chat, say } = await startRepl({ cli, keyboard: 'kitty' });
    say(`/compare ${chatModel} claude-haiku-4.5 hello`);
    await chat.waitForScreen('word word');
    say('second');
    await chat.waitForScreen('› second · queued · Enter sends the queue');
    expect(chat.text().join('\n')).not.toContain('› second\n\n');
  });
});
