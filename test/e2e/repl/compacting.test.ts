import { expect, it, vi } from 'vitest';
import { listSaid, startRepl } from '../../helpers/repl-emulator.ts';

const pasted = Array.from({ length: 300 }, (_, index) => `pasted line ${index + 1} of three hundred`).join(
  '\n',
);

it('echoes commands and pastes in short, labels thinking, and frees a large paste without asking a model', async () => {
  const { cli, chat, say, waitForAnswer } = await startRepl({
    keyboard: 'kitty',
    model: 'gpt-5-mini',
    simulator: { answer: { reasoning: 'I thought of lines.', text: 'Read.' } },
  });
  // A command, and its result below it once the chat is ready.
  await chat.waitForScreen('/ commands · ? keys');
  say('/model gpt-5-mini');
  await chat.waitForScreen(/^› \/model gpt-5-mini\n⎿ /m);
  chat.type('look: ');
  chat.paste(pasted);
  chat.press('enter');
  await waitForAnswer('● Read.');
  await chat.waitForScreen(
    /^› look: \[Pasted text #1, 300 lines\]\n {2}pasted line 1 .*\n {2}pasted line 2 .*\n {2}pasted line 3 .*…$/m,
  );
  chat.press('ctrl+o');
  await chat.waitForScreen(/✻ Thought for (?:\d+|less than 1) s\n {2}I thought of lines\./);

  // What helps is offered before anything costs anything.
  say('/compact');
  await chat.waitForScreen(
    /A summary would free nothing[\s\S]*Compact what\?[\s\S]*› Leave out the middle of/,
  );
  expect(chat.screen().join('\n')).toMatch(/frees ~\d+ tokens/);
  chat.press('escape');
  await chat.waitForScreen('Nothing was changed.');
  say('/compact');
  await chat.waitForScreen(/Compact what\?/);
  chat.press('enter');
  await chat.waitForScreen(/Left out: the middle of .*\/compact undo/s);
  await vi.waitFor(() => expect(listSaid(cli)[0]).toMatch(/Left out: \d+ lines/));
  expect(
    cli.simulator.requestsTo('/responses').length + cli.simulator.requestsTo('/chat/completions').length,
  ).toBe(1);
  say('/compact undo');
  await vi.waitFor(() => expect(listSaid(cli)[0]).toBe(`look: ${pasted}`));
});
