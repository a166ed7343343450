import type { CallToolResult, Progress, Tool } from '@modelcontextprotocol/client';
import type { JsonObject } from '../json-value.ts';
import { maskStart } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import type { Session } from './session.ts';

/** Of a call without a limit of its own: the silence that is allowed, and the whole, in milliseconds. */
const silentMs = 300_000;
const wholeMs = 1_800_000;

export type RequestCallOptions = {
  signal: AbortSignal;
  onProgress(sentence: string): void;
  timeoutMs: number | undefined;
};

/** One `tools/call`. Throws the client's errors, and the signal's reason. */
export async function requestCall(
  { client }: Session,
  tool: Tool,
  input: JsonObject,
  { signal, onProgress, timeoutMs }: RequestCallOptions,
): Promise<CallToolResult> {
  return (await client.request(
    { method: 'tools/call', params: { name: tool.name, arguments: input } },
    {
      signal,
      onprogress: createProgressWords(onProgress),
      ...(timeoutMs === undefined
        ? { timeout: silentMs, resetTimeoutOnProgress: true, maxTotalTimeout: wholeMs }
        : { timeout: timeoutMs }),
    },
  )) as CallToolResult;
}

/** A person reads no more than a few a second. */
const progressMs = 200;

function createProgressWords(onProgress: (sentence: string) => void): (progress: Progress) => void {
  let last = 0;
  return ({ progress, total, message }) => {
    const now = Date.now();
    if (now - last < progressMs) return;
    last = now;
    const count = total === undefined ? String(progress) : `${progress} of ${total}`;
    onProgress(message === undefined ? count : maskStart(toOneLine(message), 200));
  };
}
