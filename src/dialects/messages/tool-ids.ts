const maxLength = 64;

/** The ids of one request, on the wire. */
export type ToolIds = {
  /** For a call: an id that no other call of this request has. */
  toCallId(id: string): string;
  /** For a result: the id of the latest call that was named so. */
  toResultId(id: string): string;
};

/**
 * The service takes ids of `[a-zA-Z0-9_-]{1,64}`, each once in a history. Other models name calls otherwise
 * (`functions.read:0`), and some start anew with every turn. Ids are given in the order of the calls, so that a history
 * which grows keeps its beginning, and with it the prompt cache.
 */
export function createToolIds(): ToolIds {
  const latest = new Map<string, string>();
  const taken = new Set<string>();
  const repeats = new Map<string, number>();

  function findFree(id: string): string {
    let candidate = id;
    while (taken.has(candidate)) {
      const count = (repeats.get(id) ?? 1) + 1;
      repeats.set(id, count);
      const suffix = `_${count}`;
      candidate = `${id.slice(0, maxLength - suffix.length)}${suffix}`;
    }
    taken.add(candidate);
    return candidate;
  }

  return {
    toCallId(id) {
      const wireId = findFree(toAllowed(id));
      latest.set(id, wireId);
      return wireId;
    },
    toResultId: (id) => latest.get(id) ?? toAllowed(id),
  };
}

function toAllowed(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxLength) || 'call';
}
