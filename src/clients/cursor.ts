import { listUsable } from './choose-models.ts';
import { type ClientFacts, type ClientSetup, toKey } from './setup.ts';

export function describeCursor(facts: ClientFacts): ClientSetup {
  // A name that Cursor knows may go to its own service; with this in front it is ours, and the server knows it too.
  const names = listUsable(facts).map(({ id }) => `copilot-${id}`);
  return {
    client: 'cursor',
    title: 'Cursor',
    variables: [],
    files: [],
    steps: [
      `Make the server reachable at a public https address, with a tunnel to ${facts.baseUrl}, and have it ask for a key: Cursor's servers send the requests, and they do not reach this machine.`,
      'In Cursor, open Cursor Settings (not the settings of the editor) and choose Models.',
      `Under API Keys, enter this as OpenAI API Key, and switch it on: ${toKey(facts)}`,
      'Switch on Override OpenAI Base URL, and enter the address of the tunnel with /v1 behind it.',
      `With Add Custom Model, add the names you want: ${names.join(', ')}`,
      'Choose one of them in the chat.',
    ],
    notes: [
      'While the override is on, all OpenAI models of Cursor go to this server. Tab completion stays with Cursor.',
      ...(facts.apiKey === undefined
        ? ['The server asks for no key now: whoever knows the address of the tunnel could spend your quota.']
        : []),
    ],
  };
}
