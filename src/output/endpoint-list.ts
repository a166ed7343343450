import { toAdaptationJson } from '../endpoints/adaptation.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { EndpointFile } from '../endpoints/endpoint-file.ts';
import { CliError } from '../errors.ts';
import type { Column } from './table.ts';

/** An endpoint of the file, or what is wrong with its entry. */
export type ListedEndpoint = { name: string; endpoint: Endpoint | undefined; problem: string | undefined };

/** One that is not valid does not hide the others. */
export function listEndpoints(file: EndpointFile): ListedEndpoint[] {
  return file.listNames().map((name) => {
    try {
      return { name, endpoint: file.find(name), problem: undefined };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return { name, endpoint: undefined, problem: error.message };
    }
  });
}

export const endpointColumns: Column<ListedEndpoint>[] = [
  { title: 'NAME', read: ({ name }) => name },
  { title: 'URL', read: ({ endpoint }) => endpoint?.url ?? '' },
  { title: 'DIALECT', read: ({ endpoint }) => endpoint?.dialect ?? 'not valid' },
  { title: 'KEY', read: ({ endpoint }) => describeKey(endpoint) },
  {
    title: 'MODELS',
    read: ({ endpoint }) => endpoint?.models.map(({ id }) => id).join(',') || 'as it lists',
  },
];

function describeKey(endpoint: Endpoint | undefined): string {
  const { source, name } = toKeyJson(endpoint?.key);
  return [source ?? 'none', name].filter(Boolean).join(' ');
}

function toKeyJson(key: Endpoint['key']): { source: string | null; name: string | null } {
  if (!key) return { source: null, name: null };
  if ('env' in key) return { source: 'env', name: key.env };
  return 'command' in key ? { source: 'command', name: null } : { source: 'stored', name: null };
}

export function toEndpointJson({ name, endpoint, problem }: ListedEndpoint): Record<string, unknown> {
  if (!endpoint) return { name, url: null, dialect: null, key: null, problem: problem ?? null };
  return {
    name,
    url: endpoint.url,
    dialect: endpoint.dialect,
    key: toKeyJson(endpoint.key),
    key_header: endpoint.keyHeader ?? null,
    headers: endpoint.headers,
    models: endpoint.models.map(({ id }) => id),
    request: toAdaptationJson(endpoint.request),
    answer: toAdaptationJson(endpoint.answer),
    problem: null,
  };
}
