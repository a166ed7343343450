/** The commands by what a person wants to do, in the order of the help, with the one line that the list of all commands has room for. */
export const commandGroups: Record<string, Record<string, string>> = {
  Ask: {
    chat: 'ask a model once, or open the chat',
    run: 'send a prompt template from a file',
    sessions: 'list, search, show, export and delete conversations',
    templates: 'list your prompt templates',
  },
  Models: {
    models: 'list what your account has, choose the default, add names',
    endpoints: 'use models of other services, such as Ollama',
    mcp: 'manage MCP servers, whose tools a model can use',
    serve: 'run a local OpenAI- and Anthropic-compatible API',
  },
  Account: {
    login: 'sign in to GitHub with a one-time code',
    logout: 'remove an account and its tokens from this machine',
    accounts: 'list and switch the accounts that signed in',
    status: 'show who is signed in, and whether prompts would work',
    usage: 'show what is left of the quota, and what this month used',
  },
  Program: {
    config: 'show and change settings',
    completion: 'complete commands, flags and values in your shell',
    doctor: 'find what is broken, and how to fix it',
    help: 'show the topics, or the help of a command or a topic',
  },
};
