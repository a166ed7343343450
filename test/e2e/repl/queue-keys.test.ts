import { expect, it } from 'vitest';
import { createReplCli, listSaid, startRepl } from '../../helpers/repl-emulator.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1} of it\n`);

it('what waits is seen, edited, moved and dropped, and quick commands answer beside the reply without tearing it', async () => {
  const cli = await createReplCli({
    answer: { text: lines.join('\n'), deltaLength: 15, tokensPerSecond: 40 },
  });
  const { chat, say, waitForAnswer } = await startRepl({ cli, keyboard: 'kitty' });
  say('first');
  await chat.waitForScreen('line 3 of it');
  cli.simulator.state.answer = {};
  for (const prompt of ['second', 'third', 'fourth']) {
    say(prompt);
    await chat.waitForScreen(`› ${prompt} · queued`);
  }
  await chat.waitForScreen(' · queued · Up edits · /queue');

  // Each answers at once; the reply goes on below it, and Esc would stop the reply.
  for (const [command, expected] of [
    ['/context', /^⎿ .*, \d+k? tokens\b/m],
    ['/usage', /Quota: /],
    ['/copy', /last answer|no clipboard|no answer yet/],
    ['/models', /gpt-5-mini/],
    ['/status', /Account|Signed in|signed in/],
  ] as const) {
    say(command);
    await chat.waitForScreen(() => {
      const [, result = ''] = chat.text().join('\n').split(`› ${command}\n`);
      return expected.test(result) && /^⋮ line \d+ of it$/m.test(result);
    });
    expect(chat.screen().join('\n')).toContain('Esc stops');
  }

  // The list names its keys.
  say('/queue');
  await chat.waitForScreen(
    /› second +next\n +third *\n +fourth *\n.*1 of 3 · Enter edits · Delete drops · Shift\+Up\/Down moves · Esc closes/,
  );
  chat.press('shift+down');
  await chat.waitForScreen(/ third +next\n› second *\n +fourth/);
  chat.press('down');
  chat.press('delete');
  await chat.waitForScreen(/ third +next\n› second *\n.*2 of 2/);
  chat.press('alt+up');
  await chat.waitForScreen(/› second +next\n +third/);
  // What is edited waits in its old place again.
  chat.press('enter');
  await chat.waitForScreen(/^› second$/m);
  chat.type(' more');
  chat.press('enter');
  await chat.waitForScreen(/› second more · queued[\s\S]*› third · queued/);
  say('/queue down 1');
  await chat.waitForScreen(/› third · queued[\s\S]*› second more · queued/);
  say('/queue drop 3');
  await chat.waitForScreen('There is no queued prompt 3.');

  chat.press('escape');
  await chat.waitForScreen('Stopped.');
  chat.press('ctrl+u');
  await chat.waitForScreen('Enter sends the queue · Up edits · /queue');
  const shown = chat.text();
  const last = Math.max(...shown.map((row) => Number(/line (\d+) of it$/.exec(row)?.[1] ?? 0)));
  expect(last).toBeGreaterThan(5);
  for (let number = 1; number < last; number += 1)
    expect(shown.filter((row) => row.endsWith(`line ${number} of it`))).toHaveLength(1);
  chat.press('enter');
  await waitForAnswer('You said: second more');
  const asked = cli.simulator
    .requestsTo('/chat/completions')
    .map(({ body }) => findLastUserText(toRecord(body)));
  expect(asked).toEqual(['first', 'third', 'second more']);
  expect(listSaid(cli)).toContain('You said: third');
});
