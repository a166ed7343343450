import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { callOffered, callWithText, toPatch } from '../deeds.ts';

/** GitHub's own client talks to the simulator itself: it judges the simulator. */
export const githubCli: Agent = {
  name: 'github-cli',
  title: "GitHub's Copilot CLI",
  packages: { '@github/copilot': '1.0.102' },
  megabytes: 190,
  isDirect: true,
  teaches: 'nothing',
  afterCut: 'asks again',
  fillWindow: (limit) => ({ answered: ' a'.repeat(limit), inputTokens: limit }),
  invoke({ prompt, model, continues, image }, { installed, direct }) {
    const program = join(installed, 'node_modules', '.bin', 'copilot');
    const files = image === undefined ? [] : ['--attachment', image];
    const options = [
      '--allow-all',
      '--no-auto-update',
      '--model',
      model,
      ...(continues ? ['--continue'] : []),
    ];
    return {
      argv: [program, '-p', prompt, ...options, ...files],
      env: {
        COPILOT_GITHUB_TOKEN: direct.githubToken,
        COPILOT_API_URL: direct.copilot,
        GITHUB_API_URL: direct.api,
        GITHUB_SERVER_URL: direct.server,
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
        [{ tool: 'create', call: (file, file_text) => ({ path: file, file_text }) }],
        path,
        text,
      );
    },
    read: (tools, path) => callOffered(tools, [{ tool: 'view', call: (file) => ({ path: file }) }], path),
  },
  asksAsPerson: true,
  leavesOut: 'at once',
  remarks: [
    "GitHub's CLI leaves out by its own count of tokens what does not fit, and asks for a summary beside the prompt; after a refusal it sends the same request again. With a GPT, its request for a summary says that a person began it.",
  ],
  known: {
    'image kimi-k2.7-code': {
      why: "GitHub's CLI sends the image to a model whose entry has no vision, and without the header that Copilot wants with images",
      faults: /Copilot-Vision-Request|does not show|a model without eyes got the image/,
    },
    'gpt-4.1': {
      why: "GitHub's CLI takes no `gpt-4.1`, whatever the catalogue says; it takes the same entry under another id",
      faults:
        /gpt-4\.1|does not show|only 0 calls|0 calls count|was not written|not in the last call|did not reach the model|goes on/,
    },
  },
};
