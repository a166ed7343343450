import type { JsonObject } from '../json-value.ts';

/** What is wrong in the entry of an endpoint. `path` is the place in it, such as `request.drop`; empty for the whole entry. */
export class InvalidEndpoint extends Error {
  override readonly name = 'InvalidEndpoint';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === '' ? problem : `${path} ${problem}`);
    this.path = path;
  }
}

/** Throws InvalidEndpoint for a field that nobody reads: a typing error must not pass for a setting. */
export function refuseUnknown(value: JsonObject, known: readonly string[], path: string): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InvalidEndpoint(
    path === '' ? unknown : `${path}.${unknown}`,
    `is not a field: there are ${known.join(', ')}`,
  );
}
