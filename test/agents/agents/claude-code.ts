import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered } from '../deeds.ts';

export const claudeCode: Agent = {
  name: 'claude-code',
  title: 'Claude Code',
  packages: { '@anthropic-ai/claude-code': '2.1.332' },
  megabytes: 390,
  client: 'claude-code',
  invoke({ prompt, model, continues, image }, { installed }) {
    const program = join(installed, 'node_modules', '.bin', 'claude');
    const words = image === undefined ? prompt : `@${image} ${prompt}`;
    return {
      argv: [
        program,
        '-p',
        words,
        '--output-format',
        'json',
        '--model',
        model,
        ...(continues ? ['--continue'] : []),
        '--dangerously-skip-permissions',
      ],
      env: { IS_SANDBOX: '1', DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1' },
    };
  },
  readWords({ stdout }) {
    const line = stdout.trim().split('\n').at(-1) ?? '';
    try {
      return String(JSON.parse(line).result);
    } catch {
      return stdout;
    }
  },
  deeds: {
    write: (tools, path, text) =>
      callOffered(
        tools,
        [{ tool: 'Write', call: (file_path, content) => ({ file_path, content }) }],
        path,
        text,
      ),
    read: (tools, path) => callOffered(tools, [{ tool: 'Read', call: (file_path) => ({ file_path }) }], path),
  },
  known: {},
};
