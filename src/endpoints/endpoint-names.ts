import type { JsonFile } from '../config/json-file.ts';
import { toObject } from '../json-value.ts';

const maxEndpoints = 100;

/** The names of all entries of the endpoints' file, valid or not. Throws CliError `config` if it cannot be read. */
export function listEndpointNames(file: JsonFile): string[] {
  return Object.keys(toObject(file.read().endpoints)).slice(0, maxEndpoints);
}
