import { parentPort } from 'node:worker_threads';
import { CliError, describeError, recogniseError } from './errors.ts';
import type { Order, Result } from './off-thread/helper.ts';

/** Jobs for another process; see `off-thread/helper.ts`. Each is loaded on demand. */
const jobs: Record<string, () => Promise<(input: never) => unknown>> = {
  'convert-html': async () => (await import('./attachments/html-text.ts')).convertHtml,
  'convert-image': async () => (await import('./attachments/convert-image.ts')).convertImage,
  'search-files': async () => (await import('./tools/workspace/search-job.ts')).searchFiles,
  'check-schema': async () => (await import('./schema/schema-job.ts')).createSchemaJob(),
};

/** Loaded jobs stay, because one may keep what it needs again. */
const loaded = new Map<string, (input: never) => unknown>();

async function load(name: string): Promise<(input: never) => unknown> {
  const create = jobs[name];
  if (!create) throw new Error(`there is no job ${name}`);
  const job = loaded.get(name) ?? (await create());
  loaded.set(name, job);
  return job;
}

async function run({ job, input }: Order): Promise<Result> {
  try {
    return { type: 'done', output: await (await load(job))(input as never) };
  } catch (thrown) {
    const error = recogniseError(thrown);
    return error instanceof CliError
      ? { type: 'failed', message: describeError(error).message, code: error.code, hint: error.hint }
      : { type: 'failed', message: (error as Error).message, code: undefined, hint: undefined };
  }
}

if (parentPort) {
  const port = parentPort;
  port.on('message', async (order: Order) => port.postMessage(await run(order)));
} else {
  // Ctrl+C reaches all processes of a terminal. The program ends this one itself.
  process.on('SIGINT', () => {});
  process.on('message', async (order: Order) => process.send?.(await run(order)));
}
