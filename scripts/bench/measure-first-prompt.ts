// How long a person waits for the first prompt, as a ratio in pairs:
//   node scripts/run-typescript.mjs scripts/bench/measure-first-prompt.ts --marker TEXT -- ARGUMENT...
//     over the least that an Ink program can do;
//   node scripts/run-typescript.mjs scripts/bench/measure-first-prompt.ts --marker TEXT --conversation 2000000 -- ARGUMENT...
//     with a conversation of so many bytes, called `big`, over the same command line without its last two arguments.
// The marker is a part of what is on the screen once a person can type.
import { parseArgs } from 'node:util';
import { bundleBareInk, writeLongConversation } from './first-prompt.ts';
import { runNode } from './process-timing.ts';
import { compareScreens, type ScreenStart } from './screen-timing.ts';
import { binary, roomy, startSignedIn } from './signed-in.ts';

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
    await compareScreens({ title, ours, base: await bundleBareInk(signedIn.home, env), ...shared });
  } else {
    const bytes = Number(values.conversation);
    await writeLongConversation(signedIn, 'big', bytes);
    const title = `first screen of copilot-cli ${argv.join(' ')} of ${bytes} bytes over an empty one`;
    await compareScreens({ title, ours, base: start(argv.slice(0, -2)), ...shared });
  }
} finally {
  await signedIn.close();
}

function start(line: string[]): ScreenStart {
  return { argv: ['--', binary, ...line], env, marker };
}
