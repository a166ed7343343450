import type { Agent } from './agent.ts';
import { claudeCode } from './agents/claude-code.ts';
import { codex } from './agents/codex.ts';
import { githubCli } from './agents/github-cli.ts';
import { opencode } from './agents/opencode.ts';

export const agents: readonly Agent[] = [githubCli, codex, claudeCode, opencode];
