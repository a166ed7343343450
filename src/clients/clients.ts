import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { suggest } from '../nearest.ts';
import { claudeCode } from './claude-code.ts';
import { type ClientName, clientNames } from './client-names.ts';
import { codex } from './codex.ts';
import { continueDev, cursor, jetbrains, vscode, zed } from './editors.ts';
import { llm, openWebui } from './other-clients.ts';
import type { Client, ClientFacts, ClientSetup } from './setup.ts';
import { aider, cline, copilot, goose, opencode, pi, qwenCode } from './terminal-agents.ts';

export const clients: Record<ClientName, Client> = {
  'claude-code': claudeCode,
  codex,
  opencode,
  aider,
  cline,
  copilot,
  goose,
  pi,
  'qwen-code': qwenCode,
  continue: continueDev,
  cursor,
  jetbrains,
  vscode,
  zed,
  openwebui: openWebui,
  llm,
};

/** The facts, and what the client itself knows, if it is installed. */
export async function learnFacts(name: string, facts: ClientFacts, env: Env): Promise<ClientFacts> {
  const program = clientNames.some((known) => known === name)
    ? clients[name as ClientName].program
    : undefined;
  const path = program?.commands.map((command) => findProgram(command, { env })).find((found) => found);
  return { ...facts, ...(path !== undefined && (await program?.learn?.(path, env))) };
}

/** How to set up the client for the server. Writes nothing. Throws CliError `usage` if there is no such client. */
export function describeClient(name: string, facts: ClientFacts): ClientSetup {
  const known = clientNames.find((candidate) => candidate === name);
  if (known) return clients[known].describe(facts);
  throw new CliError('usage', `there is no client ${name}${suggest(name, clientNames)}`, {
    hint: `Use one of: ${clientNames.join(', ')}.`,
  });
}
