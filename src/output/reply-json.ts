import { toResultText } from '../conversation/current-branch.ts';
import { addUsage, type FinishEvent, type Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import type { Output } from '../terminal/io.ts';
import type { RunEvent } from '../tools/rounds.ts';
import type { ToolEvent } from '../tools/tool.ts';
import { schemaVersion, toPrintedJson, writeJson } from './json.ts';
import { toUsageJson } from './usage.ts';

/** Facts that are not in the reply: the requested model, the id of the kept conversation, attachments, and notices. */
type Asked = {
  model: string;
  conversation?: string | undefined;
  attachments?: readonly Record<string, unknown>[];
  notices?: readonly string[];
};

/** Writes the whole reply as one object. A failure has the text so far in its data. */
export async function writeJsonReply(
  events: AsyncIterable<RunEvent>,
  output: Output,
  asked: Asked,
): Promise<FinishEvent | undefined> {
  let text = '';
  /** What the model said before it called tools. */
  let remarks = '';
  const reasoning: string[] = [];
  let id: string | undefined;
  let model: string | undefined;
  let usage: Usage | undefined;
  let finish: FinishEvent | undefined;
  const toolCalls: ({ id: string | null; name: string | null; arguments: string } & Partial<CallJson>)[] = [];

  /** What was said until now is not the answer. */
  const remark = (): void => {
    remarks = [remarks, text].filter(Boolean).join('\n\n');
    text = '';
  };
  const toReply = (): Record<string, unknown> => ({
    id: id ?? null,
    conversation_id: asked.conversation ?? null,
    model_requested: asked.model,
    attachments: asked.attachments ?? [],
    notices: asked.notices ?? [],
    model: model ?? asked.model,
    text,
    ...(remarks !== '' && { remarks }),
    reasoning: reasoning.filter(Boolean).join('\n\n') || null,
    tool_calls: toolCalls,
    usage: toUsageJson(usage),
  });

  try {
    for await (const event of events) {
      switch (event.type) {
        case 'start':
          ({ id, model } = event);
          break;
        case 'text-delta':
          text += event.text;
          break;
        case 'reasoning-delta':
          reasoning[event.index] = (reasoning[event.index] ?? '') + event.text;
          break;
        case 'tool-call-delta': {
          const call = toolCalls[event.index];
          toolCalls[event.index] = {
            id: call?.id ?? event.id ?? null,
            name: call?.name ?? event.name ?? null,
            arguments: (call?.arguments ?? '') + event.arguments,
          };
          break;
        }
        case 'usage':
          usage = addUsage(usage, event.usage);
          break;
        case 'finish':
          finish = event;
          break;
        case 'tool-ended': {
          const call = toolCalls[event.index] ?? { id: null, name: event.name, arguments: '' };
          toolCalls[event.index] = { ...call, ...toCallJson(event) };
          remark();
          break;
        }
        case 'tool-began':
          remark();
          break;
        case 'tool-progress':
          break;
        default:
          event satisfies never;
      }
    }
  } catch (error) {
    throw error instanceof CliError ? error.withData({ ...toReply(), ...error.data }) : error;
  }
  await writeJson(output, {
    ...toReply(),
    finish_reason: finish?.reason ?? 'other',
    ...(finish?.detail !== undefined && { finish_detail: finish.detail }),
  });
  return finish;
}

type CallJson = ReturnType<typeof toCallJson>;

function toCallJson({ state, summary, parts, seconds, allow }: ToolEvent & { type: 'tool-ended' }) {
  return { state, summary, result: toResultText(parts), seconds, ...(allow !== undefined && { allow }) };
}

export async function writeJsonLines(
  events: AsyncIterable<RunEvent>,
  output: Output,
  asked: Asked,
): Promise<FinishEvent | undefined> {
  let finish: FinishEvent | undefined;
  for await (const event of events) {
    await output.write(`${toPrintedJson({ schema_version: schemaVersion, ...toLine(event, asked) })}\n`);
    if (event.type === 'finish') finish = event;
  }
  return finish;
}

function toLine(event: RunEvent, asked: Asked): Record<string, unknown> {
  switch (event.type) {
    case 'start':
      return {
        type: 'start',
        id: event.id ?? null,
        conversation_id: asked.conversation ?? null,
        model_requested: asked.model,
        attachments: asked.attachments ?? [],
        notices: asked.notices ?? [],
        model: event.model ?? asked.model,
      };
    case 'usage':
      return { type: 'usage', usage: toUsageJson(event.usage) };
    case 'tool-call-delta':
      return { ...event, id: event.id ?? null, name: event.name ?? null };
    case 'finish': {
      const { stopSequence, ...line } = event;
      return stopSequence === undefined ? line : { ...line, stop_sequence: stopSequence };
    }
    case 'tool-began':
      return { type: event.type, index: event.index, name: event.name, summary: event.summary };
    case 'tool-ended':
      return { type: event.type, index: event.index, name: event.name, ...toCallJson(event) };
    case 'text-delta':
    case 'reasoning-delta':
    case 'tool-progress':
      return event;
    default:
      return event satisfies never;
  }
}
