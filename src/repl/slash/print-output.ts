import type { Output } from '../../terminal/io.ts';
import type { ReplApp } from '../app.ts';
import { createTranscriptOutput } from '../transcript-output.ts';

/** Shows what a command of the shell would print as a block of the transcript. */
export async function printOutput(app: ReplApp, write: (output: Output) => Promise<void>): Promise<void> {
  const output = createTranscriptOutput({ ...app.screenSize, colour: app.look.theme.name !== 'none' });
  await write(output);
  app.transcript.print(output.takeLines());
}
