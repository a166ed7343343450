import { expect, it } from 'vitest';
import type { Cli } from '../../helpers/cli.ts';
import { createCli } from '../../helpers/cli.ts';
import { createLongAnswer } from '../../helpers/long-answer.ts';
import { createRandom } from '../../helpers/random.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';

const seed = 1;

it(
  'an answer is the same on the screen and in the scrollback if it comes in other pieces',
  {
    timeout: 60_000,
  },
  () => expectSameScreen(1),
);

it(
  'an answer is the same on the screen and in the scrollback however it comes',
  {
    tags: 'deep',
    timeout: 120_000,
  },
  () => expectSameScreen(4),
);

async function expectSameScreen(rounds: number): Promise<void> {
  const random = createRandom(seed);
  const text = `${createLongAnswer(12_000, seed)}\nThat was all.\n`;
  const cli = await createCli();
  await cli.signIn();
  // Who asks for the first time is told what the chat can do, so somebody else asks.
  await cli.run(['chat', 'hello']);
  const whole = await showAnswer(cli, text.length);
  expect(whole.length).toBeGreaterThan(200);
  for (let round = 0; round < rounds; round += 1) {
    const deltaLength = random.pick([1 + random.integer(6), 1 + random.integer(40), 1 + random.integer(900)]);
    const tokensPerSecond = random.pick([undefined, 1_000 + random.integer(4_000)]);
    const packetBytes = random.pick([undefined, 7 + random.integer(60), 500 + random.integer(3_000)]);
    cli.simulator.state.transport = packetBytes === undefined ? {} : { packetBytes };
    const shown = await showAnswer(cli, deltaLength, tokensPerSecond);
    expect(shown, JSON.stringify({ deltaLength, tokensPerSecond, packetBytes })).toEqual(whole);
  }

  async function showAnswer(owner: Cli, deltaLength: number, tokensPerSecond?: number): Promise<string[]> {
    owner.simulator.state.answer = {
      text,
      deltaLength,
      ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    };
    const { chat, say } = await startRepl({ cli: owner });
    say('tell me');
    await chat.waitForScreen(/That was all\.\n\n─ kimi-k2\.7-code .*\n› Ask a follow-up/, {
      timeoutMs: 60_000,
    });
    chat.press('ctrl+d');
    await chat.exit;
    const rows = chat.text();
    // The conversation is another one each time. Below, a row may be empty where it was told for a while what goes on.
    const end = rows.findIndex((row) => row.startsWith('To continue this'));
    expect(rows.slice(end + 1).join('')).not.toContain('›');
    return rows.slice(0, end);
  }
}
