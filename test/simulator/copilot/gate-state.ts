import type { TokenKind } from '../github/account-state.ts';

/** Who may enter the Copilot API. */
export type GateState = {
  /** Older values of X-GitHub-Api-Version are answered with 466. */
  apiVersionFloor: string;
  /** From this version on, answers carry prices instead of multipliers. */
  pricedApiVersion: string;
  integrationIds: string[];
  /** Which of them a kind of bearer may use; all of them where the kind is not listed. */
  integrationIdsFor: Partial<Record<TokenKind | 'exchanged', string[]>>;
  /** What an Editor-Version must look like. */
  editorVersion: RegExp;
  /** The values of anthropic-beta that are let through. */
  anthropicBetas: RegExp[];
  /** Larger bodies are answered with 413. */
  maxBodyBytes: number;
};

export function createGateState(): GateState {
  return {
    apiVersionFloor: '2025-04-01',
    pricedApiVersion: '2026-06-01',
    integrationIds: ['vscode-chat', 'copilot-developer-cli', 'jetbrains-chat', 'copilot-language-server'],
    integrationIdsFor: { github_pat: ['copilot-developer-cli'] },
    editorVersion: /^[A-Za-z][\w-]*\/\d+(\.\d+)*[\w.+-]*$/,
    anthropicBetas: [
      /^interleaved-thinking-2025-05-14$/,
      /^context-management-2025-06-27$/,
      /^advanced-tool-use-2025-11-20$/,
      /^extended-cache-ttl-2025-04-11$/,
      /^tool-search-tool-2025-11-19$/,
      /^prompt-caching-scope-2026-01-05$/,
      /^pdfs-2024-09-25$/,
      /^context-1m-/,
      /^compact-/,
      /^computer-use-2025-11-24$/,
      // GitHub's CLI 1.0.102 sends it with Opus 5.
      /^fallback-credit-2026-07-01$/,
    ],
    maxBodyBytes: 5 * 1024 * 1024,
  };
}
