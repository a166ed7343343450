import { CliError } from '../errors.ts';
import { suggest } from '../nearest.ts';
import { type ClientName, clientNames } from './client-names.ts';
import { describeAider, describeClaudeCode, describeCodex, describeOpencode } from './coding-agents.ts';
import {
  describeContinue,
  describeCursor,
  describeLlm,
  describeOpenWebui,
  describeZed,
} from './other-clients.ts';
import type { ClientFacts, ClientSetup } from './setup.ts';

const clients: Record<ClientName, (facts: ClientFacts) => ClientSetup> = {
  'claude-code': describeClaudeCode,
  codex: describeCodex,
  opencode: describeOpencode,
  aider: describeAider,
  continue: describeContinue,
  zed: describeZed,
  cursor: describeCursor,
  openwebui: describeOpenWebui,
  llm: describeLlm,
};

/** How to set up the client for the server. Writes nothing. Throws CliError `usage` if there is no such client. */
export function describeClient(name: string, facts: ClientFacts): ClientSetup {
  const known = clientNames.find((candidate) => candidate === name);
  if (known) return clients[known](facts);
  throw new CliError('usage', `there is no client ${name}${suggest(name, clientNames)}`, {
    hint: `Use one of: ${clientNames.join(', ')}.`,
  });
}
