import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReplCli, startRepl } from '../../helpers/repl-emulator.ts';

const folder = 'config/copilot-cli';

describe('your own keys', () => {
  it('do what the file says, are listed, and are shown as the terminal sends them', async () => {
    const cli = await createReplCli();
    await cli.runHere(['config', 'set', 'motion', 'reduced']);
    writeFileSync(
      join(cli.home, folder, 'keys.json'),
      '{"keys": {"f5": "send", "enter": "new-line", "ctrl+o": "none"}}',
    );
    const { chat, waitForAnswer } = await startRepl({ cli });
    chat.type('one');
    chat.press('enter');
    chat.type('two');
    await chat.waitForScreen(/F5 sends · Ctrl\+J new line ─\n› one\n {2}two$/m);
    chat.press('f5');
    await waitForAnswer('You said: one');
    chat.type('/keys test');
    chat.press('f5');
    await chat.waitForScreen('Press keys to see what the terminal sends');
    chat.press('f5');
    await chat.waitForScreen('F5 · \\e[15~ · send: Send the prompt');
    chat.press('ctrl+o');
    await chat.waitForScreen('Ctrl+O · \\x0f · does nothing here');
    chat.type('x');
    await chat.waitForScreen('x · x · typed as it is');
    chat.press('escape');
    await chat.waitForScreen('Escape · \\e · stop: Stop the answer');
    chat.press('escape');
    await chat.waitForScreen('Keys have their usual meaning again.');
    chat.type('y');
    await chat.waitForScreen(/^› y$/m);
    const doctor = await cli.runHere(['doctor']);
    expect(doctor.stdout).toMatch(/^ok\tkeys\tyour own keys: .*keys\.json$/m);
  });

  it('that conflict are told with their line, and the built-in keys apply', async () => {
    const cli = await createReplCli();
    await cli.runHere(['config', 'set', 'motion', 'reduced']);
    writeFileSync(join(cli.home, folder, 'keys.json'), '{"keys": {\n"f5": "send",\n"F5": "undo"\n}}');
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    expect(chat.text().join('').replaceAll(' ', '')).toContain('line3:f5isboundtosendinline2');
    say('hello');
    await waitForAnswer('You said: hello');
    const doctor = await cli.runHere(['doctor']);
    expect(doctor.stdout).toMatch(/^warn\tkeys\t.*line 3: f5 is bound to send in line 2/m);
  });
});
