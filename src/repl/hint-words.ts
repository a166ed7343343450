import { type HintWords, shellWords } from '../hint.ts';

/** What somebody types in the chat. Nobody has to leave it for what it can do itself; a shell can be reached from it. */
export const chatWords: HintWords = {
  lead: 'Type',
  steps: {
    ...shellWords.steps,
    run: (command) => `!copilot-cli ${command}`,
    login: () => '/login',
    'model-list': () => '/models',
    'conversation-list': () => '/sessions',
    'account-status': () => '/status',
    'another-model': (ability) => `another model with /model${ability && describeList(ability)}`,
    'ask-model': (id) => `/model ${id}`,
    'add-file': (path) => `/attach ${path}`,
    attach: (path) => `/attach ${path}`,
    'ask-again': () => 'Ask again with /retry',
    'wait-longer': () => 'Ask again with /retry',
    'start-again': () => 'Leave with /exit; copilot-cli chat -c then goes on with this conversation',
    debug: () => 'Start the chat again with --debug',
  },
};

/** Where those with an ability are seen, in the words of the list. */
function describeList(ability: string): string {
  return ability === 'vision'
    ? ', which shows those that read images'
    : `; /models shows those with ${ability}`;
}
