import { CliError } from '../errors.ts';
import { suggest } from '../nearest.ts';
import { describeAider } from './aider.ts';
import { describeClaudeCode } from './claude-code.ts';
import { type ClientName, clientNames } from './client-names.ts';
import { describeCodex } from './codex.ts';
import { describeContinue } from './continue.ts';
import { describeCursor } from './cursor.ts';
import { describeLlm } from './llm.ts';
import { describeOpenWebui } from './open-webui.ts';
import { describeOpencode } from './opencode.ts';
import type { ClientFacts, ClientSetup } from './setup.ts';
import { describeZed } from './zed.ts';

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

/** How the client is pointed at the server. Touches nothing. Throws CliError `usage` where there is no such client. */
export function describeClient(name: string, facts: ClientFacts): ClientSetup {
  const known = clientNames.find((candidate) => candidate === name);
  if (known) return clients[known](facts);
  throw new CliError('usage', `there is no client ${name}${suggest(name, clientNames)}`, {
    hint: `Name one of: ${clientNames.join(', ')}.`,
  });
}
