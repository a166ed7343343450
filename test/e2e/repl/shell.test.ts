import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Cli } from '../../helpers/cli.ts';
import {
  createReplCli,
  listSaid,
  placeholder,
  readComposer,
  startRepl,
} from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { startInTerminal } from '../../helpers/terminal.ts';
import { writeScript } from '../../helpers/write-script.ts';

describe.skipIf(process.platform === 'win32')('!command', () => {
  sampled.it.each([
    ['the alternate screen', '\\033[?1049h\\033[10;5Hdrawn'],
    ['a hidden cursor, and colours', '\\033[?25l\\033[31;44m'],
    ['reports of the mouse and of the focus', '\\033[?1003h\\033[?1006h\\033[?1004h'],
    ['application keys, a held frame and a screen of two rows', '\\033[?1h\\033[?2026h\\033[3;4r\\033[9;1H'],
    ['line drawing, and lines that do not wrap', '\\033(0\\033[?7l'],
  ])('that leaves %s behind does the chat no harm', async (_, sequences) => {
    const cli = await createReplCli({ answer: { text: 'quux '.repeat(40) } });
    const script = writeScript(cli.home, 'leave', `printf '${sequences}'; exit 3`);
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    const before = chat.modes();
    say(`!${script}`);
    await chat.waitForScreen(/^! Exit code 3\.$[\s\S]*^›(?: Ask\b.*)?$/m);
    // Exit code and all are not for the model.
    chat.press('backspace');
    expect(chat.modes()).toEqual(before);
    say('hello');
    await waitForAnswer(/● (?:quux ?)+\n {2}(?:quux ?)+\n[\s\S]*^›(?: Ask\b.*)?$/m);
    const row = chat.screen().findIndex((text) => text.startsWith('● quux'));
    expect(chat.cell(row, 2)).toMatchObject({ text: 'q', foreground: 'default', background: 'default' });
    expect(chat.screen().join('\n')).toContain('› hello');
  });

  it('leaves what stood on the screen before where it was', async () => {
    const cli = await createReplCli({ answer: { text: 'An answer.' } });
    const script = writeScript(cli.home, 'leave', "printf '\\033[?1049h\\033[2J\\033[10;5Hdrawn'; exit 3");
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    say('hello');
    await waitForAnswer('An answer.');
    say(`!${script}`);
    await chat.waitForScreen(
      /^› hello\n\n● An answer\.\n\n› !.*leave$[\s\S]*^! Exit code 3\.$[\s\S]*^›(?: Ask\b.*)?$/m,
    );
    expect(chat.screen().join('\n')).not.toContain('drawn');
  });
});

