import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import { createReplCli, type Repl, startRepl } from '../../helpers/repl-emulator.ts';
import type { Answer } from '../../simulator/answer/answer.ts';

const look = callTools(['view', { path: 'answer.txt' }]);
const said: Answer = { text: 'It is 42.' };

/** A chat in a folder with `answer.txt`, with a model that answers in turn. */
async function start(answers: Answer[], options: Parameters<typeof startRepl>[0] = {}): Promise<Repl> {
  const cli = await createReplCli({ answer: answerInTurn(...answers) });
  const folder = join(cli.home, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'answer.txt'), 'The answer is 42.\n');
  return startRepl({ cli, cwd: folder, ...options });
}

describe('a model that reads the folder', () => {
  it('asks first, shows the call on one line, and answers', async () => {
    const { chat, say, waitForAnswer } = await start([{ ...look, text: 'Let me look.' }, said]);
    say('what is the answer?');
    await chat.waitForScreen('1-3 or Up/Down, then Enter · 4 no');
    chat.press('1');
    chat.press('enter');
    await waitForAnswer('It is 42.');
    expect(chat.text().join('\n')).toMatch(
      /^● Let me look\.\n\n▸ view .*answer\.txt.* · 1 line · Ctrl\+O shows it\n\n● It is 42\.$/m,
    );
  });

  it('asks behind a search of earlier prompts, and takes no key of it', async () => {
    const { cli, chat, say, waitForAnswer } = await start([
      said,
      { ...look, firstTokenDelayMs: 1_500 },
      said,
    ]);
    say('version 1 of it');
    await waitForAnswer('It is 42.');
    say('what is the answer?');
    chat.press('ctrl+r');
    chat.type('v');
    await chat.waitForScreen(/search › v/);
    await vi.waitFor(() => expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2));
    await setTimeout(2_500);
    chat.type('ersion 1');
    await chat.waitForScreen(/search › version 1/);
    chat.press('escape');
    await chat.waitForScreen('1-3 or Up/Down, then Enter · 4 no');
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
    chat.press('escape');
    await chat.waitForScreen('Stopped.');
  });
});

describe.each(['graphemes', 'code points'] as const)(
  'on a terminal that counts %s, a question',
  (counting) => {
    const size = { columns: 100, rows: 30, counting };

    it('about a command keeps its first lines, and asks to read on', async () => {
      const hidden = `touch made # ${'\u0915\u094d'.repeat(3000)}\nnpm test`;
      const { cli, chat, say } = await start([callTools(['bash', { command: hidden }]), said], {
        ...size,
        argv: ['--use', 'read,shell'],
      });
      say('go');
      const rows = await chat.waitForScreen('Esc says no and stops');
      expect(rows.join('\n')).toMatch(/^Run this command in .*\n(?: {2}\S.*\n)* {2}│ touch made # /m);
      chat.press('1');
      await chat.waitForScreen('Read to the end first');
      chat.press('enter');
      chat.press('escape');
      await chat.waitForScreen('Stopped.');
      expect(existsSync(join(cli.home, 'project', 'made'))).toBe(false);
    });

    it('about a file names it on the screen, whatever is in its name', async () => {
      const path = `x${'\n'.repeat(60)}Make this change? create docs\napp.desktop`;
      const { chat, say } = await start([callTools(['create', { path, file_text: 'Exec=app\n' }]), said], {
        ...size,
        argv: ['--use', 'read,write'],
      });
      say('go');
      const rows = await chat.waitForScreen('Esc says no and stops');
      expect(rows.filter((row) => row.startsWith('Make this change?'))).toEqual(['Make this change? create']);
      expect(rows.join('\n')).toMatch(/^ {2}"\S*\/x\\n\\n/m);
      expect(rows.filter((row) => row.startsWith('app.desktop'))).toEqual([]);
      chat.press('escape');
      await chat.waitForScreen('Stopped.');
    });
  },
);
