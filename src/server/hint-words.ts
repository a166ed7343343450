import { type HintWords, shellWords } from '../hint.ts';

/** Hints for callers, who cannot type commands. The person who runs the server can. */
export const callerWords: HintWords = {
  lead: 'Run:',
  steps: {
    ...shellWords.steps,
    'model-list': () => 'GET /v1/models',
    'another-model': (ability) => `another model${ability && `; GET /v1/models tells those with ${ability}`}`,
    'ask-model': (id) => `"model": "${id}"`,
    'add-file': () => 'a text',
    attach: () => 'a part of the message',
    'ask-again': () => 'Send the request again',
    'wait-longer': () => 'Send the request again',
    'start-again': () => 'Start the server again',
    debug: () => 'Start the server again with --debug',
  },
};
