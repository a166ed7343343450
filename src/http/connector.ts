import { buildConnector } from 'undici';

/**
 * How much WebAssembly runs before V8 compiles it once more, optimised, in a measure of V8's own. Its usual value by the major version of Node:
 * it has to be put back as it was, because V8 takes no compiled code that was kept under other flags.
 */
const usualBudgets: Record<string, number> = {
  20: 1_800_000,
  22: 13_000_000,
  24: 13_000_000,
  26: 13_000_000,
};

/** Some megabytes of answers. */
const longBudget = 180_000_000;

let hasParser = false;

/** Connects for undici, by HTTP/1.1. */
export function createConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  return withCalmParser(buildConnector({ ...options, allowH2: false }));
}

/**
 * undici's parser is WebAssembly, and the first answer makes it hot enough for V8 to compile it once more: for 60 ms of another processor, and
 * the process cannot end before. So the parser, which comes with the first connection of a process, gets a longer budget, which a server uses
 * up as well.
 */
export function withCalmParser(connect: buildConnector.connector): buildConnector.connector {
  const usual = usualBudgets[process.versions.node.split('.')[0] ?? ''];
  if (usual === undefined) return connect;
  return (options, callback) => {
    connect(options, (...result) => {
      if (hasParser || result[0] !== null) {
        callback(...result);
        return;
      }
      setBudget(longBudget);
      // undici makes the parser before this returns.
      callback(...result);
      setBudget(usual);
      hasParser = true;
    });
    // Node takes 2 ms to load it, while the connection is being made.
    if (!hasParser) process.getBuiltinModule('node:v8');
  };
}

function setBudget(budget: number): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(`--wasm-tiering-budget=${budget}`);
}
