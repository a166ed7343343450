import { randomUUID } from 'node:crypto';
import type { ModelCall } from '../copilot/model-call.ts';
import type { JsonRecord } from '../json.ts';
import type { Frame, ReplyStream } from '../reply.ts';
import {
  closeEnvelope,
  createBilling,
  createEnvelope,
  createResponseSealer,
  findEnding,
} from './responses-envelope.ts';
import {
  createCallItem,
  createItemSealer,
  createMessageItem,
  createReasoningItem,
  createRefusalPart,
  createTextPart,
  isCustom,
  readReasoningWishes,
} from './responses-items.ts';
import { createSearchItems, listCitations } from './responses-search.ts';
import type { Script, ScriptedToolCall } from './script.ts';

/** A stream under way: `toFrame` numbers the events, `output` gathers the items that are done. */
type Course = {
  call: ModelCall;
  script: Script;
  output: JsonRecord[];
  toFrame(type: string, fields: JsonRecord): Frame;
};

/** The events of /responses for an answer. */
export function streamResponse(call: ModelCall, script: Script): ReplyStream {
  const error = {
    type: 'error',
    code: 'server_error',
    message: 'The model stopped unexpectedly.',
    param: null,
  };
  return {
    frames: writeEvents(createCourse(call, script)),
    errorFrame: { event: 'error', data: JSON.stringify({ ...error, sequence_number: 0 }) },
  };
}

function createCourse(call: ModelCall, script: Script): Course {
  let sequence = 0;
  const toFrame = (type: string, fields: JsonRecord) => ({
    event: type,
    data: JSON.stringify({ type, sequence_number: sequence++, ...fields }),
  });
  return { call, script, output: [], toFrame };
}

function* writeEvents(course: Course): Generator<Frame> {
  const { call, script, output, toFrame } = course;
  const createId = createResponseSealer(call);
  yield toFrame('response.created', { response: createEnvelope(call, createId) });
  yield toFrame('response.in_progress', { response: createEnvelope(call, createId) });
  yield { event: 'ping', data: JSON.stringify({ type: 'ping' }) };
  if (script.reasoning !== undefined || script.opaque !== undefined) yield* writeReasoning(course);
  yield* writeSearches(course);
  if (script.commentary !== undefined) yield* writeMessage(course, [script.commentary], 'commentary');
  if (script.text !== undefined) yield* writeMessage(course, script.text, 'text');
  if (script.refusal !== undefined) yield* writeMessage(course, script.refusal, 'refusal');
  for (const toolCall of script.toolCalls) yield* writeCall(course, toolCall);
  if (script.finish !== 'missing') {
    const usage = script.usage();
    const closing = createEnvelope(call, createId);
    const response = closeEnvelope(closing, script.finish, chooseClosingOutput(script, output), usage);
    const type = `response.${findEnding(script.finish).status}`;
    yield { ...toFrame(type, { response, ...createBilling(call, usage) }), part: 'finish' };
  }
  if (script.done) yield { data: '[DONE]', part: 'done' };
}

/** field report: the last event may have an empty output, or none, after one that was streamed. */
function chooseClosingOutput({ closingOutput }: Script, output: JsonRecord[]): JsonRecord[] | undefined {
  if (closingOutput === 'missing') return undefined;
  return closingOutput === 'empty' ? [] : output;
}

function* writeSearches(course: Course): Generator<Frame> {
  const { call, script, output, toFrame } = course;
  for (const item of createSearchItems(call, script)) {
    const output_index = output.length;
    const { createId } = createItemSealer(call, 'ws');
    const opening = { id: createId(), type: 'web_search_call', status: 'in_progress' };
    yield toFrame('response.output_item.added', { output_index, item: opening });
    for (const step of ['in_progress', 'searching', 'completed'])
      yield toFrame(`response.web_search_call.${step}`, { output_index, item_id: createId() });
    const done = { id: createId(), ...item };
    output.push(done);
    yield toFrame('response.output_item.done', { output_index, item: done });
  }
}

