import type { Agent } from './agent.ts';
import { claudeCode } from './agents/claude-code.ts';
import { cline } from './agents/cline.ts';
import { codex } from './agents/codex.ts';
import { continueCli } from './agents/continue.ts';
import { githubCli } from './agents/github-cli.ts';
import { opencode } from './agents/opencode.ts';
import { pi } from './agents/pi.ts';
import { qwenCode } from './agents/qwen-code.ts';

/** Those that take longest come first. */
export const agents: readonly Agent[] = [
  githubCli,
  opencode,
  cline,
  continueCli,
  qwenCode,
  claudeCode,
  pi,
  codex,
];
