/** Tools whose sign-in can be taken over. `copilot-cli` is GitHub's own. */
export const toolNames = ['gh', 'vscode', 'jetbrains', 'copilot-cli', 'opencode'] as const;
export type ToolName = (typeof toolNames)[number];
