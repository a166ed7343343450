import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered, callWithText, toPatch } from '../deeds.ts';

export const opencode: Agent = {
  name: 'opencode',
  title: 'opencode',
  packages: { 'opencode-ai': '1.18.33' },
  megabytes: 360,
  client: 'opencode',
  leavesOut: 'for a summary',
  teaches: 'nothing',
  afterCut: 'asks again',
  invoke({ prompt, model, continues, image }, { installed }) {
    const program = join(installed, 'node_modules', '.bin', 'opencode');
    const options = ['-m', `copilot-cli/${model}`, '--auto', ...(continues ? ['-c'] : [])];
    const files = image === undefined ? [] : ['-f', image];
    return {
      argv: [program, 'run', ...options, ...files, '--', prompt],
      env: {
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      },
    };
  },
  readWords: ({ stdout }) => stdout,
  deeds: {
    write(tools, path, text) {
      const patch = tools.find(({ name }) => name === 'apply_patch');
      if (patch) return callWithText(patch, toPatch(path, text));
      return callOffered(
        tools,
        [{ tool: 'write', call: (filePath, content) => ({ filePath, content }) }],
        path,
        text,
      );
    },
    read: (tools, path) => callOffered(tools, [{ tool: 'read', call: (filePath) => ({ filePath }) }], path),
  },
  known: {},
};
