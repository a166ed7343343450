// How long a person waits for the first prompt, as a ratio in pairs:
//   node scripts/run-typescript.mjs scripts/bench/first-prompt.ts --marker TEXT -- ARGUMENT...
//     over the least that an Ink program can do;
//   node scripts/run-typescript.mjs scripts/bench/first-prompt.ts --marker TEXT --conversation 2000000 -- ARGUMENT...
//     with a conversation of so many bytes, called `big`, over the same command line without its last two arguments.
// The marker is a part of what is on the screen once a person can type.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLongAnswer } from '../../test/helpers/long-answer.ts';
import { runNode } from './process-timing.ts';
import { compareScreens, type ScreenStart } from './screen-timing.ts';
import { binary, roomy, type SignedIn, startSignedIn } from './signed-in.ts';

const turnBytes = 100_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    marker: { type: 'string', default: 'note:' },
    conversation: { type: 'string' },
    pairs: { type: 'string', default: '11' },
    target: { type: 'string' },
  },
});
const argv = positionals.length > 0 ? positionals : ['models'];
const marker = values.marker;
const shared = {
  pairs: Number(values.pairs),
  target: values.target === undefined ? undefined : Number(values.target),
};

const signedIn = await startSignedIn(roomy.options);
const env = { ...signedIn.env, ...roomy.env };
try {
  // The list of models is remembered from here on, as it is for a person who uses this every day.
  await runNode([binary, 'models'], env);
  const ours = start(argv);
  if (values.conversation === undefined) {
    const title = `first screen of copilot-cli ${argv.join(' ')} over a bare Ink program`;
    await compareScreens({ title, ours, base: await bundleBareInk(signedIn), ...shared });
  } else {
    const bytes = Number(values.conversation);
    await converse(signedIn, bytes);
    const title = `first screen of copilot-cli ${argv.join(' ')} of ${bytes} bytes over an empty one`;
    await compareScreens({ title, ours, base: start(argv.slice(0, -2)), ...shared });
  }
} finally {
  await signedIn.close();
}

function start(line: string[]): ScreenStart {
  return { argv: ['--', binary, ...line], env, marker };
}

async function bundleBareInk({ home }: SignedIn): Promise<ScreenStart> {
  const bundle = join(home, 'bare-ink.mjs');
  await runNode(['scripts/bundle-bare-ink.mjs', bundle], env);
  return { argv: [bundle], env, marker: '❯ hello' };
}

/** Has a conversation in turns of 100 KB. */
async function converse({ simulator }: SignedIn, bytes: number): Promise<void> {
  const usual = simulator.state.answer;
  for (let turn = 0; turn * turnBytes < bytes; turn += 1) {
    simulator.state.answer = { text: createLongAnswer(turnBytes, turn), deltaLength: 64 };
    await runNode([binary, 'chat', '--session', 'big', `question ${turn}`], env);
  }
  simulator.state.answer = usual;
}
