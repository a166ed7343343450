import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered, callWithText, toPatch } from '../deeds.ts';

/** `cline --id` takes no prompt and no pipe, so a conversation goes on as it does in an editor. */
const acpTurn = join(process.cwd(), 'test', 'agents', 'acp-turn.mjs');

export const cline: Agent = {
  name: 'cline',
  title: 'Cline',
  packages: { cline: '3.0.65' },
  megabytes: 440,
  client: 'cline',
  needsNewNode: true,
  invoke({ prompt, model, continues, image }, { installed, home }) {
    const program = join(installed, 'node_modules', '.bin', 'cline');
    const words = image === undefined ? prompt : `${prompt} @${image}`;
    if (!continues) return { argv: [program, '-m', model, words] };
    return {
      argv: [process.execPath, acpTurn, findSession(home), model, words, program, '--acp'],
      env: { CLINE_PROVIDER: 'openai-compatible', CLINE_API_KEY: 'copilot-cli' },
    };
  },
  readWords: ({ stdout }) => stdout,
  deeds: {
    write(tools, path, text) {
      const patch = tools.find(({ name }) => name === 'apply_patch');
      if (patch) return callWithText(patch, toPatch(path, text));
      return callOffered(
        tools,
        [{ tool: 'editor', call: (file, new_text) => ({ path: file, new_text }) }],
        path,
        text,
      );
    },
    read: (tools, path) =>
      callOffered(tools, [{ tool: 'read_files', call: (file) => ({ files: [{ path: file }] }) }], path),
  },
  compactsInFirstTurn: true,
  remarks: [
    '`cline --id` takes no prompt, so the turns after the first are prompts of an editor: `cline --acp`. It never makes a conversation shorter in this mode, so the overflow comes in the first turn.',
  ],
  known: {},
};

/** The last conversation: folders are named after the time of their start. */
function findSession(home: string): string {
  const folder = join(home, '.cline', 'data', 'sessions');
  return (existsSync(folder) ? readdirSync(folder).sort().at(-1) : undefined) ?? '';
}
