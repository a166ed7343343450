import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Agent } from '../agent.ts';
import { callOffered } from '../deeds.ts';

export const continueCli: Agent = {
  name: 'continue',
  title: 'Continue',
  packages: { '@continuedev/cli': '1.5.47' },
  megabytes: 90,
  client: 'continue',
  compactsByCount: true,
  needsNewNode: true,
  invoke({ prompt, model, continues }, { installed, home }) {
    const program = join(installed, 'node_modules', '.bin', 'cn');
    const config = chooseModel(join(home, '.continue', 'config.yaml'), model);
    const options = ['--config', config, '--auto', ...(continues ? ['--resume'] : [])];
    return { argv: [program, '-p', ...options, prompt], env: { CONTINUE_TELEMETRY_ENABLED: '0' } };
  },
  readWords: ({ stdout }) => stdout,
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
    image: 'cn -p has no way to attach an image',
  },
};

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
