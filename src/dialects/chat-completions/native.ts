import type { JsonObject } from '../../json-value.ts';
import { withFields } from '../map-objects.ts';
import type { NativePath, NativeRequest, Relay } from '../native.ts';

/** The fields that Copilot takes. Of the others, some are refused and none does anything. */
const acceptedFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'temperature',
  'top_p',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'user',
  'response_format',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning_effort',
  'prediction',
  'snippy',
  'intent',
  'copilot_thread_id',
]);

/** Usage comes without being asked for, and nothing is ever stored: nothing is lost without these. */
const needlessFields: ReadonlySet<string> = new Set(['stream_options', 'store']);

export const nativeChatCompletions: NativePath = {
  prepareRequest,
  createRelay: createChunkRelay,
  createGatherer: undefined,
};

function prepareRequest(body: JsonObject): NativeRequest {
  const lost = Object.keys(body).filter((name) => !acceptedFields.has(name));
  const told = lost.filter((name) => !needlessFields.has(name));
  return {
    body: withFields(body, { ...Object.fromEntries(lost.map((name) => [name, undefined])), stream: true }),
    headers: {},
    notices: told.length === 0 ? [] : [`Left out, for Copilot does not take it here: ${told.join(', ')}.`],
  };
}

const chunkObject = '"object":"chat.completion.chunk"';

/**
 * Chunks as strict clients demand them: with `object`, which the service leaves out, and without the first one, which tells what its
 * filters found and has no choices, so that a client that reads `choices[0]` unseen falls over it.
 */
function createChunkRelay(): Relay {
  let isDone = false;
  return {
    push(events) {
      if (events.includes('[DONE]')) isDone = true;
      return events.replaceAll(/^data: ?\{.*$/gm, completeChunk);
    },
    end: () => (isDone ? '' : 'data: [DONE]\n\n'),
  };
}

function completeChunk(line: string): string {
  if (line.includes(chunkObject) || line.includes('"error":')) return line;
  if (/"choices":\s*\[\s*\]/.test(line) && !/"usage":\s*\{/.test(line)) return ':';
  const named = line.replace(/"object":\s*"[^"]*",?/, '');
  const start = named.indexOf('{') + 1;
  const comma = named.startsWith('}', start) ? '' : ',';
  return `${named.slice(0, start)}${chunkObject}${comma}${named.slice(start)}`;
}
