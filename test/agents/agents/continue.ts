import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Agent } from '../agent.ts';
import { callOffered, quote } from '../deeds.ts';

export const continueCli: Agent = {
  name: 'continue',
  title: 'Continue',
  packages: { '@continuedev/cli': '1.5.47' },
  megabytes: 90,
  client: 'continue',
  needsNewNode: true,
  invoke({ prompt, model, continues }, { installed, home }) {
    const program = join(installed, 'node_modules', '.bin', 'cn');
    const config = chooseModel(join(home, '.continue', 'config.yaml'), model);
    const options = ['--config', config, '--auto', ...(continues ? ['--resume'] : [])];
    const env = { CONTINUE_TELEMETRY_ENABLED: '0' };
    if (prompt.length <= longestArgument) return { argv: [program, '-p', ...options, prompt], env };
    // cn reads a file or the pipe of a shell; Node's own pipes are sockets, which it takes for empty.
    const file = join(home, 'prompt.txt');
    writeFileSync(file, prompt);
    return { argv: ['sh', '-c', `exec "$0" "$@" < ${quote(file)}`, program, '-p', ...options], env };
  },
  readWords: ({ stdout }) => stdout,
  fillWindow(limit, model) {
    // cn takes Claude's tokens, and Gemini's, for shorter ones.
    const factor = model.startsWith('claude') ? 1.23 : model.startsWith('gemini') ? 1.18 : 1;
    const toWords = (tokens: number): string => ' a'.repeat(Math.ceil(tokens / factor));
    return { asked: toWords(limit - spareTokens - answerTokens), answered: toWords(answerTokens) };
  },
  asksAsPerson: true,
  remarks: [
    'Continue compacts by its own count of tokens, and gives up on a refusal. Nothing tells its request for a summary from a prompt, so it counts as one.',
  ],
  deeds: {
    write: (tools, path, text) =>
      callOffered(
        tools,
        [{ tool: 'Write', call: (filepath, content) => ({ filepath, content }) }],
        path,
        text,
      ),
    read: (tools, path) => callOffered(tools, [{ tool: 'Read', call: (filepath) => ({ filepath }) }], path),
  },
  known: {
    image: 'only the terminal view of cn takes an image, from the clipboard; `cn -p` takes none',
  },
};

/** cn compacts when fewer tokens are left for a prompt. */
const spareTokens = 15_000;
/** More than cn's instructions and tools have: the first prompt fits, and with its answer the second does not. */
const answerTokens = 20_000;
/** What one argument of a program may hold on Linux, in characters. */
const longestArgument = 100_000;

/** The first model of the list answers, so a person who wants another has another file. */
function chooseModel(path: string, model: string): string {
  const config = parse(readFileSync(path, 'utf8'));
  const models: { model: string }[] = config.models;
  const chosen = models.filter((entry) => entry.model === model);
  const file = path.replace(/\.yaml$/, `-${model}.yaml`);
  writeFileSync(
    file,
    stringify({ ...config, models: [...chosen, ...models.filter((entry) => entry.model !== model)] }),
  );
  return file;
}
