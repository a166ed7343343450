import { EventEmitter, once } from 'node:events';
import { createReadStream, openSync, type ReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { main } from '../../src/main.ts';

/** Where `npm run build` leaves what `bin/copilot-cli.js` loads. */
const entrance = '../../dist/main.js';

export type HereOptions = {
  argv: readonly string[];
  env: Record<string, string>;
  cwd: string;
  /** What is piped in; stdin is /dev/null without it. */
  stdin: string | Uint8Array | undefined;
};

type Ended = { stdout: string; stderr: string; code: number };

/**
 * Runs a whole command line of the built program in this process: its entrance gets a made-up process, with a real socket or
 * /dev/null as stdin, and outputs that keep what is written. Rejects if the program ends its process or sends it a signal.
 */
export function runHere(options: HereOptions): Promise<Ended> {
  const ended = last.then(() => runNow(options));
  last = ended.catch(() => {});
  return ended;
}

/** One command line after the other, because a process has one current folder. */
let last: Promise<unknown> = Promise.resolve();

async function runNow({ argv, env, cwd, stdin }: HereOptions): Promise<Ended> {
  const program: { main: typeof main } = createRequire(import.meta.url)(entrance);
  const [stdout, stderr] = [createSink(), createSink()];
  const input = stdin === undefined ? openNothing() : await openPipe(stdin);
  const madeUp = createProcess({
    argv: [process.execPath, 'copilot-cli', ...argv],
    env,
    cwd: () => cwd,
    stdin: input,
    stdout: stdout.stream,
    stderr: stderr.stream,
  });
  const outside = process.cwd();
  // The program leaves relative paths to the system.
  process.chdir(cwd);
  try {
    await program.main(madeUp);
  } finally {
    process.chdir(outside);
    madeUp.emit('exit', Number(madeUp.exitCode));
    input.destroy();
  }
  return { stdout: stdout.text(), stderr: stderr.text(), code: Number(madeUp.exitCode) };
}

function createProcess(own: Record<string, unknown>): NodeJS.Process {
  const refuse = (name: string) => (): never => {
    throw new Error(`process.${name}() needs a real process: start the program`);
  };
  const madeUp: NodeJS.Process = Object.create(
    process,
    Object.getOwnPropertyDescriptors({
      ...own,
      exitCode: undefined,
      exit: refuse('exit'),
      kill: refuse('kill'),
    }),
  );
  // Gives it listeners of its own. Otherwise they would be added to the real process.
  EventEmitter.call(madeUp as unknown as EventEmitter);
  return madeUp;
}

function createSink(): { stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** What a process gets whose stdin is ignored. */
function openNothing(): ReadStream & { fd: number } {
  const fd = openSync('/dev/null', 'r');
  return Object.assign(createReadStream('', { fd }), { fd });
}

/** The reading end of two connected sockets, which is what Node gives a child as a pipe. */
async function openPipe(content: string | Uint8Array): Promise<Socket & { fd: number }> {
  const path = join(tmpdir(), `copilot-cli-test-${process.pid}-${++pipes}.sock`);
  const server = createServer((writer) => {
    // The program need not read all of it.
    writer.on('error', () => {}).end(content);
    server.close();
  });
  await once(server.listen(path), 'listening');
  // It begins to read when somebody listens, as stdin does, so that nobody misses the end of it.
  const reader = connect(path).pause();
  await once(reader, 'connect');
  const { fd } = (reader as unknown as { _handle: { fd: number } })._handle;
  return Object.assign(reader, { fd, readableFlowing: null });
}

let pipes = 0;
