import type { JsonFile } from '../config/json-file.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { isObject, type JsonObject, toObject, toText } from '../json-value.ts';
import { rankByLikeness } from '../nearest.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { listEndpointNames } from './endpoint-names.ts';
import { InvalidEndpoint } from './invalid-endpoint.ts';

/** The endpoints of the person, in a file that may also be edited by hand. */
export type EndpointFile = {
  readonly path: string;
  /** The names of all entries, valid or not. */
  listNames(): string[];
  /** Throws CliError `usage` if there is none of that name, and `config` if its entry is not valid. */
  find(name: string): Endpoint;
  /** The entry as the file has it; undefined if there is none. */
  readEntry(name: string): JsonObject | undefined;
  /** Throws CliError `usage` for an invalid entry. */
  check(name: string, entry: JsonObject): Endpoint;
  /** Throws what `check` throws. */
  write(name: string, entry: JsonObject): Promise<Endpoint>;
  remove(name: string): Promise<void>;
};

/** The variables that hold keys, of valid and other entries. Throws CliError `config` if the file cannot be read. */
export function listKeyVariables({ endpointsFile }: Pick<Context, 'endpointsFile'>): string[] {
  return Object.values(readAll(endpointsFile)).flatMap(
    (entry) => toText(toObject(toObject(entry).key).env) ?? [],
  );
}

export function createEndpointFile(file: JsonFile): EndpointFile {
  const readEntry = (name: string): JsonObject | undefined => {
    const all = readAll(file);
    return Object.hasOwn(all, name) ? toObject(all[name]) : undefined;
  };
  const change = (work: (endpoints: JsonObject) => JsonObject): Promise<void> =>
    file.update((content) => ({ ...content, endpoints: work(toObject(content.endpoints)) }));

  return {
    path: file.path,
    listNames: () => listEndpointNames(file),
    readEntry,
    find(name) {
      const entry = readEntry(name);
      if (!entry) throw createUnknownEndpointError(name, Object.keys(readAll(file)));
      try {
        return parseEndpoint(name, entry);
      } catch (error) {
        if (!(error instanceof InvalidEndpoint)) throw error;
        throw new CliError('config', `the endpoint ${name} in ${file.path} is not valid: ${error.message}`, {
          hint: advise`Correct the file, or remove the endpoint: ${run(`endpoints remove ${name}`)}`,
          details: { endpoint: name },
          cause: error,
        });
      }
    },
    check: parseGiven,
    async write(name, entry) {
      const endpoint = parseGiven(name, entry);
      await change((endpoints) => ({ ...endpoints, [name]: entry }));
      return endpoint;
    },
    async remove(name) {
      if (!readEntry(name)) throw createUnknownEndpointError(name, Object.keys(readAll(file)));
      await change(({ [name]: _, ...others }) => others);
    },
  };
}

function readAll(file: JsonFile): JsonObject {
  const { endpoints } = file.read();
  if (endpoints !== undefined && !isObject(endpoints))
    throw new CliError('config', `${file.path}: endpoints is not an object`, {
      hint: 'Correct it, or move it away.',
    });
  return toObject(endpoints);
}

function parseGiven(name: string, entry: JsonObject): Endpoint {
  try {
    return parseEndpoint(name, entry);
  } catch (error) {
    if (!(error instanceof InvalidEndpoint)) throw error;
    throw new CliError('usage', `${error.path === '' ? name : `${name}:`} ${error.message}`, {
      cause: error,
    });
  }
}

function createUnknownEndpointError(name: string, names: readonly string[]): CliError {
  const [nearest] = rankByLikeness(name, names);
  return new CliError(
    'usage',
    `there is no endpoint ${name.slice(0, 80)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    { hint: advise`See: ${run('endpoints list')}` },
  );
}
