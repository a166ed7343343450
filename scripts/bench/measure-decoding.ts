// Prints, as JSON, how long it takes to decode a recorded reply of the dialect that the argument names, and how long JSON.parse of the
// same data takes. Fair to both: they take turns in one process, warm, each with a clean heap; a process knows one dialect
// only, as most real ones do, so that nothing is compiled for another; and CPU time counts garbage collection on other threads,
// and not what else the machine does.
import { flatten } from '../../src/copilot/check-answer.ts';
import { readPackets } from '../../src/copilot/stream.ts';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';
import type { Pair } from './ratio.ts';
import { type RecordedDialect, recordReply } from './recorded-stream.ts';

const size = 50 * 1024 * 1024;
const packetSize = 64 * 1024;
const rounds = 7;
const dialects = { 'chat-completions': chatCompletions, responses, messages };

const name = process.argv[2] as RecordedDialect;
const { bytes, data } = recordReply(name, size);
const pairs: Pair[] = [];
for (let round = -1; round < rounds; round += 1) {
  const pair = { ours: await measure(decode), base: await measure(parse) };
  // The first pair warms the compiler.
  if (round >= 0) pairs.push(pair);
}
console.log(JSON.stringify(pairs));

/** Milliseconds of CPU. */
async function measure(work: () => Promise<void> | void): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function decode(): Promise<void> {
  let last = '';
  for await (const { type } of flatten(
    readPackets(createResponse(), dialects[name], { see: ({ events }) => events }),
  ))
    last = type;
  if (last !== 'finish') throw new Error('the recorded reply has no end');
}

function parse(): void {
  for (const line of data) JSON.parse(line);
}

function createResponse() {
  const refuse = () => Promise.reject(new Error('only the stream is there'));
  return { status: 200, headers: {}, body: cutPackets(), text: refuse, json: refuse, discard: refuse };
}

async function* cutPackets(): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += packetSize)
    yield bytes.subarray(start, start + packetSize);
}
