import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { type Cli, createCli, type Run } from './cli.ts';

export const chatPath = '/chat/completions';

export type BatchLine = {
  type: 'reply' | 'failure';
  index: number;
  input: string;
  text?: string;
  error?: { code: string; message: string };
  [name: string]: unknown;
};

export type Batch = Cli & {
  /** What `-o` names. */
  output: string;
  /** `chat --each-line -o FILE`, one line at a time, with more of the command line, and these lines on stdin. */
  ask(flags: string[], lines: readonly string[]): Promise<Run>;
  readOutput(): BatchLine[];
  /** What stands in the file beside the output. */
  readNotes(): string | undefined;
  /** The last text of each request to the model since the last call. */
  takeAsked(): string[];
  /** Refuses the next request to the model. */
  refuseNext(): void;
  writeFile(name: string, text: string | Uint8Array): string;
};

export async function createBatch(options: SimulatorOptions = {}): Promise<Batch> {
  const cli = await createCli(options);
  await cli.signIn();
  const output = join(cli.home, 'out.jsonl');
  return {
    ...cli,
    output,
    ask: (flags, lines) =>
      cli.runHere(['chat', '--each-line', '-j', '1', '-o', output, ...flags], {
        stdin: lines.join('\n'),
        cwd: cli.home,
      }),
    readOutput: () => parseBatchLines(readFileSync(output, 'utf8')),
    readNotes: () =>
      existsSync(`${output}.unfinished`) ? readFileSync(`${output}.unfinished`, 'utf8') : undefined,
    takeAsked() {
      const asked = cli.simulator
        .requestsTo(chatPath)
        .map(({ body }) => (body as { messages: { content: string }[] }).messages.at(-1)?.content ?? '');
      cli.simulator.requests.length = 0;
      return asked;
    },
    refuseNext: () =>
      cli.simulator.faults.add({ path: chatPath, status: 422, body: { error: { message: 'No.' } } }),
    writeFile(name, text) {
      writeFileSync(join(cli.home, name), text);
      return name;
    },
  };
}

export const parseBatchLines = (text: string): BatchLine[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
