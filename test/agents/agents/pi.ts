import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered } from '../deeds.ts';

export const pi: Agent = {
  name: 'pi',
  title: 'pi',
  packages: { '@earendil-works/pi-coding-agent': '1.6.0' },
  megabytes: 170,
  client: 'pi',
  needsNewNode: true,
  invoke({ prompt, model, continues, image }, { installed }) {
    const program = join(installed, 'node_modules', '.bin', 'pi');
    const options = ['--provider', 'copilot-cli', '--model', model, ...(continues ? ['--continue'] : [])];
    const files = image === undefined ? [] : [`@${image}`];
    return {
      argv: [program, '-p', ...options, ...files, prompt],
      env: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
    };
  },
  readWords: ({ stdout }) => stdout,
  deeds: {
    write: (tools, path, text) =>
      callOffered(tools, [{ tool: 'write', call: (file, content) => ({ path: file, content }) }], path, text),
    read: (tools, path) => callOffered(tools, [{ tool: 'read', call: (file) => ({ path: file }) }], path),
  },
  known: {},
};
