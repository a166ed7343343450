import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered, callWithText, quote, type ToolUse, toPatch } from '../deeds.ts';

const shell = (command: (path: string, text: string) => string): ToolUse[] => [
  { tool: 'exec_command', call: (path, text) => ({ cmd: command(path, text) }) },
  { tool: 'shell_command', call: (path, text) => ({ command: command(path, text) }) },
  { tool: 'shell', call: (path, text) => ({ command: ['sh', '-c', command(path, text)] }) },
];

export const codex: Agent = {
  name: 'codex',
  title: 'Codex',
  packages: { '@openai/codex': '0.171.0' },
  megabytes: 430,
  client: 'codex',
  fillWindow: (limit) => ({ inputTokens: limit }),
  invoke({ prompt, model, continues, image }, { installed }) {
    const program = join(installed, 'node_modules', '.bin', 'codex');
    const options = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '-m', model];
    const images = image === undefined ? [] : ['-i', image];
    return {
      argv: [
        program,
        'exec',
        ...(continues ? ['resume', '--last'] : []),
        ...options,
        ...images,
        '--',
        prompt,
      ],
      env: { COPILOT_CLI_API_KEY: 'copilot-cli' },
    };
  },
  readWords: ({ stdout }) => stdout,
  deeds: {
    write(tools, path, text) {
      const patch = tools.find(({ name }) => name === 'apply_patch');
      if (patch) return callWithText(patch, toPatch(path, text));
      return callOffered(
        tools,
        shell((file, words) => `printf %s ${quote(words)} > ${quote(file)}`),
        path,
        text,
      );
    },
    read: (tools, path) =>
      callOffered(
        tools,
        shell((file) => `cat ${quote(file)}`),
        path,
      ),
  },
  teaches: /Invalid value: 'web_search'/,
  known: {},
};
