import { describe, expect, it } from 'vitest';
import { createReplCli, listSaid, startRepl } from '../../helpers/repl-emulator.ts';

describe('vi mode', () => {
  it('edits, sends, recalls, begins commands and stops a reply, with each key alone', async () => {
    const cli = await createReplCli();
    await cli.runHere(['config', 'set', 'editor-mode', 'vi']);
    const { chat, waitForAnswer } = await startRepl({ cli });
    const type = (keys: string): void => {
      for (const key of keys) chat.type(key);
    };
    await chat.waitForScreen(/^insert\n› Ask .*$/m);
    type('helo wrld here');
    await chat.waitForScreen(/^› helo wrld here$/m);
    chat.press('escape');
    await chat.waitForScreen(/^normal\n› helo wrld here$/m);
    type('0fla');
    await chat.waitForScreen(/^insert$/m);
    type('l');
    chat.press('escape');
    await chat.waitForScreen(/^normal\n› hello wrld here$/m);
    type('wlio');
    chat.press('escape');
    await chat.waitForScreen(/^normal\n› hello world here$/m);
    type('wdwu');
    await chat.waitForScreen(/^normal\n› hello world here$/m);
    type('2bcwHi');
    await chat.waitForScreen(/^insert\n› Hi world here$/m);
    chat.press('escape');
    await chat.waitForScreen(/^normal$/m);
    type('w.');
    await chat.waitForScreen(/^normal\n› Hi Hi here$/m);
    chat.press('enter');
    await waitForAnswer('You said: Hi Hi here');
    // A new draft begins in insert mode; k at its first line is the prompt before.
    await chat.waitForScreen(/^insert\n› Ask .*$/m);
    type('second');
    chat.press('escape');
    await chat.waitForScreen(/^normal$/m);
    type('k');
    await chat.waitForScreen(/^normal\n› Hi Hi here$/m);
    type('j');
    await chat.waitForScreen(/^normal\n› second$/m);
    type('vbd');
    await chat.waitForScreen(/^normal\n› Ask .*$/m);
    // On an empty draft a slash begins a command, elsewhere it searches the prompts.
    type('/vim off');
    await chat.waitForScreen(/^insert\n› \/vim off$/m);
    chat.press('enter');
    await chat.waitForScreen((rows) => /Vi mode is off/.test(rows.join('\n')) && !rows.includes('insert'));
    type('/vim');
    chat.press('enter');
    await chat.waitForScreen(/Vi mode is on[\s\S]*^insert\n› Ask .*$/m);
    type('x');
    chat.press('escape');
    await chat.waitForScreen(/^normal\n› x$/m);
    type('/Hi');
    await chat.waitForScreen(/search › Hi/);
    chat.press('enter');
    await chat.waitForScreen(/^normal\n› Hi Hi here$/m);
    // An undo brings back the draft that the search replaced.
    type('u');
    await chat.waitForScreen(/^normal\n› x$/m);
    type('dd');
    await chat.waitForScreen(/^normal\n› Ask .*$/m);
    cli.simulator.state.answer = {
      text: Array.from({ length: 600 }, (_, index) => `word${index} `).join(''),
      deltaLength: 8,
      tokensPerSecond: 20,
    };
    type('itell me');
    chat.press('enter');
    await chat.waitForScreen('word3');
    type('next');
    chat.press('escape');
    await chat.waitForScreen(/^normal\n› next$/m);
    expect(chat.text().join('\n')).not.toContain('Stopped.');
    chat.press('escape');
    await chat.waitForScreen('Stopped.');
    expect(listSaid(cli).slice(0, 3)).toEqual(['Hi Hi here', 'You said: Hi Hi here', 'tell me']);
    type('dd:q');
    await chat.waitForScreen(/^insert\n› :q$/m);
    chat.press('enter');
    expect(await chat.exitCode).toBe(0);
    const kept = await cli.runHere(['config', 'get', 'editor-mode']);
    expect(kept.stdout).toBe('vi\n');
  });
});