describe.skipIf(process.platform !== 'linux')('a !command of a chat that is killed', () => {
  const stubborn = (path: string): string =>
    `sh -c 'trap "" TERM HUP INT; echo $$ > ${path}; while :; do sleep 1; done'`;

  async function readPid(path: string): Promise<number> {
    await vi.waitFor(() => expect(existsSync(path) && readFileSync(path, 'utf8')).toMatch(/^\d+\n$/), 10_000);
    return Number(readFileSync(path, 'utf8'));
  }

  const lives = (pid: number): boolean => {
    try {
      // A zombie that nobody has waited for is dead, too.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  /** One that went into a session of its own, and an interactive shell with a job, are ended as well. */
  const commands: [how: string, command: (path: string) => string][] = [
    ['that takes no signal', stubborn],
    ['in a session of its own', (path) => `setsid ${stubborn(path)}; sleep 60`],
    ['in the background of another one', (path) => `${stubborn(path)} & sleep 60`],
    [
      'as a job of an interactive shell',
      (path) => `bash --norc -ic "${stubborn(path).replaceAll('"', '\\"').replaceAll('$', '\\$')} & fg"`,
    ],
  ];

  it.each(commands)('ends within 5 s: one %s', async (_, command) => {
    const cli = await createReplCli();
    const { chat, say } = await startRepl({ cli });
    const path = join(cli.home, 'child');
    say(`!${command(path)}`);
    const pid = await readPid(path);
    onTestFinished(() => void (lives(pid) && process.kill(pid, 'SIGKILL')));
    chat.signal('SIGKILL');
    await vi.waitFor(() => expect(lives(pid)).toBe(false), 5_000);
  });

  it('ends in plain lines, too', async () => {
    const cli = await createReplCli();
    const terminal = startInTerminal(cli, ['chat'], { env: { ACCESSIBLE: '1' } });
    await terminal.waitFor(/You: $/);
    const path = join(cli.home, 'child');
    terminal.type(`!${stubborn(path)}\r`);
    const pid = await readPid(path);
    onTestFinished(() => void (lives(pid) && process.kill(pid, 'SIGKILL')));
    terminal.signal('SIGKILL');
    await vi.waitFor(() => expect(lives(pid)).toBe(false), 5_000);
  });

  it('leaves what it put into the background before, as a shell does', async () => {
    const cli = await createReplCli();
    const { chat, say } = await startRepl({ cli });
    const path = join(cli.home, 'child');
    say(`!setsid ${stubborn(path)} >/dev/null 2>&1 </dev/null & sleep 0.5`);
    const pid = await readPid(path);
    onTestFinished(() => void (lives(pid) && process.kill(pid, 'SIGKILL')));
    await chat.waitForScreen(/^› !setsid[\s\S]*^›(?: Ask\b.*)?$/m);
    const other = join(cli.home, 'other');
    say(`!${stubborn(other)}`);
    const second = await readPid(other);
    chat.signal('SIGKILL');
    await vi.waitFor(() => expect(lives(second)).toBe(false), 5_000);
    expect(lives(pid)).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('a silent !command', () => {
  it('says how to stop it, until it writes or ends', async () => {
    const cli = await createReplCli();
    const { chat, say } = await startRepl({ cli });
    say('!read -r line; echo "got $line"; read -r line');
    await chat.waitForScreen(/^› !read.*\n(?:\n)?⎿ Ctrl\+C stops it$/m);
    chat.type('word\r');
    // What is typed and what is written stand where they would without it.
    await chat.waitForScreen(/^word\ngot word\n⎿ Ctrl\+C stops it$/m);
    chat.press('ctrl+c');
    await chat.waitForScreen(/^─ kimi-k2\.7-code/m);
    expect(chat.text().join('\n')).not.toContain('Ctrl+C stops it');
  });

  it('stops at Esc as at Ctrl+C, and keeps all that is typed behind it', async () => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    say('!sleep 60');
    await chat.waitForScreen(/Ctrl\+C stops it$/m);
    chat.press('escape');
    await chat.waitForScreen(/^\^C\n+· Stopped\.$[\s\S]*^›(?: Ask\b.*)?$/m);
    chat.type('why so long');
    await chat.waitForScreen(/^› why so long$/m);
    expect(chat.screen().join('\n')).not.toMatch(/\^\[|!sleep 60: /);
  });

  sampled.it.each([
    ['itself', 'kill -STOP $$'],
    ['a part of it', "sh -c 'kill -STOP $$; sleep 60'"],
    ['all of it', 'kill -STOP 0'],
  ])('ends at Ctrl+C if it has stopped %s', async (_, command) => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    say(`!${command}`);
    await chat.waitForScreen(/Ctrl\+C stops it$/m);
    chat.press('ctrl+c');
    await chat.waitForScreen(/^› Ask\b/m);
  });

  it('is a shell again after Ctrl+C if it has suspended itself', async () => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    say('!PS1="mine> " bash --norc -i');
    await chat.waitForScreen(/^mine>$/m);
    chat.type('suspend\r');
    await chat.waitForScreen(/^mine> suspend$/m);
    chat.press('ctrl+c');
    await chat.waitForScreen(/suspend[\s\S]*^mine>$/m);
    chat.type('exit\r');
    await chat.waitForScreen(/^›(?: Ask\b.*)?$/m);
  });

  it('goes on at other keys that begin as Esc does', async () => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    say('!read -r line; echo "got $line" | cat -v');
    await chat.waitForScreen(/Ctrl\+C stops it$/m);
    chat.press('up');
    await chat.waitForScreen(/^\^\[\[A/m);
    chat.type('word\r');
    await chat.waitForScreen(/^got \^\[\[Aword$/m);
  });

  sampled.it.each([
    ['a prompt', 'printf "name: "; sleep 1.5; echo; echo done'],
    [
      'a full-screen program',
      "printf '\\033[?1049h\\033[2J\\n'; sleep 1.5; printf '\\033[?1049l'; echo done",
    ],
  ])('says nothing in the line of %s', async (_, command) => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    say(`!${command}`);
    await chat.waitForScreen(/^done$/m);
    expect(chat.output()).not.toContain('stops it');
  });
});

describe.skipIf(process.platform === 'win32')('the terminal of a !command', () => {
  it('has the size of ours, and is told of a new one', async () => {
    const cli = await createReplCli();
    const script = writeScript(
      cli.home,
      'size',
      "stty size; trap 'stty size; exit' WINCH; while :; do sleep 0.05; done",
    );
    const { chat, say } = await startRepl({ cli });
    say(`!${script}`);
    await chat.waitForScreen(/^24 80$/m);
    chat.resize(70, 20);
    await chat.waitForScreen(/^20 70$/m);
  });

  it.each([
    [
      'takes its questions, and gives the answers',
      "stty raw -echo; printf '\\033[6n'; dd bs=32 count=1 2>/dev/null | tr '\\033' e; stty sane",
      /^e\[\d+;1R$/m,
    ],
    [
      'moves down only at a bare line end, where the command wants that',
      "stty -opost; printf 'one\\ntwo\\r\\n'; stty opost",
      /^one$\n^ {3}two$/m,
    ],
  ])('%s', async (_, command, expected) => {
    const cli = await createReplCli();
    const script = writeScript(cli.home, 'ask', command);
    const { chat, say } = await startRepl({ cli });
    say(`!${script}`);
    await chat.waitForScreen(expected);
    await chat.waitForScreen(/^›(?: Ask\b.*)?$/m);
  });

  it('hides what is typed for a password, and ends at Ctrl+D', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({ cli: await createReplCli() });
    say('!stty -echo; printf \'Password: \'; read -r word; stty echo; printf %s "$word" | wc -c; cat');
    await chat.waitForScreen(/^Password:/m);
    chat.type('swordfish\r');
    await chat.waitForScreen(/9$/m);
    chat.type('line\r');
    await chat.waitForScreen(/^line\nline$/m);
    chat.press('ctrl+d');
    await chat.waitForScreen(/^\[!stty .*\][\s\S]*^›(?: Ask\b.*)?$/m);
    say('hello');
    await waitForAnswer('You said: hello');
    expect(listSent(cli).join()).not.toContain('swordfish');
  });

  it('keeps the modes of ours', async () => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    say('!stty -a | grep -o "[-]*\\(icanon\\|echo\\|icrnl\\|opost\\) "');
    await chat.waitForScreen(/^icrnl\s+opost\s+icanon\s+echo$/m);
  });
});

const secret = 'the words of a secret';

/** What was sent to a model, as one text. */
const listSent = (cli: Cli): string[] =>
  cli.simulator.requestsTo('/chat/completions').map(({ body }) => JSON.stringify(body));

describe.skipIf(process.platform === 'win32')('the output of !command', () => {
  it('is attached as a chip; no key is lost, and the secrets of the environment are masked', {
    tags: 'deep',
  }, async () => {
    const cli = await createReplCli();
    const { chat, say, waitForAnswer } = await startRepl({ cli, env: { DEPLOY_TOKEN: secret } });
    say('!echo "token: $DEPLOY_TOKEN"; exit 3');
    await chat.waitForScreen(
      /^token: the words of a secret$[\s\S]*exit code 3, 1 line, ~\d+ tokens, 1 secret masked\]/m,
    );
    for (const letter of 'yes, why?') chat.press(letter === ' ' ? 'space' : letter);
    await chat.waitForScreen(/^› yes, why\?$/m);
    expect(listSent(cli)).toEqual([]);
    chat.press('enter');
    await waitForAnswer('You said: yes, why?');
    const [sent] = listSent(cli);
    expect(sent).toContain('token: [secret]');
    expect(sent).toContain('Exit code 3.');
    expect(sent).not.toContain(secret);
    await chat.waitForScreen((rows) => !rows.join().includes('secret masked'));
  });

  it('is dropped by Backspace at the start of what is typed, one chip after the other', {
    tags: 'deep',
  }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('!echo first');
    await chat.waitForScreen(/^\[!echo first: 1 line, ~2 tokens\] Backspace drops the last$/m);
    say('!echo second');
    await chat.waitForScreen(/^\[!echo first: .*\] \[!echo second: .*\]/m);
    chat.type('hello');
    await chat.waitForScreen(/^› hello$/m);
    chat.press('ctrl+a');
    chat.press('backspace');
    await chat.waitForScreen((rows) => !rows.join().includes('[!echo second'));
    expect(readComposer(chat)[0]).toBe('› hello');
    expect(chat.screen().join()).toContain('[!echo first');
    chat.press('enter');
    await waitForAnswer('You said: hello');
    const [sent] = listSent(cli);
    expect(sent).toContain('`echo first`');
    expect(sent).not.toContain('`echo second`');
  });

  it('stays when Backspace is held down to delete a text', async () => {
    const { chat, say } = await startRepl();
    say('!echo first');
    await chat.waitForScreen(/^\[!echo first: /m);
    chat.type('hello');
    await chat.waitForScreen(/^› hello$/m);
    for (let count = 0; count < 12; count += 1) chat.press('backspace');
    await chat.waitForScreen(/^›(?: Ask\b.*)?$/m);
    chat.type('.');
    await chat.waitForScreen(/^\[!echo first: [\s\S]*^› \.$/m);
  });

  it('is kept up to Ctrl+C, which stops the command and not the chat', { tags: 'deep' }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('!echo begun; exec sleep 60');
    await chat.waitForScreen(/^begun$/m);
    chat.press('ctrl+c');
    await chat.waitForScreen(/Stopped\.[\s\S]*^›(?: Ask\b.*)?$/m);
    say('hello');
    await waitForAnswer('You said: hello');
    expect(listSaid(cli)[0]).toContain('begun');
  });
});

describe.skipIf(process.platform === 'win32')('what is typed while !command runs', () => {
  /** Goes on when the file is there, so that the command ends after all was typed. */
  async function startWaiting(command: (wait: string) => string) {
    const repl = await startRepl({ keyboard: 'kitty' });
    const file = join(repl.cli.home, 'go');
    repl.say(`!${command(`while [ -d "$PWD" ] && [ ! -e ${file} ]; do sleep 0.02; done`)}`);
    return { ...repl, goOn: () => writeFileSync(file, '') };
  }

  it('is in the composer afterwards, and not in the output', { tags: 'deep' }, async () => {
    const { cli, chat, goOn, waitForAnswer } = await startWaiting((wait) => `echo begun; ${wait}; echo done`);
    await chat.waitForScreen(/^begun$/m);
    for (const letter of 'hello') chat.type(letter);
    await chat.waitForScreen(/^hello$/m);
    goOn();
    await chat.waitForScreen(/^\[!echo begun; .*2 lines, [\s\S]*^› hello$/m);
    chat.press('enter');
    await waitForAnswer('You said: hello');
    const [sent] = listSent(cli);
    expect(sent).toContain('\\nbegun\\ndone\\n```');
  });

  it('is whole if it is longer than the terminal of the command can hold', async () => {
    const { cli, chat, goOn, waitForAnswer } = await startWaiting((wait) => `echo begun; ${wait}`);
    await chat.waitForScreen(/^begun$/m);
    const words = Array.from({ length: 1_200 }, (_, index) => `wörd${index}`).join(' ');
    chat.type(words);
    await chat.waitForScreen(/wörd1199$/m);
    goOn();
    await chat.waitForScreen('Enter sends');
    chat.press('enter');
    await waitForAnswer('wörd1199');
    const [sent = ''] = listSent(cli);
    expect(sent).toContain(words);
    expect(sent.split('wörd1199')).toHaveLength(2);
  });

  it('goes there between the lines of an output', async () => {
    const { cli, chat, goOn, waitForAnswer } = await startWaiting(
      (wait) => `for n in 1 2 3 4 5; do echo line $n; sleep 0.05; done; ${wait}; echo line 6`,
    );
    await chat.waitForScreen(/^line 1$/m);
    for (const letter of 'in between') {
      chat.type(letter);
      await chat.waitForScreen(() => true);
    }
    await chat.waitForScreen('line 5');
    goOn();
    await chat.waitForScreen(/6 lines, [\s\S]*^› in between$/m);
    chat.press('enter');
    await waitForAnswer('You said: in between');
    expect(listSent(cli)[0]).toContain('\\nline 1\\nline 2\\nline 3\\nline 4\\nline 5\\nline 6\\n```');
  });

  it('is sent when the command has ended if Enter ended it, with the output', async () => {
    const { cli, chat, goOn, waitForAnswer } = await startWaiting((wait) => `echo begun; ${wait}`);
    await chat.waitForScreen(/^begun$/m);
    chat.type('after sh\r');
    await chat.waitForScreen(/^after sh$/m);
    goOn();
    await waitForAnswer('You said: after sh');
    expect(listSent(cli)[0]).toContain('\\nbegun\\n```');
  });

  it.each(['!touch ran', '/export ran', 'see @ran'])(
    'waits in the composer for an Enter there if it means more than its words, as it may have been pasted: %s',
    async (line) => {
      const { cli, chat, goOn } = await startWaiting((wait) => `echo begun; ${wait}`);
      await chat.waitForScreen(/^begun$/m);
      chat.type(`${line}\r`);
      await chat.waitForScreen(new RegExp(`^${line}$`, 'm'));
      goOn();
      await chat.waitForScreen(new RegExp(`^› ${line}$`, 'm'));
      expect(listSent(cli)).toEqual([]);
      expect(existsSync(join(cli.home, 'ran'))).toBe(false);
    },
  );

  it('is a command at Enter, and waits in the composer if the command before it is stopped', async () => {
    const { cli, chat, goOn } = await startWaiting((wait) => `echo begun; ${wait}`);
    await chat.waitForScreen(/^begun$/m);
    chat.type('!echo then-$((6*7))\r');
    await chat.waitForScreen(/^!echo then/m);
    goOn();
    await chat.waitForScreen(/^› !echo then/m);
    chat.press('enter');
    await chat.waitForScreen(/^then-42$[\s\S]*!echo then-\S*: 1 line/m);
    chat.type('!echo again; sleep 30\r');
    await chat.waitForScreen(/^again$/m);
    chat.type('hello\r');
    await chat.waitForScreen(/^hello$/m);
    chat.type('\u0003');
    await chat.waitForScreen(/Stopped\.[\s\S]*^› hello$/m);
    expect(listSent(cli)).toEqual([]);
  });

  it('is sent by no Enter if it has several lines, and corrected by Backspace', {
    tags: 'deep',
  }, async () => {
    const { cli, chat, goOn, waitForAnswer } = await startWaiting((wait) => `echo begun; ${wait}`);
    await chat.waitForScreen(/^begun$/m);
    chat.type('first\rsecondx');
    chat.type('\u007f');
    chat.type('\r');
    await chat.waitForScreen(/^second *$/m);
    goOn();
    await chat.waitForScreen(/1 line, [\s\S]*^› first\n {2}second$/m);
    expect(listSent(cli)).toEqual([]);
    // The Enter behind it is a line end, too.
    chat.type('third');
    await chat.waitForScreen(/^› first\n {2}second\n {2}third$/m);
    chat.press('enter');
    await waitForAnswer('third');
    expect(listSent(cli)[0]).toContain('first\\nsecond\\nthird');
  });

  it('is no command if it has several lines, as it may have been pasted', async () => {
    const { cli, chat, goOn } = await startWaiting((wait) => `echo begun; ${wait}`);
    await chat.waitForScreen(/^begun$/m);
    const file = join(cli.home, 'ran');
    chat.type(`!touch ${file}\r# last`);
    await chat.waitForScreen(/^# last *$/m);
    goOn();
    await chat.waitForScreen(/^› !touch [\s\S]*# last$/m);
    chat.press('enter');
    await cli.simulator.waitForRequest('/chat/completions');
    expect(listSent(cli)[0]).toContain('# last');
    expect(existsSync(file)).toBe(false);
  });

  it('is not dropped by Ctrl+C', { tags: 'deep' }, async () => {
    const { cli, chat, waitForAnswer } = await startWaiting((wait) => `echo begun; ${wait}`);
    await chat.waitForScreen(/^begun$/m);
    chat.type('hello');
    await chat.waitForScreen(/^hello$/m);
    chat.type('\u0003');
    await chat.waitForScreen(/Stopped\.[\s\S]*^› hello$/m);
    chat.press('enter');
    await waitForAnswer('You said: hello');
    expect(listSent(cli)[0]).toContain('\\nbegun');
  });

  it('is read by a command that asks for it, and only by that', async () => {
    const { cli, chat, goOn, waitForAnswer } = await startWaiting(
      (wait) => `printf 'Name? '; read name; echo "It is $name."; ${wait}`,
    );
    await chat.waitForScreen(/^Name\?/m);
    chat.type('apple\r');
    await chat.waitForScreen('It is apple.');
    chat.type('hello');
    await chat.waitForScreen(/^hello$/m);
    goOn();
    await chat.waitForScreen(/^› hello$/m);
    chat.press('enter');
    await waitForAnswer('You said: hello');
    expect(listSent(cli)[0]).toContain('It is apple.\\n```');
  });

  it('goes key by key to a program that fills the screen, and then to the composer again', {
    tags: 'deep',
  }, async () => {
    const cli = await createReplCli();
    const script = writeScript(
      cli.home,
      'keys',
      "stty raw -echo; printf '\\033[?1049hPress '; dd bs=1 count=2 2>/dev/null >keys; stty sane; printf '\\033[?1049l'",
    );
    const { chat, say } = await startRepl({ cli, keyboard: 'kitty' });
    say(`!${script}`);
    await chat.waitForScreen(/^Press/m);
    chat.type(':q');
    chat.type('hello');
    await chat.waitForScreen(/^› hello$/m);
    expect(readFileSync(join(cli.home, 'keys'), 'utf8')).toBe(':q');
  });

  it('comes into the composer whole, once and in its order, at whatever letter the command ends', async () => {
    const { chat, say } = await startRepl({ cli: await createReplCli() });
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    for (let round = 0; round < 20; round += 1) {
      say(`!sleep 0.0${round % 8}`);
      // Enter and much text behind it in one read look like a paste.
      await pause(30);
      for (const letter of letters) {
        chat.type(letter);
        await pause(3);
      }
      await chat.waitForScreen(
        (rows) => rows.findLast((row) => row.startsWith('› '))?.includes('9') ?? false,
      );
      expect(readComposer(chat)).toEqual([`› ${letters}`]);
      chat.press('ctrl+u');
      await chat.waitForScreen((rows) => placeholder.test(rows.findLast((row) => row.startsWith('›')) ?? ''));
    }
  });

  it('is a word for the chat behind a prompt that was put back, as it is elsewhere', {
    tags: 'deep',
  }, async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl({ keyboard: 'kitty' });
    say('what is a prompt');
    await waitForAnswer('You said: what is a prompt');
    say('/undo');
    await chat.waitForScreen('The last prompt is removed. Edit and send it, or restore it with /redo.');
    const file = join(cli.home, 'go');
    say(`!echo begun; while [ -d "$PWD" ] && [ ! -e ${file} ]; do sleep 0.02; done`);
    await chat.waitForScreen(/^begun$/m);
    chat.type('exit');
    await chat.waitForScreen(/^exit$/m);
    writeFileSync(file, '');
    await chat.waitForScreen(/^\[!echo begun; [\s\S]*exit$/m);
    chat.press('enter');
    expect(await chat.exitCode).toBe(0);
    expect(listSent(cli)).toHaveLength(1);
  });
});
