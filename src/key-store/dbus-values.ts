/** A value of D-Bus. Structs, dictionary entries and arrays are lists; an array of bytes is a Buffer. */
export type DbusValue = number | bigint | boolean | string | Buffer | Variant | readonly DbusValue[];

/** A value that names its own type. */
export type Variant = { signature: string; value: DbusValue };

/** More than any message of a key store needs. */
const maxBytes = 16 * 1024 * 1024;

/** The values of a message, little-endian, aligned from the start of the result (D-Bus specification, "Marshaling"). */
export function encodeDbus(signature: string, values: readonly DbusValue[]): Buffer {
  const writer = new Writer();
  for (const [index, type] of splitSignature(signature).entries())
    writer.write(type, values[index] as DbusValue);
  return writer.toBuffer();
}

/** Throws RangeError if the bytes do not hold such values. */
export function decodeDbus(signature: string, bytes: Buffer): DbusValue[] {
  return new Reader(bytes).readAll(signature);
}

/** How many bytes the fixed part and the fields of a message's header take, the padding included. */
export function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** `sa{sv}` has two complete types. */
function splitSignature(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = findEnd(signature, at, 0);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

const closing: Record<string, string> = { '(': ')', '{': '}' };

/** The nesting that the specification allows, which also bounds what a forged message can ask of us. */
const maxDepth = 64;

function findEnd(signature: string, at: number, depth: number): number {
  const first = signature[at];
  if (first === undefined || depth > maxDepth) throw new RangeError('a type ends early');
  if (first === 'a') return findEnd(signature, at + 1, depth + 1);
  const last = closing[first];
  if (last === undefined) return at + 1;
  let end = at + 1;
  while (signature[end] !== last) end = findEnd(signature, end, depth + 1);
  return end + 1;
}

const alignments: Record<string, number> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
};

const alignmentOf = (type: string): number => alignments[type[0] ?? ''] ?? 4;

/** Writes the types that a client of a key store sends. */
class Writer {
  readonly #parts: Buffer[] = [];
  #length = 0;

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  write(type: string, value: DbusValue): void {
    this.#align(alignmentOf(type));
    switch (type[0]) {
      case 'y':
        this.#add(Buffer.from([value as number]));
        break;
      case 'b':
      case 'u':
        this.#addNumber(Number(value));
        break;
      case 's':
      case 'o': {
        const text = Buffer.from(value as string);
        this.#addNumber(text.length);
        this.#add(Buffer.concat([text, Buffer.alloc(1)]));
        break;
      }
      case 'g':
        this.#add(Buffer.from(`${String.fromCharCode((value as string).length)}${value}\0`, 'latin1'));
        break;
      case 'v': {
        const { signature, value: inner } = value as Variant;
        this.write('g', signature);
        this.write(signature, inner);
        break;
      }
      case 'a':
        this.#writeArray(type.slice(1), value as readonly DbusValue[] | Buffer);
        break;
      case '(':
      case '{': {
        const types = splitSignature(type.slice(1, -1));
        for (const [index, inner] of types.entries())
          this.write(inner, (value as readonly DbusValue[])[index] as DbusValue);
        break;
      }
      default:
        throw new RangeError(`no value of the type ${type} is sent`);
    }
  }

  #writeArray(type: string, values: readonly DbusValue[] | Buffer): void {
    const length = Buffer.alloc(4);
    this.#add(length);
    // The padding before the first element does not count.
    this.#align(alignmentOf(type));
    const start = this.#length;
    if (Buffer.isBuffer(values)) this.#add(values);
    else for (const value of values) this.write(type, value);
    length.writeUInt32LE(this.#length - start);
  }

  #addNumber(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#add(bytes);
  }

  #align(alignment: number): void {
    this.#add(Buffer.alloc(alignTo(this.#length, alignment) - this.#length));
  }

  #add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readAll(signature: string): DbusValue[] {
    return splitSignature(signature).map((type) => this.#read(type, 0));
  }

  #read(type: string, depth: number): DbusValue {
    if (depth > maxDepth) throw new RangeError('a value is nested too deeply');
    this.#at = alignTo(this.#at, alignmentOf(type));
    switch (type[0]) {
      case 'y':
        return this.#take(1).readUInt8();
      case 'b':
        return this.#take(4).readUInt32LE() === 1;
      case 'n':
        return this.#take(2).readInt16LE();
      case 'q':
        return this.#take(2).readUInt16LE();
      case 'i':
        return this.#take(4).readInt32LE();
      case 'u':
      case 'h':
        return this.#take(4).readUInt32LE();
      case 'x':
        return this.#take(8).readBigInt64LE();
      case 't':
        return this.#take(8).readBigUInt64LE();
      case 'd':
        return this.#take(8).readDoubleLE();
      case 's':
      case 'o':
        return this.#readText(this.#take(4).readUInt32LE());
      case 'g':
        return this.#readText(this.#take(1).readUInt8());
      case 'v': {
        const signature = this.#readText(this.#take(1).readUInt8());
        return { signature, value: this.#read(signature, depth + 1) };
      }
      case 'a':
        return this.#readArray(type.slice(1), depth);
      case '(':
      case '{':
        return splitSignature(type.slice(1, -1)).map((inner) => this.#read(inner, depth + 1));
      default:
        throw new RangeError(`there is no type ${type}`);
    }
  }

  #readArray(type: string, depth: number): DbusValue {
    const length = this.#take(4).readUInt32LE();
    this.#at = alignTo(this.#at, alignmentOf(type));
    if (type === 'y') return Buffer.from(this.#take(length));
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('an array ends early');
    const values: DbusValue[] = [];
    while (this.#at < end) values.push(this.#read(type, depth + 1));
    return values;
  }

  #readText(length: number): string {
    const text = this.#take(length).toString('utf8');
    this.#take(1);
    return text;
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (length > maxBytes || end > this.#bytes.length) throw new RangeError('a value ends early');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
