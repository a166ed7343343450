import { closeSync, constants, openSync } from 'node:fs';

type WithDevice = { ptsName?: string };

const tickMs = 5;
const enoughTurns = 5;

/**
 * Keeps what a program writes just before it ends. Node takes the hang-up of a terminal for the end of its data, and
 * drops what it has not read by then. So there is no hang-up while this holds the other end open: until the program is
 * gone, and some turns of the event loop have brought nothing more.
 */
export function keepLastBytes(pid: number, pty: object): { noteRead(): void } {
  const device = (pty as WithDevice).ptsName;
  // Windows has no such device, and no such hang-up.
  if (device === undefined) return { noteRead() {} };
  const file = openSync(device, constants.O_RDWR | constants.O_NOCTTY);
  let quietTurns = 0;
  const timer = setInterval(() => {
    quietTurns = isRunning(pid) ? 0 : quietTurns + 1;
    if (quietTurns <= enoughTurns) return;
    clearInterval(timer);
    closeSync(file);
  }, tickMs);
  return {
    noteRead() {
      quietTurns = 0;
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
