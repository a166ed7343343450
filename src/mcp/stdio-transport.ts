import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import type { Env } from '../env.ts';
import { createMissingProgramError, findProgram } from '../find-program.ts';
import { isObject, parseJson } from '../json-value.ts';
import { type ProcessGroup, readInTurns, startGroup } from '../process-group.ts';
import { createAnswers } from './answers.ts';
import { type ProgramEnd, ServerEnded } from './failures.ts';

export type StdioOptions = {
  command: string;
  args: readonly string[];
  /** All of it: nothing is added. */
  env: Env;
  cwd: string;
  onStderr: (line: string) => void;
};

export type StdioTransport = Transport & {
  readonly end: ProgramEnd | undefined;
};

/** More than any message. */
const maxLine = 64 * 1024 * 1024;
/** A server that floods us is cut off: it may send this many messages at once, and as many a second for ever. */
const burst = 10_000;
const perSecond = 1000;
/** Milliseconds from the end of the server's input to SIGTERM, and from SIGTERM to SIGKILL. */
const closeMs = 300;
const termMs = 700;

/** A server on stdin and stdout, a line a message, in a process group that ends with us. */
export function createStdioTransport({ command, args, env, cwd, onStderr }: StdioOptions): StdioTransport {
  let group: ProcessGroup | undefined;
  let end: ProgramEnd | undefined;
  let isClosed = false;
  const answers = createAnswers();

  const transport: StdioTransport = {
    get end() {
      return end;
    },
    async start() {
      const program = findProgram(command, { env });
      if (program === undefined) throw createMissingProgramError(command);
      const started = startGroup(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
      group = started;
      const { stdin, stdout, stderr } = started.child;
      await new Promise<void>((resolve, reject) => {
        started.child.once('spawn', resolve);
        started.child.once('error', reject);
      });
      // It may end before it has read all.
      stdin?.on('error', () => {});
      const readOut = createLineReader(maxLine, (line) => receive(line));
      stdout?.on('data', (chunk: Buffer) => readOut(chunk) || stop('wrote a line of more than 64 MB'));
      const readError = createLineReader(64 * 1024, (line) => onStderr(line.toString()));
      if (stderr) readInTurns(stderr, (chunk: Buffer) => void readError(chunk));
      void started.ended.then(({ code, signal }) => {
        end ??= {
          kind: 'ended',
          words: signal === null ? `ended with ${code}` : `was ended by ${signal}`,
        };
        // What is still in the pipes comes first.
        setImmediate(finish);
      });
    },
    send(message) {
      const stdin = group?.child.stdin;
      if (!stdin?.writable) return Promise.reject(new ServerEnded());
      answers.sent(message);
      return new Promise((resolve, reject) => {
        stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
      });
    },
    async close() {
      if (group && end === undefined) {
        const { child, ended } = group;
        end = { kind: 'stopped', words: 'was stopped' };
        child.stdin?.end();
        const timer = setTimeout(() => void group?.end(termMs), closeMs);
        await ended;
        clearTimeout(timer);
      }
      finish();
    },
  };

  function finish(): void {
    if (isClosed) return;
    isClosed = true;
    group?.child.stdout?.destroy();
    group?.child.stderr?.destroy();
    transport.onclose?.();
  }

  function stop(words: string): void {
    end ??= { kind: 'unreadable', words };
    void group?.end(0);
  }

  const isFlood = createFloodCheck();

  function receive(line: Buffer): void {
    if (end?.kind === 'unreadable' && !isClosed) return;
    if (isFlood()) {
      stop('wrote more messages than can be read');
      return;
    }
    for (const message of answers.read(parseJson(line.toString()))) handOn(message);
  }

  function handOn(value: unknown): void {
    let message: JSONRPCMessage;
    try {
      // Programs print greetings and logs to stdout, too. A closer look at each line of a flood would take seconds.
      if (!isObject(value) || value.jsonrpc !== '2.0')
        throw new Error('it wrote a line that is not a message');
      message = parseJSONRPCMessage(value);
    } catch (error) {
      transport.onerror?.(error as Error);
      return;
    }
    transport.onmessage?.(message);
  }
  return transport;
}

/** The returned function is called for each message: true once they come faster than `perSecond`. */
function createFloodCheck(): () => boolean {
  let [last, level] = [Date.now(), 0];
  return () => {
    const now = Date.now();
    level = Math.max(0, level - ((now - last) / 1000) * perSecond) + 1;
    last = now;
    return level > burst;
  };
}

/** Cuts bytes into lines without copying a long one again for each of its pieces. Returns false once a line is too long, and drops all of it. */
function createLineReader(maxBytes: number, onLine: (line: Buffer) => void): (chunk: Buffer) => boolean {
  let pieces: Buffer[] = [];
  let length = 0;
  let isDropped = false;
  return (chunk) => {
    let rest = chunk;
    for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
      const line = isDropped ? Buffer.alloc(0) : Buffer.concat([...pieces, rest.subarray(0, at)]);
      [pieces, length, isDropped] = [[], 0, false];
      rest = rest.subarray(at + 1);
      if (line.length > 0 && line.toString().trim() !== '') onLine(line);
    }
    pieces.push(rest);
    length += rest.length;
    isDropped ||= length > maxBytes;
    if (isDropped) [pieces, length] = [[], 0];
    return !isDropped;
  };
}