function* writeReasoning(course: Course): Generator<Frame> {
  const { call, script, output, toFrame } = course;
  const output_index = output.length;
  const { item, createId } = createItemSealer(call, 'rs');
  yield toFrame('response.output_item.added', {
    output_index,
    item: { id: createId(), type: 'reasoning', summary: [] },
  });
  const isShown = readReasoningWishes(call).summary && script.reasoning !== undefined;
  const text = isShown ? yield* writeSummary(course, createId, output_index) : '';
  const done = { id: createId(), ...createReasoningItem(call, script, item, text) };
  output.push(done);
  yield toFrame('response.output_item.done', { output_index, item: done });
}

function* writeSummary(
  course: Course,
  createId: () => string,
  output_index: number,
): Generator<Frame, string> {
  const { script, toFrame } = course;
  const place = () => ({ item_id: createId(), output_index, summary_index: 0 });
  yield toFrame('response.reasoning_summary_part.added', {
    ...place(),
    part: { type: 'summary_text', text: '' },
  });
  const text = yield* writeDeltas(
    course,
    'response.reasoning_summary_text.delta',
    script.reasoning ?? [],
    place,
  );
  yield toFrame('response.reasoning_summary_text.done', { ...place(), text });
  yield toFrame('response.reasoning_summary_part.done', { ...place(), part: { type: 'summary_text', text } });
  return text;
}

type MessageKind = 'commentary' | 'text' | 'refusal';

function* writeMessage(course: Course, deltas: Iterable<string>, kind: MessageKind): Generator<Frame> {
  const { call, script, output, toFrame } = course;
  const output_index = output.length;
  const { createId } = createItemSealer(call, 'msg');
  const place = () => ({ item_id: createId(), output_index, content_index: 0 });
  const empty = { type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const isRefusal = kind === 'refusal';
  const toPart = isRefusal ? createRefusalPart : createTextPart;
  const type = isRefusal ? 'response.refusal' : 'response.output_text';
  yield toFrame('response.output_item.added', { output_index, item: { id: createId(), ...empty } });
  yield toFrame('response.content_part.added', { ...place(), part: toPart('') });
  const withLogprobs = () => ({ ...place(), ...(isRefusal ? {} : { logprobs: [] }) });
  const text = yield* writeDeltas(course, `${type}.delta`, deltas, withLogprobs);
  const citations = kind === 'text' ? listCitations(call, script) : [];
  for (const [annotation_index, annotation] of citations.entries())
    yield toFrame('response.output_text.annotation.added', { ...place(), annotation_index, annotation });
  yield toFrame(`${type}.done`, isRefusal ? { ...place(), refusal: text } : { ...withLogprobs(), text });
  const part = toPart(text, citations);
  yield toFrame('response.content_part.done', { ...place(), part });
  const done = {
    id: createId(),
    ...createMessageItem(call, script, part, kind === 'commentary' || undefined),
  };
  output.push(done);
  yield toFrame('response.output_item.done', { output_index, item: done });
}

function* writeCall(course: Course, toolCall: ScriptedToolCall): Generator<Frame> {
  const { call, script, output, toFrame } = course;
  const output_index = output.length;
  const { createId } = createItemSealer(call, 'fc');
  const place = () => ({ item_id: createId(), output_index });
  const opening = { ...createCallItem(call, script, toolCall, ''), status: 'in_progress' };
  yield toFrame('response.output_item.added', { output_index, item: { id: createId(), ...opening } });
  const isFree = isCustom(call, toolCall.name);
  const type = isFree ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const args = yield* writeDeltas(course, `${type}.delta`, toolCall.deltas, place);
  yield toFrame(`${type}.done`, { ...place(), ...(isFree ? { input: args } : { arguments: args }) });
  const done = { id: createId(), ...createCallItem(call, script, toolCall, args) };
  output.push(done);
  yield toFrame('response.output_item.done', { output_index, item: done });
}

/** Sends the deltas of one item, each under an id of its own, and returns the whole. */
function* writeDeltas(
  course: Course,
  type: string,
  deltas: Iterable<string>,
  place: () => JsonRecord,
): Generator<Frame, string> {
  const pieces: string[] = [];
  for (const delta of deltas) {
    pieces.push(delta);
    const frame = course.toFrame(type, { ...place(), delta, obfuscation: randomUUID().slice(0, 8) });
    yield { ...frame, waitMs: course.script.takePause() };
  }
  return pieces.join('');
}
