import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findInitiator } from '../../src/dialects/initiator.ts';

// What the agents sent when they were run in front of this server: shapes and headers are their own, the texts are cut.

type AgentRequest = {
  /** With its version. */
  agent: string;
  what: string;
  initiator: 'user' | 'agent';
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
};

const file = new URL('../fixtures/agent-requests.json', import.meta.url);
const requests = JSON.parse(readFileSync(file, 'utf8')) as AgentRequest[];

it.each(requests.map(({ agent, what, ...rest }) => ({ title: `${agent}: ${what}`, ...rest })))(
  'knows who began it: $title',
  ({ headers, body, initiator }) => {
    expect(findInitiator(body, headers)).toBe(initiator);
  },
);
