import type { Emulator } from '../../test/emulator/emulator.ts';

/** What a person does at a terminal. */
export type Step =
  | { type: string }
  | { press: string }
  | { paste: string }
  /** Waits until the screen shows this. */
  | { wait: string | RegExp }
  /** Waits until the program has ended. */
  | { exit: true }
  /** Keeps the screen as it is, under this name. */
  | { shoot: string };

/** Types, presses, pastes or waits. */
export async function act(step: Exclude<Step, { shoot: string }>, emulator: Emulator): Promise<void> {
  if ('type' in step) emulator.type(step.type);
  else if ('press' in step) emulator.press(step.press);
  else if ('paste' in step) emulator.paste(step.paste);
  else if ('wait' in step) await emulator.waitForScreen(step.wait);
  else await emulator.exit;
}
