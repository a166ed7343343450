import { inspect } from 'node:util';

const placeholder = '[secret]';

/** A value that cannot be printed, logged or serialised by accident: only `expose` gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it only where it goes onto the wire or into the credentials file. */
  expose(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [Symbol.toPrimitive](): string {
    return placeholder;
  }

  [inspect.custom](): string {
    return placeholder;
  }
}
