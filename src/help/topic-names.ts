/** What `copilot-cli help TOPIC` knows besides commands. Loaded at every start. */
export const topicNames = [
  'commands',
  'environment',
  'exit-codes',
  'scripts',
  'tools',
  'prompt-files',
  'templates',
  'repl',
  'terminal',
  'models',
  'serve',
  'agents',
  'accounts',
  'endpoints',
  'networks',
  'platforms',
] as const;

export type TopicName = (typeof topicNames)[number];

export const isTopicName = (word: string): word is TopicName => topicNames.some((name) => name === word);
