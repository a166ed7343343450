import { isObject, toText } from '../../json-value.ts';
import type { ToolCallDeltaEvent } from '../chat-event.ts';
import { limitParts } from '../stream-decoder.ts';

export type ToolCallTracker = {
  /** Undefined where the delta says nothing. */
  read(delta: unknown): ToolCallDeltaEvent | undefined;
  /** The empty object for each call that came without arguments. */
  fillArguments(): ToolCallDeltaEvent[];
  isEmpty(): boolean;
};

type Call = {
  position: number;
  wireIndex: number | undefined;
  id: string | undefined;
  name: string | undefined;
  hasArguments: boolean;
};

/**
 * Numbers the tool calls of one reply from 0 in the order they appear. The wire's own index may start at 1 (Claude's
 * text took 0), be missing, or be the same for several calls; an id may come once, with every delta, late, or never.
 */
export function createToolCallTracker(): ToolCallTracker {
  const byIndex = new Map<number, Call>();
  const byId = new Map<string, Call>();
  const calls: Call[] = [];
  let latest: Call | undefined;

  function findByIndex(index: number, id: string | undefined, name: string | undefined): Call | undefined {
    const call = byIndex.get(index);
    if (call && isSame(call, id, name)) return call;
    if (id !== undefined) return call || name === undefined ? byId.get(id) : undefined;
    // The call began without an index.
    return !call && name === undefined && latest?.wireIndex === undefined ? latest : undefined;
  }

  function findWithoutIndex(id: string | undefined, name: string | undefined): Call | undefined {
    const known = id === undefined ? undefined : byId.get(id);
    if (known || name !== undefined) return known;
    return id === undefined || latest?.id === undefined ? latest : undefined;
  }

  function begin(wireIndex: number | undefined): Call {
    const call = {
      position: calls.length,
      wireIndex,
      id: undefined,
      name: undefined,
      hasArguments: false,
    };
    calls.push(call);
    return call;
  }

  /** What the next deltas may name it by. */
  function remember(call: Call, index: number | undefined, id: string | undefined): void {
    latest = call;
    if (index !== undefined) byIndex.set(index, call);
    if (id !== undefined) byId.set(id, call);
    limitParts(Math.max(calls.length, byIndex.size, byId.size));
  }

  return {
    read(delta) {
      if (!isObject(delta)) return undefined;
      const index = typeof delta.index === 'number' ? delta.index : undefined;
      const id = toText(delta.id);
      const { name: wireName, arguments: text } = isObject(delta.function) ? delta.function : {};
      const name = toText(wireName);
      const piece = typeof text === 'string' ? text : '';

      const known = index === undefined ? findWithoutIndex(id, name) : findByIndex(index, id, name);
      const tellsId = id !== undefined && known?.id === undefined;
      const tellsName = name !== undefined && known?.name === undefined;
      if (piece === '' && !tellsId && !tellsName) return undefined;
      const call = known ?? begin(index);
      remember(call, index, id);
      if (piece !== '') call.hasArguments = true;
      return { type: 'tool-call-delta', index: call.position, ...learn(call, id, name), arguments: piece };
    },
    fillArguments: () => calls.filter(({ hasArguments }) => !hasArguments).map(toEmptyObject),
    isEmpty: () => calls.length === 0,
  };
}

function toEmptyObject({ position }: Call): ToolCallDeltaEvent {
  return { type: 'tool-call-delta', index: position, id: undefined, name: undefined, arguments: '{}' };
}

/** Two calls at one index have other ids, or other names: names come whole. */
function isSame(call: Call, id: string | undefined, name: string | undefined): boolean {
  if (id !== undefined && call.id !== undefined) return id === call.id;
  return name === undefined || call.name === undefined || name === call.name;
}

/** What the call did not have yet. */
function learn(
  call: Call,
  id: string | undefined,
  name: string | undefined,
): Pick<ToolCallDeltaEvent, 'id' | 'name'> {
  const news = {
    id: call.id === undefined ? id : undefined,
    name: call.name === undefined ? name : undefined,
  };
  call.id ??= id;
  call.name ??= name;
  return news;
}
