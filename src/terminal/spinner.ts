const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A shorter wait is not shown: what only flashes helps nobody. In milliseconds. */
export const quietMs = 300;
/** How long each picture of the spinner stands, in milliseconds. */
export const spinnerMs = 200;

/** The picture of the spinner at this time. */
export function spinnerFrame(now: number): string {
  return frames[Math.floor(now / spinnerMs) % frames.length] ?? '';
}
