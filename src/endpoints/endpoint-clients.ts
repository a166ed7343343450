import type { JsonFile } from '../config/json-file.ts';
import type { ModelClient } from '../copilot/model-client.ts';
import { createEndpointClient, type EndpointClientOptions } from './endpoint-client.ts';
import { createEndpointFile } from './endpoint-file.ts';

/** The clients of the person's endpoints, one for each entry as long as it stays the same. */
export function createEndpointClients(
  file: JsonFile,
  options: EndpointClientOptions,
): { find(name: string): ModelClient } {
  const endpoints = createEndpointFile(file);
  const known = new Map<string, { entry: string; client: ModelClient }>();
  return {
    find(name) {
      const entry = JSON.stringify(endpoints.readEntry(name));
      const found = known.get(name);
      if (found?.entry === entry) return found.client;
      const client = createEndpointClient(endpoints.find(name), options);
      known.set(name, { entry, client });
      return client;
    },
  };
}
