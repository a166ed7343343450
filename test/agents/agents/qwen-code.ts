import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered } from '../deeds.ts';

export const qwenCode: Agent = {
  name: 'qwen-code',
  title: 'Qwen Code',
  packages: { '@qwen-code/qwen-code': '0.24.4' },
  megabytes: 150,
  client: 'qwen-code',
  needsNewNode: true,
  invoke({ prompt, model, continues, image }, { installed }) {
    const program = join(installed, 'node_modules', '.bin', 'qwen');
    const words = image === undefined ? prompt : `@${image} ${prompt}`;
    return { argv: [program, '-p', words, '--yolo', '-m', model, ...(continues ? ['--continue'] : [])] };
  },
  readWords: ({ stdout }) => stdout,
  deeds: {
    write: (tools, path, text) =>
      callOffered(
        tools,
        [{ tool: 'write_file', call: (file_path, content) => ({ file_path, content }) }],
        path,
        text,
      ),
    read: (tools, path) =>
      callOffered(tools, [{ tool: 'read_file', call: (file_path) => ({ file_path }) }], path),
  },
  known: {},
};
