import type { TopicName } from './topic-names.ts';

export type Topic = {
  /** One line for the list of topics. */
  about: string;
  /** The file in docs/, if it has another name. */
  file?: string;
};

/** The pages of docs/ that `help TOPIC` prints. The man page of the program has them, too. */
export const topics: Record<TopicName, Topic> = {
  commands: { about: 'every command and every flag' },
  environment: { about: 'the variables that are read, where files lie, tokens in CI' },
  'exit-codes': { about: 'what each exit code means, and its name in JSON' },
  scripts: { about: 'stdin, stdout, JSON, and the columns of every list' },
  tools: { about: 'what a model may read, change and run, and MCP servers' },
  'prompt-files': { about: 'prompt templates for chat --template and run' },
  templates: { about: 'the same as prompt-files', file: 'prompt-files' },
  repl: { about: 'the commands and the keys of the chat' },
  terminal: { about: 'how the chat looks, screen readers, earlier conversations' },
  models: { about: 'names of models, auto, and how to find one' },
  serve: { about: 'the local server: routes, limits, changes to requests' },
  agents: { about: 'agents that were run against the server, and what passed' },
  accounts: { about: 'several accounts, and where tokens lie' },
  endpoints: { about: 'models of Ollama, a company gateway and other services' },
  networks: { about: 'proxies and certificates of a company network' },
  platforms: { about: 'what differs on macOS and Windows, and what was never run there' },
};
