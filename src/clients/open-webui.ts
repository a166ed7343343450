import { type ClientFacts, type ClientSetup, toKey, toOpenaiUrl, type Variable } from './setup.ts';

export function describeOpenWebui(facts: ClientFacts): ClientSetup {
  const url = toOpenaiUrl(facts);
  return {
    client: 'openwebui',
    title: 'Open WebUI',
    variables: listOpenWebuiVariables(facts),
    files: [],
    steps: [
      'In Open WebUI, open Admin Panel, Settings, Connections.',
      'Switch on OpenAI API, and press + (Add Connection) beside Manage OpenAI API Connections.',
      `Enter the URL ${url} and the key ${toKey(facts)}, and save. The models appear by themselves.`,
    ],
    notes: [
      'Open WebUI reads the variables at its first start only; later, what is set in the Admin Panel counts.',
      `From a container, ${new URL(facts.baseUrl).hostname} is the container itself: run it with --network=host, or name the host (host.docker.internal with Docker Desktop).`,
    ],
  };
}

export function listOpenWebuiVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'OPENAI_API_BASE_URL', value: toOpenaiUrl(facts) },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
  ];
}
