import { connect, type Socket } from 'node:net';
import { alignTo, type DbusValue, decodeDbus, encodeDbus, type Variant } from './dbus-values.ts';

export type DbusCall = {
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: readonly DbusValue[];
};

export type DbusSignal = { path: string; interface: string; member: string; body: DbusValue[] };

/** A connection to a message bus. Calls may follow each other without waiting: the bus answers them in order. */
export type Bus = {
  /** Throws DbusError if the other side refuses, and the reason of `close` or the socket's error if the connection ends. */
  call(call: DbusCall): Promise<DbusValue[]>;
  /** Replaces the listener for signals, for which a match must be added at the bus. */
  onSignal(listener: (signal: DbusSignal) => void): void;
  close(reason?: Error): void;
};

/** A refusal, by its name on the bus. */
export class DbusError extends Error {
  override readonly name = 'DbusError';
  readonly dbusName: string;

  constructor(dbusName: string, message: string) {
    super(message);
    this.dbusName = dbusName;
  }
}

const [methodCall, methodReturn, methodError, signalMessage] = [1, 2, 3, 4];

/** Codes of header fields (D-Bus specification, "Header Fields"). */
const fieldCodes = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  signature: 8,
};

/** More than any message of a key store needs. */
const maxMessageBytes = 16 * 1024 * 1024;

/**
 * Connects to the bus at a path of a Unix socket. A path that begins with a null character is an abstract one. Nothing is waited for: the
 * authentication, the greeting and the first calls leave together, as sd-bus does it.
 */
export function connectToBus(path: string): Bus {
  const socket = connect(path);
  const waiting = new Map<number, { resolve(body: DbusValue[]): void; reject(error: unknown): void }>();
  let listener: (signal: DbusSignal) => void = () => {};
  let serial = 0;
  let failure: unknown;

  function fail(error: unknown): void {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    socket.destroy();
  }

  function accept({ type, fields, body }: Message): void {
    if (type === signalMessage) {
      const [signalPath, from, member] = [fields.path, fields.interface, fields.member].map(String);
      listener({ path: signalPath ?? '', interface: from ?? '', member: member ?? '', body });
      return;
    }
    const call = waiting.get(Number(fields.replySerial));
    if (!call || (type !== methodReturn && type !== methodError)) return;
    waiting.delete(Number(fields.replySerial));
    if (type === methodReturn) call.resolve(body);
    else call.reject(new DbusError(String(fields.errorName), typeof body[0] === 'string' ? body[0] : ''));
  }

  const call: Bus['call'] = (request) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      serial += 1;
      waiting.set(serial, { resolve, reject });
      socket.write(formatCall(serial, request));
    });

  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the message bus closed the connection')));
  readMessages(socket, accept, fail);
  socket.write(authenticate());
  call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'Hello',
  }).catch(fail);

  return {
    call,
    onSignal: (given) => {
      listener = given;
    },
    close: (reason = new Error('the connection to the message bus is closed')) => fail(reason),
  };
}

/** The bus asks the system which user connects, and compares. */
function authenticate(): string {
  const uid = Buffer.from(String(process.getuid?.() ?? '')).toString('hex');
  return `\0AUTH EXTERNAL ${uid}\r\nBEGIN\r\n`;
}

function formatCall(serial: number, { signature = '', body = [], ...names }: DbusCall): Buffer {
  const content = encodeDbus(signature, body);
  const field = (code: number, type: string, value: DbusValue): DbusValue => [
    code,
    { signature: type, value },
  ];
  const fields = [
    field(fieldCodes.path, 'o', names.path),
    field(fieldCodes.interface, 's', names.interface),
    field(fieldCodes.member, 's', names.member),
    field(fieldCodes.destination, 's', names.destination),
    ...(signature === '' ? [] : [field(fieldCodes.signature, 'g', signature)]),
  ];
  const header = encodeDbus('yyyyuua(yv)', [
    'l'.charCodeAt(0),
    methodCall as number,
    0,
    1,
    content.length,
    serial,
    fields,
  ]);
  const padding = Buffer.alloc(alignTo(header.length, 8) - header.length);
  return Buffer.concat([header, padding, content]);
}

type Message = {
  type: number;
  fields: Partial<Record<keyof typeof fieldCodes, DbusValue>>;
  body: DbusValue[];
};

/** First the answer to the authentication, a line; then messages. */
function readMessages(
  socket: Socket,
  accept: (message: Message) => void,
  fail: (error: unknown) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  let isAuthenticated = false;
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    try {
      if (!isAuthenticated) {
        const end = rest.indexOf('\r\n');
        if (end === -1) return;
        const answer = rest.subarray(0, end).toString('latin1');
        if (!answer.startsWith('OK ')) throw new Error('the message bus refused the connection');
        isAuthenticated = true;
        rest = rest.subarray(end + 2);
      }
      for (;;) {
        const length = findMessageLength(rest);
        if (length === undefined || rest.length < length) return;
        accept(parseMessage(rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
    } catch (error) {
      fail(error);
    }
  });
}

const fixedHeaderBytes = 16;

/** Undefined if the header has not come yet. Throws RangeError if it cannot be right. */
function findMessageLength(bytes: Buffer): number | undefined {
  if (bytes.length < fixedHeaderBytes) return undefined;
  // The bus sends in the byte order of the sender; every machine that runs Node is little-endian but for s390x, whose bus is not ours to ask.
  if (bytes[0] !== 'l'.charCodeAt(0)) throw new RangeError('a message in another byte order');
  const length = alignTo(fixedHeaderBytes + bytes.readUInt32LE(12), 8) + bytes.readUInt32LE(4);
  if (length > maxMessageBytes) throw new RangeError('a message is too long');
  return length;
}

function parseMessage(bytes: Buffer): Message {
  const bodyLength = bytes.readUInt32LE(4);
  const [, type, , , , , list] = decodeDbus('yyyyuua(yv)', bytes);
  const fields: Message['fields'] = {};
  for (const [code, variant] of list as [number, Variant][])
    for (const [name, known] of Object.entries(fieldCodes))
      if (known === code) fields[name as keyof typeof fieldCodes] = variant.value;
  const signature = typeof fields.signature === 'string' ? fields.signature : '';
  return {
    type: Number(type),
    fields,
    body: decodeDbus(signature, bytes.subarray(bytes.length - bodyLength)),
  };
}
