import type { ToolCallPart } from '../chat-request.ts';

const maxLength = 64;

/** The ids of one request, on the wire. */
export type CallIds = {
  /** An id that no other call of this request has. */
  toCallId(call: ToolCallPart): string;
  /** For a result: the id of the latest call that was named so. */
  toResultId(id: string): string;
};

/**
 * Claude takes ids of `[a-zA-Z0-9_-]{1,64}`, and everybody wants each once in a history; some models start anew with every turn. Ids
 * are given in the order of the calls, so that a history which grows keeps its beginning, and with it the prompt cache.
 */
export function createCallIds(model: string): CallIds {
  const toWanted = /^kimi/i.test(model) ? createKimiNaming(model) : toAllowed;
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
    toCallId(call) {
      const wireId = findFree(toWanted(call));
      latest.set(call.id, wireId);
      return wireId;
    },
    toResultId: (id) => latest.get(id) ?? id,
  };
}

function toAllowed({ id }: ToolCallPart): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxLength) || 'call';
}

/** Kimi numbers the calls of a conversation and wants to find `functions.read:0`, the third of its kind `read:0`. */
function createKimiNaming(model: string): (call: ToolCallPart) => string {
  const prefix = /^kimi-k2/i.test(model) ? 'functions.' : '';
  let count = 0;
  return ({ name }) => `${prefix}${name}:${count++}`;
}
