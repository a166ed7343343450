/** The known clients, by the names that people type. Loaded at every start, for the help. */
export const clientNames = [
  'claude-code',
  'codex',
  'opencode',
  'aider',
  'cline',
  'copilot',
  'goose',
  'pi',
  'qwen-code',
  'continue',
  'cursor',
  'jetbrains',
  'vscode',
  'zed',
  'openwebui',
  'llm',
] as const;

export type ClientName = (typeof clientNames)[number];
