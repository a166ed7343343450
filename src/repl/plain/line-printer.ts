/** Writes lines below one another. What asks for an answer stands in the last line, which stays open. */
export type LinePrinter = {
  print(lines: readonly string[]): void;
  /** Leaves the cursor behind the question. */
  ask(question: string): void;
  /** The terminal went to a new line: the person pressed Enter. */
  noteEnter(): void;
  readonly isAsking: boolean;
};

export function createLinePrinter(write: (text: string) => void): LinePrinter {
  let isAsking = false;
  return {
    print(lines) {
      if (lines.length === 0) return;
      write(`${isAsking ? '\n' : ''}${lines.join('\n')}\n`);
      isAsking = false;
    },
    ask(question) {
      write(`${isAsking ? '\n' : ''}${question}`);
      isAsking = true;
    },
    noteEnter() {
      isAsking = false;
    },
    get isAsking() {
      return isAsking;
    },
  };
}
