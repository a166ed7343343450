import { expect } from 'vitest';
import { createCli } from '../../helpers/cli.ts';
import { listSaid, sizes, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { writeScript } from '../../helpers/write-script.ts';

/** Goes on for a minute. */
const slow = {
  text: Array.from({ length: 600 }, (_, index) => `word${index} `).join(''),
  deltaLength: 8,
  tokensPerSecond: 20,
};

sampled.it.each(sizes)(
  'a day in the chat, from the sign-in to the way back, works in $columns columns and $rows rows, and in other sizes on the way',
  async ({ columns, rows }) => {
    const cli = await createCli();
    const editor = writeScript(cli.home, 'editor.sh', 'printf "from the editor\\n" > "$1"');
    const { chat, say, waitForAnswer } = await startRepl({
      cli,
      columns,
      rows,
      env: { EDITOR: editor },
      ready: /Sign in now\?\s+Y\/n/,
    });
    // The sign-in.
    chat.press('enter');
    await chat.waitForScreen(/Signed in as/);
    await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    say('hello');
    await waitForAnswer('You said: hello');
    // Another model, from the list.
    say('/model');
    await chat.waitForScreen('Which model?');
    chat.type('gemini flash');
    await chat.waitForScreen('1 of 1');
    chat.press('enter');
    await chat.waitForScreen(/answers\.[\s\S]*^─ gemini-3\.5-flash/m);
    // An answer that is stopped, and what was typed during it; the window has another size meanwhile.
    cli.simulator.state.answer = slow;
    say('the long one');
    await chat.waitForScreen('word3');
    say('after that');
    await chat.waitForScreen('› after that · queued');
    chat.resize(columns - 6, rows - 3);
    await chat.waitForScreen('word6');
    cli.simulator.state.answer = {};
    chat.press('escape');
    await chat.waitForScreen('Stopped.');
    chat.press('enter');
    await waitForAnswer('You said: after that');
    chat.resize(columns, rows);
    // A paste, the editor, and a search in what was sent.
    chat.paste(Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join('\n'));
    await chat.waitForScreen(/^› .*40 lines/m);
    chat.press('ctrl+g');
    await chat.waitForScreen(/^› from the editor$/m);
    chat.press('enter');
    await waitForAnswer('You said: from the editor');
    chat.press('ctrl+r');
    await chat.waitForScreen('search ›');
    chat.type('hel');
    await chat.waitForScreen(/› hello[^\n]*\n[^\n]*\nsearch › hel$/m);
    chat.press('enter');
    await chat.waitForScreen(/^› hello$/m);
    chat.press('enter');
    await waitForAnswer(/from the editor[\s\S]*You said: hello/);
    // Nothing of it is lost, in the scrollback either.
    const text = chat.text().join('\n');
    for (const said of ['› hello', '› the long one', '› after that', '› from the editor', 'Stopped.'])
      expect(text).toContain(said);
    chat.press('ctrl+d');
    expect(await chat.exitCode).toBe(0);
    // The way back.
    const again = await startRepl({ cli, columns, rows, argv: ['--continue'], ready: 'Continuing “' });
    expect(again.chat.text().join('\n')).toContain('You said: from the editor');
    again.say('and on');
    await again.waitForAnswer('You said: and on');
    expect(listSaid(cli).filter((_, index) => index % 2 === 0)).toEqual([
      'hello',
      'the long one',
      'after that',
      'from the editor',
      'hello',
      'and on',
    ]);
  },
);
