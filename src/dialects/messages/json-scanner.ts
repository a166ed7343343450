/** Whether a JSON object that comes in pieces has come to its end. */
export type JsonScanner = { push(text: string): void; isComplete(): boolean };

const quote = 34;
const backslash = 92;

/** It counts brackets outside of strings, and leaves it to others whether what stands between them is JSON. */
export function createJsonScanner(): JsonScanner {
  let depth = 0;
  let hasBegun = false;
  let isInString = false;
  let isEscaped = false;

  function readInString(code: number): void {
    if (isEscaped) isEscaped = false;
    else if (code === backslash) isEscaped = true;
    else if (code === quote) isInString = false;
  }

  function read(code: number): void {
    if (isInString) readInString(code);
    else if (code === quote) isInString = true;
    // "{" and "[", "}" and "]" differ in this bit alone.
    else if ((code | 32) === 123) {
      depth += 1;
      hasBegun = true;
    } else if ((code | 32) === 125) depth -= 1;
  }

  return {
    push(text) {
      for (let position = 0; position < text.length; position += 1) read(text.charCodeAt(position));
    },
    isComplete: () => hasBegun && depth <= 0 && !isInString,
  };
}
